// Ctrl-C for commands whose work should end cleanly.
#pragma once

#include <atomic>
#include <csignal>

namespace wuxing {

/// Set by a signal, looked at by every thread that works.
inline std::atomic<int> interrupted{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may touch nothing else");

/// The first SIGINT or SIGTERM sets `interrupted`, which passes over images look at about ten times a second; a second
/// one, of either kind, ends the process as usual. A limit on the size of files no longer kills it.
inline void catch_interrupts() {
    struct sigaction action {};
    action.sa_handler = [](int) {
        interrupted = 1;
        std::signal(SIGINT, SIG_DFL);
        std::signal(SIGTERM, SIG_DFL);
    };
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    std::signal(SIGXFSZ, SIG_IGN);  // a file that may not grow is an error of write, which says so
}

}  // namespace wuxing
