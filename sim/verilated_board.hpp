// A verilated board behind the interface of board_top.hpp. PINS knows what the pins of TOP are called:
//   reset(top, bool), clock(top, bool), receive(top, bool), send(top), busy(top)
// and whether there is one for reset at all (kHasReset). A board without is switched off and on: then nothing in it is
// defined.
#pragma once

#include <verilated_fst_c.h>

#include <filesystem>
#include <memory>
#include <string>

#include "board_top.hpp"
#include "core.hpp"
#include "coverage.hpp"
#include "setup_error.hpp"

namespace wuxing::sim {

template <typename Top, typename Pins>
class VerilatedBoard final : public BoardTop {
public:
    explicit VerilatedBoard(std::uint32_t start_seed) {
        context_.randReset(start_seed == 0 ? 0 : 2);
        context_.randSeed(static_cast<int>(start_seed & 0x7FFFFFFF));
        context_.traceEverOn(true);
        switch_on();
        context_.timeunit(-9);  // after the model, which has its own idea
        context_.timeprecision(-9);
    }
    ~VerilatedBoard() override { switch_off(); }
    VerilatedBoard(const VerilatedBoard&) = delete;
    VerilatedBoard& operator=(const VerilatedBoard&) = delete;

    void tick(bool reset, bool rx) override {
        if (!Pins::kHasReset && reset && !reset_) {
            switch_off();
            switch_on();
        }
        reset_ = reset;
        // Inputs change with the falling edge, so nothing races with the rising one.
        Pins::clock(*top_, false);
        Pins::reset(*top_, reset);
        Pins::receive(*top_, rx);
        top_->eval();
        if (waves_) advance();
        Pins::clock(*top_, true);
        top_->eval();
        if (waves_) advance();
    }
    bool tx() const override { return Pins::send(*top_); }
    bool busy() const override { return Pins::busy(*top_); }

    void open_waves(const std::string& path) override {
        waves_ = std::make_unique<VerilatedFstC>();
        top_->trace(waves_.get(), 99);
        waves_->open(path.c_str());
        if (!waves_->isOpen() || !std::filesystem::exists(path)) throw SetupError(path + ": cannot be written");
    }

private:
    void switch_on() {
        top_ = std::make_unique<Top>(&context_, "TOP");
        Pins::clock(*top_, false);
        Pins::reset(*top_, true);
        Pins::receive(*top_, true);
        top_->eval();
        begin_coverage(context_, *top_);
    }
    void switch_off() {  // and its waves end
        if (waves_) waves_->close();
        waves_.reset();
        top_->final();
        keep_coverage(context_);
    }
    void advance() {
        waves_->dump(context_.time());
        context_.timeInc(kCycleNanoseconds / 2);
    }

    VerilatedContext context_;
    std::unique_ptr<Top> top_;
    std::unique_ptr<VerilatedFstC> waves_;
    bool reset_ = true;
};

}  // namespace wuxing::sim
