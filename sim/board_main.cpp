// wuxing-board-sim: a verilated board behind a pseudo-terminal (docs/board.md, "The virtual board").
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>

#include "interrupt.hpp"
#include "setup_error.hpp"
#include "versions.hpp"
#include "virtual_board.hpp"

namespace {

using wuxing::SetupError;
using namespace wuxing::sim;

constexpr int kExitDone = 0, kExitUsage = 2, kExitInterrupted = 130;

int fail(const std::string& message) {
    fmt::print(stderr, "wuxing-board-sim: {}\n", message);
    return kExitUsage;
}

/// CLI11's own check takes "nan".
CLI::Validator number_up_to(double most) {
    return CLI::Validator(
        [most](const std::string& text) {
            double value = 0;
            const bool fits = CLI::detail::lexical_cast(text, value) && value >= 0 && value <= most;
            return fits ? std::string() : fmt::format("{}: 0 to {} is possible", text, most);
        },
        "");
}

int simulate(const VirtualBoardOptions& options) {
    VirtualBoard board(options);
    fmt::print("board at {}\n", board.device());
    std::fflush(stdout);
    const bool idle = board.serve();
    const VirtualBoardCounts n = board.counts();
    fmt::print(
        "samples {}, cycles {}, cycles from sample to sample {}, bytes in {}, out {}, line errors {}, wrong frames {}, "
        "resets {}\n",
        n.samples, n.cycles, n.intervals == 0 ? 0 : (n.interval_cycles + n.intervals / 2) / n.intervals, n.bytes_in,
        n.bytes_out, n.line_errors, n.wrong, n.resets);
    if (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)
        throw SetupError(fmt::format("cannot write to standard output: {}", std::strerror(errno)));
    return idle ? kExitDone : kExitInterrupted;
}

}  // namespace

int main(int argc, char** argv) {
    VirtualBoardOptions o;
    CLI::App app(
        "A Wuxing board, simulated pin by pin, behind a pseudo-terminal: `wuxing board` takes it for a serial port.\n"
        "Exit codes: 0 ended by --idle-exit, 2 set-up or usage error, 130 interrupted (Ctrl-C, SIGTERM).",
        "wuxing-board-sim");
    app.option_defaults()->always_capture_default()->take_last();
    app.set_version_flag("--version", std::string(kProjectVersion));
    app.add_option("--link", o.link, "Symbolic link to the pseudo-terminal, removed at the end");
    app.add_option("--core", o.core, "What the board holds: up5k learns C with 4 tiles, up5k_k learns C and K with 2")
        ->check(CLI::IsMember(board_cores()));
    app.add_option("--bit-cycles", o.bit_cycles, "Clock cycles a bit on the line")
        ->check(CLI::IsMember(board_bit_cycles()));
    app.add_option("--x-seed", o.x_seed, "Seed of the board's undefined start values, 0: all zero");
    app.add_option("--line-errors", o.line_errors,
                   "Part of the bytes that the line spoils, each way: lost, or a bit turned over")
        ->check(number_up_to(1));
    app.add_option("--seed", o.seed, "Seed of the line's errors");
    app.add_option(
        "--wrong", o.wrong,
        "Be wrong once, KIND:N, N from 0: result (of a sample), learn (a sample is not learnt), weight (a connection "
        "written), read (a connection read)");
    app.add_option("--reset-after", o.reset_after, "Reset once, after so many samples, 0: never")
        ->check(CLI::NonNegativeNumber);
    app.add_option("--idle-exit", o.idle_exit, "End after so many seconds at rest, 0: never")
        ->check(number_up_to(86400));
    app.add_option("--waves", o.waves, "Waves of everything, FST");
    try {
        app.parse(argc, argv);
        wuxing::catch_interrupts();
        return simulate(o);
    } catch (const CLI::Success& asked_for) {
        return app.exit(asked_for);
    } catch (const CLI::ParseError& error) {
        return fail(fmt::format("{} (--help shows all options)", error.what()));
    } catch (const std::exception& error) {  // SetupError, and what the file system has to say about a name
        return fail(error.what());
    }
}
