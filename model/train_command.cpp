// wuxing train: options from command line, configuration file or checkpoint; the run as text.
#include <fmt/core.h>

#include <memory>

#include "commands.hpp"
#include "report.hpp"
#include "train_cli.hpp"

namespace wuxing {
namespace {

int train(const SaidOptions& said) {
    const AskedRun asked = asked_run(said);
    const TrainOptions& options = asked.options;
    if (said.print_config) {
        fmt::print("{}", config_text(options));
        return kExitDone;
    }
    RunDataCache cache;
    TrainingRun run =
        asked.checkpoint ? TrainingRun(*asked.checkpoint, said.resume, options, cache) : TrainingRun(options, cache);
    if (const auto warning = run.warning()) complain("warning: " + *warning);
    RunPrinter printer(run);
    printer.begin(asked.checkpoint.has_value());
    if (const auto interrupt = run.run(printer)) {
        complain(*interrupt);
        return kExitInterrupted;
    }
    printer.end();
    if (!options.json.empty()) write_json(options.json, run.result());
    return kExitDone;
}

}  // namespace

Command add_train_command(CLI::App& wuxing) {
    CLI::App* command = wuxing.add_subcommand("train", "Train a network, on-line, and test it after every epoch");
    const auto said = std::make_shared<SaidOptions>();
    add_train_options(*command, said, [](const TrainOption&) { return true; });
    return {command, [said] { return train(*said); }};
}

}  // namespace wuxing
