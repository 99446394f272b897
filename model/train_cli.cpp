#include "train_cli.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <stdexcept>

#include "commands.hpp"
#include "config_file.hpp"
#include "interrupt.hpp"
#include "report.hpp"
#include "tables.hpp"
#include "usage_error.hpp"

namespace wuxing {
namespace {

/// Options that were given and would change nothing. --print-config writes every option, so that a file may hold them.
void refuse_idle(const TrainOptions& options, const SaidOptions& said, const ConfigFile& file) {
    if (options.learner == "perceptron") {
        for (const auto& [name, value] : said.values) {
            if (name != "steps" && !belongs_to_k_sets(name)) continue;
            throw UsageError(fmt::format("learner perceptron: it has no {}", name));
        }
        return;
    }
    if (options.adjusts_k()) return;
    constexpr const char* kWhich = "of which parameters?";
    for (const auto& [name, value] : said.values) {
        if (!belongs_to_k_sets(name) || said.values.count("k-sets") > 0) continue;
        throw UsageError(fmt::format("--{}: {} --k-sets 123, 3, ... or none", name, kWhich));
    }
    const auto has_sets = [](const ConfigEntry& entry) { return entry.key == "k-sets"; };
    if (said.values.count("k-sets") > 0 || std::any_of(file.entries.begin(), file.entries.end(), has_sets)) return;
    for (const ConfigEntry& entry : file.entries) {
        if (!belongs_to_k_sets(entry.key)) continue;
        throw UsageError(fmt::format("{}{}: {} k-sets = \"123\", \"3\", ... or \"none\"", file.where(entry.line),
                                     entry.key, kWhich));
    }
}

}  // namespace

void apply_said(TrainOptions& options, const SaidOptions& said) {
    const std::vector<TrainOption> table = train_option_table();
    for (const TrainOption& option : table) {
        const auto value = said.values.find(option.name);
        if (value == said.values.end()) continue;
        if (!said.resume.empty() && !option.may_change_on_resume()) {
            throw UsageError(fmt::format("--{} cannot be given with --resume: {} says it", option.name, said.resume));
        }
        try {
            option.set(options, value->second);
        } catch (const std::invalid_argument& error) {
            throw UsageError(fmt::format("--{} {}: {}", option.name, value->second, error.what()));
        }
    }
    for (const TrainOption& option : table) {
        if (option.shape && said.values.count(option.name) > 0 && options.continues() && said.resume.empty()) {
            throw UsageError(fmt::format("--{} excludes the model {} of {}", option.name, options.model, said.config));
        }
    }
}

AskedRun asked_run(const SaidOptions& said) {
    AskedRun run{default_train_options(), std::nullopt};
    TrainOptions& options = run.options;
    if (!said.resume.empty()) {
        run.checkpoint = load_checkpoint(said.resume);
        options = checkpoint_options(*run.checkpoint, said.resume);
        options.checkpoint = said.resume;  // wherever it was written first
    }
    ConfigFile file;
    if (!said.config.empty()) file = read_config(said.config);
    apply_config(options, file);
    apply_said(options, said);
    check_combination(options);
    check_files(options, said.config);
    refuse_idle(options, said, file);
    return run;
}

void add_table_options(CLI::App& command, const std::shared_ptr<SaidOptions>& said,
                       const std::function<bool(const TrainOption&)>& wanted) {
    const TrainOptions defaults = default_train_options();
    for (const TrainOption& option : train_option_table()) {
        if (!wanted(option)) continue;
        const std::string names = "--" + option.name + (option.alias.empty() ? "" : ",--" + option.alias);
        if (option.kind == TrainOption::Kind::flag) {
            command.add_flag_function(
                names, [said, name = option.name](std::int64_t n) { said->values[name] = n > 0 ? "true" : "false"; },
                option.help);
            continue;
        }
        command
            .add_option_function<std::string>(
                names, [said, name = option.name](const std::string& value) { said->values[name] = value; },
                option.help)
            ->type_name(option.type)
            ->default_str(option.name == "data" ? "" : option.get(defaults));
    }
}

void add_train_options(CLI::App& command, const std::shared_ptr<SaidOptions>& said,
                       const std::function<bool(const TrainOption&)>& wanted) {
    add_table_options(command, said, wanted);
    CLI::Option* config =
        command.add_option("--config", said->config, "Read options from FILE; those given here as well win")
            ->type_name("FILE");
    command.add_option("--resume", said->resume, "Go on with the run of the checkpoint FILE, and write it again")
        ->type_name("FILE")
        ->excludes(config);
    command.add_flag("--print-config", said->print_config, "Only write all options, as a file for --config");
    for (const TrainOption& option : train_option_table()) {
        if (option.shape && wanted(option))
            command.get_option("--model")->excludes(command.get_option("--" + option.name));
    }
}

void RunPrinter::begin(bool resumed) const {
    if (!text_) return;
    const TrainOptions& options = run_.options();
    const RunData& data = run_.data();
    std::string seed = fmt::format("seed {}", options.seed);
    if (options.continues()) seed = fmt::format("continued after {} epochs, {}", run_.epochs_before(), seed);
    std::string adjusted;
    if (options.adjusts_k()) {
        adjusted = fmt::format(", K{}: P {} I {} D {}", options.k_sets, options.k_p, options.k_i, options.k_d);
    }
    fmt::print("network  {}, {}{}, {}\n", format_layers(run_.learner().sizes()), run_.learner().description(), adjusted,
               seed);
    fmt::print("data     {}: {} training and {} test images\n", options.data, data.train.count(), data.test.count());
    if (options.validation > 0) fmt::print("held out {} validation images\n", data.validation.count());
    if (resumed) fmt::print("resumed  after {} of {} epochs\n", run_.epochs().size(), options.epochs);
    fmt::print("\nepoch       eta  training{}      test  images/s  seconds\n",
               options.validation > 0 ? "  validation" : "");
    for (const EpochResult& epoch : run_.epochs()) print_epoch(epoch);
    std::fflush(stdout);
}

void RunPrinter::pass_begins(Pass pass, int index, int images) {
    const int epochs = run_.options().epochs;
    if (pass == Pass::training) {
        progress_.emplace(fmt::format("epoch {}/{}", index + 1, epochs), images,
                          static_cast<double>(epochs - index - 1) * images);
    } else {
        progress_.emplace(pass == Pass::test ? "test" : "validation", images);
    }
}
bool RunPrinter::pass_goes_on(int done, int correct) {
    progress_->update(done, correct);
    return interrupted == 0;
}

void RunPrinter::epoch_done(const EpochResult& epoch) {
    if (!text_) return;
    print_epoch(epoch);
    std::fflush(stdout);
}

void RunPrinter::end() const {
    if (!text_) return;
    const TrainOptions& options = run_.options();
    const PassResult& pass = run_.evaluation().pass;
    fmt::print("\nright    {} of {} test images, {:.2f} %\n", pass.correct, pass.images, 100 * pass.accuracy());
    if (options.keep == "best") fmt::print("best     epoch {}\n", run_.kept().epoch);
    fmt::print("model    {}, CRC-32 0x{:08x}\n", options.out.empty() ? "not kept (no --out)" : options.out, run_.crc());
    if (const auto stable = run_.stability()) fmt::print("stable   {}\n", stability_line(*stable));
    print_details(run_.evaluation(), options.per_class, options.confusion);
}

void RunPrinter::print_epoch(const EpochResult& epoch) const {
    const auto percent_of = [](int correct, int images) { return images > 0 ? 100.0 * correct / images : 0.0; };
    const RunData& data = run_.data();
    std::string validation;
    if (run_.options().validation > 0) {
        validation = fmt::format("    {:6.2f} %", percent_of(epoch.validation_correct, data.validation.count()));
    }
    fmt::print("{:5}  {:.6f}  {:6.2f} %{}  {:6.2f} %  {:8.0f}  {:7.1f}\n", epoch.epoch, epoch.eta / 65536.0,
               percent_of(epoch.correct, epoch.images), validation, percent_of(epoch.test_correct, data.test.count()),
               epoch.seconds > 0 ? epoch.images / epoch.seconds : 0.0, epoch.seconds);
}

}  // namespace wuxing
