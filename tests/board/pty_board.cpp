#include "pty_board.hpp"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <stdexcept>
#include <utility>

namespace wuxing::test {

PtyBoard::PtyBoard(const FakeCore& core, const FakeFaults& faults, PtyOptions options)
    : board_(core, faults), options_(std::move(options)) {
    master_ = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    std::array<char, 64> name{};
    if (master_ < 0 || ::grantpt(master_) != 0 || ::unlockpt(master_) != 0 ||
        ::ptsname_r(master_, name.data(), name.size()) != 0) {
        throw std::runtime_error("no pseudo-terminal");
    }
    device_ = name.data();
    // Held open, so that the master sees no hang-up before the host has come.
    slave_ = ::open(device_.c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    struct termios raw {};
    ::tcgetattr(slave_, &raw);
    ::cfmakeraw(&raw);
    ::tcsetattr(slave_, TCSANOW, &raw);
    thread_ = std::thread([this] { work(); });
}

PtyBoard::~PtyBoard() {
    stop();
    if (master_ >= 0) ::close(master_);
    ::close(slave_);
}

FakeBoard& PtyBoard::stop() {
    stop_ = true;
    if (thread_.joinable()) thread_.join();
    return board_;
}

void PtyBoard::work() {
    using Kind = PtyOptions::Kind;
    Stream output;
    while (!stop_) {
        struct pollfd ready {
            master_, static_cast<short>(output.empty() ? POLLIN : POLLIN | POLLOUT), 0
        };
        ::poll(&ready, 1, options_.kind == Kind::babble ? 1 : 20);
        if ((ready.revents & POLLIN) != 0) {
            std::array<std::uint8_t, 512> buffer{};
            const ssize_t got = ::read(master_, buffer.data(), buffer.size());
            const Stream bytes(buffer.begin(), buffer.begin() + std::max<ssize_t>(got, 0));
            heard_ = heard_ || got > 0;
            if (options_.kind == Kind::board) board_.receive(options_.in.pass(bytes));
            if (options_.kind == Kind::echo) output.insert(output.end(), bytes.begin(), bytes.end());
        }
        if (options_.kind == Kind::babble && output.empty()) {
            for (const char c : std::string("login: ~~ 25 degrees\r\n")) output.push_back(static_cast<std::uint8_t>(c));
        }
        if ((ready.revents & POLLOUT) != 0 && !output.empty()) {
            const ssize_t put = ::write(master_, output.data(), std::min<std::size_t>(output.size(), 512));
            if (put > 0) output.erase(output.begin(), output.begin() + put);
        }
        if (board_.serve()) {
            ++served_;
            if (options_.sample_millis > 0)
                std::this_thread::sleep_for(std::chrono::milliseconds(options_.sample_millis));
            const Stream answer = options_.out.pass(board_.take_output());
            output.insert(output.end(), answer.begin(), answer.end());
            if (board_.served() == options_.hang_up_after) {
                ::close(master_);
                master_ = -1;
                return;
            }
        }
    }
}

}  // namespace wuxing::test
