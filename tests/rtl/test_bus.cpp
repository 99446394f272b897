// The host side: layer table, and the bus against the register map of docs/core.md.
#include <Vbus.h>
#include <Vbus_large.h>
#include <Vbus_recompute.h>
#include <Vbus_small.h>
#include <Vlayers.h>
#include <Vlayers_large.h>
#include <Vlayers_recompute.h>

#include <array>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <vector>

#include "../model/cases.hpp"
#include "../model/tally.hpp"
#include "contract.hpp"
#include "device.hpp"

namespace wuxing::test {

TEMPLATE_TEST_CASE("layers: lines of the table are read back, given out field by field, counted when filled, zero after reset",
                   "", Vlayers, Vlayers_large, Vlayers_recompute) {
    constexpr bool kRecompute = std::is_same_v<TestType, Vlayers_recompute>;
    constexpr bool kLarge = std::is_same_v<TestType, Vlayers_large>;
    constexpr int kLayers = 8;  // layers_bench.sv
    constexpr int kInputs = kLarge ? 4096 : 1024, kSlots = kLarge ? 1023 : 32, kOutputs = kLarge ? 64 * 1023 : 4 * 32;
    constexpr int kDepth = kLarge ? 262144 : 16384;
    Tally tally;
    Cases cases(120);
    // From one end to the other, the ends often.
    const auto within = [&](int least, int most) {
        return static_cast<std::uint32_t>(cases.one_in(4) ? least : cases.one_in(3) ? most : cases.between(least, most));
    };
    for (int seed = 1; seed <= 3; ++seed) {
        Device<TestType> dut(seed);
        std::array<std::array<std::uint32_t, 4>, kLayers> table{};
        dut->we_i = 0;
        dut->wdata_i = 0;
        dut->word_i = dut->count_i = dut->layer_i = 0;
        dut.reset();
        for (int n = 0; n < 20000; ++n) {
            if (n > 0) {
                const auto layer = static_cast<std::size_t>(cases.between(0, kLayers - 1));
                const auto word = static_cast<std::size_t>(cases.between(0, kRecompute ? 3 : 2));
                const bool write = cases.one_in(2);
                // What the bus lets through: every field up to its greatest value.
                std::uint32_t data = within(1, kOutputs) << 16 | within(1, kInputs);
                if (word == 1) {
                    const std::uint32_t slots = within(1, kSlots);
                    data = within(0, kSlots - static_cast<int>(slots)) << 16 | slots;
                }
                if (word == 2) data = kRecompute ? cases.bits() : within(0, kDepth - 1);
                if (word == 3) data = within(0, 15);
                set(dut->layer_i, static_cast<int>(layer));
                set(dut->word_i, static_cast<int>(word));
                dut->we_i = write;
                dut->wdata_i = data;
                dut.tick();
                dut->we_i = 0;
                dut->wdata_i = ~data;
                if (write) table[layer][word] = data;
                if (cases.one_in(500)) {
                    dut.reset();
                    table = {};
                }
            }
            const auto where = [&] { return "write " + std::to_string(n); };
            int filled = 0;
            while (filled < kLayers && table[static_cast<std::size_t>(filled)][0] != 0 &&
                   (table[static_cast<std::size_t>(filled)][1] & 0xFFFF) != 0)
                ++filled;
            for (int l = 0; l < kLayers; ++l) {
                const auto& line = table[static_cast<std::size_t>(l)];
                const int count = cases.one_in(2) ? l + 1 : cases.between(0, kLayers);
                set(dut->layer_i, l);
                const int word = cases.between(0, 3);
                set(dut->word_i, word);
                set(dut->count_i, count);
                dut.settle();
                tally.equal(dut->rdata_o, line[static_cast<std::size_t>(word)], where);
                tally.equal(dut->filled_o, filled, where);
                tally.equal(dut->inputs_o, line[0] & 0xFFFF, where);
                tally.equal(dut->outputs_o, line[0] >> 16, where);
                tally.equal(dut->slots_o, line[1] & 0xFFFF, where);
                tally.equal(dut->slot_base_o, line[1] >> 16, where);
                tally.equal(dut->weight_base_o, line[2] & 0x3FFFFu, where);
                tally.equal(dut->key_o, line[2], where);
                tally.equal(dut->scale_o, line[3], where);
                tally.equal(dut->last_o, l + 1 == count, where);
                if (l > 0) tally.equal(dut->below_base_o, table[static_cast<std::size_t>(l - 1)][1] >> 16, where);
            }
        }
    }
    tally.finish(3 * 20000 * 8 * 8);
}

namespace {

struct CoreSize {
    int tiles, slots, layers, depth, index_width, weight_width;
    bool learn_k = false, recompute = false, all_counters = true;
};
template <class Model>
struct BusTraits;
template <>
struct BusTraits<Vbus> {
    static constexpr CoreSize kSize{4, 32, 4, 16384, 10, 16};  // the defaults
};
template <>
struct BusTraits<Vbus_recompute> {
    static constexpr CoreSize kSize{128, 511, 4, 16384, 10, 16, true, true};
};
template <>
struct BusTraits<Vbus_small> {
    static constexpr CoreSize kSize{1, 2, 1, 2, 4, 12, true, false, false};
};
template <>
struct BusTraits<Vbus_large> {
    static constexpr CoreSize kSize{64, 1023, 8, 262144, 12, 8, true};
};

constexpr std::uint32_t register_address(int number) {
    return static_cast<std::uint32_t>(number);
}
constexpr std::uint32_t weight_address(int tile, int word) {
    return 1u << 26 | static_cast<std::uint32_t>(tile) << 18 | static_cast<std::uint32_t>(word);
}
constexpr std::uint32_t param_address(int tile, int slot, int word) {
    return 2u << 26 | static_cast<std::uint32_t>(tile) << 18 | static_cast<std::uint32_t>(slot) << 4 |
           static_cast<std::uint32_t>(word);
}
constexpr std::uint32_t mean_address(int tile, int slot, int word) {
    return 3u << 26 | static_cast<std::uint32_t>(tile) << 18 | static_cast<std::uint32_t>(slot) << 5 |
           static_cast<std::uint32_t>(word);
}

std::uint32_t sign_extended(std::uint32_t v) {
    return static_cast<std::uint32_t>(static_cast<std::int32_t>(static_cast<std::int16_t>(v & 0xFFFF)));
}

/// docs/core.md: what every address holds, and which writes are accepted.
class MapReference {
public:
    explicit MapReference(const CoreSize& size) : size_(size) {
        registers_[0x06] = 8;
        registers_[0x08] = 4096;
        registers_[0x09] = static_cast<std::uint32_t>(-819);
    }

    struct Outcome {
        bool accepted = false, memory = false;
        std::uint32_t data = 0;  ///< of an accepted read
    };

    /// `now` has the counters and R as they are when the core is taken.
    struct Counters {
        std::uint32_t cycles = 0, multiplies = 0, samples = 0, trained = 0, random = 1;
        int code = 0;
    };

    Outcome access(bool write, std::uint32_t address, std::uint32_t data, bool busy, Counters& now) {
        const std::uint32_t region = address >> 26;
        const int tile = static_cast<int>(address >> 18 & 0xFF);
        Outcome outcome;
        if (region == 0 && address < 0x100) return access_register(write, static_cast<int>(address), data, busy, now);
        if (busy || tile >= size_.tiles) return outcome;
        if (region == 1) {
            const int word = static_cast<int>(address & 0x3FFFF);
            if (size_.recompute || word >= size_.depth) return outcome;
        } else if (region == 2) {
            const int slot = static_cast<int>(address >> 4 & 0x3FFF), word = static_cast<int>(address & 15);
            if (slot >= size_.slots || word >= kParameters) return outcome;
            if (write) {
                const ParameterRange& range = kParameterRanges[static_cast<std::size_t>(word / kElements)];
                const auto k = static_cast<std::int16_t>(data & 0xFFFF);
                if (k < range.low || k > range.high) return outcome;
            }
        } else if (region == 3) {
            const int slot = static_cast<int>(address >> 5 & 0x1FFF), word = static_cast<int>(address & 31);
            if (!size_.learn_k || slot >= size_.slots || word == 15 || word == 31) return outcome;
        } else {
            return outcome;
        }
        outcome.accepted = outcome.memory = true;
        if (write) {
            memory_[address] = data & 0xFFFF;
        } else {
            outcome.data = sign_extended(memory_[address]);
        }
        return outcome;
    }

    /// A word of the tiles' memories, zero before it is written.
    std::uint32_t memory(std::uint32_t address) { return memory_[address]; }
    std::uint32_t table(int layer, int word) { return registers_[0x20 + 4 * layer + word]; }
    int filled() {
        int filled = 0;
        while (filled < size_.layers && table(filled, 0) != 0 && (table(filled, 1) & 0xFFFF) != 0) ++filled;
        return filled;
    }
    std::uint32_t value(int number) { return registers_[number]; }

private:
    Outcome access_register(bool write, int number, std::uint32_t data, bool busy, Counters& now) {
        const int line = (number - 0x20) / 4, word = (number - 0x20) % 4;
        const bool is_table = number >= 0x20 && line < size_.layers && (size_.recompute || word != 3);
        const bool is_adjust = size_.learn_k && number >= 0x11 && number <= 0x15;
        const bool read_only = number <= 0x03 || (number >= 0x0B && number <= 0x0F);
        Outcome outcome;
        if (is_table && busy) return outcome;  // not even read
        if (!size_.all_counters && (number == 0x0C || number == 0x0D)) return outcome;
        if (number > 0x10 && number != 0x16 && number != 0x17 && !is_adjust && !is_table) return outcome;
        if (!write) {
            outcome.accepted = true;
            switch (number) {
                case 0x00:
                    outcome.data = 0x57555831u;
                    break;
                case 0x01:
                    outcome.data = kContractVersion;
                    break;
                case 0x02:
                    outcome.data = static_cast<std::uint32_t>(size_.slots << 16 | size_.layers << 8 | size_.tiles);
                    break;
                case 0x03:
                    outcome.data = static_cast<std::uint32_t>(size_.index_width << 24 | size_.depth);
                    break;
                case 0x04:
                    outcome.data = static_cast<std::uint32_t>(now.code << 4) | (busy ? 1u : 0u);
                    break;
                case 0x0A:
                    outcome.data = now.random;
                    break;
                case 0x0B:
                    outcome.data = now.cycles;
                    break;
                case 0x0C:
                    outcome.data = now.multiplies;
                    break;
                case 0x0D:
                    outcome.data = now.samples;
                    break;
                case 0x0E:
                    outcome.data = now.trained;
                    break;
                case 0x0F:
                    outcome.data = static_cast<std::uint32_t>(size_.weight_width) | (size_.learn_k ? 0x100u : 0u) |
                                   (size_.recompute ? 0x200u : 0u) | (size_.all_counters ? 0x400u : 0u);
                    break;
                case 0x08:
                case 0x09:
                    outcome.data = sign_extended(registers_[number]);
                    break;
                default:
                    outcome.data = registers_[number];
                    break;
            }
            return outcome;
        }
        if (busy || read_only) return outcome;
        const std::uint32_t low = data & 0xFFFF, high = data >> 16;
        const auto within = [](std::uint64_t v, std::uint64_t least, std::uint64_t most) {
            return v >= least && v <= most;
        };
        bool ok = true;
        if (number == 0x05) ok = within(data, 0, static_cast<std::uint64_t>(filled()));
        if (number == 0x06) ok = within(data, 1, 15);
        if (number == 0x07) ok = within(data, 0, size_.recompute ? 0 : 32767);
        if (number == 0x0A) ok = data != 0;
        if (number == 0x10) ok = within(data, 0, 1);
        if (number >= 0x11 && number <= 0x13) ok = within(data, 0, 16383);
        if (number == 0x14) ok = within(data, 0, 15);
        if (number == 0x15) ok = within(data, 0, 7);
        const std::uint64_t longest = std::uint64_t{1} << size_.index_width;
        if (number == 0x16) ok = within(low, 1, longest) && within(high, 1, longest);
        if (number == 0x17) ok = within(data, 0, registers_[0x16] == 0 ? 0 : 7);  // above 0 once FRAME has been written
        if (is_table && word == 0) {
            ok = within(low, 1, std::uint64_t{1} << size_.index_width) &&
                 within(high, 1, static_cast<std::uint64_t>(size_.tiles) * static_cast<std::uint64_t>(size_.slots));
        }
        if (is_table && word == 1)
            ok = low >= 1 && within(std::uint64_t{low} + high, 1, static_cast<std::uint64_t>(size_.slots));
        if (is_table && word == 2) ok = size_.recompute || data < static_cast<std::uint32_t>(size_.depth);
        if (is_table && word == 3) ok = within(data, 0, 15);
        if (!ok) return outcome;
        outcome.accepted = true;
        registers_[number] = data;
        if (number == 0x04) now.code = 0;
        if (number == 0x0A) now.random = data;
        return outcome;
    }

    CoreSize size_;
    std::map<int, std::uint32_t> registers_;
    std::map<std::uint32_t, std::uint32_t> memory_;
};

/// The bus with everything it serves behind it: layer table, R, memories, and a core that is busy or not.
template <class Model>
class BusBench {
public:
    static constexpr CoreSize kSize = BusTraits<Model>::kSize;

    BusBench(int seed, Tally& tally) : cases(130u + static_cast<std::uint32_t>(seed)), dut_(seed), tally_(tally) {
        dut_->wb_cyc_i = dut_->wb_stb_i = dut_->wb_we_i = 0;
        dut_->wb_adr_i = dut_->wb_dat_i = 0;
        dut_->idle_i = 1;
        dut_->finished_i = dut_->learned_i = dut_->code_i = 0;
        dut_->busy_i = 0;
        dut_->mem_word_i = dut_->mem_mean_i = 0;
        dut_->random_i = now_.random;
        dut_->table_i = 0;
        dut_->table_filled_i = 0;
        dut_.reset();
    }

    void busy(bool busy) { dut_->idle_i = !busy; }
    /// A cycle without an access; the bus must be silent.
    void pause() {
        dut_->wb_cyc_i = cases.one_in(2);
        dut_->wb_stb_i = !dut_->wb_cyc_i && cases.one_in(2);
        // An address may be left standing on the bus.
        if (cases.one_in(2)) dut_->wb_adr_i = param_address(0, cases.between(0, 1), cases.between(0, 14));
        dut_.settle();
        tally_.equal(dut_->mem_params_o, 0, [] { return "parameters without an access"; });
        tick();
        tally_.equal(dut_->wb_ack_o + dut_->wb_err_o, 0, [] { return "answer without an access"; });
        tally_.equal(dut_->lock_o, 0, [] { return "lock without an access"; });
        tally_.equal(dut_->mem_o, 0, [] { return "memory without an access"; });
        tally_.equal(dut_->table_o, 0, [] { return "the table without an access"; });
    }
    /// The result of a sample is taken; the core is busy until then.
    void finish_sample(bool learned, SampleError code) {
        busy(true);
        pause();
        dut_->finished_i = 1;
        dut_->learned_i = learned;
        set(dut_->code_i, static_cast<int>(code));
        pause();
        dut_->finished_i = 0;
        busy(false);
        pause();
    }
    void start_multiplications(int count) { set(dut_->busy_i, count); }

    std::optional<std::uint32_t> read(std::uint32_t address) { return access(false, address, cases.bits()); }
    bool write(std::uint32_t address, std::uint32_t data) { return access(true, address, data).has_value(); }

    /// One access, checked against the reference in every cycle: data read, or nothing if it was refused.
    std::optional<std::uint32_t> access(bool write, std::uint32_t address, std::uint32_t data) {
        const auto where = [&] {
            std::ostringstream text;
            text << (write ? "write " : "read ") << std::hex << address << ", data " << data
                 << (dut_->idle_i ? "" : ", busy");
            return text.str();
        };
        dut_->wb_cyc_i = dut_->wb_stb_i = 1;
        dut_->wb_we_i = write;
        dut_->wb_adr_i = address;
        dut_->wb_dat_i = data;
        dut_.settle();
        tally_.equal(dut_->lock_o, 0, where);
        tick();  // the access is seen
        const bool busy_now = !dut_->idle_i;
        MapReference::Counters now = now_;
        auto expected = reference_.access(write, address, data, busy_now, now);
        // The side effects belong to the cycle in which the core is taken.
        const bool effect = expected.accepted && write && !expected.memory;
        const bool is_table = effect && address >= 0x20, parameters = address >> 26 == 2;
        const bool is_random = effect && address == 0x0A;
        const int cycles = expected.memory ? 5 : 4;
        std::uint32_t got = 0;
        for (int cycle = 2; cycle <= cycles; ++cycle) {
            if (cycle == 3 && !write) {  // what is read is as of the cycle after the decision; a read changes nothing
                MapReference::Counters later = now_;
                expected.data = reference_.access(false, address, data, busy_now, later).data;
            }
            tally_.equal(dut_->lock_o, 1, where);
            tally_.equal(dut_->wb_ack_o, cycle == cycles && expected.accepted, where);
            tally_.equal(dut_->wb_err_o, cycle == cycles && !expected.accepted, where);
            tally_.equal(dut_->table_we_o, cycle == 3 && is_table, where);
            tally_.equal(dut_->random_set_o, cycle == 3 && is_random, where);
            tally_.equal(dut_->mem_o, cycle == 3 && expected.memory, where);
            // The table's line is the host's in the cycles that decide and act, unless a sample is in work; of the memories' words the parameters
            // are meant until one is there.
            tally_.equal(dut_->table_o, (cycle == 2 || cycle == 3) && !busy_now, where);
            tally_.equal(dut_->mem_params_o, expected.memory && parameters && (cycle == 3 || cycle == 4), where);
            if (!dut_->mem_o)
                tally_.equal(dut_->mem_weight_we_o + dut_->mem_param_we_o + dut_->mem_mean_we_o, 0, where);
            if (dut_->table_we_o) {
                tally_.equal(dut_->table_layer_o, (address - 0x20) / 4, where);
                tally_.equal(dut_->table_word_o, (address - 0x20) % 4, where);
            }
            if (dut_->table_we_o || dut_->random_set_o) tally_.equal(dut_->wdata_o, data, where);
            if (dut_->mem_o) {
                tally_.equal(dut_->mem_weight_we_o, write && address >> 26 == 1, where);
                tally_.equal(dut_->mem_param_we_o, write && address >> 26 == 2, where);
                tally_.equal(dut_->mem_mean_we_o, write && address >> 26 == 3, where);
                tally_.equal(dut_->mem_tile_o, address >> 18 & 0xFF, where);
                tally_.equal(dut_->mem_addr_o, address & 0x3FFFF, where);
                if (write) tally_.equal(dut_->wdata_o & 0xFFFF, data & 0xFFFF, where);
            }
            if (cycle == cycles) {
                got = dut_->wb_dat_o;
                if (expected.accepted && !write) tally_.equal(got, expected.data, where);
                // A classic master lets go as it sees the answer.
                dut_->wb_cyc_i = dut_->wb_stb_i = 0;
            }
            const bool taken = cycle == 3;
            tick();
            if (taken && effect) {
                now_.random = now.random;
                if (address == 0x04) now_.code = 0;
            }
        }
        tally_.equal(dut_->wb_ack_o + dut_->wb_err_o, 0, where);
        tally_.equal(dut_->lock_o, 0, where);
        check_configuration();
        if (!expected.accepted) return {};
        return got;
    }

    /// An access whose master lets go after it has been seen, `held` cycles after: nothing is done, and nothing stays behind. (A read
    /// has nothing to do; a write of a memory may be let go two cycles after.)
    void withdraw(std::uint32_t address, std::uint32_t data, int held) {
        const auto where = [&] {
            std::ostringstream text;
            text << "write " << std::hex << address << ", data " << data << ", let go after " << std::dec << held;
            return text.str();
        };
        dut_->wb_cyc_i = dut_->wb_stb_i = dut_->wb_we_i = 1;
        dut_->wb_adr_i = address;
        dut_->wb_dat_i = data;
        for (int n = 0; n < held; ++n) tick();
        // Either line says so; the others may be anything.
        const int how = cases.between(0, 2);
        dut_->wb_cyc_i = how == 0;
        dut_->wb_stb_i = how == 1;
        const int pause = cases.one_in(2) ? 1 : cases.between(2, 6);  // the bus is free at once
        for (int n = 0; n < pause; ++n) {
            dut_.settle();
            tally_.equal(dut_->table_we_o + dut_->random_set_o + dut_->mem_o + dut_->mem_weight_we_o +
                             dut_->mem_param_we_o + dut_->mem_mean_we_o,
                         0, where);
            tick();
            if (n % 2 == 1) dut_->wb_adr_i = cases.bits() >> 4;
        }
        tally_.equal(dut_->lock_o, 0, where);
        check_configuration();
    }

    /// The configuration given to the core is what the registers hold.
    void check_configuration() {
        const auto where = [] { return "configuration outputs"; };
        tally_.equal(dut_->layers_o, reference_.value(0x05), where);
        tally_.equal(dut_->steps_o, reference_.value(0x06), where);
        tally_.equal(dut_->eta_o, reference_.value(0x07), where);
        tally_.equal(dut_->target_on_o, reference_.value(0x08) & 0xFFFF, where);
        tally_.equal(dut_->target_off_o, reference_.value(0x09) & 0xFFFF, where);
        tally_.equal(dut_->nearest_o, reference_.value(0x10), where);
        tally_.equal(dut_->columns_o, reference_.value(0x16) & 0xFFFF, where);
        tally_.equal(dut_->rows_o, reference_.value(0x16) >> 16, where);
        tally_.equal(dut_->shift_o, reference_.value(0x17), where);
        tally_.equal(dut_->gain_p_o, reference_.value(0x11), where);
        tally_.equal(dut_->gain_i_o, reference_.value(0x12), where);
        tally_.equal(dut_->gain_d_o, reference_.value(0x13), where);
        tally_.equal(dut_->leak_o, reference_.value(0x14), where);
        tally_.equal(dut_->sets_o, reference_.value(0x15), where);
    }

    Cases cases;

private:
    void tick() {
        // Blocks beside the bus.
        dut_->random_i = now_.random;
        set(dut_->table_filled_i, reference_.filled());
        dut_.settle();
        dut_->table_i = dut_->table_o && dut_->table_layer_o < kSize.layers && dut_->table_word_o < (kSize.recompute ? 4 : 3)
                            ? reference_.table(dut_->table_layer_o, dut_->table_word_o)
                            : cases.bits();
        const bool memory = dut_->mem_o;
        const std::uint32_t at = dut_->mem_tile_o * (1u << 18) | dut_->mem_addr_o;
        if (!dut_->idle_i) ++now_.cycles;
        now_.multiplies += dut_->busy_i;
        if (dut_->finished_i) {
            ++now_.samples;
            if (dut_->learned_i) ++now_.trained;
            if (dut_->code_i != 0) now_.code = dut_->code_i;
        }
        dut_.tick();
        // The memories' read data is there for one cycle; in the others it may be anything. A tile shows a parameter or a connection.
        dut_.settle();
        const std::uint32_t region = dut_->mem_params_o ? 2u << 26 : 1u << 26;
        set(dut_->mem_word_i, memory ? reference_.memory(region | at) : cases.bits() & 0xFFFF);
        set(dut_->mem_mean_i, memory ? reference_.memory(3u << 26 | at) : cases.bits() & 0xFFFF);
        dut_->random_i = now_.random;
        dut_.settle();
    }

    Device<Model> dut_;
    Tally& tally_;
    MapReference reference_{kSize};
    MapReference::Counters now_;
};

/// v and its neighbours.
void beside(std::set<std::uint32_t>& values, std::int64_t v) {
    for (int d = -1; d <= 1; ++d) values.insert(static_cast<std::uint32_t>(v + d));
}

}  // namespace

TEMPLATE_TEST_CASE("bus: every address of region 0 after reset, read and written, idle and busy", "", Vbus, Vbus_small,
                   Vbus_large, Vbus_recompute) {
    Tally tally;
    BusBench<TestType> bench(1, tally);
    const CoreSize size = bench.kSize;
    // The reset values once more in plain numbers.
    const std::map<int, std::uint32_t> kReset{
        {0x00, 0x57555831}, {0x01, 2}, {0x04, 0}, {0x05, 0}, {0x06, 8}, {0x07, 0}, {0x08, 4096},
        {0x09, 0xFFFFFCCD}, {0x0A, 1}, {0x0B, 0}, {0x0C, 0}, {0x0D, 0}, {0x0E, 0}, {0x10, 0},
        {0x16, 0},          {0x17, 0}, {0x20, 0}, {0x21, 0}, {0x22, 0}};
    for (const auto& [number, value] : kReset) {
        const auto got = bench.read(register_address(number));
        if (!size.all_counters && (number == 0x0C || number == 0x0D)) {
            tally.holds(!got, [] { return "a counter that is not there"; });
            continue;
        }
        tally.holds(got == value, [n = number] { return "reset value of register " + std::to_string(n); });
    }
    tally.holds(bench.read(0x02) == static_cast<std::uint32_t>(size.tiles + size.layers * 256 + size.slots * 65536),
                [] { return "CAP0"; });
    tally.holds(bench.read(0x03) == static_cast<std::uint32_t>(size.depth + size.index_width * (1 << 24)),
                [] { return "CAP1"; });
    tally.holds(bench.read(0x0F) == static_cast<std::uint32_t>(size.weight_width) + (size.learn_k ? 0x100u : 0u) +
                                        (size.recompute ? 0x200u : 0u) + (size.all_counters ? 0x400u : 0u),
                [] { return "CAP2"; });
    for (int number = 0x11; number <= 0x15; ++number) {
        const auto got = bench.read(register_address(number));
        tally.holds(size.learn_k ? got == 0u : !got, [] { return "registers of the adjustment of K"; });
    }
    for (const bool busy : {false, true}) {
        bench.busy(busy);
        for (int number = 0; number < 256; ++number) {
            bench.read(register_address(number));
            for (const std::uint32_t data : {0u, 1u, 0x00010001u, 0xFFFFFFFFu})
                bench.write(register_address(number), data);
            bench.read(register_address(number));
        }
    }
    bench.busy(false);
    // Addresses that would be registers if some bits were not looked at.
    for (int bit = 8; bit < 28; ++bit) {
        for (const int number : {0x00, 0x04, 0x06, 0x0A, 0x20, 0x21}) {
            const std::uint32_t address = register_address(number) | 1u << bit;
            if (bit < 26) {
                tally.holds(!bench.read(address), [] { return "read beside the registers"; });
                tally.holds(!bench.write(address, 1), [] { return "write beside the registers"; });
            }
            if (size.learn_k) continue;
            tally.holds(!bench.read(address | 3u << 26), [] { return "read in region 3"; });
            tally.holds(!bench.write(address | 3u << 26, 1), [] { return "write in region 3"; });
        }
    }
    for (int number = 0; number < 256; ++number) bench.read(register_address(number));
    tally.finish(256 * 13 * 10);
}

TEMPLATE_TEST_CASE("bus: registers accept and refuse at the ends of their ranges", "", Vbus, Vbus_small, Vbus_large,
                   Vbus_recompute) {
    Tally tally;
    BusBench<TestType> bench(2, tally);
    const CoreSize size = bench.kSize;
    std::set<std::uint32_t> values;
    for (const std::int64_t v : {std::int64_t{0}, std::int64_t{8}, std::int64_t{15}, std::int64_t{32767},
                                 std::int64_t{65535}, std::int64_t{0x7FFFFFFF}, std::int64_t{1} << 18})
        beside(values, v);
    beside(values, size.layers);
    beside(values, size.depth);
    for (int bit = 0; bit < 32; ++bit) values.insert(1u << bit);
    for (const std::int64_t v : {std::int64_t{7}, std::int64_t{16383}}) beside(values, v);
    // SHIFT twice: before FRAME has been written, and after.
    for (const int number : {0x04, 0x05, 0x06, 0x07, 0x0A, 0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x17, 0x16, 0x17}) {
        for (const std::uint32_t v : values) {
            bench.write(register_address(number), v);
            if (bench.cases.one_in(2)) bench.pause();  // a register keeps its word for an odd number of cycles, too
            bench.read(register_address(number));
        }
    }
    {
        BusBench<TestType> fresh(5, tally);
        for (const std::uint32_t m : {1u, 7u, 8u})
            tally.holds(!fresh.write(0x17, m), [] { return "SHIFT without FRAME"; });
        tally.holds(fresh.write(0x17, 0), [] { return "SHIFT 0 without FRAME"; });
        // Columns and rows up to 2^IndexW.
        const std::uint32_t longest = 1u << size.index_width;
        for (const std::uint32_t frame : {0u, 1u, 0x10000u, (longest + 1) << 16 | 1u, 1u << 16 | (longest + 1), 0x80000001u,
                                          0x00018000u, (2 * longest) << 16 | 1u, 1u << 16 | (2 * longest), 0xFFFFFFFFu}) {
            tally.holds(!fresh.write(0x16, frame), [] { return "FRAME out of its range"; });
            tally.holds(!fresh.write(0x17, 1), [] { return "SHIFT after a refused FRAME"; });
        }
        for (const std::uint32_t frame : {0x00010001u, longest << 16 | 1u, 1u << 16 | longest, longest << 16 | longest,
                                          0x000C000Cu, (longest - 1) << 16 | (longest - 1)}) {
            tally.holds(fresh.write(0x16, frame) && fresh.read(0x16) == frame, [] { return "FRAME"; });
            fresh.pause();
            tally.holds(fresh.read(0x16) == frame, [] { return "FRAME, later"; });
        }
        for (std::uint32_t m = 0; m <= 9; ++m) tally.holds(fresh.write(0x17, m) == (m <= 7), [] { return "SHIFT"; });
        tally.holds(fresh.read(0x17) == 7u, [] { return "SHIFT"; });
    }
    for (const int number : {0x08, 0x09}) {
        for (const int v : {-32768, -32767, -820, -819, -1, 0, 1, 4095, 4096, 32766, 32767}) {
            tally.holds(bench.write(register_address(number), static_cast<std::uint32_t>(v)), [] { return "target"; });
            tally.holds(bench.read(register_address(number)) == static_cast<std::uint32_t>(v), [] { return "target"; });
        }
    }
    // LAYERS counts lines that are filled: none yet, then one more at a time, from the last line to the first.
    std::set<std::uint32_t> inputs{1}, outputs{1}, slots{1, 65535}, bases{0, 65535};
    beside(inputs, std::int64_t{1} << size.index_width);
    beside(inputs, 0);
    beside(outputs, std::int64_t{size.tiles} * size.slots);
    beside(outputs, 0);
    beside(slots, size.slots);
    beside(slots, 0);
    beside(bases, size.slots);
    beside(bases, 0);
    for (int layer = size.layers - 1; layer >= 0; --layer) {
        const int line = 0x20 + 4 * layer;
        for (const std::uint32_t i : inputs) {
            for (const std::uint32_t o : outputs) {
                bench.write(register_address(line), (o & 0xFFFF) << 16 | (i & 0xFFFF));
                bench.read(register_address(line));
            }
        }
        for (const std::uint32_t s : slots) {
            for (const std::uint32_t b : bases) {
                bench.write(register_address(line + 1), (b & 0xFFFF) << 16 | (s & 0xFFFF));
                bench.read(register_address(line + 1));
            }
        }
        for (const std::uint32_t v : values) {
            bench.write(register_address(line + 2), v);
            bench.read(register_address(line + 2));
            bench.write(register_address(line + 3), v);
            bench.read(register_address(line + 3));
        }
        for (std::uint32_t count = 0; count <= static_cast<std::uint32_t>(size.layers) + 1; ++count) {
            bench.write(0x05, count);
            bench.read(0x05);
        }
    }
    // The ends themselves, in plain words.
    const auto word = [](std::int64_t high, std::int64_t low) { return static_cast<std::uint32_t>(high << 16 | low); };
    const std::int64_t all = std::int64_t{size.tiles} * size.slots, most = std::int64_t{1} << size.index_width;
    const struct {
        int number;
        std::uint32_t value;
        bool accepted;
    } kEnds[] = {
        {0x20, word(all, most), true},
        {0x20, word(all + 1, most), false},
        {0x20, word(all, most + 1), false},
        {0x20, word(0, 1), false},
        {0x20, word(1, 0), false},
        {0x21, word(0, size.slots), true},
        {0x21, word(1, size.slots), false},
        {0x21, word(size.slots - 1, 1), true},
        {0x21, word(0, 0), false},
        {0x22, static_cast<std::uint32_t>(size.depth - 1), true},
        {0x22, static_cast<std::uint32_t>(size.depth), size.recompute},
        {0x22, 0xFFFFFFFF, size.recompute},
        {0x23, 15, size.recompute},
        {0x23, 16, false},
        {0x05, static_cast<std::uint32_t>(size.layers), true},
        {0x05, static_cast<std::uint32_t>(size.layers + 1), false},
        {0x06, 0, false},
        {0x06, 1, true},
        {0x06, 15, true},
        {0x06, 16, false},
        {0x07, 32767, !size.recompute},
        {0x07, 1, !size.recompute},
        {0x07, 0, true},
        {0x07, 32768, false},
        {0x0A, 0, false},
        {0x0A, 0xFFFFFFFF, true},
        {0x0A, 1, true},
        {0x10, 2, false},
        {0x10, 1, true},
        {0x10, 0x80000000, false},
        {0x10, 0, true},
        {0x11, 16383, size.learn_k},
        {0x11, 16384, false},
        {0x12, 16383, size.learn_k},
        {0x12, 16384, false},
        {0x13, 16383, size.learn_k},
        {0x13, 0xFFFFFFFF, false},
        {0x14, 15, size.learn_k},
        {0x14, 16, false},
        {0x15, 7, size.learn_k},
        {0x15, 8, false},
    };
    for (const auto& end : kEnds) {
        tally.holds(bench.write(register_address(end.number), end.value) == end.accepted,
                    [&] { return "register " + std::to_string(end.number) + " value " + std::to_string(end.value); });
    }
    tally.finish(5 * 60 * 2 * 20);
}

TEMPLATE_TEST_CASE("bus: memories of the tiles: limits of tile, slot and word, range of every K, latency", "", Vbus,
                   Vbus_small, Vbus_large, Vbus_recompute) {
    Tally tally;
    BusBench<TestType> bench(3, tally);
    const CoreSize size = bench.kSize;
    const std::vector<int> tiles{0, 1, size.tiles / 2, size.tiles - 1, size.tiles, size.tiles + 1, 64, 127, 128, 255};
    for (const bool busy : {false, true}) {
        bench.busy(busy);
        for (const int tile : tiles) {
            for (const int word : {0, 1, size.depth / 2, size.depth - 1, size.depth, size.depth + 1, 262143}) {
                if (word > 262143) continue;
                const std::uint32_t address = weight_address(tile, word);
                const bool fits = !size.recompute && !busy && tile < size.tiles && word < size.depth;
                for (const int value : {-32768, -1, 0, 32767, 12345}) {
                    const std::uint32_t data = static_cast<std::uint32_t>(value);
                    tally.holds(bench.write(address, data) == fits, [] { return "weight written"; });
                    const auto got = bench.read(address);
                    tally.holds(fits ? got == data : !got, [] { return "weight read"; });
                }
            }
            for (const int slot : {0, 1, size.slots / 2, size.slots - 1, size.slots, size.slots + 1, 1024, 8191}) {
                for (int word = 0; word < 32; ++word) {
                    const std::uint32_t address = mean_address(tile, slot, word);
                    const bool fits =
                        size.learn_k && !busy && tile < size.tiles && slot < size.slots && word % 16 != 15;
                    for (const int value : {-32768, -1, 32767, word}) {
                        const std::uint32_t data = static_cast<std::uint32_t>(value);
                        tally.holds(bench.write(address, data ^ 0x5A5A0000u) == fits, [] { return "S written"; });
                        const auto got = bench.read(address);
                        tally.holds(fits ? got == data : !got, [] { return "S read"; });
                    }
                }
            }
            for (const int slot : {0, 1, size.slots / 2, size.slots - 1, size.slots, size.slots + 1, 1024, 16383}) {
                for (int word = 0; word < 16; ++word) {
                    const std::uint32_t address = param_address(tile, slot, word);
                    const bool fits = !busy && tile < size.tiles && slot < size.slots && word < 15;
                    const int low = word < 5 ? 2048 : 256, high = word < 5 || word >= 10 ? 8192 : 4096;
                    for (const int k : {-32768, -1, 0, low - 1, low, low + 1, high - 1, high, high + 1, 32767}) {
                        const bool ok = fits && k >= low && k <= high;
                        tally.holds(bench.write(address, static_cast<std::uint32_t>(k)) == ok,
                                    [&] { return "K word " + std::to_string(word) + " = " + std::to_string(k); });
                    }
                    const auto got = bench.read(address);
                    tally.holds(fits ? got == static_cast<std::uint32_t>(high) : !got, [] { return "K read"; });
                }
            }
        }
    }
    tally.finish(2 * 10 * 8 * 16 * 11 * 10);
}

TEMPLATE_TEST_CASE("bus: counters, code of the last malformed sample, random accesses of every kind", "", Vbus,
                   Vbus_small, Vbus_large, Vbus_recompute) {
    Tally tally;
    BusBench<TestType> bench(4, tally);
    Cases& cases = bench.cases;
    const CoreSize size = bench.kSize;
    // A good sample does not clear the code; a write of any value to STATUS does.
    bench.finish_sample(false, SampleError::bad_order);
    tally.holds(bench.read(0x04) == 0x20u, [] { return "code 2"; });
    bench.finish_sample(true, SampleError::ok);
    tally.holds(bench.read(0x04) == 0x20u, [] { return "code 2 after a good sample"; });
    bench.finish_sample(false, SampleError::not_ready);
    tally.holds(bench.read(0x04) == 0x40u, [] { return "code 4"; });
    tally.holds(bench.write(0x04, 0xFFFFFFFFu), [] { return "STATUS written"; });
    tally.holds(bench.read(0x04) == 0u, [] { return "code cleared"; });
    tally.holds(size.all_counters ? bench.read(0x0D) == 3u : !bench.read(0x0D), [] { return "samples"; });
    tally.holds(bench.read(0x0E) == 1u, [] { return "trained"; });

    std::uint64_t accepted = 0, refused = 0;
    for (int n = 0; n < 15000; ++n) {
        switch (cases.between(0, 9)) {
            case 0:
                bench.busy(cases.one_in(2));
                break;
            case 1:
                bench.start_multiplications(cases.one_in(2) ? 0 : cases.between(0, cases.one_in(4) ? 0xFFFF : 64));
                break;
            case 2:
                bench.finish_sample(cases.one_in(2), static_cast<SampleError>(cases.between(0, 4)));
                break;
            case 3:
                bench.pause();
                break;
            default:
                break;
        }
        const bool write = cases.one_in(2);
        std::uint32_t data = cases.bits() >> cases.between(0, 31), address = 0;
        switch (cases.between(0, 4)) {
            case 0:
                address = register_address(cases.between(0, 0x18));
                break;
            case 1: {
                address = register_address(0x20 + cases.between(0, 4 * size.layers));
                if (cases.one_in(2))
                    data = static_cast<std::uint32_t>(cases.between(1, size.slots) | cases.between(1, 2) << 16);
                break;
            }
            case 2:
                address = weight_address(cases.between(0, size.tiles), cases.between(0, std::min(size.depth, 64)));
                break;
            case 3:
                address = mean_address(cases.between(0, size.tiles), cases.between(0, std::min(size.slots, 8)),
                                       cases.between(0, 31));
                break;
            default:
                address = param_address(cases.between(0, size.tiles - 1), cases.between(0, std::min(size.slots, 8)),
                                        cases.between(0, 15));
                data = static_cast<std::uint32_t>(cases.between(0, 9000));
                break;
        }
        ++(bench.access(write, address, data) ? accepted : refused);
    }
    CHECK(accepted > 3000);
    CHECK(refused > 3000);
    tally.finish(15000 * 20);
}

TEMPLATE_TEST_CASE("bus: a master that lets go before the answer gets nothing done", "", Vbus, Vbus_small, Vbus_large,
                   Vbus_recompute) {
    Tally tally;
    BusBench<TestType> bench(6, tally);
    Cases& cases = bench.cases;
    const CoreSize size = bench.kSize;
    const auto rewrite = [&] {
        bench.write(0x20, 1u << 16 | 2u);
        bench.write(0x21, 1u);
        for (const std::uint32_t number : {0x05u, 0x06u, 0x16u, 0x17u})
            bench.write(number, number == 0x16 ? 0x00040003u : 1u);
    };
    for (int n = 0; n < 4000; ++n) {
        if (n % 100 == 0) rewrite();
        std::uint32_t address = 0, data = 1;
        bool memory = false;
        switch (cases.between(0, 3)) {
            case 0: {  // every register, with a value that it takes
                constexpr std::array<std::uint32_t, 9> kNumbers{0x05, 0x06, 0x08, 0x09, 0x0A, 0x10, 0x17, 0x11, 0x14};
                address = kNumbers[cases.bits() % kNumbers.size()];
                data = address == 0x08 || address == 0x09 ? cases.bits() & 0xFFFF : static_cast<std::uint32_t>(cases.between(0, 1));
                if (cases.one_in(4)) {
                    address = 0x16;
                    data = 0x00050006u;
                }
                break;
            }
            case 1:
                address = register_address(0x20 + cases.between(0, 1));
                data = address == 0x20 ? 1u << 16 | 1u : 1u;
                break;
            case 2:
                address = weight_address(cases.between(0, size.tiles - 1), cases.between(0, std::min(size.depth - 1, 3)));
                data = cases.bits();
                memory = !size.recompute;
                break;
            default:
                address = param_address(cases.between(0, size.tiles - 1), cases.between(0, 1), cases.between(0, 14));
                data = static_cast<std::uint32_t>(cases.between(2048, 4096));
                memory = true;
                break;
        }
        bench.withdraw(address, data, memory && cases.one_in(2) ? 2 : 1);
        // As it was: read, and written by the next who stays.
        bench.read(address);
        if (cases.one_in(4)) {
            bench.write(address, data);
            bench.read(address);
        }
    }
    tally.finish(4000 * 20);
}

}  // namespace wuxing::test
