#include "serial_port.hpp"

#include <asm/termbits.h>  // termios2, which <termios.h> does not have and cannot stand beside
#include <fcntl.h>
#include <fmt/core.h>
#include <linux/serial.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <system_error>

namespace wuxing {
namespace {

std::string reason(int error) {
    return std::generic_category().message(error);
}

bool nothing_now(int error) {
    return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

}  // namespace

SerialPort::SerialPort(const std::string& device, int baud) : device_(device) {
    fd_ = ::open(device.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    if (fd_ < 0) {
        switch (errno) {
            case ENOENT:
            case ENXIO:
            case ENODEV:
            case ENOTDIR:
                fail("no such device: is the board plugged in? (ls /dev/ttyUSB* /dev/ttyACM*)");
            case EACCES:
            case EPERM:
                fail(
                    "no permission: be in the group of the device (on Debian: adduser USER dialout, then log in "
                    "again)");
            case EBUSY:
                fail("in use by another program");
            default:
                fail("cannot be opened: " + reason(errno));
        }
    }
    try {
        set_up(baud);
    } catch (...) {
        ::close(fd_);
        throw;
    }
}

void SerialPort::set_up(int baud) {
    struct termios2 settings {};
    if (::ioctl(fd_, TCGETS2, &settings) != 0) fail("not a serial port");
    // Not TIOCEXCL: where somebody else holds the port open it would outlive this process.
    if (::flock(fd_, LOCK_EX | LOCK_NB) != 0) fail("in use by another program");
    settings.c_iflag = 0;
    settings.c_oflag = 0;
    settings.c_lflag = 0;
    settings.c_cflag = CS8 | CREAD | CLOCAL | BOTHER | (BOTHER << IBSHIFT);
    settings.c_ispeed = settings.c_ospeed = static_cast<speed_t>(baud);
    settings.c_cc[VMIN] = 1;  // so that a read of nothing means that the port has gone
    settings.c_cc[VTIME] = 0;
    if (::ioctl(fd_, TCSETS2, &settings) != 0) fail(fmt::format("cannot be set to {} baud: {}", baud, reason(errno)));
    if (::ioctl(fd_, TCGETS2, &settings) != 0) fail("cannot be asked for its rate: " + reason(errno));
    const double got = settings.c_ospeed;
    constexpr double kTolerance = 0.02;  // a byte of ten bits is still read rightly
    if (std::abs(got - baud) > kTolerance * baud)
        fail(fmt::format("{} baud asked for, the port does {:.0f}", baud, got));
    // What only real ports have. Opening has pulled DTR low, which on some boards is the select line of the
    // configuration memory; and a USB converter would keep short answers back, for 16 ms an FTDI.
    const int dtr = TIOCM_DTR;
    static_cast<void>(::ioctl(fd_, TIOCMBIC, &dtr));
    struct serial_struct driver {};
    if (::ioctl(fd_, TIOCGSERIAL, &driver) == 0) {
        driver.flags |= static_cast<int>(ASYNC_LOW_LATENCY);
        static_cast<void>(::ioctl(fd_, TIOCSSERIAL, &driver));
    }
    static_cast<void>(::ioctl(fd_, TCFLSH, TCIOFLUSH));
}

SerialPort::~SerialPort() {
    ::close(fd_);
}

void SerialPort::fail(const std::string& why) const {
    throw BoardError(fmt::format("{}: {}", device_, why));
}

void SerialPort::gone(int error) const {
    fail(fmt::format("the port is gone ({}): unplugged?", error == 0 ? "hang-up" : reason(error)));
}

ByteChannel::Milliseconds SerialPort::now() const {
    return std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

void SerialPort::exchange(std::vector<std::uint8_t>& out, std::vector<std::uint8_t>& in, Milliseconds wait) {
    struct pollfd poll_fd {
        fd_, static_cast<short>(out.empty() ? POLLIN : POLLIN | POLLOUT), 0
    };
    const int ready = ::poll(&poll_fd, 1, static_cast<int>(wait.count()));
    if (ready < 0 && errno != EINTR) gone(errno);
    if (ready <= 0) return;
    if ((poll_fd.revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
        std::array<std::uint8_t, 4096> buffer;
        const ssize_t got = ::read(fd_, buffer.data(), buffer.size());
        if (got == 0) gone(0);
        if (got < 0 && !nothing_now(errno)) gone(errno);
        if (got < 0 && (poll_fd.revents & (POLLHUP | POLLERR)) != 0) gone(0);
        if (got > 0) in.insert(in.end(), buffer.begin(), buffer.begin() + got);
    }
    if ((poll_fd.revents & POLLOUT) != 0) {
        const ssize_t put = ::write(fd_, out.data(), out.size());
        if (put < 0 && !nothing_now(errno)) gone(errno);
        if (put > 0) out.erase(out.begin(), out.begin() + put);
    }
}

}  // namespace wuxing
