// A verilated wuxing_board (rtl/wuxing_board.sv) as its pins show it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace wuxing::sim {

class BoardTop {
public:
    virtual ~BoardTop() = default;

    /// One clock cycle with these levels on rst_ni (the other way round) and rx_i.
    virtual void tick(bool reset, bool rx) = 0;
    virtual bool tx() const = 0;
    virtual bool busy() const = 0;

    /// Everything from here on goes into an FST file. Throws SetupError if it cannot be written.
    virtual void open_waves(const std::string& path) = 0;
};

/// Cores and clock cycles a bit for which there are boards, the defaults first.
std::vector<std::string> board_cores();
std::vector<int> board_bit_cycles();
/// The board whose undefined start values are drawn from `start_seed` (0: all zero). Throws SetupError if there is none such.
std::unique_ptr<BoardTop> make_board(const std::string& core, int bit_cycles, std::uint32_t start_seed);

}  // namespace wuxing::sim
