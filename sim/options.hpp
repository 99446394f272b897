// The command line of wuxing-cosim.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "injection.hpp"
#include "network.hpp"
#include "session.hpp"
#include "waves.hpp"

namespace wuxing::sim {

constexpr double kDefaultEta = 0.014;

struct Options {
    std::uint64_t images = 0;
    std::string learn;  ///< pattern of '1' and '0'; empty: inference only
    std::uint32_t seed = 1;
    std::string config = kDefaultCore;
    std::string model;
    std::vector<int> sizes{784, 80, 10};
    int steps = 8;
    int weight_bits = 16;
    bool recomputed = false, nearest = false;
    double scale0 = 1, scale = 1;
    double target_on = 1.0, target_off = -0.2;  ///< -8 up to below 8
    std::optional<double> eta;  ///< none: kDefaultEta, or 0 if connections are recomputed
    double decay = 0.82;
    KMethod k;
    std::string data;
    std::string split;  ///< "train" or "test"
    std::uint64_t first = 0;
    bool learnt_before = false;  ///< the model has learnt the samples that --first skips
    int shift = 0, core_shift = 0;
    double stall = 0.02;
    std::uint32_t x_seed = 1;
    std::uint64_t malformed = 0;
    std::vector<std::string> reset_texts;
    std::vector<ResetPoint> resets;
    std::uint64_t reset_sweep = 0;
    int reset_cycles = TransactorOptions{}.reset_cycles;
    std::string inject_text;
    Injection injection;
    std::string faults, core_faults;  ///< files; core_faults empty: the same
    std::uint64_t further = SessionOptions{}.further;
    std::uint64_t watchdog = 1000000;
    int quantum = 1000;
    std::string case_name;

    std::string json, report, out;
    WaveRequest waves;
    std::string wave_dir = ".";
    std::optional<CycleWindow> trace_cycles;
};

/// Either options, or the exit code of a run that is over already (help, version, usage error: one line on stderr).
struct ParsedOptions {
    Options options;
    std::optional<int> exit_code;
};
ParsedOptions parse_options(int argc, const char* const* argv);

/// The arguments that make the same run again, every setting spelt out; output files are left out.
std::vector<std::string> arguments_of(const Options& options);
/// What --k-sets takes.
std::string sets_text(unsigned sets);
/// Arguments as one line for a shell.
std::string shell_line(const std::vector<std::string>& arguments);

}  // namespace wuxing::sim
