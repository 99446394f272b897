#include "board_top.hpp"

#include <Vboard4.h>
#include <Vboard8.h>
#include <verilated_fst_c.h>

#include <filesystem>

#include "core.hpp"
#include "setup_error.hpp"

namespace wuxing::sim {
namespace {

template <typename Top>
class VerilatedBoard final : public BoardTop {
public:
    explicit VerilatedBoard(std::uint32_t start_seed) {
        context_.randReset(start_seed == 0 ? 0 : 2);
        context_.randSeed(static_cast<int>(start_seed & 0x7FFFFFFF));
        context_.traceEverOn(true);
        top_ = std::make_unique<Top>(&context_, "TOP");
        context_.timeunit(-9);  // after the model, which has its own idea
        context_.timeprecision(-9);
        top_->clk_i = 0;
        top_->rst_ni = 0;
        top_->rx_i = 1;
        top_->eval();
    }
    ~VerilatedBoard() override {
        if (waves_) waves_->close();
        top_->final();
    }
    VerilatedBoard(const VerilatedBoard&) = delete;
    VerilatedBoard& operator=(const VerilatedBoard&) = delete;

    void tick(bool reset, bool rx) override {
        // Inputs change with the falling edge, so nothing races with the rising one.
        top_->clk_i = 0;
        top_->rst_ni = !reset;
        top_->rx_i = rx;
        top_->eval();
        if (waves_) advance();
        top_->clk_i = 1;
        top_->eval();
        if (waves_) advance();
    }
    bool tx() const override { return top_->tx_o != 0; }
    bool busy() const override { return top_->busy_o != 0; }

    void open_waves(const std::string& path) override {
        waves_ = std::make_unique<VerilatedFstC>();
        top_->trace(waves_.get(), 99);
        waves_->open(path.c_str());
        if (!waves_->isOpen() || !std::filesystem::exists(path)) throw SetupError(path + ": cannot be written");
    }

private:
    void advance() {
        waves_->dump(context_.time());
        context_.timeInc(kCycleNanoseconds / 2);
    }

    VerilatedContext context_;
    std::unique_ptr<Top> top_;
    std::unique_ptr<VerilatedFstC> waves_;
};

}  // namespace

std::vector<int> board_bit_cycles() {
    return {8, 4};
}

std::unique_ptr<BoardTop> make_board(int bit_cycles, std::uint32_t start_seed) {
    if (bit_cycles == 8) return std::make_unique<VerilatedBoard<Vboard8>>(start_seed);
    if (bit_cycles == 4) return std::make_unique<VerilatedBoard<Vboard4>>(start_seed);
    throw SetupError("--bit-cycles " + std::to_string(bit_cycles) + ": 8 or 4");
}

}  // namespace wuxing::sim
