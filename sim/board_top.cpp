#include "board_top.hpp"

#include <Vboard4.h>
#include <Vboard4k.h>
#include <Vboard8.h>

#include "verilated_board.hpp"

namespace wuxing::sim {
namespace {

/// Those of wuxing_board.
struct BoardPins {
    static constexpr bool kHasReset = true;
    template <typename Top>
    static void clock(Top& top, bool level) {
        top.clk_i = level;
    }
    template <typename Top>
    static void reset(Top& top, bool active) {
        top.rst_ni = !active;
    }
    template <typename Top>
    static void receive(Top& top, bool level) {
        top.rx_i = level;
    }
    template <typename Top>
    static bool send(const Top& top) {
        return top.tx_o != 0;
    }
    template <typename Top>
    static bool busy(const Top& top) {
        return top.busy_o != 0;
    }
};

}  // namespace

std::vector<std::string> board_cores() {
    return {"up5k", "up5k_k"};
}
std::vector<int> board_bit_cycles() {
    return {4, 8};
}

std::unique_ptr<BoardTop> make_board(const std::string& core, int bit_cycles, std::uint32_t start_seed) {
    if (core == "up5k" && bit_cycles == 4) return std::make_unique<VerilatedBoard<Vboard4, BoardPins>>(start_seed);
    if (core == "up5k" && bit_cycles == 8) return std::make_unique<VerilatedBoard<Vboard8, BoardPins>>(start_seed);
    if (core == "up5k_k" && bit_cycles == 4) return std::make_unique<VerilatedBoard<Vboard4k, BoardPins>>(start_seed);
    throw SetupError("--core " + core + " --bit-cycles " + std::to_string(bit_cycles) + ": up5k with 4 or 8, up5k_k with 4");
}

}  // namespace wuxing::sim
