// A FakeBoard behind a pseudo-terminal, served by a thread: for the real serial port and the real command.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "fake_board.hpp"

namespace wuxing::test {

struct PtyOptions {
    Noise in = Noise(), out = Noise();
    int hang_up_after = -1;                                            ///< requests served before the port goes away
    int sample_millis = 0;                                             ///< time that a request takes
    enum class Kind { board, mute, echo, babble } kind = Kind::board;  ///< all but the first are no boards
};

class PtyBoard {
public:
    explicit PtyBoard(const FakeCore& core = {}, const FakeFaults& faults = {}, PtyOptions options = {});
    ~PtyBoard();
    PtyBoard(const PtyBoard&) = delete;
    PtyBoard& operator=(const PtyBoard&) = delete;

    const std::string& device() const { return device_; }
    /// Ends the thread; the board may be looked at then.
    FakeBoard& stop();
    std::uint64_t faults() const { return options_.in.faults() + options_.out.faults(); }
    int served() const { return served_; }
    bool heard() const { return heard_; }  ///< a byte of the host has arrived

private:
    void work();

    FakeBoard board_;
    PtyOptions options_;
    std::string device_;
    int master_ = -1, slave_ = -1;
    std::atomic<bool> stop_{false}, heard_{false};
    std::atomic<int> served_{0};
    std::thread thread_;
};

}  // namespace wuxing::test
