// The command `wuxing`: trains, evaluates and describes the golden model.
// Exit codes: 0 done, 2 usage or set-up error, 130 interrupted (1 is kept for divergences, which wuxing-cosim finds).
#include <fmt/core.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <exception>
#include <limits>
#include <new>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include "dataset.hpp"
#include "files.hpp"
#include "interrupt.hpp"
#include "model_file.hpp"
#include "network.hpp"
#include "progress.hpp"
#include "report.hpp"
#include "samples.hpp"
#include "tables.hpp"
#include "training.hpp"

namespace wuxing {
namespace {

constexpr int kExitDone = 0, kExitUsage = 2, kExitInterrupted = 130;

class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

struct DataOptions {
    std::string directory = default_data_directory();
    int test_images = 0;  ///< 0 = all
};

struct OutputOptions {
    std::string json;
    bool per_class = false;
    bool confusion = false;

    /// Text is left out where JSON takes standard output.
    bool text() const { return json != "-"; }
};

struct TrainOptions {
    DataOptions data;
    OutputOptions output;
    std::string layers = "784-80-10";
    int steps = 8;
    int epochs = 16;
    LearningRate rate{0.014, 0.82, 1};
    int shift = 0;
    std::uint32_t seed = 1;
    std::string in, out;
    std::string arithmetic = "integer";
    int train_images = 0;  ///< 0 = all
};

struct EvalOptions {
    DataOptions data;
    OutputOptions output;
    std::string model;
    bool twin = false;
};

struct InfoOptions {
    std::string model, json;
};

/// "784-80-10" as sizes.
std::vector<int> parse_layers(const std::string& text) {
    std::vector<int> sizes;
    for (std::size_t start = 0; start <= text.size();) {
        const std::size_t stop = std::min(text.find('-', start), text.size());
        int size = 0;
        const auto [end, error] = std::from_chars(text.data() + start, text.data() + stop, size);
        if (error != std::errc() || end != text.data() + stop || size < 1 || size > 65535) {
            throw UsageError(fmt::format("--layers {}: '{}' is no layer size (1 to 65535); write it as 784-80-10", text,
                                         text.substr(start, stop - start)));
        }
        sizes.push_back(size);
        start = stop + 1;
    }
    if (sizes.size() < 2 || sizes.size() > 256) {
        throw UsageError(fmt::format("--layers {}: inputs and 1 to 255 layers are needed, as in 784-80-10", text));
    }
    return sizes;
}

void limit_images(ImageSet& set, int limit, const std::string& option) {
    if (limit > set.count()) {
        throw UsageError(fmt::format("{} {}: the data set has only {}", option, limit, set.count()));
    }
    set.keep_first(limit);
}

PassObserver observe(Progress& progress) {
    return [&progress](int done, int correct) {
        progress.update(done, correct);
        return interrupted == 0;
    };
}

void print_details(const Evaluation& evaluation, const OutputOptions& output) {
    if (!output.text()) return;
    if (output.per_class) fmt::print("\n{}", per_class_table(evaluation));
    if (output.confusion) fmt::print("\n{}", confusion_table(evaluation));
}

void check_outputs(const OutputOptions& output) {
    if (!output.json.empty() && output.json != "-") check_writable(output.json);
}

/// A new network from a seed.
StoredModel new_model(const NetworkConfig& config, std::uint32_t seed) {
    StoredModel model{Network(config), {}};
    model.network.initialise(seed);
    return model;
}

void check_rate(const LearningRate& rate, std::uint32_t first_epoch) {
    if (rate.eta0 == 0) throw UsageError("--eta 0: nothing would be learnt; above 0 and below 0.5 is possible");
    if (!(rate.eta0 > 0 && rate.eta0 < 0.5)) {
        throw UsageError(fmt::format("--eta {}: above 0 and below 0.5 is possible", rate.eta0));
    }
    if (!(rate.decay > 0 && rate.decay <= 1)) {
        throw UsageError(fmt::format("--decay {}: above 0 and at most 1 is possible", rate.decay));
    }
    if (rate.at(first_epoch) == 0) {
        throw UsageError(
            fmt::format("the learning rate of epoch {} is below 1/131072: nothing would be learnt", first_epoch + 1));
    }
}

int train(const TrainOptions& options) {
    // Everything that can be wrong is looked at before a large network is made or an epoch is spent.
    std::optional<StoredModel> stored;
    NetworkConfig config;
    if (!options.in.empty()) {
        stored = load_model(options.in);
        config = stored->network.config();
    } else {
        config.sizes = parse_layers(options.layers);
        config.steps = options.steps;
    }
    const std::uint32_t epochs_before = stored ? stored->history.epochs : 0;
    check_rate(options.rate, epochs_before);
    if (std::uint64_t{epochs_before} + static_cast<std::uint64_t>(options.epochs) > 0xFFFFFFFFu) {
        throw UsageError("more epochs than a model file can count");
    }
    if (!options.out.empty()) check_writable(options.out);
    check_outputs(options.output);

    Dataset data = load_dataset(options.data.directory);
    limit_images(data.train, options.train_images, "--train-images");
    limit_images(data.test, options.data.test_images, "--test-images");
    check_fits(data.train, config.sizes.front(), config.sizes.back(), options.data.directory + " (training images)");
    check_fits(data.test, config.sizes.front(), config.sizes.back(), options.data.directory + " (test images)");

    const std::uint32_t epochs_after = epochs_before + static_cast<std::uint32_t>(options.epochs);
    if (const auto zero = options.rate.first_zero(epochs_before, epochs_after)) {
        fmt::print(stderr, "wuxing: warning: the learning rate is 0 from epoch {} on: nothing is learnt there\n",
                   *zero + 1);
    }
    StoredModel model = stored ? std::move(*stored) : new_model(config, options.seed);
    Network& network = model.network;
    std::optional<RealNetwork> twin;  // trained in the network's stead if asked for
    if (options.arithmetic == "double") twin.emplace(network);
    TrainingHistory& history = model.history;
    const bool text = options.output.text();
    const int train_count = data.train.count(), test_count = data.test.count();
    if (text) {
        fmt::print(
            "network  {}, N = {}, {}{}\n", format_layers(config.sizes), config.steps, twin ? "double precision, " : "",
            options.in.empty() ? fmt::format("seed {}", options.seed)
                               : fmt::format("continued after {} epochs, seed {}", history.epochs, options.seed));
        fmt::print("data     {}: {} training and {} test images\n", options.data.directory, train_count, test_count);
        fmt::print("\nepoch       eta  training      test  images/s  seconds\n");
        std::fflush(stdout);
    }

    nlohmann::json epochs = nlohmann::json::array();
    Evaluation evaluation;
    double seconds = 0;
    std::uint64_t trained = 0;
    for (int n = 0; n < options.epochs; ++n) {
        const std::uint32_t epoch = history.epochs;
        const int eta = options.rate.at(epoch);
        PassResult pass;
        {
            Progress progress(fmt::format("epoch {}/{}", n + 1, options.epochs), train_count,
                              static_cast<double>(options.epochs - n - 1) * train_count);
            const auto train_any = [&](auto& any) {
                return train_epoch(any, data.train, options.seed, epoch, options.shift, eta, observe(progress));
            };
            pass = twin ? train_any(*twin) : train_any(network);
        }
        if (!pass.completed) {
            const std::string kept =
                options.out.empty() ? "no model was kept"
                : n == 0            ? options.out + " was not touched"
                                    : fmt::format("{} holds the model after {} epochs", options.out, history.epochs);
            fmt::print(stderr, "wuxing: interrupted after {} images of epoch {}; {}\n", pass.images, epoch + 1, kept);
            return kExitInterrupted;
        }
        ++history.epochs;
        history.samples += static_cast<std::uint64_t>(pass.images);
        trained += static_cast<std::uint64_t>(pass.images);
        seconds += pass.seconds;
        if (twin) twin->round_weights_into(network);
        // Before anything else is done: what has been learnt must survive whatever follows.
        if (!options.out.empty()) save_model(options.out, network, history);
        {
            Progress progress("test", test_count);
            evaluation =
                twin ? evaluate(*twin, data.test, observe(progress)) : evaluate(network, data.test, observe(progress));
        }
        if (!evaluation.pass.completed) {
            fmt::print(stderr, "wuxing: interrupted in the test after {} epochs; {}\n", history.epochs,
                       options.out.empty() ? "no model was kept" : options.out + " holds the model");
            return kExitInterrupted;
        }
        epochs.push_back({{"epoch", history.epochs},
                          {"eta", eta},
                          {"training_accuracy", pass.accuracy()},
                          {"test_accuracy", evaluation.pass.accuracy()},
                          {"images_per_second", pass.rate()},
                          {"seconds", pass.seconds}});
        if (text) {
            fmt::print("{:5}  {:.6f}  {:6.2f} %  {:6.2f} %  {:8.0f}  {:7.1f}\n", history.epochs, eta / 65536.0,
                       100 * pass.accuracy(), 100 * evaluation.pass.accuracy(), pass.rate(), pass.seconds);
            std::fflush(stdout);
        }
    }
    const std::uint32_t crc = model_crc(encode_model(network, history));
    if (text) {
        fmt::print("\nright    {} of {} test images, {:.2f} %\n", evaluation.pass.correct, test_count,
                   100 * evaluation.pass.accuracy());
        fmt::print("model    {}, CRC-32 0x{:08x}\n", options.out.empty() ? "not kept (no --out)" : options.out, crc);
    }
    print_details(evaluation, options.output);
    if (!options.output.json.empty()) {
        nlohmann::json json = evaluation_json(evaluation);
        json["test_images_per_second"] = json["images_per_second"];
        json["images_per_second"] = seconds > 0 ? static_cast<double>(trained) / seconds : 0.0;
        json.update({{"command", "train"},
                     {"versions", versions_json()},
                     {"arithmetic", options.arithmetic},
                     {"layers", network.config().sizes},
                     {"steps", network.config().steps},
                     {"seed", options.seed},
                     {"shift", options.shift},
                     {"eta", options.rate.eta0},
                     {"decay", options.rate.decay},
                     {"decay_every", options.rate.decay_every},
                     {"train_images", train_count},
                     {"trained_images", trained},
                     {"epochs", epochs},
                     {"model", options.out},
                     {"crc", crc}});
        write_json(options.output.json, json);
    }
    return kExitDone;
}

int eval(const EvalOptions& options) {
    const std::vector<std::uint8_t> bytes = read_model(options.model);
    StoredModel model = decode_model(bytes, options.model);
    Network& network = model.network;
    check_outputs(options.output);
    ImageSet test = load_dataset(options.data.directory, DatasetPart::test_only).test;
    limit_images(test, options.data.test_images, "--test-images");
    check_fits(test, network.inputs(0), network.outputs(network.layers() - 1),
               options.data.directory + " (test images)");

    Evaluation evaluation;
    {
        Progress progress("test", test.count());
        evaluation = evaluate(network, test, observe(progress));
    }
    if (!evaluation.pass.completed) {
        fmt::print(stderr, "wuxing: interrupted after {} of {} images\n", evaluation.pass.images, test.count());
        return kExitInterrupted;
    }
    if (options.output.text()) {
        fmt::print("model    {}: {}, N = {}, {} samples trained, CRC-32 0x{:08x}\n", options.model,
                   format_layers(network.config().sizes), network.config().steps, model.history.samples,
                   model_crc(bytes));
        fmt::print("right    {} of {} test images, {:.2f} %, {:.0f} images/s\n", evaluation.pass.correct, test.count(),
                   100 * evaluation.pass.accuracy(), evaluation.pass.rate());
    }
    print_details(evaluation, options.output);
    nlohmann::json twin_json;
    if (options.twin) {
        const TwinComparison comparison = compare_with_twin(network, test);
        twin_json = comparison_json(comparison);
        if (options.output.text()) fmt::print("\n{}", comparison_table(comparison));
    }
    if (!options.output.json.empty()) {
        nlohmann::json json = evaluation_json(evaluation);
        if (options.twin) json["twin"] = twin_json;
        json.update({{"command", "eval"},
                     {"versions", versions_json()},
                     {"layers", network.config().sizes},
                     {"steps", network.config().steps},
                     {"model", options.model},
                     {"crc", model_crc(bytes)}});
        write_json(options.output.json, json);
    }
    return kExitDone;
}

int info(const InfoOptions& options) {
    const std::vector<std::uint8_t> bytes = read_model(options.model);
    const nlohmann::json json = model_json(decode_model(bytes, options.model), bytes.size(), model_crc(bytes));
    if (options.json != "-") fmt::print("{}", model_table(json));
    if (!options.json.empty()) write_json(options.json, json);
    return kExitDone;
}

/// A range that stays out of the help text.
CLI::Validator integers_from(int low, int high = std::numeric_limits<int>::max()) {
    CLI::Range range(low, high);
    range.description("");
    return range;
}

void add_data(CLI::App& command, DataOptions& options) {
    command
        .add_option("--data", options.directory,
                    "Folder with the four MNIST files (default: $WUXING_DATA, or the cache)")
        ->type_name("DIR")
        ->default_str("");
    command.add_option("--test-images", options.test_images, "Use only the first N test images")
        ->type_name("N")
        ->default_str("all")
        ->check(integers_from(1));
}

void add_output(CLI::App& command, OutputOptions& options) {
    command.add_option("--json", options.json, "Write the results to FILE as JSON (- for standard output)")
        ->type_name("FILE");
    command.add_flag("--per-class", options.per_class, "Show right answers class by class");
    command.add_flag("--confusion", options.confusion, "Show the confusion matrix");
}

int run(int argc, char** argv) {
    CLI::App app("Trains, evaluates and describes the golden model of the Wuxing network.", "wuxing");
    app.set_version_flag("--version", fmt::format("wuxing {}, contract {}, model file {}", WUXING_VERSION,
                                                  kContractVersion, kModelFileVersion));
    app.require_subcommand(1);
    const CLI::Validator at_least_1 = integers_from(1);

    TrainOptions train_options;
    CLI::App* train_command = app.add_subcommand("train", "Train a network, on-line, and test it after every epoch");
    train_command->option_defaults()->always_capture_default();  // shown by --help
    CLI::Option* layers = train_command->add_option("--layers", train_options.layers, "Inputs, hidden layers, outputs")
                              ->type_name("SIZES");
    CLI::Option* steps = train_command->add_option("--steps", train_options.steps, "Heun steps N")
                             ->type_name("N")
                             ->check(integers_from(1, 15));
    train_command->add_option("--epochs", train_options.epochs, "Epochs to train")->type_name("N")->check(at_least_1);
    train_command->add_option("--eta", train_options.rate.eta0, "Learning rate of the first epoch")->type_name("X");
    train_command->add_option("--decay", train_options.rate.decay, "Factor on the learning rate")->type_name("X");
    train_command->add_option("--decay-every", train_options.rate.decay_every, "Epochs between two decays")
        ->type_name("N")
        ->check(at_least_1);
    train_command->add_option("--shift", train_options.shift, "Move images by up to S pixels at random")
        ->type_name("S")
        ->check(integers_from(0, 1000));
    train_command->add_option("--seed", train_options.seed, "Seed of weights, order and shifts")->type_name("N");
    train_command->add_option("--model,--in", train_options.in, "Continue with the model of FILE")
        ->type_name("FILE")
        ->excludes(layers)
        ->excludes(steps);
    train_command->add_option("--out", train_options.out, "Write the model to FILE after every epoch")
        ->type_name("FILE");
    train_command->add_option("--train-images", train_options.train_images, "Use only the first N training images")
        ->type_name("N")
        ->check(at_least_1);
    train_command->get_option("--train-images")->default_str("all");
    train_command
        ->add_option("--arithmetic", train_options.arithmetic,
                     "integer: the golden model; double: its double-precision twin, rounded for the model file")
        ->type_name("KIND")
        ->check(CLI::IsMember({"integer", "double"}));
    add_data(*train_command, train_options.data);
    add_output(*train_command, train_options.output);

    EvalOptions eval_options;
    CLI::App* eval_command = app.add_subcommand("eval", "Classify the test images with a trained model");
    eval_command->add_option("--model,model", eval_options.model, "Model file")->type_name("FILE")->required();
    eval_command->add_flag("--twin", eval_options.twin,
                           "Also run the double-precision twin and show the quantisation error");
    add_data(*eval_command, eval_options.data);
    add_output(*eval_command, eval_options.output);

    InfoOptions info_options;
    CLI::App* info_command = app.add_subcommand("info", "Show what a model file holds");
    info_command->add_option("--model,model", info_options.model, "Model file")->type_name("FILE")->required();
    info_command->add_option("--json", info_options.json, "Write it to FILE as JSON (- for standard output)")
        ->type_name("FILE");

    std::vector<std::string> report_files;
    CLI::App* report_command = app.add_subcommand("report", "Show results of wuxing and wuxing-cosim as one table");
    report_command->add_option("results", report_files, "JSON files")->type_name("FILE")->required();
    bool no_rates = false;
    report_command->add_flag("--no-rates", no_rates, "Leave out images/s: two runs give the same table");

    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& asked_for) {  // --help, --version
        return app.exit(asked_for);
    } catch (const CLI::ParseError& error) {
        throw UsageError(fmt::format("{} (wuxing --help, wuxing train --help)", error.what()));
    }
    catch_interrupts();
    if (train_command->parsed()) return train(train_options);
    if (eval_command->parsed()) return eval(eval_options);
    if (info_command->parsed()) return info(info_options);
    fmt::print("{}", results_table(report_files, !no_rates));
    return kExitDone;
}

/// One line on stderr, whatever the message holds.
int complain(std::string message) {
    std::replace(message.begin(), message.end(), '\n', ' ');
    fmt::print(stderr, "wuxing: {}\n", message);
    return kExitUsage;
}

}  // namespace
}  // namespace wuxing

int main(int argc, char** argv) {
    try {
        const int code = wuxing::run(argc, argv);
        if (std::fflush(stdout) != 0) {
            return wuxing::complain(std::string("cannot write to standard output: ") + std::strerror(errno));
        }
        return code;
    } catch (const std::bad_alloc&) {
        return wuxing::complain("not enough memory for a network of this size");
    } catch (const std::exception& error) {
        return wuxing::complain(error.what());
    }
}
