#include "cosim.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <systemc>

#include "dataset.hpp"
#include "files.hpp"
#include "interrupt.hpp"
#include "model_file.hpp"
#include "progress.hpp"
#include "run_report.hpp"
#include "setup_error.hpp"
#include "state_digest.hpp"
#include "tables.hpp"

namespace wuxing::sim {
namespace {

constexpr const char* kWaveName = "wuxing-cosim";

std::string wave_path(const Options& o, const char* extension) {
    return (std::filesystem::path(o.wave_dir) / (std::string(kWaveName) + extension)).string();
}

StoredModel starting_model(Options& o) {
    if (!o.model.empty()) {
        StoredModel stored = load_model(o.model);
        o.sizes = stored.network.config().sizes;
        o.steps = stored.network.config().steps;
        o.target_on = static_cast<double>(stored.network.config().target_on) / kOne;
        o.target_off = static_cast<double>(stored.network.config().target_off) / kOne;
        o.weight_bits = stored.network.config().weight_bits;
        o.recomputed = stored.network.config().recomputed;
        o.nearest = stored.network.config().rounding == Rounding::nearest;
        return stored;
    }
    NetworkConfig config;
    config.sizes = o.sizes;
    config.steps = o.steps;
    config.target_on = nearest_state(o.target_on);
    config.target_off = nearest_state(o.target_off);
    config.weight_bits = o.weight_bits;
    config.recomputed = o.recomputed;
    config.rounding = o.nearest ? Rounding::nearest : Rounding::stochastic;
    StoredModel fresh{Network(config), {}};
    fresh.network.initialise(o.seed, o.scale0, o.scale);
    return fresh;
}

ImageSet load_images(const Options& o) {
    const bool train = o.split == "train";
    Dataset data = load_dataset(o.data, train ? DatasetPart::train_only : DatasetPart::test_only);
    ImageSet set = train ? std::move(data.train) : std::move(data.test);
    check_fits(set, o.sizes.front(), o.sizes.back(), o.data);
    const auto count = static_cast<std::uint64_t>(set.count());
    if (o.first >= count && !o.learnt_before)
        throw SetupError(fmt::format("--first {}: the {} set has {} images", o.first, o.split, count));
    if (o.learn.empty() && o.images > count - o.first)  // learning goes on with the next epoch
        throw SetupError(fmt::format("--images {}: the {} set has {} images from --first on", o.images, o.split,
                                     count - o.first));
    return set;
}

/// The images learnt.
std::uint64_t learn_before(const Options& o, Network& network, SampleSource& source) {
    Progress progress("golden model", static_cast<int>(std::min<std::uint64_t>(o.first, 2000000000)));
    return source.learn_before(network, o.first, [&](std::uint64_t done, std::uint64_t correct) {
        progress.update(static_cast<int>(done), static_cast<int>(correct));
        return interrupted == 0;
    });
}

/// The library that writes waves maps its files: where the disk is full, that is a bus error.
void explain_bus_errors() {
    std::signal(SIGBUS, [](int) {
        constexpr char kMessage[] = "wuxing-cosim: the waves cannot be written: is the disk full?\n";
        static_cast<void>(!::write(STDERR_FILENO, kMessage, sizeof kMessage - 1));
        ::_exit(kExitUsage);
    });
}

void check_outputs(const Options& o) {
    std::vector<NamedFile> inputs = dataset_files("--data", o.data);
    inputs.insert(inputs.end(), {{"--model", o.model}, {"--faults", o.faults}, {"--core-faults", o.core_faults}});
    const std::vector<NamedFile> outputs{{"--json", o.json}, {"--report", o.report}, {"--out", o.out}};
    std::vector<NamedFile> written = outputs;
    if (o.waves.on_divergence || o.waves.always || o.waves.window || o.trace_cycles)
        written.insert(written.end(), {{"--waves", wave_path(o, ".fst")}, {"--waves", wave_path(o, ".gtkw")}});
    check_distinct(inputs, written);
    for (const NamedFile& output : outputs)
        if (!output.path.empty() && output.path != "-") check_writable(output.path);
    if (!(o.waves.always || o.waves.window || o.trace_cycles)) return;
    check_writable(wave_path(o, ".fst"));
    explain_bus_errors();
}

FaultList load_faults(const Options& o, const std::string& path, const Network& network) {
    if (path.empty()) return {};
    FaultList list(path, network.config());
    list.check_images(o.images);
    return list;
}

SessionOptions session_options(const Options& o, const Network& network, const std::string& trace_path) {
    SessionOptions s;
    s.images = o.images;
    s.seed = o.seed;
    s.stall = o.stall;
    s.transactor = {o.quantum, o.watchdog, o.reset_cycles};
    s.injection = o.injection;
    s.faults = load_faults(o, o.faults, network);
    s.core_faults = load_faults(o, o.core_faults.empty() ? o.faults : o.core_faults, network);
    s.further = o.further;
    s.resets = o.resets;
    s.reset_sweep = o.reset_sweep;
    s.trace_path = trace_path;
    s.trace_cycles = o.trace_cycles;
    if (!o.trace_cycles && o.waves.window) s.trace_window = o.waves.window;
    if (!o.trace_cycles && o.waves.always && !o.waves.window) s.trace_first = kFirstImageCycles;
    return s;
}

/// Runs this program again, deterministically, with waves of the given cycles.
bool trace_again(const Options& o, CycleWindow window) {
    std::vector<std::string> arguments = arguments_of(o);
    arguments.insert(arguments.begin(), kWaveName);
    arguments.insert(arguments.end(),
                     {"--trace-cycles", fmt::format("{}:{}", window.from, window.to), "--wave-dir", o.wave_dir});
    std::vector<char*> pointers;
    for (std::string& argument : arguments) pointers.push_back(argument.data());
    pointers.push_back(nullptr);
    pid_t child = 0;
    int status = 0;
    std::fflush(stdout);
    if (posix_spawn(&child, "/proc/self/exe", nullptr, nullptr, pointers.data(), environ) != 0) return false;
    if (waitpid(child, &status, 0) != child) return false;
    return WIFEXITED(status) && WEXITSTATUS(status) == kExitMatch;
}

void add_waves(const Options& o, const SessionResult& result, Divergence& d) {
    if (!o.waves.on_divergence || !std::filesystem::is_directory(o.wave_dir)) return;
    const CycleWindow window = o.waves.window ? *o.waves.window : o.waves.around(d.cycle);
    if (!trace_again(o, window)) {
        fmt::print(stderr, "wuxing-cosim: no waves: the second run failed\n");
        return;
    }
    const std::string view = wave_path(o, ".gtkw");
    write_gtkwave_view(view, wave_path(o, ".fst"), result.core, window, {d.cycle, d.tile < 0 ? 0 : d.tile});
    d.wave_from = window.from;
    d.wave_to = window.to;
    d.wave_files = {wave_path(o, ".fst"), view};
}

std::string case_name(const Options& o) {
    return fmt::format("{} {} N={} {}", o.config, format_layers(o.sizes), o.steps,
                       o.learn.empty() ? "inference" : o.learn == "1" ? "learning" : "learning " + o.learn);
}

void write_outputs(const Options& o, const SessionResult& result, const TrainingHistory& before) {
    const bool to_stdout = o.json == "-";
    const std::string json = result_json(o, result).dump(2) + "\n";
    if (to_stdout)
        fmt::print("{}", json);
    else if (!o.json.empty())
        write_file_atomically(o.json, json);
    if (!to_stdout) fmt::print("{}", summary(o, result));
    if (result.divergence) {
        std::string text = to_text(*result.divergence);
        if (o.further != 0) text += further_report(o, result);
        if (!o.report.empty()) write_file_atomically(o.report, text);
        fmt::print(to_stdout ? stderr : stdout, "\n{}", text);
    }
    if (!o.out.empty() && result.network && !result.network->parameters_in_range())
        fmt::print(stderr, "wuxing-cosim: {}: not written: faults have left K out of its range\n", o.out);
    else if (!o.out.empty() && result.network)
        save_model(o.out, *result.network, {before.samples + result.trained, before.epochs});
}

int run(Options o, const std::string& program) {
    check_outputs(o);
    const std::unique_ptr<Core> core = make_core(o.config, o.x_seed);
    StoredModel stored = starting_model(o);
    if (o.case_name.empty()) o.case_name = case_name(o);
    if (!o.eta) o.eta = o.recomputed ? 0 : kDefaultEta;
    const ImageSet set = load_images(o);
    if (o.core_shift != 0) stored.network.set_frame({set.columns, set.rows, o.core_shift});

    SampleSource source(set, {o.seed,
                              o.learn,
                              {*o.eta, o.decay, 1},
                              o.k,
                              stored.history.epochs,
                              o.learnt_before ? 0 : o.first,
                              o.shift,
                              o.malformed,
                              o.sizes.front(),
                              o.sizes.back()});
    catch_interrupts();
    if (o.learnt_before) stored.history.samples += learn_before(o, stored.network, source);
    if (interrupted != 0) {
        fmt::print(stderr, "wuxing-cosim: interrupted before the first image\n");
        return kExitInterrupted;
    }
    const std::uint64_t start_digest = state_digest(stored.network);
    SessionResult result;
    {
        Progress progress(o.config, static_cast<int>(std::min<std::uint64_t>(o.images, 2000000000)));
        Session session("session", *core, stored.network, source, session_options(o, stored.network, wave_path(o, ".fst")),
                        [&](std::uint64_t done, std::uint64_t correct) {
                            progress.update(static_cast<int>(done), static_cast<int>(correct));
                            return interrupted == 0;
                        });
        sc_core::sc_start();
        result = session.result();
    }
    result.start_digest = start_digest;
    if (o.trace_cycles) return kExitMatch;
    if (result.interrupted && !result.divergence) {
        write_outputs(o, result, stored.history);
        fmt::print(stderr, "wuxing-cosim: interrupted after {} of {} images\n", result.images, o.images);
        return kExitInterrupted;
    }
    if (!result.divergence && o.injection && !result.injected)
        throw SetupError(fmt::format("--inject {}: the run has no such event", o.inject_text));
    // A run that was to be disturbed and was not has shown nothing.
    for (std::size_t n = 0; !result.divergence && n < o.resets.size(); ++n) {
        const auto& met = result.resets;
        if (std::none_of(met.begin(), met.end(), [&](const ResetPoint& r) { return r.happened && same_point(r, o.resets[n]); }))
            throw SetupError(fmt::format("--reset {}:{}:{}: the run has no such cycle", o.resets[n].sample,
                                         phase_name(o.resets[n].phase), o.resets[n].count));
    }
    if (result.traced && !result.divergence) {
        write_gtkwave_view(wave_path(o, ".gtkw"), wave_path(o, ".fst"), result.core, *result.traced, {});
        result.wave_files = {wave_path(o, ".fst"), wave_path(o, ".gtkw")};
    }
    if (result.divergence) {
        Divergence& d = *result.divergence;
        d.case_name = o.case_name;
        d.seed = o.seed;
        std::vector<std::string> line = arguments_of(o);
        line.insert(line.begin(), program);
        d.reproduce = shell_line(line);
        add_waves(o, result, d);
    }
    write_outputs(o, result, stored.history);
    return result.divergence ? kExitDivergence : kExitMatch;
}

}  // namespace

int run_cosim(Options options, const std::string& program) {
    try {
        return run(std::move(options), program);
    } catch (const std::exception& e) {
        fmt::print(stderr, "wuxing-cosim: {}\n", e.what());
        return kExitUsage;
    }
}

}  // namespace wuxing::sim
