// A verilated block under test: inputs are set, settle() shows what follows from them, tick() is one rising edge.
#pragma once

#include <verilated.h>

#include <cstdint>
#include <memory>
#include <type_traits>

#include "../../sim/coverage.hpp"

namespace wuxing::test {

template <class Model>
class Device {
public:
    /// Registers, memories and ports start with random contents, different for every seed.
    explicit Device(int seed = 1) {
        context_->randReset(2);
        context_->randSeed(seed);
        model_ = std::make_unique<Model>(context_.get(), "dut");
        if constexpr (HasClock<Model>::value) model_->clk_i = 0;
        sim::begin_coverage(*context_, *model_);
    }

    Device(Device&&) = default;
    /// A model takes itself off the list of the thread's present context, which is that of the newest model: with two
    /// of them alive it would reach into a context that is gone.
    ~Device() {
        if (context_) Verilated::threadContextp(context_.get());
        if (model_) sim::keep_coverage(*context_);
    }

    Model* operator->() { return model_.get(); }
    Model& operator*() { return *model_; }

    void settle() { model_->eval(); }
    void tick() {
        model_->eval();
        model_->clk_i = 1;
        model_->eval();
        model_->clk_i = 0;
        model_->eval();
        ++cycles_;
    }
    /// Asynchronous reset, without a clock edge.
    void reset() {
        model_->rst_ni = 1;
        model_->eval();
        model_->rst_ni = 0;
        model_->eval();
        model_->rst_ni = 1;
        model_->eval();
    }
    std::uint64_t cycles() const { return cycles_; }

private:
    template <class T, class = void>
    struct HasClock : std::false_type {};
    template <class T>
    struct HasClock<T, std::void_t<decltype(std::declval<T&>().clk_i)>> : std::true_type {};

    std::unique_ptr<VerilatedContext> context_ = std::make_unique<VerilatedContext>();
    std::unique_ptr<Model> model_;  // destroyed before its context
    std::uint64_t cycles_ = 0;
};

/// The low `width` bits of v, as a port wants them; width 1..64.
constexpr std::uint64_t low_bits(std::int64_t v, int width) {
    return static_cast<std::uint64_t>(v) & (~std::uint64_t{0} >> (64 - width));
}

/// The value of a signed port: ports arrive unsigned.
constexpr std::int64_t signed_value(std::uint64_t bits, int width) {
    return static_cast<std::int64_t>(bits << (64 - width)) >> (64 - width);
}
constexpr std::int16_t signed16(std::uint64_t bits) {
    return static_cast<std::int16_t>(signed_value(bits, 16));
}

/// Sets a port from a value of any sign; `width` is the port's where it is not that of its type.
template <class Port>
void set(Port& port, std::int64_t v, int width = 8 * static_cast<int>(sizeof(Port))) {
    port = static_cast<Port>(low_bits(v, width));
}

/// Bits [lsb +: width] of a port of any size; width at most 32.
template <class Port>
std::uint32_t field(const Port& port, int lsb, int width) {
    std::uint64_t bits;
    if constexpr (std::is_integral_v<Port>) {
        bits = static_cast<std::uint64_t>(port) >> lsb;
    } else {
        const auto word = static_cast<std::size_t>(lsb / 32);
        bits = port.data()[word];
        if (lsb % 32 + width > 32) bits |= static_cast<std::uint64_t>(port.data()[word + 1]) << 32;
        bits >>= lsb % 32;
    }
    return static_cast<std::uint32_t>(bits & (~std::uint64_t{0} >> (64 - width)));
}

}  // namespace wuxing::test
