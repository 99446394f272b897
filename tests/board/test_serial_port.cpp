// The serial port itself, on pseudo-terminals: raw bytes, what it refuses, what it says when the other side goes.
#include <fcntl.h>
#include <linux/serial.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <cstdarg>
#include <optional>

#include "board.hpp"
#include "pty_board.hpp"
#include "scratch.hpp"
#include "serial_port.hpp"
#include "tally.hpp"

namespace {

/// What only a real port has.
struct Driver {
    int released = 0;  ///< modem lines
    std::optional<int> flags;
};
Driver* driver = nullptr;

}  // namespace

/// Instead of the C library's: a pseudo-terminal has neither modem lines nor the settings of a driver.
extern "C" int ioctl(int fd, unsigned long request, ...) noexcept {
    std::va_list arguments;
    va_start(arguments, request);
    void* argument = va_arg(arguments, void*);
    va_end(arguments);
    if (driver != nullptr && request == TIOCMBIC) {
        driver->released |= *static_cast<int*>(argument);
        return 0;
    }
    if (driver != nullptr && request == TIOCGSERIAL) {
        *static_cast<serial_struct*>(argument) = {};
        static_cast<serial_struct*>(argument)->flags = ASYNC_SKIP_TEST;
        return 0;
    }
    if (driver != nullptr && request == TIOCSSERIAL) {
        driver->flags = static_cast<serial_struct*>(argument)->flags;
        return 0;
    }
    return static_cast<int>(::syscall(SYS_ioctl, fd, request, argument));
}

namespace wuxing::test {
namespace {

std::string refusal(const std::string& device, int baud = 3000000) {
    try {
        const SerialPort port(device, baud);
    } catch (const BoardError& error) {
        return error.what();
    }
    return "(no error)";
}

}  // namespace

TEST_CASE("all 256 bytes go both ways untouched, at any rate") {
    Tally tally;
    for (const int baud : {9600, 115200, 3000000, 1234567}) {
        PtyOptions options;
        options.kind = PtyOptions::Kind::echo;
        PtyBoard echo({}, {}, options);
        SerialPort port(echo.device(), baud);
        Stream sent, out, in;
        for (int k = 0; k < 20000; ++k) sent.push_back(static_cast<std::uint8_t>(k * 7 + k / 256));
        out = sent;
        for (int turn = 0; turn < 5000 && in.size() < sent.size(); ++turn)
            port.exchange(out, in, std::chrono::milliseconds(100));
        REQUIRE(in.size() == sent.size());
        for (std::size_t k = 0; k < sent.size(); ++k)
            tally.equal(in[k], sent[k], [k] { return "byte " + std::to_string(k); });
    }
    tally.finish(80000);
}

TEST_CASE("a real port: DTR is released, answers are not kept back, other settings stay") {
    PtyOptions options;
    options.kind = PtyOptions::Kind::echo;
    PtyBoard echo({}, {}, options);
    Driver seen;
    driver = &seen;
    const SerialPort port(echo.device(), 6000000);
    driver = nullptr;
    CHECK(seen.released == TIOCM_DTR);
    REQUIRE(seen.flags);
    CHECK(*seen.flags == static_cast<int>(ASYNC_LOW_LATENCY | ASYNC_SKIP_TEST));
}

TEST_CASE("an empty port waits as long as it is told") {
    PtyOptions options;
    options.kind = PtyOptions::Kind::mute;
    PtyBoard mute({}, {}, options);
    SerialPort port(mute.device(), 3000000);
    Stream out, in;
    const auto before = port.now();
    port.exchange(out, in, std::chrono::milliseconds(60));
    CHECK((port.now() - before).count() >= 55);
    CHECK(in.empty());
}

TEST_CASE("what cannot be opened is named in one line") {
    const Scratch scratch;
    CHECK(contains(refusal("/dev/no-such-device"), "/dev/no-such-device: no such device"));
    CHECK(contains(refusal(scratch.write("file", std::string("x"))), "not a serial port"));
    CHECK(contains(refusal(scratch.folder()), "cannot be opened"));
    CHECK(contains(refusal("/dev/null"), "not a serial port"));
    for (const std::string& device : {std::string("/dev/no-such-device"), std::string("/dev/null")})
        CHECK(is_one_line(refusal(device)));
    if (::geteuid() != 0) {
        const std::string path = scratch.write("locked", std::string("x"));
        ::chmod(path.c_str(), 0);
        CHECK(contains(refusal(path), "no permission"));
    }
}

TEST_CASE("a port has one user") {
    PtyBoard board;
    {
        const SerialPort first(board.device(), 3000000);
        CHECK(contains(refusal(board.device()), "in use by another program"));
    }
    CHECK(refusal(board.device()) == "(no error)");
}

TEST_CASE("a port that goes is told") {
    PtyOptions options;
    options.hang_up_after = 4;
    PtyBoard board({}, {}, options);
    SerialPort port(board.device(), 3000000);
    BoardLink link(port, {});
    std::string message = "(no error)";
    try {
        link.connect();
        const Board core(link);
        for (int k = 0; k < 100; ++k) Board(link).read_register(0);
    } catch (const BoardError& error) {
        message = error.what();
    }
    CHECK(contains(message, board.device() + ": the port is gone"));
    CHECK(is_one_line(message));
}

}  // namespace wuxing::test
