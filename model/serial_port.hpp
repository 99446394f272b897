// A serial port as a ByteChannel: raw, 8 data bits, no parity, one stop bit, any rate (Linux).
#pragma once

#include <string>
#include <vector>

#include "byte_channel.hpp"

namespace wuxing {

class SerialPort : public ByteChannel {
public:
    /// Opens `device` at `baud` bits a second, locked (flock); what had been received before is thrown away.
    /// Pseudo-terminals take any rate. Throws BoardError: no such device, no permission, in use, no serial port, a rate
    /// that the port does not have.
    SerialPort(const std::string& device, int baud);
    ~SerialPort() override;
    SerialPort(const SerialPort&) = delete;
    SerialPort& operator=(const SerialPort&) = delete;

    void exchange(std::vector<std::uint8_t>& out, std::vector<std::uint8_t>& in, Milliseconds wait) override;
    Milliseconds now() const override;
    std::string name() const override { return device_; }

private:
    void set_up(int baud);
    [[noreturn]] void fail(const std::string& why) const;
    [[noreturn]] void gone(int error) const;

    std::string device_;
    int fd_ = -1;
};

}  // namespace wuxing
