// The far end of a serial port that is none.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace wuxing::sim {

class PseudoTerminal {
public:
    /// With a symbolic link to it if `link` is not empty. Throws SetupError.
    explicit PseudoTerminal(const std::string& link);
    ~PseudoTerminal();
    PseudoTerminal(const PseudoTerminal&) = delete;
    PseudoTerminal& operator=(const PseudoTerminal&) = delete;

    const std::string& device() const { return device_; }

    /// Waits until the host has sent something, or takes what waits for it; a signal or the time ends that, too.
    void wait(bool to_send, int milliseconds) const;
    /// What the host has sent, at once.
    std::vector<std::uint8_t> receive();
    /// Takes away from the front of `bytes` what the port has room for.
    void send(std::vector<std::uint8_t>& bytes);

private:
    void make_link();
    void close_both();

    std::string device_, link_;
    int master_ = -1, slave_ = -1;
};

}  // namespace wuxing::sim
