// Where the tiles stand in a layer, the pipeline of the passes, and the round over the displacements.
#include <Vcollector.h>
#include <Vissue.h>
#include <Vslots1.h>
#include <Vslots3.h>
#include <Vslots3w12.h>
#include <Vslots4.h>
#include <Vslots4w8.h>

#include <array>
#include <deque>
#include <vector>

#include "../model/cases.hpp"
#include "../model/tally.hpp"
#include "contract.hpp"
#include "device.hpp"
#include "width.hpp"

namespace wuxing::test {
namespace {

constexpr int kSlots = 20, kWeightAddrWidth = 10;  // slots_bench.sv

struct LayerLine {
    int inputs, outputs, slots, slot_base, weight_base;
};

/// A layer that fits a tile's memories; the last row of tiles is full or not.
LayerLine random_layer(Cases& cases, int tiles, int slot_base, int most_slots) {
    LayerLine layer{};
    layer.slots = cases.between(1, most_slots);
    layer.outputs = cases.between((layer.slots - 1) * tiles + 1, layer.slots * tiles);
    layer.slot_base = slot_base;
    layer.weight_base = cases.one_in(3) ? 0 : cases.between(0, 500);
    layer.inputs = cases.between(1, ((1 << kWeightAddrWidth) - layer.weight_base) / layer.slots);
    return layer;
}

/// One tile, in terms of neurons instead of counters. It stands still on the first slot at which it has no neuron.
struct TileReference {
    int tile, tiles;
    int position = 0;             ///< slot of the layer it stands on
    bool active = false;          ///< what was found by the last scan
    std::array<bool, kSlots> live{};  ///< what the state memory would say of each slot

    int neuron() const { return position * tiles + tile; }
    bool exists(const LayerLine& layer) const { return neuron() < layer.outputs; }
    std::size_t slot(const LayerLine& layer) const { return static_cast<std::size_t>(layer.slot_base + position); }
    bool found(const LayerLine& layer) const { return exists(layer) && live[slot(layer)]; }
    bool settled(const LayerLine& layer) const { return !exists(layer) || live[slot(layer)]; }
};

template <class Model>
struct SlotsTraits;
template <>
struct SlotsTraits<Vslots1> {
    static constexpr int kTiles = 1;
    static constexpr Width kWidth = kWidth16;
};
template <>
struct SlotsTraits<Vslots3> {
    static constexpr int kTiles = 3;
    static constexpr Width kWidth = kWidth16;
};
template <>
struct SlotsTraits<Vslots4> {
    static constexpr int kTiles = 4;
    static constexpr Width kWidth = kWidth16;
};
template <>
struct SlotsTraits<Vslots3w12> {
    static constexpr int kTiles = 3;
    static constexpr Width kWidth = kWidth12;
};
template <>
struct SlotsTraits<Vslots4w8> {
    static constexpr int kTiles = 4;
    static constexpr Width kWidth = kWidth8;
};

template <class Model>
class SlotsBench {
public:
    static constexpr int kTiles = SlotsTraits<Model>::kTiles;

    /// What happens in one cycle.
    struct Command {
        bool first = false, next = false, scan = false;
    };

    SlotsBench(int seed, Tally& tally, Cases& cases) : dut_(seed), tally_(tally), cases_(cases) {
        for (int t = 0; t < kTiles; ++t) tiles_.push_back(TileReference{t, kTiles, 0, false, {}});
        use({1, 1, 1, 0, 0});
        // There is no reset: every walk begins with first_i, every pass over live neurons with a scan.
        apply({true, false, false});
        dut_.tick();
        tick({false, false, true});
    }

    void use(const LayerLine& layer) {
        layer_ = layer;
        set(dut_->inputs_i, layer.inputs);
        set(dut_->outputs_i, layer.outputs);
        set(dut_->slots_i, layer.slots);
        set(dut_->slot_base_i, layer.slot_base);
        dut_->weight_base_i = static_cast<std::uint32_t>(layer.weight_base);
    }

    void tick(const Command& c) {
        apply(c);
        if (c.scan) check_scan();
        dut_.tick();
        for (TileReference& tile : tiles_) {
            const bool exists = tile.exists(layer_), found = tile.found(layer_), settled = tile.settled(layer_);
            if (c.scan) tile.active = found;
            if (c.first) {
                tile.position = 0;
            } else if (exists && (c.next || (c.scan && !settled))) {
                ++tile.position;
            }
        }
        apply({});
        dut_.settle();
    }

    void check() {
        for (const TileReference& tile : tiles_) {
            const auto where = [&] { return text(tile); };
            const int t = tile.tile;
            tally_.equal(field(dut_->exists_o, t, 1), tile.exists(layer_), where);
            tally_.equal(field(dut_->active_o, t, 1), tile.active, where);
            if (!tile.exists(layer_)) continue;
            const auto neuron = static_cast<std::uint32_t>(tile.neuron());
            tally_.equal(field(dut_->slot_o, 8 * t, 8), tile.slot(layer_), where);
            tally_.equal(field(dut_->row_o, 16 * t, 16), static_cast<std::uint32_t>(tile.position * layer_.inputs), where);
            tally_.equal(field(dut_->neuron_o, 16 * t, 16), neuron, where);
            tally_.equal(field(dut_->turn_o, 32 * t, 32), SlotsTraits<Model>::kWidth.threshold(0, neuron), where);
            tally_.equal(field(dut_->turn_k_o, 32 * t, 32), kWidth16.threshold(0, neuron), where);
        }
    }

    std::vector<TileReference>& tiles() { return tiles_; }
    const LayerLine& layer() const { return layer_; }
    bool all_settled() const {
        for (const TileReference& tile : tiles_)
            if (!tile.settled(layer_)) return false;
        return true;
    }
    bool any_active() const {
        for (const TileReference& tile : tiles_)
            if (tile.active) return true;
        return false;
    }

private:
    std::string text(const TileReference& tile) {
        return "tile " + std::to_string(tile.tile) + " of " + std::to_string(kTiles) + ", slot " +
               std::to_string(tile.position) + " of " + std::to_string(layer_.slots) + ", cycle " +
               std::to_string(dut_.cycles());
    }

    /// While live_i is that of the slot: found_o and settled_o.
    void check_scan() {
        dut_.settle();
        for (const TileReference& tile : tiles_) {
            const auto where = [&] { return text(tile); };
            tally_.equal(field(dut_->found_o, tile.tile, 1), tile.found(layer_), where);
            tally_.equal(field(dut_->settled_o, tile.tile, 1), tile.settled(layer_), where);
        }
    }

    void apply(const Command& c) {
        dut_->first_i = c.first;
        dut_->next_i = c.next;
        dut_->scan_i = c.scan;
        // Without a scan, and past the last neuron, the flag may be anything.
        int live = static_cast<int>(cases_.bits());
        for (const TileReference& tile : tiles_) {
            if (!c.scan || !tile.exists(layer_)) continue;
            const int bit = 1 << tile.tile;
            live = tile.live[tile.slot(layer_)] ? live | bit : live & ~bit;
        }
        set(dut_->live_i, live, kTiles);
    }

    Device<Model> dut_;
    Tally& tally_;
    Cases& cases_;
    LayerLine layer_{};
    std::vector<TileReference> tiles_;
};

}  // namespace

TEMPLATE_TEST_CASE("slots: a sample's walk over two layers, forward, backward by scan, error sums, update by scan", "",
                   Vslots1, Vslots3, Vslots4, Vslots3w12, Vslots4w8) {
    using Bench = SlotsBench<TestType>;
    using Command = typename Bench::Command;
    constexpr int kTiles = Bench::kTiles;
    constexpr Command kFirst{true, false, false}, kNext{false, true, false}, kScan{false, false, true};
    Tally tally;
    Cases cases(70 + kTiles);
    std::uint64_t visited = 0;
    for (int seed = 1; seed <= 3; ++seed) {
        Bench bench(seed, tally, cases);
        for (int sample = 0; sample < 60; ++sample) {
            const LayerLine lower = random_layer(cases, kTiles, cases.between(0, 3), 8);
            const LayerLine upper = random_layer(cases, kTiles, lower.slot_base + lower.slots + cases.between(0, 1),
                                                 kSlots - lower.slot_base - lower.slots - 1);
            for (const LayerLine& layer : {lower, upper}) {
                bench.use(layer);
                bench.tick(kFirst);
                for (int s = 0; s < layer.slots; ++s) {
                    bench.check();
                    for (int n = cases.between(0, 2); n > 0; --n) {  // the slot is worked on
                        bench.tick({});
                        bench.check();
                    }
                    bench.tick(kNext);
                }
                bench.check();
                for (int n = 0; n < 2; ++n) {  // past the last it stands still
                    bench.tick(kNext);
                    bench.check();
                }
            }
            // Backward, then update: each tile visits its own live neurons, ascending, and no others.
            const auto walk_live = [&] {
                for (TileReference& tile : bench.tiles())
                    for (bool& live : tile.live) live = cases.one_in(2);
                bench.tick(kFirst);
                std::vector<std::vector<int>> expected, seen(static_cast<std::size_t>(kTiles));
                for (const TileReference& tile : bench.tiles()) {
                    expected.emplace_back();
                    TileReference walker = tile;
                    for (walker.position = 0; walker.exists(bench.layer()); ++walker.position)
                        if (walker.found(bench.layer())) expected.back().push_back(walker.neuron());
                }
                for (;;) {
                    for (int scans = 0; !bench.all_settled() && scans <= kSlots; ++scans) {
                        bench.check();
                        bench.tick(kScan);
                        for (int n = cases.between(0, 2); n > 0; --n) bench.tick({});  // the memory's word comes
                    }
                    bench.check();
                    // Standing still once settled.
                    for (int n = cases.between(1, 2); n > 0; --n) {
                        bench.tick(kScan);
                        bench.check();
                    }
                    if (!bench.any_active()) break;
                    for (const TileReference& tile : bench.tiles())
                        if (tile.active) seen[static_cast<std::size_t>(tile.tile)].push_back(tile.neuron());
                    bench.tick(kNext);
                    bench.check();
                }
                tally.holds(seen == expected, [] { return "neurons visited"; });
                for (const auto& neurons : seen) visited += neurons.size();
            };
            bench.use(upper);
            walk_live();
            // Error sums: round and round the upper layer, a slot every cycle.
            bench.tick(kFirst);
            for (int j = 0; j < lower.outputs; ++j) {
                for (int s = 0; s < upper.slots; ++s) {
                    bench.check();
                    bench.tick(s + 1 == upper.slots ? kFirst : kNext);
                }
            }
            bench.check();
            bench.use(lower);
            walk_live();
            walk_live();
            bench.use(upper);
            walk_live();
        }
    }
    CHECK(visited > 1400 * kTiles);
    tally.finish(60000 * kTiles);
}

TEMPLATE_TEST_CASE("slots: random commands, also several at once", "", Vslots1, Vslots3, Vslots4, Vslots3w12,
                   Vslots4w8) {
    using Bench = SlotsBench<TestType>;
    constexpr int kTiles = Bench::kTiles;
    Tally tally;
    Cases cases(80 + kTiles);
    for (int seed = 1; seed <= 4; ++seed) {
        Bench bench(seed, tally, cases);
        // All slots, every tile in each.
        bench.use({1, kSlots * kTiles, kSlots, 0, 0});
        bench.tick({true, false, false});
        for (int s = 0; s <= kSlots; ++s) {
            bench.check();
            bench.tick({false, true, false});
        }
        for (int n = 0; n < 20000; ++n) {
            typename Bench::Command c;
            if (n % 50 == 0) {
                const int base = cases.between(0, kSlots - 1);
                bench.use(random_layer(cases, kTiles, base, kSlots - base));
                c.first = true;
            } else {
                c.first = cases.one_in(30);
                c.next = cases.one_in(4);
                c.scan = cases.one_in(3);
            }
            for (TileReference& tile : bench.tiles()) tile.live[cases.bits() % kSlots] = cases.one_in(2);
            bench.tick(c);
            bench.check();
        }
    }
    tally.finish(4 * 20000 * 3 * kTiles);
}

// ------------------------------------------------------------------------------------------------------- passes

namespace {

constexpr int kPassMac = 0, kPassErrorSum = 1, kPassUpdate = 2;  // pass_e of wuxing_pkg

struct Operation {
    bool valid = false, first = false, last = false;
    int index = 0;
    std::int16_t x = 0;
};

}  // namespace

TEST_CASE("issue: every operation of the three passes meets each stage in its cycle") {
    Tally tally;
    for (int seed = 1; seed <= 3; ++seed) {
        Device<Vissue> dut(seed);
        Cases cases(90u + static_cast<std::uint32_t>(seed));
            dut->pass_i = dut->valid_i = dut->first_i = dut->last_i = 0;
        dut->index_i = 0;
        dut->x_i = 0;
        dut.reset();
        tally.equal(dut->empty_o, 1, [] { return "after reset"; });
        for (int round = 0; round < 400; ++round) {
            const int pass = cases.between(kPassMac, kPassUpdate);
            set(dut->pass_i, pass);
            // stage[s] is the operation in stage s, 1..5; passes do not mix, so the pipeline starts empty.
            std::deque<Operation> stage(6);
            const int length = cases.between(1, 60);
            for (int n = 0; n < length + 5; ++n) {
                Operation now;
                // Updates enter in even cycles only, so that they write in odd ones.
                now.valid = n < length && !cases.one_in(4) && !(pass == kPassUpdate && n % 2 == 1);
                now.first = cases.one_in(3);
                now.last = cases.one_in(3);
                now.index = cases.between(0, 1023);
                now.x = cases.word();
                stage.push_front({});
                stage.pop_back();
                stage[1] = now;
                dut->valid_i = now.valid;
                dut->first_i = now.first;
                dut->last_i = now.last;
                // An update's index stays for its second stage; the others bring a new one every cycle.
                const bool held = pass == kPassUpdate && !now.valid && stage[2].valid;
                set(dut->index_i, held ? stage[2].index : now.index);
                set(dut->x_i, now.x);
                dut.settle();
                const auto where = [&] {
                    return "pass " + std::to_string(pass) + ", cycle " + std::to_string(n) + " of " +
                           std::to_string(length);
                };
                const bool write = stage[4].valid && pass == kPassUpdate;
                tally.equal(dut->load_o, stage[2].valid, where);
                if (stage[2].valid) tally.equal(signed16(dut->x_o), stage[2].x, where);
                tally.equal(dut->random_step_o, stage[2].valid && pass == kPassUpdate, where);
                const bool sum = pass == kPassErrorSum;
                tally.equal(dut->acc_add_o, stage[4].valid && pass != kPassUpdate, where);
                if (stage[4].valid) tally.equal(dut->sum_first_o, sum && stage[4].first, where);
                if (!sum) tally.equal(dut->sum_first_o, 0, where);
                tally.equal(dut->weight_write_o, write, where);
                tally.equal(dut->sum_last_o, sum && stage[5].valid && stage[5].last, where);
                if (write) tally.equal(dut->index_o, stage[4].index, where);
                if (now.valid) tally.equal(dut->index_o, now.index, where);
                tally.equal(dut->empty_o, !(stage[2].valid || stage[3].valid || stage[4].valid), where);
                dut.tick();
            }
        }
        // A reset empties it, from whatever stage.
        set(dut->pass_i, kPassErrorSum);
        dut->valid_i = dut->last_i = 1;
        for (int n = 0; n < 5; ++n) dut.tick();
        dut->valid_i = 0;
        tally.equal(dut->sum_last_o, 1, [] { return "before the second reset"; });
        dut.reset();
        tally.equal(dut->sum_last_o, 0, [] { return "after the second reset"; });
        tally.equal(dut->empty_o, 1, [] { return "after the second reset"; });
    }
    tally.finish(3 * 400 * 30 * 7);
}

TEST_CASE(
    "collector: events of nonzero displacements in the order of the neurons, the greatest output, first of equals") {
    constexpr int kTiles = 3;
    Tally tally;
    Device<Vcollector> dut(5);
    Cases cases(95);
    dut->collect_i = dut->layer_start_i = dut->output_layer_i = 0;
    dut->neurons_i = dut->label_i = 0;
    dut->y_i = 0;
    dut.tick();
    int ties = 0;
    for (int round = 0; round < 3000; ++round) {
        const int neurons = cases.one_in(8) ? cases.between(90, 96) : cases.between(1, 20);  // up to all of 32 slots
        const bool outputs = cases.one_in(2), narrow = cases.one_in(2);
        dut->output_layer_i = outputs;
        const int label = cases.one_in(4) ? cases.between(0, 65535) : cases.between(0, neurons);
        set(dut->neurons_i, neurons);
        set(dut->label_i, label);
        dut->layer_start_i = 1;
        dut.tick();
        dut->layer_start_i = 0;
        int best = 0;
        std::vector<std::int16_t> ys;
        for (int j = 0; j < neurons; ++j) {
            const auto where = [&] { return "neuron " + std::to_string(j) + " of " + std::to_string(neurons); };
            // A slot of all tiles was integrated before.
            if (j % kTiles == 0) {
                for (int n = cases.between(1, 4); n > 0; --n) {
                    set(dut->y_i, cases.word());
                    dut.settle();
                    tally.equal(dut->event_o, 0, where);
                    dut.tick();
                }
            }
            // Narrow: many equals, among them zeros and the lowest of all.
            const int low = cases.between(-1, 1);
            ys.push_back(narrow ? static_cast<std::int16_t>(low < 0 ? -32768 : low) : cases.word());
            const std::int16_t y = ys.back();
            if (j > 0 && y == ys[static_cast<std::size_t>(best)]) ++ties;
            if (y > ys[static_cast<std::size_t>(best)]) best = j;
            dut->collect_i = 1;
            set(dut->y_i, y);
            dut.settle();
            tally.equal(dut->tile_o, j % kTiles, where);
            tally.equal(dut->neuron_o, j, where);
            tally.equal(dut->labelled_o, j == label, where);
            tally.equal(dut->event_o, !outputs && y != 0, where);
            const bool last = j % kTiles == kTiles - 1 || j == neurons - 1;
            tally.equal(dut->last_o, last, where);
            dut.tick();
            if (last) dut->collect_i = 0;
        }
        if (!outputs) continue;
        tally.equal(dut->best_o, best, [&] { return "greatest of " + std::to_string(neurons); });
        tally.equal(signed16(dut->best_y_o), ys[static_cast<std::size_t>(best)], [] { return "its y"; });
    }
    CHECK(ties > 1000);
    tally.finish(3000 * 10 * 4);
}

}  // namespace wuxing::test
