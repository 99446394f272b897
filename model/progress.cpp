#include "progress.hpp"

#include <fmt/core.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <utility>

namespace wuxing {
namespace {

constexpr std::chrono::milliseconds kRefresh{100};
constexpr const char* kClearLine = "\r\x1b[K";

}  // namespace

std::string format_duration(double seconds) {
    const auto whole = static_cast<long long>(std::ceil(seconds));
    if (whole < 60) return fmt::format("{} s", whole);
    if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
    return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

Progress::Progress(std::string title, int total, double later)
    : title_(std::move(title)),
      total_(total),
      later_(later),
      enabled_(::isatty(STDERR_FILENO) == 1),
      start_(Clock::now()),
      last_(start_) {}

Progress::~Progress() {
    if (shown_) fmt::print(stderr, "{}", kClearLine);
}

void Progress::update(int done, int correct) {
    const Clock::time_point now = Clock::now();
    if (!enabled_ || done == 0 || now - last_ < kRefresh) return;
    last_ = now;
    shown_ = true;
    const double rate = done / std::chrono::duration<double>(now - start_).count();
    fmt::print(stderr, "{}{}  {:3.0f} %  {}/{}  right {:.2f} %  {:.0f} images/s  left {}", kClearLine, title_,
               100.0 * done / total_, done, total_, 100.0 * correct / done, rate,
               format_duration((total_ - done + later_) / rate));
    std::fflush(stderr);
}

RunsProgress::RunsProgress(std::size_t runs)
    : runs_(runs), enabled_(::isatty(STDERR_FILENO) == 1), start_(Clock::now()) {}

RunsProgress::~RunsProgress() {
    if (shown_) fmt::print(stderr, "{}", kClearLine);
}

void RunsProgress::update(std::size_t done, double images, double epochs_trained, double epochs_left) {
    const double seconds = std::chrono::duration<double>(Clock::now() - start_).count();
    if (!enabled_ || images == 0 || seconds <= 0) return;
    shown_ = true;
    fmt::print(stderr, "{}runs {}/{}  {:.0f} images/s  left {}", kClearLine, done, runs_, images / seconds,
               epochs_trained > 0 ? format_duration(seconds * epochs_left / epochs_trained) : "?");
    std::fflush(stderr);
}

}  // namespace wuxing
