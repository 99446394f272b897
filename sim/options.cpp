#include "options.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <filesystem>

#include "dataset.hpp"
#include "setup_error.hpp"
#include "tables.hpp"
#include "versions.hpp"

namespace wuxing::sim {
namespace {

constexpr const char* kDescription =
    "Runs a Wuxing core and the golden model in lock-step and compares every event.\n"
    "Exit codes: 0 all events match, 1 divergence, 2 set-up or usage error, 130 interrupted.";

std::vector<int> parse_sizes(const std::string& option, const std::string& text) {
    std::vector<int> sizes;
    std::string digits;
    for (const char c : text + "-") {
        if (c >= '0' && c <= '9' && digits.size() < 6) {
            digits += c;
        } else if (c == '-' && !digits.empty()) {
            sizes.push_back(std::stoi(digits));
            digits.clear();
        } else {
            throw SetupError(fmt::format("{} {}: sizes are written as 784-80-10", option, text));
        }
    }
    return sizes;
}

ResetPoint parse_reset(const std::string& text) {
    const auto refuse = [&]() -> SetupError {
        return SetupError(fmt::format("--reset {}: SAMPLE:PHASE:CYCLE is needed, as in 3:update:10 or 3:any:10", text));
    };
    const std::size_t a = text.find(':'), b = text.rfind(':');
    if (a == std::string::npos || a == b) throw refuse();
    ResetPoint point;
    const std::string phase = text.substr(a + 1, b - a - 1);
    for (int p = kPhaseIdle + 1; p <= kAnyPhase; ++p)
        if (phase == phase_name(p)) point.phase = p;
    const std::string sample = text.substr(0, a), count = text.substr(b + 1);
    const auto is_number = [](const std::string& s) {
        return !s.empty() && s.size() < 18 && std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
    };
    if (point.phase == 0 || !is_number(sample) || !is_number(count)) throw refuse();
    point.sample = std::stoull(sample);
    point.count = std::max<std::uint64_t>(1, std::stoull(count));
    return point;
}

/// Bits of K_SETS from "123", "3", "none".
unsigned parse_sets(const std::string& text) {
    if (text == "none") return 0;
    unsigned sets = 0;
    for (const char c : text) {
        const unsigned bit = c >= '1' && c <= '3' ? 1u << (c - '1') : 0;
        if (bit == 0 || (sets & bit) != 0) throw SetupError(fmt::format("--k-sets {}: some of 123, or none", text));
        sets |= bit;
    }
    return sets;
}

/// Refuses an empty value: it would count as none. Options that need no value may have that one.
void check_values(const CLI::App& app) {
    for (const CLI::Option* option : app.get_options()) {
        const std::vector<std::string>& values = option->results();
        if (option->get_expected_min() > 0 && std::find(values.begin(), values.end(), "") != values.end())
            throw SetupError(fmt::format("{}: an empty value says nothing", option->get_name()));
    }
}

}  // namespace

std::string sets_text(unsigned sets) {
    std::string text;
    for (const char c : {'1', '2', '3'}) text += (sets >> (c - '1') & 1) != 0 ? std::string(1, c) : "";
    return text.empty() ? "none" : text;
}

ParsedOptions parse_options(int argc, const char* const* argv) {
    ParsedOptions parsed;
    Options& o = parsed.options;
    o.data = default_data_directory();
    std::string layers, hidden, waves, trace, sets = "none", rounding = "stochastic";

    // CLI11's own check names a range of 300 digits.
    const auto at_least = [](std::uint64_t least) {
        return [least](const std::string& text) {
            const bool number = !text.empty() && text.size() < 19 && text.find_first_not_of("0123456789") == std::string::npos;
            return number && std::stoull(text) >= least ? std::string()
                                                        : fmt::format("{}: a number of at least {} is needed", text, least);
        };
    };

    CLI::App app(kDescription, "wuxing-cosim");
    app.option_defaults()->always_capture_default()->take_last();
    app.set_version_flag("--version", std::string(kProjectVersion));
    app.add_option("--images", o.images, "Images to run")->required()->check(at_least(1));
    auto* learn = app.add_option("--learn", o.learn,
                                 "Learn; with a PATTERN of 1 and 0 only at samples with 1 (repeated), as --learn=110")
                      ->expected(0, 1)
                      ->option_text("[=PATTERN]");
    app.add_option("--seed", o.seed, "Seed of initial weights, order and stalls");
    app.add_option("--config", o.config, fmt::format("Core: {}", fmt::join(core_names(), ", ")));
    auto* model = app.add_option("--model", o.model, "Model file to start from (else random weights)");
    auto* layers_option = app.add_option("--layers", layers, "Sizes, inputs first [784-80-10]");
    app.add_option("--hidden", hidden, "Hidden sizes only, as in 64-32, between 784 and 10")->excludes(layers_option)->excludes(model);
    layers_option->excludes(model);
    app.add_option("--steps", o.steps, "Heun steps, 1 to 15")->excludes(model);
    app.add_option("--weight-bits", o.weight_bits, "Bits of a connection: 16, 12 or 8")->excludes(model);
    app.add_flag("--recomputed", o.recomputed, "Connections are recomputed from a key, not stored")->excludes(model);
    app.add_option("--rounding", rounding, "Of what is learnt: stochastic or nearest")->excludes(model);
    app.add_option("--target-on", o.target_on, "Target of the labelled output")->excludes(model);
    app.add_option("--target-off", o.target_off, "Target of every other output")->excludes(model);
    app.add_option("--scale0", o.scale0, "Factor on the random weights of the first layer")->excludes(model);
    app.add_option("--scale", o.scale, "Factor on those of the other layers")->excludes(model);
    auto* eta = app.add_option("--eta", o.eta, fmt::format("Learning rate of connections in the first epoch, 0 up to 0.5 [{}; 0 if they are "
                                               "recomputed]", kDefaultEta));
    auto* sets_option = app.add_option("--k-sets", sets, "Parameters of the fixed points that learn: 123, 3, ... or none");
    const std::vector<CLI::Option*> controller{
        app.add_option("--k-p", o.k.p, "Gain P of their controllers in the first epoch, 0 up to 0.25"),
        app.add_option("--k-i", o.k.i, "Gain I"), app.add_option("--k-d", o.k.d, "Gain D"),
        app.add_option("--k-leak", o.k.leak, "The integral forgets by 2^-N a sample")->check(CLI::Range(0, kLeakMax))};
    auto* decay = app.add_option("--decay", o.decay, "Factor of learning rate and gains from epoch to epoch");
    app.add_option("--data", o.data, "mnist, fashion-mnist, or the folder of another data set");
    app.add_option("--split", o.split, "train or test [train with --learn, else test]");
    auto* first = app.add_option("--first", o.first, "Samples to skip")->check(at_least(0));
    app.add_flag("--learnt-before", o.learnt_before,
                 "The golden model learns the skipped samples, before the core is loaded with it")
        ->needs(first);
    app.add_option("--shift", o.shift, "Greatest shift of training images in pixels")->check(CLI::Range(0, 64));
    app.add_option("--core-shift", o.core_shift, "Greatest shift by which the core itself moves every image, 0: none")
        ->check(CLI::Range(0, 7));
    app.add_option("--stall", o.stall, "Probability of a pause at every beat and result")->check(CLI::Range(0.0, 1.0));
    app.add_option("--x-seed", o.x_seed, "Seed of the core's undefined start values, 0: all zero");
    app.add_option("--malformed", o.malformed, "A malformed sample after every so many images, 0: none")
        ->check(at_least(0));
    app.add_option("--reset", o.reset_texts, "Reset at SAMPLE:PHASE:CYCLE, reload, repeat the sample")->expected(1)->take_all();
    app.add_option("--reset-sweep", o.reset_sweep,
                                 "Reset in every sample, each time so many cycles later; behind the last cycle from the first on again")
                      ->check(at_least(1));
    app.add_option("--reset-cycles", o.reset_cycles, "Length of every reset in cycles")->check(CLI::Range(1, 1000000));
    app.add_option("--inject", o.inject_text,
                   "Flip a bit: KIND:ORDINAL:BIT[:FIELD] or memory, parameter or state:TILE:ADDRESS:BIT@SAMPLE; ordinals count "
                   "from 0; ORDINAL+: in every event from that one on");
    auto* faults = app.add_option("--faults", o.faults,
                                  "Faults of FILE (wuxing faults --list) strike model and core alike (docs/faults.md)");
    app.add_option("--core-faults", o.core_faults, "The core is struck by those of FILE instead: a difference must be found")
        ->needs(faults);
    auto* further = app.add_option("--further", o.further,
                   "Diverging images to find after the first, the core loaded anew from the model before each; 0: stop at "
                   "the first")
                        ->check(at_least(0));
    app.add_option("--json", o.json, "Result as JSON ('-': standard output instead of the table)");
    app.add_option("--report", o.report, "Divergence report as text");
    app.add_option("--out", o.out, "Model file of the network as read from the core at the end");
    auto* wave_option = app.add_option("--waves", waves,
                                       fmt::format("Waves of the first image up to its result, at most {} cycles; N: cycles "
                                                   "around a divergence [500]; FROM:TO: these cycles; off: none even of a "
                                                   "divergence", kFirstImageCycles))
                            ->expected(0, 1)
                            ->option_text("[=N|FROM:TO|off]");
    auto* wave_folder = app.add_option("--wave-dir", o.wave_dir, "Folder for waves");
    app.add_option("--trace-cycles", trace, "Waves of cycles FROM:TO, then stop, without a verdict");
    app.add_option("--case", o.case_name, "Name of the run in reports");
    app.add_option("--watchdog", o.watchdog, "Cycles without progress after which the core counts as stuck")
        ->check(at_least(1));
    app.add_option("--quantum", o.quantum, "Cycles between two returns to SystemC")->check(CLI::Range(1, 1000000));

    try {
        app.parse(argc, argv);
        check_values(app);
        if (learn->count() != 0 && o.learn.empty()) o.learn = "1";
        if (o.learn.find_first_not_of("01") != std::string::npos)
            throw SetupError(fmt::format("--learn={}: a pattern has only 1 and 0", o.learn));
        if (!layers.empty()) o.sizes = parse_sizes("--layers", layers);
        if (!hidden.empty()) {
            const std::vector<int> inner = parse_sizes("--hidden", hidden);
            o.sizes = {784};
            o.sizes.insert(o.sizes.end(), inner.begin(), inner.end());
            o.sizes.push_back(10);
        }
        if (o.eta && !(*o.eta >= 0 && *o.eta < 0.5))
            throw SetupError(fmt::format("--eta {}: 0 up to below 0.5 is possible", *o.eta));
        for (const auto& [name, gain] : {std::pair{"--k-p", o.k.p}, {"--k-i", o.k.i}, {"--k-d", o.k.d}})
            if (!(gain >= 0 && gain < 0.25)) throw SetupError(fmt::format("{} {}: 0 up to below 0.25 is possible", name, gain));
        o.k.sets = parse_sets(sets);
        for (const CLI::Option* option : controller)
            if (option->count() != 0 && sets_option->count() == 0)
                throw SetupError(fmt::format("{}: of which parameters? --k-sets 123, 3, ... or none", option->get_name()));
        if (o.weight_bits != 16 && o.weight_bits != 12 && o.weight_bits != 8)
            throw SetupError(fmt::format("--weight-bits {}: 16, 12 or 8", o.weight_bits));
        if (o.recomputed && o.weight_bits != 16) throw SetupError("--recomputed: such connections have 16 bits");
        if (rounding != "stochastic" && rounding != "nearest")
            throw SetupError(fmt::format("--rounding {}: stochastic or nearest", rounding));
        o.nearest = rounding == "nearest";
        for (const auto& [name, factor] : {std::pair{"--scale0", o.scale0}, {"--scale", o.scale}})
            if (!(factor > 0 && factor <= 100)) throw SetupError(fmt::format("{} {}: above 0 up to 100 is possible", name, factor));
        for (const auto& [name, target] : {std::pair{"--target-on", o.target_on}, {"--target-off", o.target_off}})
            if (!(target >= -8 && target < 8)) throw SetupError(fmt::format("{} {}: -8 up to below 8 is possible", name, target));
        if (!(o.decay > 0 && o.decay <= 1)) throw SetupError(fmt::format("--decay {}: above 0 up to 1 is possible", o.decay));
        if (!(o.stall >= 0 && o.stall <= 1)) throw SetupError(fmt::format("--stall {}: 0 up to 1 is possible", o.stall));
        // The line that reproduces a divergence must work from any folder.
        o.data = dataset_folder(o.data);
        for (std::string* path : {&o.data, &o.model, &o.faults, &o.core_faults})
            if (!path->empty()) *path = std::filesystem::absolute(*path).lexically_normal().string();
        if (o.split.empty()) o.split = o.learn.empty() ? "test" : "train";
        if (o.split != "train" && o.split != "test") throw SetupError(fmt::format("--split {}: train or test", o.split));
        if (o.shift != 0 && o.learn.empty()) throw SetupError("--shift belongs to learning: without --learn images stay as they are");
        for (const CLI::Option* option : {eta, decay, sets_option})
            if (option->count() != 0 && o.learn.empty())
                throw SetupError(fmt::format("{} belongs to learning: --learn is missing", option->get_name()));
        if (o.learnt_before && o.learn.empty())
            throw SetupError("--learnt-before belongs to learning: --learn is missing");
        if (!o.inject_text.empty()) o.injection = parse_injection(o.inject_text);
        if (o.injection.memory && o.injection.memory->sample >= o.images)
            throw SetupError(fmt::format("--inject {}: the run has only {} images", o.inject_text, o.images));
        if (!o.faults.empty()) {
            if (o.malformed != 0 || !o.reset_texts.empty() || o.reset_sweep != 0)
                throw SetupError("--faults: not with --malformed, --reset or --reset-sweep");
            if (further->count() != 0 && o.further != 0)
                throw SetupError("--further: with --faults the run ends with the first divergence");
            o.further = 0;
        }
        for (const std::string& text : o.reset_texts) o.resets.push_back(parse_reset(text));
        for (std::size_t n = 0; n < o.resets.size(); ++n)
            if (o.malformed == 0 && o.resets[n].sample >= o.images)
                throw SetupError(fmt::format("--reset {}: the run has only {} images", o.reset_texts[n], o.images));
        std::sort(o.resets.begin(), o.resets.end(), [](auto& a, auto& b) { return a.sample < b.sample; });
        if (wave_option->count() != 0) o.waves = parse_waves(waves);
        if (!trace.empty()) {
            o.trace_cycles = parse_window("--trace-cycles", trace);
            if (!(o.json + o.report + o.out).empty())
                throw SetupError("--trace-cycles writes waves alone: no --json, --report or --out");
        }
        if (wave_folder->count() != 0 && !std::filesystem::is_directory(o.wave_dir))
            throw SetupError(fmt::format("--wave-dir {}: no such folder", o.wave_dir));
    } catch (const CLI::Success& e) {
        parsed.exit_code = app.exit(e);
    } catch (const CLI::ParseError& e) {
        fmt::print(stderr, "wuxing-cosim: {} (--help shows all options)\n", e.what());
        parsed.exit_code = 2;
    } catch (const std::exception& e) {  // SetupError, and what the file system has to say about a name
        fmt::print(stderr, "wuxing-cosim: {}\n", e.what());
        parsed.exit_code = 2;
    }
    return parsed;
}

std::vector<std::string> arguments_of(const Options& o) {
    std::vector<std::string> a;
    const auto add = [&](const char* name, const auto& value) {
        a.emplace_back(name);
        a.push_back(fmt::format("{}", value));
    };
    add("--config", o.config);
    if (!o.model.empty()) {
        add("--model", o.model);
    } else {
        add("--layers", format_layers(o.sizes));
        add("--steps", o.steps);
        if (o.weight_bits != 16) add("--weight-bits", o.weight_bits);
        if (o.recomputed) a.emplace_back("--recomputed");
        if (o.nearest) add("--rounding", "nearest");
        if (o.target_on != Options{}.target_on) add("--target-on", o.target_on);
        if (o.target_off != Options{}.target_off) add("--target-off", o.target_off);
        if (o.scale0 != 1) add("--scale0", o.scale0);
        if (o.scale != 1) add("--scale", o.scale);
    }
    add("--images", o.images);
    if (!o.learn.empty()) a.push_back(o.learn == "1" ? "--learn" : "--learn=" + o.learn);
    add("--seed", o.seed);
    const KMethod unused;
    if (!o.learn.empty() && o.eta) add("--eta", *o.eta);
    if (o.k.sets != 0 || o.k.p != unused.p || o.k.i != unused.i || o.k.d != unused.d || o.k.leak != unused.leak) {
        add("--k-p", o.k.p);
        add("--k-i", o.k.i);
        add("--k-d", o.k.d);
        add("--k-leak", o.k.leak);
        add("--k-sets", sets_text(o.k.sets));
    }
    if (!o.learn.empty()) add("--decay", o.decay);
    add("--data", o.data);
    add("--split", o.split);
    if (o.first != 0 || o.learnt_before) add("--first", o.first);
    if (o.learnt_before) a.emplace_back("--learnt-before");
    if (o.shift != 0) add("--shift", o.shift);
    if (o.core_shift != 0) add("--core-shift", o.core_shift);
    add("--stall", o.stall);
    add("--x-seed", o.x_seed);
    if (o.malformed != 0) add("--malformed", o.malformed);
    for (const std::string& text : o.reset_texts) add("--reset", text);
    if (o.reset_sweep != 0) add("--reset-sweep", o.reset_sweep);
    if (o.reset_cycles != Options{}.reset_cycles) add("--reset-cycles", o.reset_cycles);
    if (!o.inject_text.empty()) add("--inject", o.inject_text);
    if (!o.faults.empty()) add("--faults", o.faults);
    if (!o.core_faults.empty()) add("--core-faults", o.core_faults);
    if (o.further != Options{}.further) add("--further", o.further);
    if (o.watchdog != Options{}.watchdog) add("--watchdog", o.watchdog);
    if (o.quantum != Options{}.quantum) add("--quantum", o.quantum);
    if (!o.case_name.empty()) add("--case", o.case_name);
    return a;
}

std::string shell_line(const std::vector<std::string>& arguments) {
    std::string line;
    for (const std::string& argument : arguments) {
        const bool plain = !argument.empty() &&
                           argument.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                                      "_-+=./:,@%") == std::string::npos;
        if (!line.empty()) line += ' ';
        if (plain) {
            line += argument;
            continue;
        }
        line += '\'';
        for (const char c : argument) line += c == '\'' ? std::string("'\\''") : std::string(1, c);
        line += '\'';
    }
    return line;
}

}  // namespace wuxing::sim
