// A whole, small core on its ports alone: bus accesses, samples, records, at any cycle and with any pauses.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "../model/cases.hpp"
#include "../model/tally.hpp"
#include "device.hpp"

namespace wuxing::test {

// The core of verilate_block(Vcore ..) in CMakeLists.txt.
constexpr int kCoreTiles = 2, kCoreSlots = 3, kCoreLayers = 2, kCoreDepth = 32;

struct Access {
    const char* name;
    bool write;
    std::uint32_t address, data;
};
constexpr std::uint32_t core_weight(int tile, int word) {
    return 1u << 26 | static_cast<std::uint32_t>(tile) << 18 | static_cast<std::uint32_t>(word);
}
constexpr std::uint32_t core_parameter(int tile, int slot, int word) {
    return 2u << 26 | static_cast<std::uint32_t>(tile) << 18 | static_cast<std::uint32_t>(slot) << 4 |
           static_cast<std::uint32_t>(word);
}

struct PortBeat {
    std::uint32_t data;
    bool last;
};
inline PortBeat pixel_beat(int index, int pixel) {
    return {static_cast<std::uint32_t>(pixel) << 16 | static_cast<std::uint32_t>(index), false};
}
inline PortBeat end_beat(int label, bool learn) {
    return {static_cast<std::uint32_t>(label) | (learn ? 0x10000u : 0u), true};
}

struct PortRecord {
    int lane, kind, layer, input, neuron;
    std::array<std::uint32_t, 4> data;

    bool operator==(const PortRecord& o) const {
        return lane == o.lane && kind == o.kind && layer == o.layer && input == o.input && neuron == o.neuron &&
               data == o.data;
    }
};

/// What came of a sample, and of an access beside it.
struct PortRun {
    bool answered = false, accepted = false, finished = false;
    std::uint32_t read = 0;
    std::uint64_t result = 0;
    std::vector<PortRecord> records;
    int beats = 0;
    int answer_cycle = -1, first_beat = -1, end_beat = -1, result_cycle = -1;
};

/// Chances in 1/8 that a side pauses in a cycle.
struct Pauses {
    int source = 0, sink = 0;
};

constexpr std::size_t kDumpSamples = 8;

template <class Model>
class PortBench {
public:
    explicit PortBench(int seed) : cases(static_cast<std::uint32_t>(seed) + 180), dut_(seed) {
        quiet();
        dut_.reset();
    }
    void reset() {
        quiet();
        dut_.reset();
    }

    /// An access while nothing else happens: data read, or nothing if it was refused.
    std::optional<std::uint32_t> access(const Access& a) {
        quiet();
        request(a);
        for (int n = 0; n < 20; ++n) {
            dut_.settle();
            const bool ack = dut_->wb_ack_o, err = dut_->wb_err_o;
            const std::uint32_t data = dut_->wb_dat_o;
            if (ack || err) quiet();
            dut_.tick();
            if (ack) return data;
            if (err) return {};
        }
        FAIL("no answer on the bus");
        return {};
    }
    bool write(std::uint32_t address, std::uint32_t data) { return access({"", true, address, data}).has_value(); }
    std::optional<std::uint32_t> read(std::uint32_t address) { return access({"", false, address, 0}); }

    /// A sample whose first beat is offered in cycle `beats_from`, beside an access begun in cycle `access_from`; both
    /// until they are done, or `limit` cycles.
    PortRun run(const std::vector<PortBeat>& beats, int beats_from, const Access* a, int access_from, Pauses pauses,
                int limit = 20000) {
        PortRun run;
        std::size_t next = 0;
        bool offered = false;
        for (int cycle = 0; cycle < limit && !(run.finished && (a == nullptr || run.answered)); ++cycle) {
            quiet();
            if (a != nullptr && cycle >= access_from && !run.answered) request(*a);
            if (next < beats.size() && cycle >= beats_from && (offered || cases.between(0, 7) >= pauses.source)) {
                offered = true;  // and stays
                dut_->smp_valid_i = 1;
                dut_->smp_last_i = beats[next].last;
                dut_->smp_data_i = beats[next].data;
            }
            dut_->res_ready_i = cases.between(0, 7) >= pauses.sink;
            dut_.settle();
            note(run.records);
            if (a != nullptr && !run.answered && (dut_->wb_ack_o || dut_->wb_err_o)) {
                run.answered = true;
                run.accepted = dut_->wb_ack_o;
                run.read = dut_->wb_dat_o;
                run.answer_cycle = cycle;
                dut_->wb_cyc_i = dut_->wb_stb_i = 0;
            }
            if (dut_->smp_valid_i && dut_->smp_ready_o) {
                if (run.first_beat < 0) run.first_beat = cycle;
                run.end_beat = cycle;
                ++run.beats;
                ++next;
                offered = false;
            }
            if (dut_->res_valid_o && dut_->res_ready_i) {
                run.finished = true;
                run.result = dut_->res_data_o;
                run.result_cycle = cycle;
            }
            dut_.tick();
        }
        quiet();
        return run;
    }

    /// Everything the host can read, but the count of cycles; SAMPLES is word kDumpSamples.
    std::vector<std::optional<std::uint32_t>> dump() {
        std::vector<std::optional<std::uint32_t>> state;
        for (const std::uint32_t r : {0x04u, 0x05u, 0x06u, 0x07u, 0x08u, 0x09u, 0x0Au, 0x0Cu, 0x0Du, 0x0Eu, 0x10u,
                                      0x16u, 0x17u, 0x20u, 0x21u, 0x22u, 0x24u, 0x25u, 0x26u})
            state.push_back(read(r));
        for (int tile = 0; tile < kCoreTiles; ++tile) {
            for (int word = 0; word < kCoreDepth; ++word) state.push_back(read(core_weight(tile, word)));
            for (int slot = 0; slot < kCoreSlots; ++slot)
                for (int word = 0; word < 15; ++word) state.push_back(read(core_parameter(tile, slot, word)));
        }
        return state;
    }

    Cases cases;

private:
    void quiet() {
        dut_->wb_cyc_i = dut_->wb_stb_i = 0;
        dut_->wb_we_i = cases.one_in(2);
        dut_->wb_adr_i = cases.bits() >> 4;
        dut_->wb_dat_i = cases.bits();
        dut_->smp_valid_i = 0;
        dut_->smp_last_i = cases.one_in(2);
        dut_->smp_data_i = cases.bits();
        dut_->res_ready_i = 0;
    }
    void request(const Access& a) {
        dut_->wb_cyc_i = dut_->wb_stb_i = 1;
        dut_->wb_we_i = a.write;
        dut_->wb_adr_i = a.address;
        dut_->wb_dat_i = a.data;
    }
    void note(std::vector<PortRecord>& records) {
        for (int lane = 0; lane < kCoreTiles; ++lane) {
            if ((dut_->obs_valid_o >> lane & 1) == 0) continue;
            PortRecord r{lane,
                         dut_->obs_kind_o,
                         dut_->obs_layer_o,
                         dut_->obs_input_o,
                         static_cast<int>(field(dut_->obs_neuron_o, 16 * lane, 16)),
                         {}};
            for (int w = 0; w < 4; ++w)
                r.data[static_cast<std::size_t>(w)] = field(dut_->obs_data_o, 112 * lane + 32 * w, w < 3 ? 32 : 16);
            records.push_back(r);
        }
    }

    Device<Model> dut_;
};

}  // namespace wuxing::test
