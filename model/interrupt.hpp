// Ctrl-C for commands whose work should end cleanly.
#pragma once

#include <atomic>
#include <csignal>

namespace wuxing {

/// Set by a signal, looked at by every thread that works.
inline std::atomic<int> interrupted{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may touch nothing else");

/// The first SIGINT or SIGTERM sets `interrupted`, to be looked at after every image; a second one ends the process as
/// usual.
inline void catch_interrupts() {
    struct sigaction action {};
    action.sa_handler = [](int) { interrupted = 1; };
    action.sa_flags = static_cast<int>(SA_RESETHAND);
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
}

}  // namespace wuxing
