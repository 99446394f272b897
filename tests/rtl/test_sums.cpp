// Multiplier with accumulator, adder tree over the tiles, and error sums through both: all against 64-bit arithmetic.
#include <Verror_sum.h>
#include <Verror_sum12.h>
#include <Verror_sum8.h>
#include <Verror_sum_large.h>
#include <Vmac.h>
#include <Vtree.h>

#include <algorithm>
#include <array>
#include <deque>
#include <vector>

#include "../model/cases.hpp"
#include "../model/tally.hpp"
#include "device.hpp"
#include "fixed.hpp"
#include "width.hpp"

namespace wuxing::test {
namespace {

/// Cycle by cycle what the header of wuxing_mac says, for accumulators of any width: exact, and the bench keeps it
/// within 39 bits and a sign unless it tests the very end of the range.
struct MacReference {
    std::int64_t cleared = 0;  ///< what a clear makes of the accumulator
    std::int64_t a = 0, b = 0, product = 0, acc = 0;

    struct Command {
        int a = 0, b = 0;
        bool load = false, clear = false, first = false, add = false, subtract = false;
        std::int64_t start = 0;
    };
    void tick(const Command& c) {
        const std::int64_t base = c.first ? c.start : acc;
        if (c.clear) {
            acc = cleared;
        } else if (c.add) {
            acc = c.subtract ? base - product : base + product;
        }
        product = a * b;
        if (c.load) {
            a = c.a;
            b = c.b;
        }
    }
};

/// One instance of mac_bench.sv.
struct MacShape {
    const char* name;
    int width;
    std::int64_t cleared;  ///< 2^(F-1)
    std::uint64_t (*acc)(const Vmac&);
    std::uint32_t (*product)(const Vmac&);
};
constexpr std::array<MacShape, 4> kMacs{{
    {"40", 40, 4096, [](const Vmac& m) -> std::uint64_t { return m.acc40_o; },
     [](const Vmac& m) -> std::uint32_t { return m.product40_o; }},
    {"42", 42, 4096, [](const Vmac& m) -> std::uint64_t { return m.acc42_o; },
     [](const Vmac& m) -> std::uint32_t { return m.product42_o; }},
    {"36, W = 12", 36, 1024, [](const Vmac& m) -> std::uint64_t { return m.acc12_o; },
     [](const Vmac& m) -> std::uint32_t { return m.product12_o; }},
    {"36, W = 8", 36, 128, [](const Vmac& m) -> std::uint64_t { return m.acc8_o; },
     [](const Vmac& m) -> std::uint32_t { return m.product8_o; }},
}};

class MacBench {
public:
    MacBench() {
        for (std::size_t k = 0; k < kMacs.size(); ++k) references_[k].cleared = kMacs[k].cleared;
        // Registers hold anything at first: two loads and a clear define them all.
        MacReference::Command c;
        c.load = c.clear = true;
        for (int n = 0; n < 3; ++n) tick(c);
    }

    void tick(const MacReference::Command& c) {
        set(dut_->a_i, c.a);
        set(dut_->b_i, c.b);
        dut_->load_i = c.load;
        dut_->clear_i = c.clear;
        dut_->first_i = c.first;
        dut_->add_i = c.add;
        dut_->sub_i = c.subtract;
        dut_->start_i = low_bits(c.start, 42);
        dut_.tick();
        for (MacReference& reference : references_) reference.tick(c);
    }

    void check(Tally& tally) {
        for (std::size_t k = 0; k < kMacs.size(); ++k) {
            const auto where = [&] { return std::string(kMacs[k].name) + ", cycle " + std::to_string(dut_.cycles()); };
            const int width = kMacs[k].width;
            tally.equal(signed_value(kMacs[k].product(*dut_), 32), references_[k].product, where);
            tally.equal(accumulator(k), signed_value(low_bits(references_[k].acc, width), width), where);
        }
    }

    std::int64_t expected(std::size_t k) const { return references_[k].acc; }
    std::int64_t accumulator(std::size_t k) { return signed_value(kMacs[k].acc(*dut_), kMacs[k].width); }

private:
    Device<Vmac> dut_;
    std::array<MacReference, kMacs.size()> references_;
};

}  // namespace

TEST_CASE("multiplier: product of all edges two cycles after the load, added and subtracted a cycle later") {
    constexpr std::array<int, 13> kEdges{-32768, -32767, -16384, -4096, -257, -1, 0, 1, 255, 4096, 16383, 32766, 32767};
    MacBench bench;
    Tally tally;
    for (const int a : kEdges) {
        for (const int b : kEdges) {
            for (const bool subtract : {false, true}) {
                for (const bool first : {false, true}) {
                    MacReference::Command load, wait, use;
                    load.a = a;
                    load.b = b;
                    load.load = true;
                    wait.a = ~a;  // operands that are not loaded
                    wait.b = ~b;
                    use = wait;
                    use.first = first;
                    use.start = first ? 4096 - a : 0;
                    use.add = true;
                    use.subtract = subtract;
                    wait.subtract = subtract;  // says nothing without an addition, like the start
                    wait.first = first;
                    wait.start = 12345;
                    for (const auto& command : {load, wait, use, wait}) {
                        bench.tick(command);
                        bench.check(tally);
                    }
                }
            }
        }
    }
    tally.finish(13 * 13 * 4 * 4 * 8);
}

TEST_CASE("multiplier: random sequences of load, clear, first, add and subtract") {
    MacBench bench;
    Tally tally;
    Cases cases(31);
    for (int n = 0; n < 300000; ++n) {
        MacReference::Command c;
        c.a = cases.word();
        c.b = cases.word();
        c.load = !cases.one_in(4);
        c.clear = cases.one_in(25);
        c.first = cases.one_in(6);
        c.start = cases.one_in(2) ? 4096 : std::int64_t{cases.word()} << 12;
        c.add = !cases.one_in(5);
        c.subtract = cases.one_in(2);  // which only means something together with add
        bench.tick(c);
        bench.check(tally);
    }
    tally.finish(300000 * 8);
}

TEST_CASE("multiplier: the longest sums of a layer reach the ends of the accumulator and do not pass them") {
    Tally tally;
    struct Sum {
        int index_width;
        std::size_t mac;  // of kMacs
        int c, x;
    };
    // |C x| < 2^29 with |x| <= 16383, W - 16 bits less for narrower connections: 2^IndexW such events fit
    // 14 + IndexW + W bits together with the rounding half.
    std::uint64_t least = 0;
    for (const Sum& sum : {Sum{10, 0, -32768, 16383}, Sum{10, 0, 32767, 16383}, Sum{10, 0, -32768, -16383},
                           Sum{12, 1, -32768, 16383}, Sum{12, 1, 32767, 16383}, Sum{12, 1, -32768, -16383},
                           Sum{10, 2, -2048, 16383}, Sum{10, 2, 2047, 16383}, Sum{10, 2, -2048, -16383},
                           Sum{12, 3, -128, 16383}, Sum{12, 3, 127, 16383}, Sum{12, 3, -128, -16383}}) {
        MacBench bench;
        MacReference::Command c;
        c.clear = true;
        c.start = 99;  // which is for sums that are started by first_i
        bench.tick(c);
        tally.equal(bench.accumulator(sum.mac), kMacs[sum.mac].cleared, [] { return "cleared"; });
        c = {};
        c.load = true;
        c.a = sum.c;
        c.b = sum.x;
        const int events = 1 << sum.index_width;
        for (int n = 0; n < events + 2; ++n) {
            c.add = n >= 2;
            bench.tick(c);
            tally.equal(bench.accumulator(sum.mac), bench.expected(sum.mac),
                        [&] { return std::string(kMacs[sum.mac].name) + " bits"; });
        }
        tally.equal(bench.expected(sum.mac), kMacs[sum.mac].cleared + std::int64_t{events} * sum.c * sum.x,
                    [] { return "whole sum"; });
        least += static_cast<std::uint64_t>(events) + 4;
    }
    tally.finish(least);
}

namespace {

struct TreeSize {
    int tiles, latency;  // clog2(Tiles), at least 1
    int sum_width;
    std::uint64_t (*sum)(const Vtree&);
    bool (*valid)(const Vtree&);
    int term_width = 37;
};
constexpr std::array<TreeSize, 6> kTrees{{
    {1, 1, 38, [](const Vtree& m) -> std::uint64_t { return m.sum1_o; },
     [](const Vtree& m) -> bool { return m.valid1_o; }},
    {3, 2, 39, [](const Vtree& m) -> std::uint64_t { return m.sum3_o; },
     [](const Vtree& m) -> bool { return m.valid3_o; }},
    {4, 2, 39, [](const Vtree& m) -> std::uint64_t { return m.sum4_o; },
     [](const Vtree& m) -> bool { return m.valid4_o; }},
    {16, 4, 41, [](const Vtree& m) -> std::uint64_t { return m.sum16_o; },
     [](const Vtree& m) -> bool { return m.valid16_o; }},
    {3, 2, 35, [](const Vtree& m) -> std::uint64_t { return m.sum33_o; },
     [](const Vtree& m) -> bool { return m.valid33_o; }, 33},
    {4, 2, 31, [](const Vtree& m) -> std::uint64_t { return m.sum29_o; },
     [](const Vtree& m) -> bool { return m.valid29_o; }, 29},
}};

}  // namespace

TEST_CASE("adder tree: sum and mark of 1, 3, 4 and 16 tiles after clog2 cycles, extremes included") {
    Device<Vtree> dut(2);
    Tally tally;
    Cases cases(32);
    dut->valid_i = 0;
    for (std::size_t w = 0; w < 32; ++w) dut->terms_i[w] = 0;
    dut.reset();
    for (const TreeSize& tree : kTrees) tally.equal(tree.valid(*dut), false, [] { return "mark after reset"; });

    struct Sums {
        bool valid = false;
        std::array<std::int64_t, kTrees.size()> sums{};
        bool known = false;
    };
    std::deque<Sums> history(6);  // newest first; before the first terms only the marks are known, to be absent
    for (int n = 0; n < 100000; ++n) {
        Sums now;
        now.known = true;
        now.valid = cases.one_in(2);
        std::array<std::int64_t, 16> terms{};
        // Whole rows of one extreme, or everything mixed.
        const int kind = cases.between(0, 5);
        for (std::size_t t = 0; t < 16; ++t) {
            constexpr std::int64_t kTop = (std::int64_t{1} << 36) - 1, kBottom = -(std::int64_t{1} << 36);
            const bool top = kind == 0 || (kind != 1 && cases.one_in(2));
            terms[t] = kind <= 2 ? (top ? kTop : kBottom) : std::int64_t{cases.word()} * cases.word() * cases.between(1, 32);
            if (kind == 3) terms[t] >>= 8;  // of connections of 8 bits
            // Any bits, also those that a narrower term has no room for.
            if (kind == 5) terms[t] = static_cast<std::int64_t>(std::uint64_t{cases.bits()} << 32 | cases.bits());
            dut->terms_i[2 * t] = static_cast<std::uint32_t>(terms[t]);
            dut->terms_i[2 * t + 1] = static_cast<std::uint32_t>(terms[t] >> 32);
        }
        for (std::size_t k = 0; k < kTrees.size(); ++k)
            for (int t = 0; t < kTrees[k].tiles; ++t) {
                const int width = kTrees[k].term_width;
                now.sums[k] += signed_value(low_bits(terms[static_cast<std::size_t>(t)], width), width);
            }
        dut->valid_i = now.valid;
        history.push_front(now);
        history.pop_back();
        dut.tick();
        for (std::size_t k = 0; k < kTrees.size(); ++k) {
            const TreeSize& tree = kTrees[k];
            const Sums& then = history[static_cast<std::size_t>(tree.latency - 1)];
            const auto where = [&] { return std::to_string(tree.tiles) + " tiles, cycle " + std::to_string(n); };
            tally.equal(tree.valid(*dut), then.valid, where);
            if (then.known) tally.equal(signed_value(tree.sum(*dut), tree.sum_width), then.sums[k], where);
        }
    }
    dut->valid_i = 1;
    for (int n = 0; n < 5; ++n) dut.tick();
    dut->valid_i = 0;
    dut.reset();
    for (int n = 0; n < 5; ++n, dut.tick())
        for (const TreeSize& tree : kTrees)
            tally.equal(tree.valid(*dut), false, [] { return "mark after the second reset"; });
    tally.finish(12 * 100000 - 15);
}

namespace {

template <class Model>
struct ErrorSumTraits;
template <>
struct ErrorSumTraits<Verror_sum> {
    static constexpr int kTiles = 4, kSlots = 256;
    static constexpr Width kWidth = kWidth16;
};
template <>
struct ErrorSumTraits<Verror_sum_large> {
    static constexpr int kTiles = 3, kSlots = 1023;
    static constexpr Width kWidth = kWidth16;
};
template <>
struct ErrorSumTraits<Verror_sum12> {
    static constexpr int kTiles = 4, kSlots = 256;
    static constexpr Width kWidth = kWidth12;
};
template <>
struct ErrorSumTraits<Verror_sum8> {
    static constexpr int kTiles = 1, kSlots = 256;
    static constexpr Width kWidth = kWidth8;
};

template <class Model>
class ErrorSumBench {
public:
    using Traits = ErrorSumTraits<Model>;
    static constexpr Width kWidth = Traits::kWidth;
    static constexpr int kTiles = Traits::kTiles;
    static constexpr int kLatency = kTiles > 2 ? 2 : 1;

    /// C and b[0] of every tile.
    struct Slot {
        std::array<int, kTiles> c{}, b{};
        std::int64_t sum() const {
            std::int64_t sum = 0;
            for (std::size_t t = 0; t < kTiles; ++t) sum += std::int64_t{c[t]} * b[t];
            return sum;
        }
    };
    static Slot all(int c, int b) {
        Slot slot;
        slot.c.fill(c);
        slot.b.fill(b);
        return slot;
    }

    ErrorSumBench(int seed, Tally& tally, Cases& cases) : dut_(seed), tally_(tally), cases_(cases) {
        dut_->last_i = 0;
        dut_.reset();
    }

    /// The slots of one neuron, with gaps of any number of cycles if wanted.
    void neuron(const std::vector<Slot>& slots, bool gaps = false) {
        std::int64_t sum = 0;
        for (std::size_t s = 0; s < slots.size(); ++s) {
            while (gaps && cases_.one_in(5)) cycle(nullptr, cases_.one_in(2), cases_.one_in(2));
            sum += slots[s].sum();
            cycle(&slots[s], s == 0, s + 1 == slots.size(), sum);
        }
    }
    void drain() {
        for (int n = 0; n < 8; ++n) cycle(nullptr, false, false);
    }
    int errors() const { return errors_; }

private:
    struct Stage {
        bool valid = false, first = false, last = false;
        std::int64_t sum = 0;
    };

    /// One cycle: operands enter, are added three cycles later, their sum is there four, the error `kLatency` more.
    void cycle(const Slot* slot, bool first, bool last, std::int64_t sum = 0) {
        stages_.push_front({slot != nullptr, first, last, sum});
        stages_.pop_back();
        for (int t = 0; t < kTiles; ++t) {
            const auto n = static_cast<std::size_t>(t);
            put(dut_->a_i, t, slot ? slot->c[n] : cases_.word());
            put(dut_->b_i, t, slot ? slot->b[n] : cases_.word());
        }
        dut_->load_i = slot != nullptr;
        dut_->add_i = stages_[2].valid;
        dut_->first_i = stages_[2].valid ? stages_[2].first : cases_.one_in(2);
        const bool complete = stages_[3].valid && stages_[3].last;
        dut_->last_i = complete;
        expected_.push_front(complete ? stages_[3] : Stage{});
        expected_.pop_back();
        dut_.tick();
        const Stage& out = expected_[kLatency - 1];
        const auto where = [&] { return "cycle " + std::to_string(dut_.cycles()) + ", sum " + std::to_string(out.sum); };
        tally_.equal(dut_->valid_o, out.valid, where);
        if (!out.valid) return;
        ++errors_;
        tally_.equal(signed16(dut_->error_o), kWidth.rounded(out.sum), where);
    }
    template <class Port>
    static void put(Port& port, int t, int v) {
        if constexpr (std::is_integral_v<Port>) {
            const std::uint64_t mask = std::uint64_t{0xFFFF} << (16 * t);
            port = static_cast<Port>((port & ~mask) | (static_cast<std::uint64_t>(v & 0xFFFF) << (16 * t)));
        } else {
            std::uint32_t& word = port[static_cast<std::size_t>(t / 2)];
            word = (word & ~(0xFFFFu << (t % 2 * 16))) | static_cast<std::uint32_t>(v & 0xFFFF) << (t % 2 * 16);
        }
    }

    Device<Model> dut_;
    Tally& tally_;
    Cases& cases_;
    std::deque<Stage> stages_ = std::deque<Stage>(4), expected_ = std::deque<Stage>(4);
    int errors_ = 0;
};

}  // namespace

TEMPLATE_TEST_CASE("error sum: e = sat16(rnd(sum, F)) of all tiles, neurons back to back and with gaps", "", Verror_sum,
                   Verror_sum_large, Verror_sum12, Verror_sum8) {
    using Bench = ErrorSumBench<TestType>;
    using Slot = typename Bench::Slot;
    constexpr Width width = Bench::kWidth;
    constexpr int kTiles = Bench::kTiles, kSlots = ErrorSumTraits<TestType>::kSlots;
    const std::int64_t one = std::int64_t{1} << width.fraction, half = one / 2;
    Tally tally;
    Cases cases(33);
    int errors = 0;
    for (int seed = 1; seed <= 3; ++seed) {
        Bench bench(seed, tally, cases);
        const auto random_slot = [&] {
            Slot slot;
            for (std::size_t t = 0; t < kTiles; ++t) {
                slot.c[t] = width.limited(cases.word());
                slot.b[t] = cases.one_in(4) ? 0 : cases.word();
            }
            return slot;
        };
        // What is missing to `sum`, in slots of the greatest products and a last one of 1 x b.
        const auto bring_to = [&](std::vector<Slot>& slots, std::int64_t sum) {
            std::int64_t rest = sum;
            for (const Slot& slot : slots) rest -= slot.sum();
            const std::int64_t unit = std::int64_t{1} << (width.bits - 2);  // a power of two below the greatest C
            while (rest != 0 && slots.size() < static_cast<std::size_t>(kSlots)) {
                Slot slot;
                for (std::size_t t = 0; t < kTiles && rest != 0; ++t) {
                    const std::int64_t c = std::abs(rest) >= unit ? unit : 1;
                    std::int64_t b = rest / c;
                    b = b < -32768 ? -32768 : b > 32767 ? 32767 : b;
                    slot.c[t] = static_cast<int>(c);
                    slot.b[t] = static_cast<int>(b);
                    rest -= c * b;
                }
                slots.push_back(slot);
            }
            return rest == 0;
        };
        for (int n = 0; n < 20000; ++n) {
            std::vector<Slot> slots;
            for (int s = cases.one_in(3) ? 1 : cases.between(1, 9); s > 0; --s) slots.push_back(random_slot());
            bench.neuron(slots, cases.one_in(2));
        }
        // Next to the places where the result changes or saturates.
        int met = 0;
        for (int n = 0; n < 6000; ++n) {
            constexpr std::array<int, 8> kEnds{-32769, -32768, -32767, -1, 0, 1, 32766, 32767};
            const int y = cases.one_in(2) ? kEnds[cases.bits() % kEnds.size()] : cases.word();
            const std::int64_t sum = y * one + cases.between(static_cast<int>(-half) - 1, static_cast<int>(half) + 1);
            std::vector<Slot> slots;
            for (int s = cases.between(0, 2); s > 0; --s) slots.push_back(random_slot());
            met += bring_to(slots, sum) && !slots.empty();
            if (slots.empty()) slots.push_back({});
            bench.neuron(slots, cases.one_in(2));
        }
        CHECK(met > 5500);
        // The limit: every slot with the greatest products of either sign.
        std::vector<Slot> slots(kSlots, Bench::all(width.least, -32768));
        bench.neuron(slots);
        slots.assign(kSlots, Bench::all(width.least, 32767));
        bench.neuron(slots);
        slots.assign(kSlots, Bench::all(width.most, -32768));
        bench.neuron(slots);
        // As far as half of the slots reach, then back to just under the saturation: no bit was lost on the way.
        for (const int sign : {-1, 1}) {
            slots.assign(kSlots / 2 - 20, Bench::all(width.least, sign < 0 ? 32767 : -32768));
            slots.insert(slots.end(), kSlots / 2 - 24, Bench::all(width.least, sign < 0 ? -32768 : 32767));
            const std::int64_t end = sign < 0 ? -32767 * one - half : 32766 * one + half - 1;
            tally.holds(bring_to(slots, end), [] { return "too few slots"; });
            bench.neuron(slots);
        }
        bench.drain();
        errors += bench.errors();
    }
    CHECK(errors == 3 * (20000 + 6000 + 5));
    tally.finish(3 * 26000 * 2);
}

}  // namespace wuxing::test
