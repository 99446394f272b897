// How much of a verilated core's speed the lock-step keeps: the same images through the bare core and through the whole
// bench, in turns within one run. usage: bench_cosim [--data DIR] [--images N] [--config NAME] [--json FILE]
#include <fmt/format.h>
#include <sys/wait.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <nlohmann/json.hpp>
#include <systemc>
#include <vector>

#include "dataset.hpp"
#include "direct_bus.hpp"
#include "driver.hpp"
#include "files.hpp"
#include "sample_source.hpp"
#include "session.hpp"

namespace {

using namespace wuxing;
using namespace wuxing::sim;

constexpr int kRounds = 5;
constexpr LearningRate kRate{0.014, 0.82, 1};
constexpr std::uint32_t kSeed = 1;

struct Setting {
    std::string config = kDefaultCore;
    std::uint64_t images = 100;
    NetworkConfig network;
    ImageSet set;
};

struct Speed {
    double seconds = 0;
    std::uint64_t cycles = 0, events = 0;
};

SampleSource source_of(const Setting& s, bool learn) {
    return SampleSource(s.set, {kSeed, learn ? "1" : "", kRate, {}, 0, 0, 0, 0, s.network.sizes.front(), s.network.sizes.back()});
}

/// The core alone: stimulus in, results taken, nothing looked at.
Speed bare(const Setting& s, bool learn) {
    const std::unique_ptr<Core> core = make_core(s.config, 1);
    DirectBus bus(*core);
    bus.reset();
    CoreHost host(bus);
    Network network(s.network);
    network.initialise(kSeed);
    const Capabilities capabilities = host.capabilities();
    host.load(network, Placement(s.network, capabilities), {kRate.at(0), {}});
    SampleSource source = source_of(s, learn);
    std::vector<Beat> beats;
    for (std::uint64_t k = 0; k < s.images; ++k) for_each_beat(*source.next(), [&](Beat b) { beats.push_back(b); });

    Speed speed;
    const auto start = std::chrono::steady_clock::now();
    CoreInputs in;
    in.result_ready = true;
    const CoreOutputs& out = core->outputs();
    std::size_t next = 0;
    for (std::uint64_t results = 0; results < s.images; ++speed.cycles) {
        in.sample_valid = next < beats.size();
        if (in.sample_valid) {
            in.sample_last = beats[next].last;
            in.sample_data = beats[next].data;
        }
        next += in.sample_valid && out.sample_ready ? 1 : 0;
        results += out.result_valid ? 1 : 0;
        core->tick(in);
    }
    speed.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return speed;
}

/// The whole bench. SystemC elaborates once a process, so a child runs it.
Speed lock_step(const Setting& s, bool learn) {
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error("no pipe");
    const pid_t child = fork();
    if (child == 0) {
        const std::unique_ptr<Core> core = make_core(s.config, 1);
        Network network(s.network);
        network.initialise(kSeed);
        SampleSource source = source_of(s, learn);
        SessionOptions options;
        options.images = s.images;
        Session session("session", *core, network, source, options, {});
        sc_core::sc_start();
        const SessionResult result = session.result();
        Speed speed{result.seconds, result.stream_cycles, 0};
        for (const std::uint64_t count : result.events) speed.events += count;
        const bool ok = !result.divergence && write(ends[1], &speed, sizeof speed) == sizeof speed;
        _exit(ok ? 0 : 1);
    }
    close(ends[1]);
    Speed speed;
    const bool read_all = read(ends[0], &speed, sizeof speed) == sizeof speed;
    close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    if (!read_all || status != 0) throw std::runtime_error("the lock-step run failed");
    return speed;
}

Speed median(std::vector<Speed> speeds) {
    std::sort(speeds.begin(), speeds.end(), [](const Speed& a, const Speed& b) { return a.seconds < b.seconds; });
    return speeds[speeds.size() / 2];
}

nlohmann::ordered_json measure(const Setting& s, bool learn) {
    std::vector<Speed> alone, together;
    for (int round = 0; round < kRounds; ++round) {
        alone.push_back(bare(s, learn));
        together.push_back(lock_step(s, learn));
    }
    const Speed a = median(alone), t = median(together);
    const auto rate = [](std::uint64_t n, double seconds) { return static_cast<double>(n) / seconds; };
    const double ratio = rate(t.cycles, t.seconds) / rate(a.cycles, a.seconds);
    fmt::print("{:<11}{:>14.3f}{:>14.3f}{:>9.2f}{:>12.1f}{:>14.0f}\n", learn ? "training" : "inference",
               rate(a.cycles, a.seconds) / 1e6, rate(t.cycles, t.seconds) / 1e6, ratio, rate(s.images, t.seconds),
               rate(t.events, t.seconds));
    return {{"images", s.images},
            {"bare_cycles_per_second", rate(a.cycles, a.seconds)},
            {"lockstep_cycles_per_second", rate(t.cycles, t.seconds)},
            {"ratio", ratio},
            {"images_per_second", rate(s.images, t.seconds)},
            {"events_per_second", rate(t.events, t.seconds)}};
}

}  // namespace

int sc_main(int argc, char** argv) {
    sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
    Setting s;
    std::string data = default_data_directory(), json;
    CLI::App app("Speed of the lock-step against the bare core", "bench_cosim");
    app.add_option("--data", data, "Folder of the data set")->capture_default_str();
    app.add_option("--images", s.images, "Images a round")->capture_default_str()->check(CLI::PositiveNumber);
    app.add_option("--config", s.config, "Core")->capture_default_str();
    app.add_option("--json", json, "Result as JSON");
    CLI11_PARSE(app, argc, argv);
    try {
        s.set = load_dataset(data, DatasetPart::train_only).train;
        fmt::print("{}, 784-80-10, median of {} rounds of {} images\n", s.config, kRounds, s.images);
        fmt::print("{:<11}{:>14}{:>14}{:>9}{:>12}{:>14}\n", "", "bare Mcyc/s", "lock-step", "ratio", "images/s", "events/s");
        nlohmann::ordered_json result{{"config", s.config}};
        result["training"] = measure(s, true);
        result["inference"] = measure(s, false);
        if (!json.empty()) write_file_atomically(json, result.dump(2) + "\n");
    } catch (const std::exception& e) {
        fmt::print(stderr, "bench_cosim: {}\n", e.what());
        return 2;
    }
    return 0;
}

int main(int argc, char** argv) {
    setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);
    return sc_core::sc_elab_and_sim(argc, argv);
}
