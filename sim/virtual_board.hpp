// A verilated board between its two wires and a pseudo-terminal.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "board_line.hpp"
#include "board_tamper.hpp"
#include "board_top.hpp"
#include "pseudo_terminal.hpp"

namespace wuxing::sim {

struct VirtualBoardOptions {
    std::string link, waves, wrong;
    std::string core = "up5k";
    int bit_cycles = 4;
    std::uint32_t x_seed = 1;
    double line_errors = 0;
    std::uint64_t seed = 1;
    std::uint64_t reset_after = 0;  ///< samples; 0: never
    double idle_exit = 0;           ///< seconds; 0: never
};

struct VirtualBoardCounts {
    std::uint64_t cycles = 0, samples = 0, bytes_in = 0, bytes_out = 0, line_errors = 0, wrong = 0, resets = 0;
    /// From a sample's answer to the next one's, nothing else between; waiting for the host does not count.
    std::uint64_t intervals = 0, interval_cycles = 0;
};

class VirtualBoard {
public:
    /// Throws SetupError.
    explicit VirtualBoard(const VirtualBoardOptions& options);

    const std::string& device() const { return port_.device(); }
    /// Serves whoever opens the port, until a signal (then false) or --idle-exit.
    bool serve();
    VirtualBoardCounts counts() const;

private:
    bool at_rest() const;
    void fetch();
    void run(int cycles);
    void deliver(std::uint8_t byte);

    VirtualBoardOptions options_;
    PseudoTerminal port_;
    std::unique_ptr<BoardTop> top_;
    LineErrors errors_in_, errors_out_;
    Tamper tamper_;
    LineSender sender_;
    LineReceiver receiver_;
    std::vector<std::uint8_t> to_host_;
    VirtualBoardCounts counts_;
    std::uint64_t quiet_ = 0;     ///< cycles since anything has moved
    std::uint64_t served_ = 0;    ///< cycles but those of waiting for the host
    std::uint64_t answered_ = 0;  ///< of these, at the last answer, of a sample; else 0
    int reset_left_ = 0;          ///< cycles
};

}  // namespace wuxing::sim
