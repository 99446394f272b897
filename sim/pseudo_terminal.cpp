#include "pseudo_terminal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include "setup_error.hpp"

namespace wuxing::sim {
namespace {

namespace fs = std::filesystem;

std::string reason(int error) {
    return std::generic_category().message(error);
}

}  // namespace

PseudoTerminal::PseudoTerminal(const std::string& link) : link_(link) {
    master_ = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    std::array<char, 64> name{};
    if (master_ >= 0 && ::grantpt(master_) == 0 && ::unlockpt(master_) == 0 &&
        ::ptsname_r(master_, name.data(), name.size()) == 0) {
        // Held open: without a host the port is at rest, as a board's is, and has not hung up.
        slave_ = ::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    }
    struct termios raw {};
    if (slave_ < 0 || ::tcgetattr(slave_, &raw) != 0) {
        const int error = errno;
        close_both();
        throw SetupError("no pseudo-terminal: " + reason(error));
    }
    device_ = name.data();
    ::cfmakeraw(&raw);
    ::tcsetattr(slave_, TCSANOW, &raw);
    ::fcntl(master_, F_SETFL, O_NONBLOCK);
    try {
        if (!link_.empty()) make_link();
    } catch (...) {
        close_both();
        throw;
    }
}

/// A link that leads nowhere is one that a killed process has left.
void PseudoTerminal::make_link() {
    std::error_code error;
    if (fs::is_symlink(fs::symlink_status(link_, error)) &&
        (!fs::exists(link_, error) || fs::read_symlink(link_, error) == device_))
        fs::remove(link_, error);
    fs::create_symlink(device_, link_, error);
    if (error) throw SetupError(link_ + ": no link can be made: " + error.message());
}

PseudoTerminal::~PseudoTerminal() {
    std::error_code error;
    if (!link_.empty() && fs::read_symlink(link_, error) == device_) fs::remove(link_, error);
    close_both();
}

void PseudoTerminal::close_both() {
    if (master_ >= 0) ::close(master_);
    if (slave_ >= 0) ::close(slave_);
}

void PseudoTerminal::wait(bool to_send, int milliseconds) const {
    struct pollfd ready {
        master_, static_cast<short>(to_send ? POLLIN | POLLOUT : POLLIN), 0
    };
    ::poll(&ready, 1, milliseconds);
}

std::vector<std::uint8_t> PseudoTerminal::receive() {
    std::array<std::uint8_t, 4096> buffer;
    const ssize_t got = ::read(master_, buffer.data(), buffer.size());
    return {buffer.begin(), buffer.begin() + (got > 0 ? got : 0)};
}

void PseudoTerminal::send(std::vector<std::uint8_t>& bytes) {
    if (bytes.empty()) return;
    const ssize_t put = ::write(master_, bytes.data(), bytes.size());
    if (put > 0) bytes.erase(bytes.begin(), bytes.begin() + put);
}

}  // namespace wuxing::sim
