// Time of a sample, 784-80-10 with N = 8 on the golden model against a float perceptron of the same shape on Eigen.
// Both see the same images in the same order on one core; repetitions of all measurements are interleaved at random
// and medians of processor time are compared, so what else the machine does cancels. Inputs are prepared outside the
// timed loops.
#include <benchmark/benchmark.h>
#include <fmt/core.h>

#include <ctime>
#include <exception>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "dataset.hpp"
#include "eigen_mlp.hpp"
#include "network.hpp"
#include "samples.hpp"

namespace {

using namespace wuxing;

constexpr int kInputs = 784, kHidden = 80, kOutputs = 10;
constexpr int kSamples = 4000;            // a measurement
constexpr int kEarly = 5000;              // samples trained before the early measurement
constexpr std::uint32_t kLateEpochs = 4;  // epochs trained before the late one
constexpr std::uint32_t kSeed = 1;
constexpr float kEigenEta = 0.02F;

using Mlp = bench::EigenMlp<kInputs, kHidden, kOutputs>;

/// One image as both networks take it.
struct Sample {
    PixelEvents events;
    Mlp::Image image;
    std::uint16_t label = 0;
};

/// Both networks at one moment of training, and the samples that come next.
struct Stage {
    Network model;
    Mlp mlp;
    std::vector<Sample> samples;
    int eta;
    float mlp_eta;
};

Sample make_sample(const ImageSet& set, int index) {
    Sample sample;
    pixel_events(set, index, {}, sample.events);
    sample.label = set.labels[static_cast<std::size_t>(index)];
    sample.image.setZero();
    for (const PixelEvent& event : sample.events) sample.image[event.index] = static_cast<float>(event.value) / 256.0F;
    return sample;
}

class Bench {
public:
    Bench() : early_(start()), late_(start()) {
        const Dataset data = load_dataset(default_data_directory());
        check_fits(data.train, kInputs, kOutputs, "training images");
        check_fits(data.test, kInputs, kOutputs, "test images");
        if (data.train.count() < kEarly + kSamples) {
            throw FileError(fmt::format("{}: {} training images; the measurements take {}", default_data_directory(),
                                        data.train.count(), kEarly + kSamples));
        }
        prepare(data);
    }

    const nlohmann::json& facts() const { return facts_; }

    double time_model_training(const Stage& stage) const {
        Network network = stage.model;
        return seconds([&] {
            for (const Sample& s : stage.samples) network.train(s.events, s.label, stage.eta);
        });
    }
    double time_eigen_training(const Stage& stage) const {
        Mlp mlp = stage.mlp;
        return seconds([&] {
            for (const Sample& s : stage.samples) mlp.train(s.image, s.label, stage.mlp_eta);
        });
    }
    double time_model_inference(const Stage& stage) const {
        Network network = stage.model;
        int sum = 0;
        const double time = seconds([&] {
            for (const Sample& s : stage.samples) sum += network.infer(s.events).predicted;
        });
        benchmark::DoNotOptimize(sum);
        return time;
    }
    double time_eigen_inference(const Stage& stage) const {
        Mlp mlp = stage.mlp;
        int sum = 0;
        const double time = seconds([&] {
            for (const Sample& s : stage.samples) sum += mlp.infer(s.image);
        });
        benchmark::DoNotOptimize(sum);
        return time;
    }

    const Stage& early() const { return early_; }
    const Stage& late() const { return late_; }

private:
    // Processor time, so that what else runs on the machine does not count. Neither network uses threads.
    template <class Work>
    static double seconds(Work work) {
        const std::clock_t begin = std::clock();
        work();
        return static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
    }

    static Stage start() {
        NetworkConfig config;
        config.sizes = {kInputs, kHidden, kOutputs};
        Network network(config);
        network.initialise(kSeed);
        return {network, Mlp(kSeed), {}, 0, 0};
    }

    // Trains both networks on the first images of an epoch, from `begin` to before `end`.
    static void train(Stage& stage, const ImageSet& set, std::uint32_t epoch, int begin, int end) {
        set_rates(stage, epoch);
        const std::vector<EpochSample> order = epoch_samples(set.count(), kSeed, epoch, 0);
        for (int n = begin; n < end; ++n) {
            const Sample s = make_sample(set, order[static_cast<std::size_t>(n)].image);
            stage.model.train(s.events, s.label, stage.eta);
            stage.mlp.train(s.image, s.label, stage.mlp_eta);
        }
    }

    static void set_rates(Stage& stage, std::uint32_t epoch) {
        const LearningRate rate{0.014, 0.82, 1};
        stage.eta = rate.at(epoch);
        stage.mlp_eta = kEigenEta * static_cast<float>(rate.at(epoch)) / static_cast<float>(rate.at(0));
    }

    static void take(Stage& stage, const ImageSet& set, std::uint32_t epoch, int begin) {
        set_rates(stage, epoch);
        const std::vector<EpochSample> order = epoch_samples(set.count(), kSeed, epoch, 0);
        for (int n = begin; n < begin + kSamples; ++n) {
            stage.samples.push_back(make_sample(set, order[static_cast<std::size_t>(n)].image));
        }
    }

    // What the timed samples are like, and that both networks have learned something.
    nlohmann::json describe(const Stage& stage, const ImageSet& test) const {
        Network model = stage.model;
        Mlp mlp = stage.mlp;
        const ActivityCounts before = model.activity();
        for (const Sample& s : stage.samples) model.train(s.events, s.label, stage.eta);
        const ActivityCounts after = model.activity();
        const double samples = kSamples;
        int model_right = 0, mlp_right = 0;
        model = stage.model;
        for (int n = 0; n < test.count(); ++n) {
            const Sample s = make_sample(test, n);
            model_right += model.infer(s.events).predicted == s.label;
            mlp_right += mlp.infer(s.image) == s.label;
        }
        return {{"events_a_sample", static_cast<double>(after.events - before.events) / samples},
                {"live_neurons_a_sample", static_cast<double>(after.live - before.live) / samples},
                {"writes_a_sample", static_cast<double>(after.writes - before.writes) / samples},
                {"model_test_accuracy", static_cast<double>(model_right) / test.count()},
                {"eigen_test_accuracy", static_cast<double>(mlp_right) / test.count()}};
    }

    void prepare(const Dataset& data) {
        train(early_, data.train, 0, 0, kEarly);
        take(early_, data.train, 0, kEarly);
        for (std::uint32_t epoch = 0; epoch < kLateEpochs; ++epoch)
            train(late_, data.train, epoch, 0, data.train.count());
        take(late_, data.train, kLateEpochs, 0);
        facts_["early"] = describe(early_, data.test);
        facts_["late"] = describe(late_, data.test);
    }

    Stage early_, late_;
    nlohmann::json facts_;
};

/// Prints as usual and keeps the medians, in microseconds a sample.
class Medians : public benchmark::ConsoleReporter {
public:
    Medians() : ConsoleReporter(OO_None) {}
    void ReportRuns(const std::vector<Run>& runs) override {
        ConsoleReporter::ReportRuns(runs);
        for (const Run& run : runs) {
            if (run.aggregate_name == "median") medians_[run.run_name.function_name] = run.GetAdjustedRealTime();
        }
    }
    double of(const std::string& name) const {
        const auto found = medians_.find(name);
        return found == medians_.end() ? 0.0 : found->second;
    }

private:
    std::map<std::string, double> medians_;
};

int run(int argc, char** argv) {
    // Our defaults first, so that the command line can override them.
    std::vector<std::string> arguments{argv[0], "--benchmark_repetitions=25", "--benchmark_report_aggregates_only=true",
                                       "--benchmark_enable_random_interleaving=true"};
    std::string json_path = "bench_model.json";
    for (int n = 1; n < argc; ++n) {
        const std::string argument = argv[n];
        if (argument.rfind("--json=", 0) == 0) {
            json_path = argument.substr(7);
        } else {
            arguments.push_back(argument);
        }
    }
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    int count = static_cast<int>(pointers.size());
    benchmark::Initialize(&count, pointers.data());
    if (benchmark::ReportUnrecognizedArguments(count, pointers.data())) return 2;

    const Bench bench;
    using Measurement = double (Bench::*)(const Stage&) const;
    const auto add = [&bench](const char* name, Measurement measurement, const Stage& stage) {
        // The time of one sample is what is reported; a measurement runs kSamples of them.
        const auto body = [&bench, measurement, &stage](benchmark::State& state) {
            for (auto _ : state) state.SetIterationTime((bench.*measurement)(stage) / kSamples);
        };
        benchmark::RegisterBenchmark(name, body)->UseManualTime()->Iterations(1)->Unit(benchmark::kMicrosecond);
    };
    struct Row {
        std::string name;
        Measurement model, eigen;
        const Stage* stage;
    };
    const std::vector<Row> rows{
        {"train_early", &Bench::time_model_training, &Bench::time_eigen_training, &bench.early()},
        {"train_late", &Bench::time_model_training, &Bench::time_eigen_training, &bench.late()},
        {"infer", &Bench::time_model_inference, &Bench::time_eigen_inference, &bench.late()}};
    for (const Row& row : rows) {
        add(("model_" + row.name).c_str(), row.model, *row.stage);
        add(("eigen_" + row.name).c_str(), row.eigen, *row.stage);
    }
    Medians medians;
    benchmark::RunSpecifiedBenchmarks(&medians);
    benchmark::Shutdown();

    nlohmann::json json{{"network", "784-80-10"},
                        {"steps", 8},
                        {"data", "MNIST"},
                        {"samples", kSamples},
                        {"unit", "us of processor time a sample, medians"},
                        {"stages", bench.facts()}};
    fmt::print("\n784-80-10, N = 8, MNIST; us of processor time a sample, medians\n{:12} {:>8} {:>8} {:>8}\n", "",
               "model", "Eigen", "ratio");
    for (const Row& row : rows) {
        const double model = medians.of("model_" + row.name), eigen = medians.of("eigen_" + row.name);
        if (model <= 0 || eigen <= 0) continue;  // left out by a filter
        fmt::print("{:12} {:8.2f} {:8.2f} {:8.2f}\n", row.name, model, eigen, model / eigen);
        json["times"][row.name] = {{"model", model}, {"eigen", eigen}, {"ratio", model / eigen}};
    }
    for (const char* stage : {"early", "late"}) {
        const nlohmann::json& f = bench.facts()[stage];
        fmt::print("{}: {:.0f} events, {:.1f} live neurons, {:.0f} writes a sample; test {:.2f} % (Eigen {:.2f} %)\n",
                   stage, f["events_a_sample"].get<double>(), f["live_neurons_a_sample"].get<double>(),
                   f["writes_a_sample"].get<double>(), 100 * f["model_test_accuracy"].get<double>(),
                   100 * f["eigen_test_accuracy"].get<double>());
    }
    std::ofstream file(json_path);
    file << json.dump(2) << '\n';
    if (!file.flush()) {
        fmt::print(stderr, "bench_model: cannot write {}\n", json_path);
        return 2;
    }
    return 0;
}

}  // namespace

int main(int argc, char** argv) {
    try {
        return run(argc, argv);
    } catch (const std::exception& error) {
        fmt::print(stderr, "bench_model: {}\n", error.what());
        return 2;
    }
}
