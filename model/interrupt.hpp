// Ctrl-C for commands whose work should end cleanly.
#pragma once

#include <csignal>

namespace wuxing {

inline volatile std::sig_atomic_t interrupted = 0;  // the one thing a signal handler may touch

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
