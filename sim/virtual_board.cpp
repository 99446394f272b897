#include "virtual_board.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <optional>

#include "interrupt.hpp"

namespace wuxing::sim {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kChunk = 1024;  // cycles between two looks at the port
constexpr int kResetCycles = 16;
constexpr std::uint64_t kQuiet =
    1 << 16;                           // cycles in which the longest request has been carried out, and answered, by far
constexpr std::uint64_t kWaits = 128;  // quiet cycles after which it is the host that everything waits for
constexpr std::size_t kMostWaiting = 4096;  // bytes from the host that are on their way to the line
constexpr std::size_t kMostUnread = 65536;  // bytes that no host has fetched: what comes then is lost, as on a line
constexpr int kSleepMilliseconds = 500;     // a signal ends a sleep at once, unless it comes just before
constexpr std::chrono::milliseconds kRefresh{200};

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

}  // namespace

VirtualBoard::VirtualBoard(const VirtualBoardOptions& options)
    : options_(options),
      port_(options.link),
      top_(make_board(options.core, options.bit_cycles, options.x_seed)),
      errors_in_(options.line_errors, 2 * options.seed),
      errors_out_(options.line_errors, 2 * options.seed + 1),
      tamper_(options.wrong.empty() ? Wrong() : parse_wrong(options.wrong)),
      sender_(options.bit_cycles),
      receiver_(options.bit_cycles) {
    if (!options_.waves.empty()) top_->open_waves(options_.waves);
    reset_left_ = kResetCycles;
    run(2 * kResetCycles);
}

bool VirtualBoard::at_rest() const {
    return quiet_ >= kQuiet && sender_.rests();
}

bool VirtualBoard::serve() {
    const bool watched = ::isatty(STDERR_FILENO) == 1;
    Clock::time_point idle_since = Clock::now(), period = idle_since;
    VirtualBoardCounts before = counts_;
    bool shown = false;
    const auto clear = [&] {
        if (shown) fmt::print(stderr, "\r\x1b[K");
        shown = false;
    };
    while (interrupted == 0) {
        if (at_rest()) {
            clear();
            const double left = options_.idle_exit - seconds_since(idle_since);
            if (options_.idle_exit > 0 && left <= 0) return true;
            const bool soon = options_.idle_exit > 0 && left * 1000 < kSleepMilliseconds;
            port_.wait(!to_host_.empty(), soon ? static_cast<int>(left * 1000) + 1 : kSleepMilliseconds);
            period = Clock::now();
            before = counts();
        } else {
            run(kChunk);
            idle_since = Clock::now();
            if (watched && idle_since - period >= kRefresh) {
                const double seconds = std::chrono::duration<double>(idle_since - period).count();
                fmt::print(stderr, "\r\x1b[K{} samples, {:.0f} a second, {:.2f} Mcycles/s", tamper_.samples(),
                           static_cast<double>(tamper_.samples() - before.samples) / seconds,
                           static_cast<double>(counts_.cycles - before.cycles) / seconds / 1e6);
                std::fflush(stderr);
                shown = true;
                period = idle_since;
                before = counts();
            }
        }
        fetch();
        port_.send(to_host_);
    }
    clear();
    return false;
}

/// From the port to the line.
void VirtualBoard::fetch() {
    if (sender_.waiting() >= kMostWaiting) return;
    for (const std::uint8_t byte : port_.receive()) {
        ++counts_.bytes_in;
        for (const std::uint8_t passed : tamper_.to_board(byte))
            if (const auto symbol = errors_in_.pass(symbol_of(passed))) sender_.send(*symbol);
    }
}

void VirtualBoard::run(int cycles) {
    for (int n = 0; n < cycles; ++n) {
        const bool moves = !sender_.rests() || reset_left_ > 0;
        top_->tick(reset_left_ > 0, sender_.next());
        ++counts_.cycles;
        if (reset_left_ > 0) --reset_left_;
        if (const auto symbol = receiver_.take(top_->tx()))
            if (const auto byte = byte_of(*symbol)) deliver(*byte);
        quiet_ = moves || top_->busy() || !receiver_.rests() ? 0 : quiet_ + 1;
        if (quiet_ < kWaits) ++served_;
    }
}

/// From the line to the port.
void VirtualBoard::deliver(std::uint8_t byte) {
    const std::uint64_t samples = tamper_.samples(), replies = tamper_.replies();
    for (const std::uint8_t passed : tamper_.to_host(byte)) {
        ++counts_.bytes_out;
        const auto symbol = errors_out_.pass(symbol_of(passed));
        const auto heard = symbol ? byte_of(*symbol) : std::nullopt;
        if (heard && to_host_.size() < kMostUnread) to_host_.push_back(*heard);
    }
    if (tamper_.replies() != replies) {
        const bool sample = tamper_.samples() != samples;
        if (sample && answered_ != 0) {
            ++counts_.intervals;
            counts_.interval_cycles += served_ - answered_;
        }
        answered_ = sample ? served_ : 0;
    }
    if (options_.reset_after != 0 && samples < options_.reset_after && tamper_.samples() == options_.reset_after) {
        reset_left_ = kResetCycles;
        ++counts_.resets;
    }
}

VirtualBoardCounts VirtualBoard::counts() const {
    VirtualBoardCounts counts = counts_;
    counts.samples = tamper_.samples();
    counts.wrong = tamper_.changed();
    counts.line_errors = errors_in_.count() + errors_out_.count();
    return counts;
}

}  // namespace wuxing::sim
