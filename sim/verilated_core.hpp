// Adapter from a verilated top module (docs/core.md, "Ports") to Core. Include the model's header before this one.
#pragma once

#include <verilated_fst_c.h>
#include <verilated_syms.h>

#include <filesystem>
#include <string>

#include "core.hpp"
#include "coverage.hpp"
#include "setup_error.hpp"

namespace wuxing::sim {

// Port types vary with the number of tiles: integers up to 64 bits, VlWide beyond.

/// Bits low .. low+width-1 of a port, width <= 32.
template <typename Port>
std::uint32_t port_bits(const Port& port, int low, int width) {
    const std::uint64_t mask = (std::uint64_t{1} << width) - 1;
    return static_cast<std::uint32_t>((static_cast<std::uint64_t>(port) >> low) & mask);
}
template <std::size_t Words>
std::uint32_t port_bits(const VlWide<Words>& port, int low, int width) {
    const auto word = static_cast<std::size_t>(low / 32);
    std::uint64_t pair = port[word];
    if (word + 1 < Words) pair |= std::uint64_t{port[word + 1]} << 32;
    return static_cast<std::uint32_t>((pair >> (low % 32)) & ((std::uint64_t{1} << width) - 1));
}

/// A port with a bit a tile.
template <typename Port>
std::bitset<kMostTiles> tile_bits(const Port& port) {
    return std::bitset<kMostTiles>(port);
}
template <std::size_t Words>
std::bitset<kMostTiles> tile_bits(const VlWide<Words>& port) {
    static_assert(32 * (Words - 1) < kMostTiles, "a core has more tiles than the bench knows");
    std::bitset<kMostTiles> bits;
    for (std::size_t word = Words; word-- > 0;) bits = bits << 32 | std::bitset<kMostTiles>(port[word]);
    return bits;
}

template <typename Top>
class VerilatedCore final : public Core {
public:
    explicit VerilatedCore(std::uint32_t start_seed) {
        context_.randReset(start_seed == 0 ? 0 : 2);
        context_.randSeed(static_cast<int>(start_seed & 0x7FFFFFFF));
        context_.traceEverOn(true);
        top_ = std::make_unique<Top>(&context_, "TOP");
        context_.timeunit(-9);  // after the model, which has its own idea
        context_.timeprecision(-9);
        top_->clk_i = 0;
        apply(CoreInputs{});
        top_->eval();
        begin_coverage(context_, *top_);
        collect();
    }
    ~VerilatedCore() override {
        // The model takes itself off the list of the thread's present context: with a second core, that might be gone.
        Verilated::threadContextp(&context_);
        if (waves_) waves_->close();
        top_->final();
        keep_coverage(context_);
    }
    VerilatedCore(const VerilatedCore&) = delete;
    VerilatedCore& operator=(const VerilatedCore&) = delete;

    void tick(const CoreInputs& inputs) override {
        // Inputs change with the falling edge, so nothing races with the rising one.
        top_->clk_i = 0;
        apply(inputs);
        top_->eval();
        advance();
        top_->clk_i = 1;
        top_->eval();
        advance();
        collect();
    }

    EventRecord record(int lane) const override {
        EventRecord r{static_cast<EventKind>(top_->obs_kind_o), static_cast<std::uint8_t>(top_->obs_layer_o),
                      static_cast<std::uint16_t>(port_bits(top_->obs_neuron_o, 16 * lane, 16)), 0, {}};
        if (r.kind == EventKind::weight_write || r.kind == EventKind::parameter_write)
            r.input = static_cast<std::uint16_t>(top_->obs_input_o);
        for (int k = 0; k < kFields; ++k)
            r.values[static_cast<std::size_t>(k)] =
                static_cast<std::int16_t>(port_bits(top_->obs_data_o, 16 * (kFields * lane + k), 16));
        return r;
    }
    std::uint32_t address(int lane) const override { return port_bits(top_->obs_addr_o, 18 * lane, 18); }

    bool memories_open() const override { return open_memory(NeuronMemory::state, 0) != nullptr; }
    void upset(NeuronMemory memory, int tile, std::uint32_t word, int bit) override {
        SData& value = open_memory(memory, tile)[word];
        value = static_cast<SData>(value ^ 1u << bit);
    }

    void open_waves(const std::string& path) override {
        waves_ = std::make_unique<VerilatedFstC>();
        top_->trace(waves_.get(), 99);
        waves_->open(path.c_str());
        if (!waves_->isOpen() || !std::filesystem::exists(path)) throw SetupError(path + ": cannot be written");
    }
    void close_waves() override {
        if (waves_) waves_->close();
        waves_.reset();
    }

private:
    static constexpr int kFields = 7;

    /// The words of a tile's memory; null if they are not open.
    SData* open_memory(NeuronMemory memory, int tile) const {
        const std::string name = "TOP.wuxing_core.u_array.g_tile[" + std::to_string(tile) + "].u_tile." +
                                 (memory == NeuronMemory::state ? "u_state" : "u_params");
        const VerilatedScope* scope = context_.scopeFind(name.c_str());
        const VerilatedVar* mem = scope ? scope->varFind("mem") : nullptr;
        return mem ? static_cast<SData*>(mem->datap()) : nullptr;
    }

    void apply(const CoreInputs& in) {
        top_->rst_ni = !in.reset;
        top_->wb_cyc_i = in.wb_request;
        top_->wb_stb_i = in.wb_request;
        top_->wb_we_i = in.wb_write;
        top_->wb_adr_i = in.wb_address;
        top_->wb_dat_i = in.wb_data;
        top_->smp_valid_i = in.sample_valid;
        top_->smp_last_i = in.sample_last;
        top_->smp_data_i = in.sample_data;
        top_->res_ready_i = in.result_ready;
    }
    void advance() {
        if (waves_) waves_->dump(context_.time());
        context_.timeInc(kCycleNanoseconds / 2);
    }
    void collect() {
        outputs_.wb_ack = top_->wb_ack_o;
        outputs_.wb_err = top_->wb_err_o;
        outputs_.wb_data = top_->wb_dat_o;
        outputs_.sample_ready = top_->smp_ready_o;
        outputs_.result_valid = top_->res_valid_o;
        outputs_.result_data = top_->res_data_o;
        outputs_.observed = tile_bits(top_->obs_valid_o);
        outputs_.phase = top_->obs_phase_o;
    }

    VerilatedContext context_;
    std::unique_ptr<Top> top_;
    std::unique_ptr<VerilatedFstC> waves_;
};

}  // namespace wuxing::sim
