// wuxing faults: what faults in the field do to a trained network, and how fast learning on-line makes up for them.
#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "commands.hpp"
#include "fault_run.hpp"
#include "files.hpp"
#include "interrupt.hpp"
#include "model_file.hpp"
#include "progress.hpp"
#include "report.hpp"
#include "tables.hpp"
#include "train_cli.hpp"
#include "usage_error.hpp"

namespace wuxing {
namespace {

struct FaultsOptions {
    std::shared_ptr<SaidOptions> said = std::make_shared<SaidOptions>();
    std::string model, kind, rate, bits, list, write_list, tests;
    int images = 0;  ///< 0: the test set once
    int tiles = 0;   ///< 0: not given
    bool each_image = false, learn = false;
};

template <typename T>
T parse_number(const std::string& option, const std::string& text) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size())
        throw UsageError(fmt::format("{} {}: '{}' is no number that is possible", option, text, text));
    return value;
}

std::vector<std::uint64_t> parse_tests(const std::string& text, std::uint64_t images) {
    std::vector<std::uint64_t> tests;
    for (std::size_t start = 0; start <= text.size() && !text.empty();) {
        const std::size_t stop = std::min(text.find(',', start), text.size());
        tests.push_back(parse_number<std::uint64_t>("--tests", text.substr(start, stop - start)));
        start = stop + 1;
    }
    if (std::adjacent_find(tests.begin(), tests.end(), std::greater_equal<>()) != tests.end())
        throw UsageError(fmt::format("--tests {}: ascending numbers are needed", text));
    if (!tests.empty() && tests.back() > images)
        throw UsageError(fmt::format("--tests {}: the run has only {} images", text, images));
    return tests;
}

std::optional<FaultPlan> asked_plan(const FaultsOptions& options, std::uint32_t seed, const NetworkConfig& network) {
    const auto needs_plan = [&](bool given, const char* option) {
        if (given && !options.list.empty())
            throw UsageError(fmt::format("{}: the faults are those of --faults", option));
    };
    needs_plan(!options.kind.empty(), "--kind");
    needs_plan(!options.rate.empty(), "--rate");
    needs_plan(!options.bits.empty(), "--bits");
    needs_plan(options.each_image, "--each-image");
    needs_plan(options.tiles != 0, "--tiles");
    if (!options.list.empty()) return std::nullopt;
    if (options.kind.empty() || options.rate.empty()) throw UsageError("--kind and --rate, or --faults, are needed");
    const auto kind =
        std::find_if(kFaultKinds.begin(), kFaultKinds.end(), [&](FaultKind k) { return options.kind == to_string(k); });
    if (kind == kFaultKinds.end())
        throw UsageError(fmt::format("--kind {}: c, k, pid, state, events, drop or tile is possible", options.kind));
    FaultPlan plan;
    plan.kind = *kind;
    plan.rate = parse_number<double>("--rate", options.rate);
    plan.seed = seed;
    if (options.each_image && (is_transient(plan.kind) || plan.kind == FaultKind::tile))
        throw UsageError(fmt::format("--each-image: faults of kind {} {}", options.kind,
                                     is_transient(plan.kind) ? "fall at every image anyway" : "stay"));
    plan.each_image = options.each_image;
    if (!options.bits.empty()) {
        if (!plan.has_bits()) throw UsageError(fmt::format("--bits: faults of kind {} have none", options.kind));
        const std::size_t dash = std::min(options.bits.find('-'), options.bits.size());
        plan.first_bit = parse_number<int>("--bits", options.bits.substr(0, dash));
        plan.last_bit =
            dash == options.bits.size() ? plan.first_bit : parse_number<int>("--bits", options.bits.substr(dash + 1));
        if (plan.last_bit < 0) throw UsageError(fmt::format("--bits {}: there are no such bits", options.bits));
    }
    if (options.tiles != 0 && plan.kind != FaultKind::tile) throw UsageError("--tiles belongs to --kind tile");
    if (options.tiles != 0) plan.tiles = options.tiles;
    try {
        plan.validate(network);
    } catch (const std::invalid_argument& error) {
        throw UsageError(fmt::format("--kind {} --rate {}: {}", options.kind, options.rate, error.what()));
    }
    return plan;
}

TrainOptions asked_learning(const FaultsOptions& options) {
    TrainOptions train = default_train_options();
    apply_said(train, *options.said);
    train.decay = 1;  // in the field the rate stays
    for (const char* name : {"eta", "k-sets", "k-p", "k-i", "k-d", "k-leak"}) {
        if (options.said->values.count(name) == 0) continue;
        if (!options.learn) throw UsageError(fmt::format("--{} belongs to learning: --learn is missing", name));
        if (belongs_to_k_sets(name) && !train.adjusts_k())
            throw UsageError(fmt::format("--{}: of which parameters? --k-sets 123, 3, ...", name));
    }
    if (!options.tests.empty() && !options.learn) throw UsageError("--tests belongs to learning: --learn is missing");
    if (!train.out.empty() && !options.learn) throw UsageError("--out belongs to learning: --learn is missing");
    return train;
}

void check_outputs(const FaultsOptions& options, const TrainOptions& train) {
    std::vector<NamedFile> inputs = dataset_files("--data", train.data);
    inputs.push_back({"--model", options.model});
    inputs.push_back({"--faults", options.list});
    const std::vector<NamedFile> outputs{{"--list", options.write_list}, {"--json", train.json}, {"--out", train.out}};
    check_distinct(inputs, outputs);
    for (const NamedFile& output : outputs)
        if (!output.path.empty() && output.path != "-") check_writable(output.path);
}

std::string plan_text(const FaultRunOptions& run, const FaultsOptions& options) {
    if (!run.plan) return "of " + options.list;
    const FaultPlan& plan = *run.plan;
    const bool every = plan.each_image || is_transient(plan.kind);
    return fmt::format("of kind {}, rate {}{}, seed {}", to_string(plan.kind), plan.rate,
                       every ? " at every image" : "", plan.seed);
}

nlohmann::json faults_json(const FaultsOptions& options, const TrainOptions& train, const FaultRunOptions& run,
                           const FaultRunResult& result, const Network& network, std::uint32_t crc) {
    nlohmann::json tests = nlohmann::json::array();
    for (const FaultTest& test : result.tests) tests.push_back({{"images", test.images}, {"accuracy", test.accuracy}});
    nlohmann::json json{{"command", "faults"},
                        {"versions", versions_json()},
                        {"model", options.model},
                        {"crc", crc},
                        {"layers", network.config().sizes},
                        {"steps", network.config().steps},
                        {"list", options.list},
                        {"kind", nullptr},
                        {"seed", train.seed},
                        {"learning", nullptr},
                        {"images", result.images},
                        {"learnt", result.learnt},
                        {"refused", result.refused},
                        {"correct", result.correct},
                        {"accuracy", result.accuracy()},
                        {"faults", result.faults.size()},
                        {"parameters_in_range", network.parameters_in_range()},
                        {"tests", tests}};
    if (run.plan) {
        json["kind"] = to_string(run.plan->kind);
        json["rate"] = run.plan->rate;
        if (run.plan->has_bits())
            json["bits"] = options.bits.empty() ? nlohmann::json(nullptr) : nlohmann::json(options.bits);
        json["each_image"] = run.plan->each_image || is_transient(run.plan->kind);
        if (run.plan->kind == FaultKind::tile) json["tiles"] = run.plan->tiles;
    }
    if (run.learn) {
        const PidGains& k = run.learning.k;
        json["learning"] = {
            {"eta", run.learning.eta}, {"k_sets", train.k_sets}, {"k_p", k.p}, {"k_i", k.i}, {"k_d", k.d},
            {"k_leak", k.leak}};
    }
    return json;
}

int run_faults(const FaultsOptions& options) {
    const TrainOptions train = asked_learning(options);
    const std::vector<std::uint8_t> bytes = read_model(options.model);
    StoredModel stored = decode_model(bytes, options.model);
    Network& network = stored.network;

    FaultRunOptions run;
    run.plan = asked_plan(options, train.seed, network.config());
    if (!run.plan) run.list = FaultList(options.list, network.config());
    run.learn = options.learn;
    run.learning = train.learning(0);
    if (network.config().recomputed) run.learning.eta = 0;
    run.seed = train.seed;
    run.epoch = stored.history.epochs;
    run.threads = train.threads;
    check_outputs(options, train);

    Dataset data = load_dataset(train.data, options.learn ? DatasetPart::both : DatasetPart::test_only);
    if (train.test_images > data.test.count())
        throw UsageError(
            fmt::format("--test-images {}: the data set has only {}", train.test_images, data.test.count()));
    data.test.keep_first(train.test_images);
    const ImageSet& stream = options.learn ? data.train : data.test;
    check_fits(stream, network.inputs(0), network.outputs(network.layers() - 1), train.data);
    run.images = static_cast<std::uint64_t>(options.images != 0 ? options.images : stream.count());
    if (!options.learn && run.images > static_cast<std::uint64_t>(stream.count()))
        throw UsageError(fmt::format("--images {}: the test set has {}", options.images, stream.count()));
    run.list.check_images(run.images);
    run.tests = parse_tests(options.tests, run.images);

    FaultRunResult result;
    {
        Progress progress("faults", static_cast<int>(run.images));
        result = run_with_faults(network, stream, data.test, run, [&](std::uint64_t done, std::uint64_t correct) {
            progress.update(static_cast<int>(done), static_cast<int>(correct));
            return interrupted == 0;
        });
    }
    if (!result.completed) {
        complain(fmt::format("interrupted after {} of {} images", result.images, run.images));
        return kExitInterrupted;
    }
    if (run.plan && run.plan->rate > 0 && result.faults.empty())
        complain("nothing was struck: the rate times the places is less than one half");
    if (train.text()) {
        fmt::print("model    {}: {}, N = {}\n", options.model, format_layers(network.config().sizes),
                   network.config().steps);
        fmt::print("faults   {} {}\n", grouped(static_cast<long long>(result.faults.size())), plan_text(run, options));
        fmt::print("right    {} of {} {} images, {:.2f} %, {} refused\n", result.correct, result.images,
                   options.learn ? "training" : "test", 100 * result.accuracy(), result.refused);
        for (const FaultTest& test : result.tests)
            fmt::print("test     {:.2f} % after {} images\n", 100 * test.accuracy, test.images);
    }
    if (!options.write_list.empty()) {
        std::string lines;
        for (const Fault& fault : result.faults) lines += fault_line(fault) + '\n';
        write_file_atomically(options.write_list, lines);
    }
    if (!train.json.empty())
        write_json(train.json, faults_json(options, train, run, result, network, model_crc(bytes)));
    if (train.out.empty()) return kExitDone;
    if (!network.parameters_in_range()) {
        complain(fmt::format("{}: not written: faults have left K out of its range, which a model file cannot hold",
                             train.out));
        return kExitUsage;
    }
    save_model(train.out, network, {stored.history.samples + result.learnt, stored.history.epochs});
    return kExitDone;
}

}  // namespace

Command add_faults_command(CLI::App& wuxing) {
    CLI::App* command = wuxing.add_subcommand(
        "faults",
        "Strike a trained network with faults, and let it learn on: accuracy against their rate (docs/faults.md)");
    const auto options = std::make_shared<FaultsOptions>();
    const auto positive = CLI::Range(1, std::numeric_limits<int>::max()).description("");
    command->add_option("--model,model", options->model, "Model file")->type_name("FILE")->required();
    command
        ->add_option("--kind", options->kind,
                     "c, k: bits of connections, of K; pid: of S and last G1; state: of E; events, drop: bits of input "
                     "events, lost events; tile: tiles whose connections read 0")
        ->type_name("KIND");
    command->add_option("--rate", options->rate, "Faults a bit, a lost event an event, a stuck tile a tile: 0 to 1")
        ->type_name("R");
    command->add_option("--bits", options->bits, "Only bits N, or M-N, of a word or event")->type_name("N");
    command->add_flag("--each-image", options->each_image, "c, k, pid: anew at every image, not at the first alone");
    command->add_option("--tiles", options->tiles, "tile: of how many tiles (4)")->type_name("N")->check(positive);
    command->add_option("--faults", options->list, "The faults of FILE instead")->type_name("FILE");
    command->add_option("--list", options->write_list, "Write the faults to FILE, for --faults and wuxing-cosim")
        ->type_name("FILE");
    command->add_flag("--learn", options->learn, "Training images that are learnt, instead of test images");
    command->add_option("--images", options->images, "Images to run [all of the set once]")
        ->type_name("N")
        ->check(positive);
    command
        ->add_option("--tests", options->tests,
                     "With --learn: accuracy on the test images after so many images, as 0,100,1000")
        ->type_name("N,...");
    add_table_options(*command, options->said, [](const TrainOption& option) {
        const std::set<std::string> wanted{"eta",  "k-sets", "k-p",         "k-i",     "k-d",  "k-leak",
                                           "seed", "data",   "test-images", "threads", "json", "out"};
        return wanted.count(option.name) > 0;
    });
    return {command, [options] { return run_faults(*options); }};
}

}  // namespace wuxing
