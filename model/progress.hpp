// A line of progress on a terminal; nothing in a pipe or a log.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

namespace wuxing {

/// Shows how far a piece of work is on stderr, if that is a terminal: part done, rate, running accuracy, time left.
/// The line is taken away when the object goes.
class Progress {
public:
    /// `title` stands in front; `total` images, after which `later` further ones are to come (for the time left).
    Progress(std::string title, int total, double later = 0);
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    void update(int done, int correct);

private:
    using Clock = std::chrono::steady_clock;

    std::string title_;
    int total_;
    double later_;
    bool enabled_;
    bool shown_ = false;
    Clock::time_point start_, last_;
};

/// The same for many runs: how many are done, rate over all of them, time left.
class RunsProgress {
public:
    explicit RunsProgress(std::size_t runs);
    ~RunsProgress();
    RunsProgress(const RunsProgress&) = delete;
    RunsProgress& operator=(const RunsProgress&) = delete;

    /// `images` and `epochs_trained` since the beginning; the time left is that of as many epochs as are left.
    void update(std::size_t done, double images, double epochs_trained, double epochs_left);

private:
    using Clock = std::chrono::steady_clock;

    std::size_t runs_;
    bool enabled_;
    bool shown_ = false;
    Clock::time_point start_;
};

/// Seconds as 12 s, 3:05 or 1:02:03.
std::string format_duration(double seconds);

}  // namespace wuxing
