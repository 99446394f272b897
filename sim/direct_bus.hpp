// A core without SystemC: bus and streams cycle by cycle, for tests of single accesses and for the bare loop that the
// bench's speed is measured against.
#pragma once

#include <cstdint>
#include <optional>

#include "core.hpp"
#include "host.hpp"

namespace wuxing::sim {

class DirectBus : public Bus {
public:
    explicit DirectBus(Core& core) : core_(core) {}

    void reset(int cycles = 4) {
        CoreInputs held;
        held.reset = true;
        for (int k = 0; k < cycles; ++k) core_.tick(held);
    }
    std::optional<std::uint32_t> read(std::uint32_t address) override {
        if (!access(address, false, 0)) return std::nullopt;
        return data_;
    }
    bool write(std::uint32_t address, std::uint32_t data) override { return access(address, true, data); }

    /// The streams' inputs while the bus is used.
    CoreInputs streams;

private:
    static constexpr int kMostCycles = 10000;

    bool access(std::uint32_t address, bool write, std::uint32_t data) {
        CoreInputs in = streams;
        in.wb_request = true;
        in.wb_write = write;
        in.wb_address = address;
        in.wb_data = data;
        const CoreOutputs& out = core_.outputs();
        int cycles = 0;
        do core_.tick(in);
        while (!out.wb_ack && !out.wb_err && ++cycles < kMostCycles);
        const bool done = out.wb_ack && !out.wb_err;
        data_ = out.wb_data;
        core_.tick(in);
        return done;
    }

    Core& core_;
    std::uint32_t data_ = 0;
};

}  // namespace wuxing::sim
