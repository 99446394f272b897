// wuxing board: the core on a board over a serial port, compared with the golden model.
#include <fmt/core.h>

#include <algorithm>
#include <cstdio>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "board.hpp"
#include "board_learner.hpp"
#include "commands.hpp"
#include "dataset.hpp"
#include "files.hpp"
#include "interrupt.hpp"
#include "model_file.hpp"
#include "progress.hpp"
#include "report.hpp"
#include "serial_port.hpp"
#include "tables.hpp"
#include "train_cli.hpp"
#include "usage_error.hpp"

namespace wuxing {
namespace {

using nlohmann::json;

struct PortOptions {
    std::string device;
    int baud = 6000000;
    double timeout = 5;  ///< seconds
};

struct InfoOptions {
    PortOptions port;
    std::string json;
};

struct EvalOptions {
    PortOptions port;
    std::string model, json, data = default_data_directory();
    int test_images = 0;  ///< 0 = all
    bool per_class = false, confusion = false;
};

struct ReadOptions {
    PortOptions port;
    std::string out, json;
    std::uint32_t epochs = 0;
};

/// An open port with a board on it.
class Connection {
public:
    explicit Connection(const PortOptions& options)
        : port_(options.device, options.baud),
          link_(port_,
                {std::chrono::milliseconds(static_cast<int>(options.timeout * 1000)), [] { return interrupted != 0; }}),
          board_(connected()) {}

    Board& board() { return board_; }

    /// What it is.
    json identity() const {
        const Capabilities& core = board_.core();
        return {{"port", port_.name()},          {"link", kLinkVersion},
                {"buffer", link_.buffer()},      {"contract", kContractVersion},
                {"tiles", core.tiles},           {"slots", core.slots},
                {"layers", core.layers},         {"weight_depth", core.weight_depth},
                {"index_bits", core.index_bits}, {"weight_bits", core.weight_bits},
                {"learns_k", core.learns_k},     {"recomputes", core.recomputes}};
    }
    /// What went over the line.
    json traffic() const {
        const LinkCounts& counts = link_.counts();
        return {{"frames_sent", counts.frames_sent}, {"frames_received", counts.frames_received},
                {"spoilt", counts.spoilt},           {"refused", counts.refused},
                {"timeouts", counts.timeouts},       {"resyncs", counts.resyncs},
                {"retries", counts.retries},         {"answers_lost", counts.lost}};
    }
    void print_board() const {
        const Capabilities& core = board_.core();
        fmt::print("board    {}: {} tiles of {} slots and {} words of {} bits{}{}\n", port_.name(), core.tiles,
                   core.slots, grouped(core.weight_depth), core.weight_bits, core.learns_k ? ", adjusts K" : "",
                   core.recomputes ? ", recomputes connections" : "");
        std::fflush(stdout);
    }
    void print_end(const BoardFindings& findings) const {
        const LinkCounts& counts = link_.counts();
        fmt::print("compared {} results and {} words with the golden model: all equal\n",
                   grouped_count(findings.results), grouped_count(findings.words_compared));
        fmt::print(
            "line     {} frames sent, {} received, {} spoilt or refused, {} requests sent again, {} results lost\n",
            grouped_count(counts.frames_sent), grouped_count(counts.frames_received),
            grouped_count(counts.spoilt + counts.refused), grouped_count(counts.retries),
            grouped_count(findings.lost_results));
    }

private:
    static std::string grouped_count(std::uint64_t count) { return grouped(static_cast<long long>(count)); }
    BoardLink& connected() {
        link_.connect();
        return link_;
    }

    SerialPort port_;
    BoardLink link_;
    Board board_;
};

/// Throws UsageError, FileError if the results cannot go where they are wanted.
void check_outputs(const std::vector<NamedFile>& inputs, const std::vector<NamedFile>& outputs) {
    check_distinct(inputs, outputs);
    for (const NamedFile& output : outputs)
        if (!output.path.empty() && output.path != "-") check_writable(output.path);
}

/// Adds to the result of a command what all of them say of the board; writes it if asked to.
void write_result(const std::string& path, json result, const char* command, const Connection& connection,
                  const BoardFindings& findings) {
    if (path.empty()) return;
    result.update(findings.json());
    result.update({{"command", command},
                   {"versions", versions_json()},
                   {"board", connection.identity()},
                   {"link", connection.traffic()}});
    write_json(path, result);
}

int diverged(const DivergenceError& error, const std::string& path, const char* command, const Connection& connection,
             const BoardFindings& findings) {
    complain(error.what());
    write_result(path, json::object(), command, connection, findings);
    return kExitDivergence;
}

/// What a run that has ended before its time can be gone on with.
std::string resume_hint(const TrainOptions& options) {
    return options.checkpoint.empty()
               ? ""
               : fmt::format("; --resume {} goes on after the last whole epoch", options.checkpoint);
}

int train(const SaidOptions& said, const PortOptions& port) {
    const AskedRun asked = asked_run(said);
    const TrainOptions& options = asked.options;
    if (said.print_config) {
        fmt::print("{}", config_text(options));
        return kExitDone;
    }
    constexpr const char* kCommand = "board train";
    Connection connection(port);  // first: without a board there is no checkpoint to stand in the way
    if (options.text()) connection.print_board();
    BoardSession session(connection.board());
    BoardLearners learners(session);
    RunDataCache cache;
    // Before the checkpoint is written: it would stand in the way of the command put right.
    const auto data = cache.get(options);
    for (const ImageSet* set : {&data->train, &data->validation, &data->test})
        check_sample_size(*set, connection.board().link(), options.data);
    TrainingRun run = asked.checkpoint ? TrainingRun(*asked.checkpoint, said.resume, options, cache, learners)
                                       : TrainingRun(options, cache, learners);
    if (const auto warning = run.warning()) complain("warning: " + *warning);
    RunPrinter printer(run);
    printer.begin(asked.checkpoint.has_value());
    try {
        if (const auto interrupt = run.run(printer)) {
            complain(*interrupt);
            return kExitInterrupted;
        }
        session.verify_last();
    } catch (const LinkStopped&) {
        printer.pass_ends();
        complain("interrupted" + resume_hint(options));
        return kExitInterrupted;
    } catch (const DivergenceError& error) {
        printer.pass_ends();
        return diverged(error, options.json, kCommand, connection, session.findings());
    } catch (const BoardError& error) {
        printer.pass_ends();
        throw BoardError(error.what() + resume_hint(options));
    }
    printer.end();
    if (options.text()) connection.print_end(session.findings());
    write_result(options.json, options.json.empty() ? json() : run.result(), kCommand, connection, session.findings());
    return kExitDone;
}

int eval(const EvalOptions& options) {
    const std::vector<std::uint8_t> bytes = read_model(options.model);
    StoredModel model = decode_model(bytes, options.model);
    Network& network = model.network;
    std::vector<NamedFile> inputs = dataset_files("--data", options.data);
    inputs.push_back({"--model", options.model});
    check_outputs(inputs, {{"--json", options.json}});
    ImageSet test = load_dataset(options.data, DatasetPart::test_only).test;
    if (options.test_images > test.count()) {
        throw UsageError(fmt::format("--test-images {}: the data set has only {}", options.test_images, test.count()));
    }
    test.keep_first(options.test_images);
    check_fits(test, network.inputs(0), network.outputs(network.layers() - 1), options.data + " (test images)");

    constexpr const char* kCommand = "board eval";
    const bool text = options.json != "-";
    Connection connection(options.port);
    if (text) connection.print_board();
    check_sample_size(test, connection.board().link(), options.data);
    BoardSession session(connection.board());
    Evaluation evaluation;
    try {
        Progress progress("test", test.count());
        const auto watch = [&progress](int done, int correct) {
            progress.update(done, correct);
            return interrupted == 0;
        };
        evaluation = evaluate_on_board(session, network, test, Learning(), watch);
        if (!evaluation.pass.completed) throw LinkStopped();
        session.verify_last();
    } catch (const LinkStopped&) {
        complain(fmt::format("interrupted after {} of {} images", evaluation.pass.images, test.count()));
        return kExitInterrupted;
    } catch (const DivergenceError& error) {
        return diverged(error, options.json, kCommand, connection, session.findings());
    }
    if (text) {
        fmt::print("network  {}, N = {}\n", format_layers(network.config().sizes), network.config().steps);
        fmt::print("right    {} of {} test images, {:.2f} %, {:.0f} images/s\n", evaluation.pass.correct,
                   evaluation.pass.images, 100 * evaluation.pass.accuracy(), evaluation.pass.rate());
        connection.print_end(session.findings());
        print_details(evaluation, options.per_class, options.confusion);
    }
    json result = evaluation_json(evaluation);
    result.update({{"layers", network.config().sizes},
                   {"steps", network.config().steps},
                   {"model", options.model},
                   {"crc", model_crc(bytes)}});
    write_result(options.json, std::move(result), kCommand, connection, session.findings());
    return kExitDone;
}

int info(const InfoOptions& options) {
    check_outputs({}, {{"--json", options.json}});
    Connection connection(options.port);
    Board& board = connection.board();
    json result = connection.identity();
    std::vector<std::pair<const char*, map::Register>> registers{{"configured_layers", map::kLayers},
                                                                 {"trained", map::kTrained},
                                                                 {"cycles", map::kCycles},
                                                                 {"random_state", map::kRandom}};
    if (board.core().all_counters) {
        registers.push_back({"samples", map::kSamples});
        registers.push_back({"multiplies", map::kMultiplies});
    }
    for (const auto& [name, address] : registers) result[name] = board.read_register(address);
    if (options.json != "-") {
        const auto count = [&result](const char* name) { return grouped(result[name].get<long long>()); };
        const bool learns_k = result["learns_k"].get<bool>(), recomputes = result["recomputes"].get<bool>();
        fmt::print("{}",
                   format_table({{"board", result["port"].get<std::string>()},
                                 {"link version", count("link")},
                                 {"contract version", count("contract")},
                                 {"buffer, bytes", count("buffer")},
                                 {"tiles", count("tiles")},
                                 {"slots a tile", count("slots")},
                                 {"layers, at most", count("layers")},
                                 {"words a tile", recomputes ? "connections are recomputed" : count("weight_depth")},
                                 {"bits of a connection", count("weight_bits")},
                                 {"inputs, at most", grouped(1LL << result["index_bits"].get<int>())},
                                 {"adjusts K", learns_k ? "yes" : "no"},
                                 {"layers configured", count("configured_layers")},
                                 {"samples trained since reset", count("trained")}},
                                0));
    }
    if (!options.json.empty()) {
        result.update({{"command", "board info"}, {"versions", versions_json()}});
        write_json(options.json, result);
    }
    return kExitDone;
}

int read(const ReadOptions& options) {
    check_outputs({}, {{"--out", options.out}, {"--json", options.json}});
    Connection connection(options.port);
    Board& board = connection.board();
    const Network network = board.read_network();
    const TrainingHistory history{board.read_register(map::kTrained), options.epochs};
    const std::vector<std::uint8_t> bytes = encode_model(network, history);
    write_file_atomically(options.out, bytes.data(), bytes.size());
    if (options.json != "-") {
        connection.print_board();
        fmt::print("network  {}, N = {}\n", format_layers(network.config().sizes), network.config().steps);
        fmt::print("model    {}, CRC-32 0x{:08x}, {} samples trained since the reset, {} epochs (--epochs)\n",
                   options.out, model_crc(bytes), grouped(static_cast<long long>(history.samples)), history.epochs);
    }
    if (!options.json.empty()) {
        json result = model_json({network, history}, bytes.size(), model_crc(bytes));
        result.update({{"command", "board read"},
                       {"model", options.out},
                       {"board", connection.identity()},
                       {"link", connection.traffic()}});
        write_json(options.json, result);
    }
    return kExitDone;
}

/// A range that stays out of the help text.
template <typename T>
CLI::Validator range(T low, T high) {
    // CLI11's own takes "nan".
    return CLI::Validator(
        [low, high](const std::string& text) {
            T value{};
            const bool fits = CLI::detail::lexical_cast(text, value) && value >= low && value <= high;
            return fits ? std::string() : fmt::format("Value {} not in range {} to {}", text, low, high);
        },
        "");
}

void add_port_options(CLI::App& command, PortOptions& port, bool required = true) {
    CLI::Option* device = command.add_option("--port", port.device, "Serial port of the board, as /dev/ttyUSB1");
    device->type_name("DEV");
    if (required) device->required();
    command.add_option("--baud", port.baud, "Bits a second on it")
        ->type_name("N")
        ->check(range(300, 20000000))
        ->capture_default_str();
    command.add_option("--timeout", port.timeout, "Longest silence while an answer is due")
        ->type_name("SECONDS")
        ->check(range(0.01, 3600.0))
        ->capture_default_str();
}

void add_json_option(CLI::App& command, std::string& path) {
    command.add_option("--json", path, "Write the results to FILE as JSON (- for standard output)")->type_name("FILE");
}

Command add_info(CLI::App& board) {
    CLI::App* command = board.add_subcommand("info", "Find the board and say what it is");
    const auto options = std::make_shared<InfoOptions>();
    add_port_options(*command, options->port);
    add_json_option(*command, options->json);
    return {command, [options] { return info(*options); }};
}

Command add_train(CLI::App& board) {
    CLI::App* command = board.add_subcommand("train",
                                             "Train a network on the board, the golden model beside it: every result "
                                             "and, after every epoch, every word compared");
    const auto said = std::make_shared<SaidOptions>();
    const auto port = std::make_shared<PortOptions>();
    add_port_options(*command, *port);
    add_train_options(*command, said, [](const TrainOption& option) {
        return option.name != "learner" && option.name != "arithmetic" && option.name != "threads";
    });
    return {command, [said, port] { return train(*said, *port); }};
}

Command add_eval(CLI::App& board) {
    CLI::App* command = board.add_subcommand(
        "eval", "Load a model into the board and classify the test images, compared with the golden model");
    const auto options = std::make_shared<EvalOptions>();
    add_port_options(*command, options->port);
    command->add_option("--model,model", options->model, "Model file")->type_name("FILE")->required();
    command
        ->add_option("--data", options->data,
                     "mnist, fashion-mnist, or a folder with four such files (default: $WUXING_DATA, or mnist)")
        ->type_name("DIR");
    command->add_option("--test-images", options->test_images, "Use only the first N test images")
        ->type_name("N")
        ->check(range(1, std::numeric_limits<int>::max()));
    add_json_option(*command, options->json);
    command->add_flag("--per-class", options->per_class, "Show right answers class by class");
    command->add_flag("--confusion", options->confusion, "Show the confusion matrix");
    return {command, [options] { return eval(*options); }};
}

Command add_read(CLI::App& board) {
    CLI::App* command = board.add_subcommand("read", "Read the network that the board holds into a model file");
    const auto options = std::make_shared<ReadOptions>();
    add_port_options(*command, options->port);
    command->add_option("--out", options->out, "Model file to write")->type_name("FILE")->required();
    command
        ->add_option(
            "--epochs", options->epochs,
            "Epochs that it has been through, which the board does not know: the one that --model goes on with")
        ->type_name("N")
        ->capture_default_str();
    add_json_option(*command, options->json);
    return {command, [options] { return read(*options); }};
}

}  // namespace

Command add_board_command(CLI::App& wuxing) {
    CLI::App* command =
        wuxing.add_subcommand("board", "The core on a board, over a serial port, compared with the golden model");
    command->require_subcommand(1);
    const std::vector<Command> actions{add_info(*command), add_train(*command), add_eval(*command), add_read(*command)};
    return {command, [actions] {
                const auto asked = [](const Command& c) { return c.app->parsed(); };
                try {
                    return std::find_if(actions.begin(), actions.end(), asked)->run();
                } catch (const LinkStopped&) {
                    complain("interrupted; no file was touched");
                    return kExitInterrupted;
                }
            }};
}

}  // namespace wuxing
