// Bytes to a board and back, whatever lies in between: a serial port, or a test's board in the same process.
#pragma once

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace wuxing {

/// A board that cannot be reached, is none, has been reset, or refuses what it must not refuse. what() is one line that
/// starts with the name of the port. The command ends with exit code 2.
class BoardError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

class ByteChannel {
public:
    using Milliseconds = std::chrono::milliseconds;

    virtual ~ByteChannel() = default;

    /// Sends what goes at once of `out`, and takes that away from its front; appends to `in` what has come. If neither
    /// is possible, waits for one of them, `wait` at most (a signal may end that early). Throws BoardError if the other
    /// side is gone.
    virtual void exchange(std::vector<std::uint8_t>& out, std::vector<std::uint8_t>& in, Milliseconds wait) = 0;

    /// Time by which silence is measured; it never goes back.
    virtual Milliseconds now() const = 0;

    /// How messages call it.
    virtual std::string name() const = 0;
};

}  // namespace wuxing
