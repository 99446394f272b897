// wuxing eval, info and report: what a trained network can, what a model file holds, results side by side.
#include <fmt/core.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "commands.hpp"
#include "dataset.hpp"
#include "files.hpp"
#include "interrupt.hpp"
#include "model_file.hpp"
#include "progress.hpp"
#include "report.hpp"
#include "tables.hpp"
#include "usage_error.hpp"

namespace wuxing {
namespace {

struct EvalOptions {
    std::string model, json, data = default_data_directory();
    int test_images = 0;  ///< 0 = all
    int threads = 1;
    bool twin = false, signals = false, per_class = false, confusion = false;
};

struct InfoOptions {
    std::string model, json;
};

struct ReportOptions {
    std::vector<std::string> files;
    bool no_rates = false;
};

/// Throws UsageError, FileError if the results cannot go where they are wanted.
void check_json(const std::string& json, const std::string& model, std::vector<NamedFile> inputs) {
    inputs.push_back({"--model", model});
    check_distinct(inputs, {{"--json", json}});
    if (!json.empty() && json != "-") check_writable(json);
}

int eval(const EvalOptions& options) {
    const std::vector<std::uint8_t> bytes = read_model(options.model);
    StoredModel model = decode_model(bytes, options.model);
    Network& network = model.network;
    const bool text = options.json != "-";
    check_json(options.json, options.model, dataset_files("--data", options.data));
    ImageSet test = load_dataset(options.data, DatasetPart::test_only).test;
    if (options.test_images > test.count()) {
        throw UsageError(fmt::format("--test-images {}: the data set has only {}", options.test_images, test.count()));
    }
    test.keep_first(options.test_images);
    check_fits(test, network.inputs(0), network.outputs(network.layers() - 1), options.data + " (test images)");

    Evaluation evaluation;
    {
        Progress progress("test", test.count());
        const auto watch = [&progress](int done, int correct) {
            progress.update(done, correct);
            return interrupted == 0;
        };
        evaluation = evaluate(network, test, watch, options.threads);
    }
    const auto goes_on = [] { return interrupted == 0; };
    if (!evaluation.pass.completed) {
        complain(fmt::format("interrupted after {} of {} images", evaluation.pass.images, test.count()));
        return kExitInterrupted;
    }
    if (text) {
        fmt::print("model    {}: {}, N = {}, {} samples trained, CRC-32 0x{:08x}\n", options.model,
                   format_layers(network.config().sizes), network.config().steps, model.history.samples,
                   model_crc(bytes));
        fmt::print("right    {} of {} test images, {:.2f} %, {:.0f} images/s\n", evaluation.pass.correct, test.count(),
                   100 * evaluation.pass.accuracy(), evaluation.pass.rate());
        fmt::print("stable   {}\n", stability_line(stability(network)));
        print_details(evaluation, options.per_class, options.confusion);
    }
    nlohmann::json twin_json;
    if (options.twin) {
        const TwinComparison comparison = compare_with_twin(network, test, goes_on);
        if (!goes_on()) {
            complain("interrupted in the comparison with the twin");
            return kExitInterrupted;
        }
        twin_json = comparison_json(comparison);
        if (text) fmt::print("\n{}", comparison_table(comparison));
    }
    nlohmann::json layers;
    if (options.signals) {
        const std::vector<LayerSignals> signals = measure_signals(network, test, goes_on);
        if (!goes_on()) {
            complain("interrupted in the measurement of the signals");
            return kExitInterrupted;
        }
        layers = signals_json(signals);
        if (text) fmt::print("\n{}", signals_table(signals));
    }
    if (!options.json.empty()) {
        nlohmann::json json = evaluation_json(evaluation);
        if (options.twin) json["twin"] = twin_json;
        if (options.signals) json["signals"] = layers;
        json.update({{"command", "eval"},
                     {"versions", versions_json()},
                     {"layers", network.config().sizes},
                     {"steps", network.config().steps},
                     {"model", options.model},
                     {"crc", model_crc(bytes)}});
        write_json(options.json, json);
    }
    return kExitDone;
}

int info(const InfoOptions& options) {
    const std::vector<std::uint8_t> bytes = read_model(options.model);
    check_json(options.json, options.model, {});
    const nlohmann::json json = model_json(decode_model(bytes, options.model), bytes.size(), model_crc(bytes));
    if (options.json != "-") fmt::print("{}", model_table(json));
    if (!options.json.empty()) write_json(options.json, json);
    return kExitDone;
}

/// A range that stays out of the help text.
CLI::Validator integers(int low, int high) {
    CLI::Range range(low, high);
    range.description("");
    return range;
}

}  // namespace

void print_details(const Evaluation& evaluation, bool per_class, bool confusion) {
    if (per_class) fmt::print("\n{}", per_class_table(evaluation));
    if (confusion) fmt::print("\n{}", confusion_table(evaluation));
}

Command add_eval_command(CLI::App& wuxing) {
    CLI::App* command = wuxing.add_subcommand("eval", "Classify the test images with a trained model");
    const auto options = std::make_shared<EvalOptions>();
    command->add_option("--model,model", options->model, "Model file")->type_name("FILE")->required();
    command->add_flag("--twin", options->twin, "Also run the double-precision twin and show the quantisation error");
    command->add_flag("--signals", options->signals, "Also show how large the signals of every layer are, forward and backward");
    command
        ->add_option("--data", options->data, "mnist, fashion-mnist, or a folder with four such files (default: $WUXING_DATA, or mnist)")
        ->type_name("DIR");
    command->add_option("--test-images", options->test_images, "Use only the first N test images")
        ->type_name("N")
        ->check(integers(1, std::numeric_limits<int>::max()));
    command->add_option("--threads", options->threads, "Threads")->type_name("N")->check(integers(1, 1024));
    command->add_option("--json", options->json, "Write the results to FILE as JSON (- for standard output)")
        ->type_name("FILE");
    command->add_flag("--per-class", options->per_class, "Show right answers class by class");
    command->add_flag("--confusion", options->confusion, "Show the confusion matrix");
    return {command, [options] { return eval(*options); }};
}

Command add_info_command(CLI::App& wuxing) {
    CLI::App* command = wuxing.add_subcommand("info", "Show what a model file holds");
    const auto options = std::make_shared<InfoOptions>();
    command->add_option("--model,model", options->model, "Model file")->type_name("FILE")->required();
    command->add_option("--json", options->json, "Write it to FILE as JSON (- for standard output)")->type_name("FILE");
    return {command, [options] { return info(*options); }};
}

Command add_report_command(CLI::App& wuxing) {
    CLI::App* command = wuxing.add_subcommand("report", "Show results of wuxing and wuxing-cosim as one table");
    const auto options = std::make_shared<ReportOptions>();
    command->add_option("results", options->files, "JSON files")->type_name("FILE")->required();
    command->add_flag("--no-rates", options->no_rates, "Leave out images/s: two runs give the same table");
    return {command, [options] {
                fmt::print("{}", results_table(options->files, !options->no_rates));
                return kExitDone;
            }};
}

}  // namespace wuxing
