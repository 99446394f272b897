// A tile with the neuron timing: weights and K through the host port, forward and backward integration, error sums, update, each
// against the model's kernels, for every record; the scan for live neurons; and the cycles that each takes.
#include <Vneuron.h>
#include <Vneuron12.h>
#include <Vneuron8.h>
#include <Vneuron8_even.h>
#include <Vneuron_even.h>

#include <array>
#include <optional>
#include <vector>

#include "../model/cases.hpp"
#include "../model/tally.hpp"
#include "contract.hpp"
#include "device.hpp"
#include "fixed.hpp"
#include "kernels.hpp"
#include "width.hpp"

namespace wuxing::test {
namespace {

constexpr int kBatch = kernels::kBlock;  ///< neurons computed by one call of the model's kernels, one a slot here
using Batch = std::array<std::int16_t, kBatch>;
constexpr int kPassMac = 0, kPassErrorSum = 1, kPassUpdate = 2;  // pass_e of wuxing_pkg
constexpr int kWordElement0 = 0, kWordBackward = 5, kWordError = 6, kWordStep = 7;  // state record of wuxing_pkg
constexpr int kInputs = 5;                                       // weights a neuron has in these tests

template <class Model>
struct NeuronTraits;
template <>
struct NeuronTraits<Vneuron> {  // the middle one of three tiles; scratch slot in the same power of two
    static constexpr int kTile = 1, kTiles = 3, kSlotBase = 4, kWeightBase = 17;
    static constexpr Width kWidth = kWidth16;
};
template <>
struct NeuronTraits<Vneuron_even> {  // alone; all slots in use, scratch slot in the next power of two
    static constexpr int kTile = 0, kTiles = 1, kSlotBase = 0, kWeightBase = 65536 - kBatch * kInputs;
    static constexpr Width kWidth = kWidth16;
};
template <>
struct NeuronTraits<Vneuron12> : NeuronTraits<Vneuron> {
    static constexpr Width kWidth = kWidth12;
};
template <>
struct NeuronTraits<Vneuron8> : NeuronTraits<Vneuron> {
    static constexpr Width kWidth = kWidth8;
};
template <>
struct NeuronTraits<Vneuron8_even> : NeuronTraits<Vneuron_even> {
    static constexpr Width kWidth = kWidth8;
};

struct Record {
    std::uint64_t cycle;
    enum Kind { drive, neuron, backward, weight } kind;
    int neuron_number, address;
    std::array<std::int16_t, 7> values;
};

/// What a batch is given, and what the model makes of it.
struct BatchCase {
    int steps = 8;
    bool output_layer = false;
    std::array<Batch, kParameters> parameters{};
    Batch drive{}, error{};
    std::int16_t eta = 0, target_on = 0, target_off = 0;
    int label = 0;
    bool nearest = false;
    std::array<Batch, kInputs> weights{};  ///< 16-bit patterns: the tile takes the low W bits
    std::array<std::int16_t, kInputs> x{};
    std::array<std::uint32_t, kInputs> random{};
    int inputs = kInputs;

    std::array<Batch, kElements> elements{}, backward{};
    Batch step{};
    std::array<bool, kBatch> live{}, stepping{};
};

/// How often the corners of a neuron were met.
struct Corners {
    std::array<std::array<int, 2>, kElements> clamped{};  ///< element at 0, at 16383
    int live = 0, dead = 0, no_step = 0, step_saturated = 0, backward_saturated = 0, live_clamped = 0;
};

template <class Model>
class NeuronBench {
    using Traits = NeuronTraits<Model>;
    static constexpr Width kWidth = Traits::kWidth;
    static constexpr int kPartialWidth = 16 + kWidth.bits + (Traits::kTiles == 1 ? 4 : 5);  // SlotW of 16 and 20 slots

public:
    NeuronBench(int seed, Tally& tally) : dut_(seed), tally_(tally) {
        all_off();
        dut_.reset();
    }

    /// Runs the batch through all its phases. `every`: work is also done while the tile has none, as when another tile has, after
    /// a scan that met a neuron that is not live and past the last one; else it goes from one live neuron to the next.
    void run(BatchCase& c, bool every, Corners& corners) {
        choose_events(c);
        expect(c, corners);
        configure(c);
        load(c);
        forward(c);
        if (!c.output_layer) send_errors(c);
        backward(c, every);
        error_sums(c);
        update(c, every);
    }

private:
    static int neuron_number(int k) { return k * Traits::kTiles + Traits::kTile; }

    void expect(BatchCase& c, Corners& corners) {
        kernels::integrate_forward(c.parameters[0].data(), kBatch, c.drive.data(), c.steps, c.elements[0].data());
        if (c.output_layer) {
            for (int k = 0; k < kBatch; ++k) {
                const int y = c.elements[1][at(k)] - kOne;
                c.error[at(k)] =
                    static_cast<std::int16_t>(neuron_number(k) == c.label ? std::max<int>(0, sat16(c.target_on - y))
                                                                          : std::min<int>(0, sat16(c.target_off - y)));
            }
        }
        kernels::integrate_backward(c.parameters[0].data(), kBatch, c.elements[0].data(), c.error.data(), c.steps,
                                    c.backward[0].data());
        for (int k = 0; k < kBatch; ++k) {
            const auto n = at(k);
            const bool open = c.elements[0][n] > 0 && c.elements[0][n] < kElementMax;
            c.live[n] = open && c.error[n] != 0;
            if (!c.live[n])
                for (Batch& b : c.backward) b[n] = 0;
            c.step[n] = sat16(round_shift(std::int64_t{c.eta} * c.backward[0][n], 8));
            c.stepping[n] = c.live[n] && c.step[n] != 0;

            ++(c.live[n] ? corners.live : corners.dead);
            corners.no_step += c.live[n] && !c.stepping[n];
            corners.step_saturated += c.step[n] == 32767 || c.step[n] == -32768;
            bool clamped = false;
            for (std::size_t i = 0; i < kElements; ++i) {
                corners.clamped[i][0] += c.elements[i][n] == 0;
                corners.clamped[i][1] += c.elements[i][n] == kElementMax;
                clamped = clamped || c.elements[i][n] == 0 || c.elements[i][n] == kElementMax;
                corners.backward_saturated += c.backward[i][n] == 32767 || c.backward[i][n] == -32768;
            }
            corners.live_clamped += c.live[n] && clamped;
        }
    }

    static constexpr std::size_t at(int k) { return static_cast<std::size_t>(k); }

    // ---- signals
    void all_off() {
        dut_->slot_first_i = dut_->slot_next_i = dut_->slot_scan_i = dut_->exact_i = 0;
        dut_->weight_read_i = dut_->load_i = dut_->acc_add_i = dut_->sum_first_i = dut_->weight_write_i = dut_->acc_clear_i = 0;
        dut_->drive_load_i = dut_->error_load_i = dut_->step_load_i = dut_->open_load_i = 0;
        dut_->pass_i = kPassMac;
        dut_->state_word_i = kWordBackward;
        dut_->collect_i = dut_->error_we_i = 0;
        dut_->host_i = dut_->host_params_i = dut_->host_we_i = dut_->host_param_we_i = 0;
        dut_->start_i = dut_->backward_i = 0;
        set(dut_->error_i, 0);  // zero if there is none
        // Operands nobody asks for may be anything.
        set(dut_->x_i, noise_());
        dut_->labelled_i = noise_() & 1;
        set(dut_->host_wdata_i, noise_());
        dut_->random_i = noise_() & kWidth.mask();
        dut_->nearest_i = noise_() & 1;
        set(dut_->index_i, 0);
        dut_->host_addr_i = 0;
        dut_->error_slot_i = 0;
    }

    /// One cycle with the signals set since the last; notes the record made in it, if any.
    void tick() {
        dut_.settle();
        multiplications_ += dut_->busy_o;
        if (dut_->obs_valid_o) {
            Record r{dut_.cycles(), Record::drive, dut_->obs_neuron_o, static_cast<int>(dut_->obs_addr_o), {}};
            if (dut_->tail_first_o) r.kind = Record::neuron;
            if (dut_->tail_step_o) r.kind = Record::backward;
            if (dut_->weight_write_i) r.kind = Record::weight;
            for (int f = 0; f < 7; ++f) r.values[at(f)] = signed16(field(dut_->obs_data_o, 16 * f, 16));
            records_.push_back(r);
        }
        dut_.tick();
        all_off();
        dut_.settle();
    }

    void first_slot() {
        dut_->slot_first_i = 1;
        dut_->acc_clear_i = 1;
        tick();
    }
    void next_slot() {
        dut_->slot_next_i = 1;
        dut_->acc_clear_i = 1;
        tick();
    }

    // ---- host
    int weight_address(int k, int input, const BatchCase& c) const {
        return Traits::kWeightBase + k * c.inputs + input;
    }
    static int param_address(int k, int word) { return (Traits::kSlotBase + k) * 16 + word; }

    void host(int address, int value, bool weight, bool param) {
        dut_->slot_first_i = 1;  // as in an idle core: addresses count from the row of the first slot
        dut_->host_i = 1;
        dut_->host_addr_i = static_cast<std::uint32_t>(address);
        dut_->host_params_i = param;
        dut_->host_we_i = weight;
        dut_->host_param_we_i = param;
        set(dut_->host_wdata_i, value);
        tick();
    }
    /// The word is there in the cycle after, through the multiplexer of the operands.
    std::int16_t host_read(int address, bool param) {
        dut_->slot_first_i = 1;
        dut_->host_i = 1;
        dut_->host_addr_i = static_cast<std::uint32_t>(address);
        dut_->host_params_i = param;
        tick();
        dut_->host_params_i = param;
        dut_.settle();
        const std::int16_t word = signed16(dut_->host_rdata_o);
        dut_->host_params_i = 0;
        return word;
    }
    std::int16_t host_weight(int address) { return host_read(address, false); }
    std::int16_t host_param(int address) { return host_read(address, true); }

    void configure(const BatchCase& c) {
        set(dut_->inputs_i, c.inputs);
        // The last row is not filled by the tiles after this one.
        set(dut_->outputs_i, neuron_number(kBatch - 1) + 1);
        set(dut_->slots_i, kBatch);
        set(dut_->slot_base_i, Traits::kSlotBase);
        dut_->weight_base_i = static_cast<std::uint32_t>(Traits::kWeightBase);
        dut_->last_i = c.output_layer;
        set(dut_->eta_i, c.eta);
        set(dut_->target_on_i, c.target_on);
        set(dut_->target_off_i, c.target_off);
        set(dut_->steps_i, c.steps);
    }

    void load(const BatchCase& c) {
        first_slot();
        for (int k = 0; k < kBatch; ++k) {
            for (int w = 0; w < kParameters; ++w) host(param_address(k, w), c.parameters[at(w)][at(k)], false, true);
            // The upper bits of a narrower connection are ignored.
            for (int i = 0; i < kInputs; ++i) host(weight_address(k, i, c), c.weights[at(i)][at(k)], true, false);
        }
        for (int k = 0; k < kBatch; ++k) {
            for (int w = 0; w < kParameters; ++w)
                tally_.equal(host_param(param_address(k, w)), c.parameters[at(w)][at(k)],
                             [&] { return where("K", k); });
            for (int i = 0; i < kInputs; ++i)
                tally_.equal(host_weight(weight_address(k, i, c)), weight(c, i, k), [&] { return where("C", k); });
        }
        records_.clear();
    }

    static std::string where(const char* what, int k) {
        return std::string(what) + " of neuron " + std::to_string(neuron_number(k));
    }

    /// From the cycle after start_i to done_o, both counted.
    int cycles_to_done() {
        const std::uint64_t start = dut_.cycles();
        for (;;) {
            dut_.settle();
            const bool done = dut_->done_o;
            dut_->exact_i = exact_;
            tick();
            if (done) return static_cast<int>(dut_.cycles() - start);
            if (dut_.cycles() - start > 1000) return -1;
        }
    }

    /// Exactly one record of this kind since the last call, with these values and no others.
    void expect_record(Record::Kind kind, int k, const std::vector<std::int16_t>& values, const char* what) {
        const auto text = [&] { return where(what, k); };
        tally_.equal(records_.size(), 1u, text);
        if (!records_.empty()) {
            const Record& r = records_.front();
            tally_.equal(static_cast<int>(r.kind), static_cast<int>(kind), text);
            tally_.equal(r.neuron_number, neuron_number(k), text);
            for (std::size_t f = 0; f < 7; ++f) {
                tally_.equal(r.values[f], f < values.size() ? values[f] : 0,
                             [&] { return text() + ", field " + std::to_string(f); });
            }
        }
        records_.clear();
    }
    void expect_nothing(const char* what, int k) {
        tally_.equal(records_.size(), 0u, [&] { return where(what, k); });
        records_.clear();
    }

    // ---- the phases of a sample
    void forward(const BatchCase& c) {
        first_slot();
        for (int k = 0; k < kBatch; ++k) {
            for (const Event& event : events_[at(k)]) {
                dut_->weight_read_i = dut_->exact_i = 1;
                set(dut_->index_i, event.input);
                tick();
                dut_->load_i = dut_->exact_i = 1;
                set(dut_->x_i, event.x);
                tick();
                tick();
                dut_->acc_add_i = dut_->exact_i = 1;
                tick();
            }
            multiplications_ = 0;
            dut_->drive_load_i = dut_->start_i = 1;
            tick();
            expect_record(Record::drive, k, {c.drive[at(k)]}, "drive record");
            exact_ = true;
            const int cycles = cycles_to_done();
            exact_ = false;
            const auto cycle_text = [&] { return where("cycles of forward,", k); };
            tally_.equal(cycles, 3 + 30 * c.steps + 5 + 2, cycle_text);
            tally_.equal(multiplications_, 30 * c.steps, [&] { return where("multiplications of forward,", k); });
            std::vector<std::int16_t> e;
            for (const Batch& element : c.elements) e.push_back(element[at(k)]);
            expect_record(Record::neuron, k, e, "neuron record");
            // E[1] was addressed last; while the round goes on it is addressed again.
            const int collected = k % 3;
            for (int n = 0; n <= collected; ++n) {
                dut_->state_word_i = 1;
                dut_->collect_i = n == collected;
                dut_->labelled_i = neuron_number(k) == c.label;
                dut_.settle();
                tally_.equal(signed16(dut_->y_o), e[1] - kOne, [&] { return where("y", k); });
                tick();
            }
            next_slot();
        }
        expect_nothing("record after the last slot,", kBatch - 1);
    }

    /// Errors from the layer above, in any tile's turn.
    void send_errors(const BatchCase& c) {
        for (int k = 0; k < kBatch; ++k) {
            dut_->error_we_i = 1;
            dut_->error_slot_i = static_cast<std::uint8_t>(Traits::kSlotBase + k);
            set(dut_->error_i, c.error[at(k)]);
            tick();
        }
        expect_nothing("record of an error,", 0);
    }

    /// Is the neuron live? Backward: E[0], then e from its state record; update: only g. Then the scan steps on unless it is.
    void look(bool update, int k, bool expect_live) {
        const bool past = k == kBatch;
        if (!update) {
            dut_->state_word_i = kWordElement0;
            tick();
        }
        const std::uint8_t word = update ? kWordStep : kWordError;
        if (update) {
            dut_->state_word_i = word;
            tick();
        }
        dut_->open_load_i = 1;
        dut_->state_word_i = word;
        tick();
        dut_->slot_scan_i = 1;
        dut_->state_word_i = word;
        dut_.settle();
        tally_.equal(dut_->settled_o, past || expect_live, [&] { return "settled at " + std::to_string(k); });
        tally_.equal(dut_->found_o, expect_live, [&] { return "found at " + std::to_string(k); });
        tick();
    }

    /// The next neuron of `wanted` from k on, or kBatch when past the last. `idle` is done while the tile stands on a neuron, live or
    /// not, that the last scan did not find.
    template <class Idle>
    int walk_to(int k, const std::array<bool, kBatch>& wanted, bool update, Idle idle) {
        for (; k < kBatch && !wanted[at(k)]; ++k) {
            look(update, k, false);
            idle(k + 1);
        }
        for (int n = 0; n < 2; ++n) look(update, k, k < kBatch);  // and stays there
        return k;
    }

    void backward(const BatchCase& c, bool every) {
        first_slot();
        const auto idle = [&](int k) {
            if (!every || k % 3 == 1) return;
            run_backward(c, k, false);
        };
        int k = 0;
        for (;;) {
            k = walk_to(k, c.live, false, idle);
            if (k == kBatch) break;
            run_backward(c, k, true);
            next_slot();
            ++k;
        }
        if (every) run_backward(c, k, false);
    }

    void run_backward(const BatchCase& c, int k, bool live) {
        dut_->state_word_i = kWordError;
        tick();
        dut_->error_load_i = dut_->start_i = dut_->backward_i = 1;
        tick();
        multiplications_ = 0;
        const int cycles = cycles_to_done();
        const auto cycle_text = [&] { return where("cycles of backward,", k); };
        tally_.equal(cycles, 15 + 30 * c.steps + 5 + 18, cycle_text);
        if (!live) {
            expect_nothing("record of a dead neuron,", k);
            tally_.equal(multiplications_, 0, [&] { return where("multiplications of a dead neuron,", k); });
            return;
        }
        std::vector<std::int16_t> values;
        for (const Batch& b : c.backward) values.push_back(b[at(k)]);
        values.push_back(c.error[at(k)]);
        values.push_back(c.step[at(k)]);
        expect_record(Record::backward, k, values, "backward record");
        // Set-up of t and c, the steps, and eta b[0].
        tally_.equal(multiplications_, 10 + 30 * c.steps + 1, [&] { return where("multiplications of backward,", k); });
    }

    /// Input after input, round and round the slots, one a cycle: the sum of C b[0] over the slots, and the half of all in tile 0. A
    /// neuron that was not integrated has b[0] = 0.
    void error_sums(const BatchCase& c) {
        first_slot();
        constexpr int kOperations = kInputs * kBatch;
        std::int64_t sum = 0;
        multiplications_ = 0;
        for (int cycle = 0; cycle < kOperations + 4; ++cycle) {
            const auto within = [&](int stage) { return cycle - stage + 1 >= 0 && cycle - stage + 1 < kOperations; };
            const auto operation = [&](int stage) { return cycle - stage + 1; };
            dut_->pass_i = kPassErrorSum;
            dut_->exact_i = 1;
            if (within(5) && operation(5) % kBatch == kBatch - 1) {
                const int input = operation(5) / kBatch;
                sum = Traits::kTile == 0 ? std::int64_t{1} << (kWidth.fraction - 1) : 0;
                for (int k = 0; k < kBatch; ++k) sum += std::int64_t{weight(c, input, k)} * c.backward[0][at(k)];
                tally_.equal(signed_value(dut_->partial_o, kPartialWidth), sum,
                             [&] { return "error sum of input " + std::to_string(input); });
            }
            if (within(1)) {
                dut_->weight_read_i = 1;
                set(dut_->index_i, operation(1) / kBatch);
                (operation(1) % kBatch == kBatch - 1 ? dut_->slot_first_i : dut_->slot_next_i) = 1;
            }
            if (within(2)) dut_->load_i = 1;
            if (within(4)) {
                dut_->acc_add_i = 1;
                dut_->sum_first_i = operation(4) % kBatch == 0;
            }
            tick();
        }
        tally_.equal(multiplications_, kOperations, [] { return "multiplications of error sums"; });
        expect_nothing("record of error sums,", 0);
    }

    void update(const BatchCase& c, bool every) {
        for (int k = 0; k < kBatch; ++k)
            for (int i = 0; i < kInputs; ++i) changed_[at(i)][at(k)] = weight(c, i, k);
        first_slot();
        const auto idle = [&](int k) {
            if (every && k < kBatch) run_update(c, k, false);
        };
        int k = 0;
        for (;;) {
            k = walk_to(k, c.stepping, true, idle);
            if (k == kBatch) break;
            run_update(c, k, true);
            next_slot();
            ++k;
        }
        tick();
        // Connections are what the records said, and what was not to be touched is as it was.
        first_slot();
        for (k = 0; k < kBatch; ++k)
            for (int i = 0; i < kInputs; ++i)
                tally_.equal(host_weight(weight_address(k, i, c)), changed_[at(i)][at(k)],
                             [&] { return where("C after the update", k) + ", input " + std::to_string(i); });
        for (k = 0; k < kBatch; ++k)
            for (int w = 0; w < kParameters; ++w)
                tally_.equal(host_param(param_address(k, w)), c.parameters[at(w)][at(k)], [&] { return where("old K", k); });
    }

    void run_update(const BatchCase& c, int k, bool stepping) {
        dut_->state_word_i = kWordStep;
        tick();
        dut_->step_load_i = 1;
        tick();
        // Events enter every second cycle: read in 2n, operands 2n + 1, random word 2n + 2, write 2n + 3.
        std::vector<Record> expected;
        for (int cycle = 0; cycle < 2 * kInputs + 3; ++cycle) {
            const int half = cycle / 2;
            dut_->pass_i = kPassUpdate;
            if (cycle % 2 == 0) {
                if (half < kInputs) {
                    dut_->weight_read_i = 1;
                    set(dut_->index_i, half);
                }
                if (half >= 1 && half <= kInputs) {
                    dut_->random_i = c.random[at(half - 1)];
                    dut_->nearest_i = c.nearest;
                }
            } else {
                if (half < kInputs) {
                    dut_->load_i = 1;
                    set(dut_->x_i, c.x[at(half)]);
                }
                if (half >= 1 && half <= kInputs) {
                    dut_->weight_write_i = 1;
                    set(dut_->index_i, half - 1);
                }
            }
            tick();
        }
        if (stepping) {
            tally_.equal(records_.size(), at(kInputs), [&] { return where("records of update,", k); });
        } else {
            expect_nothing("records of update,", k);
        }
        std::vector<Record> records;
        records.swap(records_);
        for (int i = 0; i < kInputs; ++i) {
            const std::int32_t old = weight(c, i, k);
            const std::uint32_t r =
                kWidth.threshold(c.random[at(i)], static_cast<std::uint32_t>(neuron_number(k)), c.nearest);
            const std::int32_t written =
                stepping ? kWidth.updated(old, std::int64_t{c.x[at(i)]} * c.step[at(k)], r) : old;
            const auto text = [&] { return where("new C", k) + ", input " + std::to_string(i); };
            if (at(i) < records.size()) {
                const Record& record = records[at(i)];
                tally_.equal(static_cast<int>(record.kind), static_cast<int>(Record::weight), text);
                tally_.equal(record.neuron_number, neuron_number(k), text);
                tally_.equal(record.address, weight_address(k, i, c), text);
                tally_.equal(record.values[0], old, text);
                tally_.equal(record.values[1], written, text);
                tally_.equal(record.values[2], 0, text);
            }
            changed_[at(i)][at(k)] = written;
        }
    }

    /// The connection of neuron k as the tile sees it.
    static std::int32_t weight(const BatchCase& c, int input, int k) {
        return static_cast<std::int32_t>(
            signed_value(static_cast<std::uint16_t>(c.weights[at(input)][at(k)]), kWidth.bits));
    }

    /// Events of the forward pass that make the wanted drive, or, in every third neuron, any: then the drive is what
    /// (4) makes of them.
    void choose_events(BatchCase& c) {
        for (int k = 0; k < kBatch; ++k) {
            std::vector<Event>& events = events_[at(k)];
            events.clear();
            const std::int32_t u = c.drive[at(k)];
            if (k % 3 != 2) {
                if (kWidth.bits == 16) {  // C = u, x = 1.0 of C
                    c.weights[0][at(k)] = static_cast<std::int16_t>(u);
                    events.push_back({0, 1 << kWidth.fraction});
                } else {  // the lowest C, a negative power of two: -1.0 or -0.5
                    c.weights[0][at(k)] = static_cast<std::int16_t>(kWidth.least);
                    for (int n = 0; n < 1 << (kWidth.fraction - kWidth.bits + 1); ++n) {
                        if (u == -32768) events.push_back({0, 1});
                        events.push_back({0, u == -32768 ? 32767 : -u});
                    }
                }
            } else {
                for (int i = 0; i < kInputs; ++i) events.push_back({i, c.x[at(i)]});
            }
            std::int64_t sum = 0;
            for (const Event& event : events)
                sum += std::int64_t{weight(c, event.input, k)} * signed16(static_cast<std::uint16_t>(event.x));
            if (k % 3 != 2 && kWidth.rounded(sum) != u) FAIL("the events do not make the drive");
            c.drive[at(k)] = kWidth.rounded(sum);
        }
    }

    struct Event {
        int input, x;
    };
    std::array<std::vector<Event>, kBatch> events_;
    std::array<std::array<std::int32_t, kBatch>, kInputs> changed_{};  ///< connections after the update

    Device<Model> dut_;
    Tally& tally_;
    std::vector<Record> records_;
    int multiplications_ = 0;
    bool exact_ = false;
    struct Noise {
        std::uint32_t operator()() { return state = xorshift32(state); }
        std::uint32_t state = 2463534242u;
    } noise_;
};

constexpr std::array<int, 5> kSteps{1, 2, 4, 8, 15};

/// Everything of a batch that is not fixed by the test.
void fill_random(BatchCase& c, Cases& cases, const Width& width, int tile, int tiles) {
    for (int w = 0; w < kParameters; ++w)
        for (std::int16_t& k : c.parameters[static_cast<std::size_t>(w)]) k = cases.parameter(w);
    for (std::int16_t& u : c.drive) u = cases.word();
    for (std::int16_t& e : c.error) e = cases.word();
    for (Batch& row : c.weights)
        for (std::int16_t& w : row) w = cases.word();
    for (std::int16_t& x : c.x) x = cases.word();
    for (std::uint32_t& r : c.random) r = (cases.one_in(8) ? ~0u : cases.bits()) & width.mask();
    c.nearest = cases.one_in(4);
    c.eta = static_cast<std::int16_t>(cases.one_in(6) ? 0 : cases.one_in(3) ? 32767 : cases.between(1, 32767));
    c.output_layer = cases.one_in(3);
    c.target_on = cases.one_in(2) ? std::int16_t{4096} : cases.word();
    c.target_off = cases.one_in(2) ? std::int16_t{-819} : cases.word();
    c.label = cases.one_in(8) ? 65535 : cases.between(0, kBatch - 1) * tiles + tile;
}

}  // namespace

TEMPLATE_TEST_CASE("neuron: K at the ends of its ranges, edges of drive and error, all numbers of steps", "", Vneuron,
                   Vneuron_even, Vneuron12, Vneuron8, Vneuron8_even) {
    using Traits = NeuronTraits<TestType>;
    constexpr std::array<int, 15> kDrives{-32768, -32767, -16384, -8192, -4097, -4096, -1,   0,
                                          1,      4095,   4096,   8192,  16384, 32766, 32767};
    constexpr std::array<int, 8> kErrors{-32768, -4096, -1, 0, 1, 4096, 16384, 32767};
    Tally tally;
    Corners corners;
    NeuronBench<TestType> bench(1, tally);
    Cases cases(140);
    int turn = 0;
    for (const int steps : kSteps) {
        for (int k = 0; k < 27; ++k) {
            BatchCase c;
            fill_random(c, cases, Traits::kWidth, Traits::kTile, Traits::kTiles);
            c.steps = steps;
            c.output_layer = false;
            // Low, high, nominal for each of K1, K2, K3.
            const std::array<int, 3> choice{k % 3, k / 3 % 3, k / 9};
            for (std::size_t w = 0; w < kParameters; ++w) {
                const ParameterRange& range = kParameterRanges[w / kElements];
                const int which = choice[w / kElements];
                c.parameters[w].fill(which == 0 ? range.low : which == 1 ? range.high : range.nominal);
            }
            for (std::size_t n = 0; n < kBatch; ++n, ++turn) {
                c.drive[n] = static_cast<std::int16_t>(kDrives[static_cast<std::size_t>(turn) % kDrives.size()]);
                c.error[n] = static_cast<std::int16_t>(kErrors[static_cast<std::size_t>(turn / 3) % kErrors.size()]);
            }
            bench.run(c, k % 2 == 0, corners);
        }
    }
    CHECK(corners.live > 500);
    CHECK(corners.dead > 500);
    tally.finish(5 * 27 * kBatch * 60);
}

TEMPLATE_TEST_CASE("neuron: thousands of random neurons forward, backward and updated", "", Vneuron, Vneuron_even,
                   Vneuron12, Vneuron8, Vneuron8_even) {
    using Traits = NeuronTraits<TestType>;
    Tally tally;
    Corners corners;
    Cases cases(150 + Traits::kTiles);
    for (int seed = 1; seed <= 4; ++seed) {
        NeuronBench<TestType> bench(seed, tally);
        for (int n = 0; n < 150; ++n) {
            BatchCase c;
            fill_random(c, cases, Traits::kWidth, Traits::kTile, Traits::kTiles);
            c.steps = n % 12 < 10 ? kSteps[static_cast<std::size_t>(n % 5)] : cases.between(1, 15);
            bench.run(c, cases.one_in(3), corners);
        }
    }
    // Every corner was there: the neuron's range at both ends, saturation, and each way to be dead.
    for (std::size_t i = 0; i < kElements; ++i) {
        INFO("element " << i);
        CHECK(corners.clamped[i][0] > 20);
        CHECK(corners.clamped[i][1] > 20);
    }
    CHECK(corners.live > 1000);
    CHECK(corners.dead > 1000);
    CHECK(corners.no_step > 100);
    CHECK(corners.step_saturated > 100);
    CHECK(corners.backward_saturated > 100);
    CHECK(corners.live_clamped > 100);
    tally.finish(4 * 150 * kBatch * 60);
}

}  // namespace wuxing::test
