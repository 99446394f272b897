// Multiplier with accumulator, adder tree over the tiles, error sums: all against 64-bit arithmetic.
#include <Verror_sum.h>
#include <Verror_sum12.h>
#include <Verror_sum8.h>
#include <Vmac.h>
#include <Vtree.h>

#include <algorithm>
#include <array>
#include <deque>
#include <optional>

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
    std::int64_t a = 0, b = 0, product = 0, acc = 0;

    struct Command {
        int a = 0, b = 0;
        bool load = false, clear = false, first = false, add = false, subtract = false;
        std::int64_t start = 0;
    };
    void tick(const Command& c) {
        const std::int64_t base = c.first ? c.start : acc;
        if (c.clear) {
            acc = c.start;
        } else if (c.subtract) {
            acc = base - product;
        } else if (c.add) {
            acc = base + product;
        }
        product = a * b;
        if (c.load) {
            a = c.a;
            b = c.b;
        }
    }
};

class MacBench {
public:
    MacBench() {
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
        reference_.tick(c);
    }

    void check(Tally& tally) {
        const auto where = [&] { return "cycle " + std::to_string(dut_.cycles()); };
        tally.equal(signed16(dut_->b40_o), reference_.b, where);
        tally.equal(signed16(dut_->b42_o), reference_.b, where);
        tally.equal(signed_value(dut_->product40_o, 32), reference_.product, where);
        tally.equal(signed_value(dut_->product42_o, 32), reference_.product, where);
        tally.equal(signed_value(dut_->acc40_o, 40), signed_value(low_bits(reference_.acc, 40), 40), where);
        tally.equal(signed_value(dut_->acc42_o, 42), signed_value(low_bits(reference_.acc, 42), 42), where);
        tally.equal(signed16(dut_->b36_o), reference_.b, where);
        tally.equal(signed16(dut_->b32_o), reference_.b, where);
        tally.equal(signed_value(dut_->product36_o, 32), reference_.product, where);
        tally.equal(signed_value(dut_->product32_o, 32), reference_.product, where);
        tally.equal(signed_value(dut_->acc36_o, 36), signed_value(low_bits(reference_.acc, 36), 36), where);
        tally.equal(signed_value(dut_->acc32_o, 32), signed_value(low_bits(reference_.acc, 32), 32), where);
    }

    std::int64_t accumulator() const { return reference_.acc; }
    /// The accumulator of 32, 36, 40 or 42 bits.
    std::int64_t accumulator(int width) {
        const std::uint64_t bits = width == 32   ? std::uint64_t{dut_->acc32_o}
                                   : width == 36 ? std::uint64_t{dut_->acc36_o}
                                   : width == 40 ? std::uint64_t{dut_->acc40_o}
                                                 : std::uint64_t{dut_->acc42_o};
        return signed_value(bits, width);
    }

private:
    Device<Vmac> dut_;
    MacReference reference_;
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
                    (subtract ? use.subtract : use.add) = true;
                    for (const auto& command : {load, wait, use, wait}) {
                        bench.tick(command);
                        bench.check(tally);
                    }
                }
            }
        }
    }
    tally.finish(13 * 13 * 4 * 4 * 12);
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
        // Both at once has no meaning and does not happen.
        const int what = cases.between(0, 4);
        c.add = what == 1 || what == 2;
        c.subtract = what == 3 || what == 4;
        bench.tick(c);
        bench.check(tally);
    }
    tally.finish(300000 * 12);
}

TEST_CASE("multiplier: the longest sums of a layer reach the ends of the accumulator and do not pass them") {
    Tally tally;
    struct Sum {
        int index_width, acc_width, c, x;
    };
    // |C x| < 2^29 with |x| <= 16383, W - 16 bits less for narrower connections: 2^IndexW such events fit
    // 14 + IndexW + W bits together with the rounding half.
    std::uint64_t least = 0;
    for (const Sum& sum : {Sum{10, 40, -32768, 16383}, Sum{10, 40, 32767, 16383}, Sum{10, 40, -32768, -16383},
                           Sum{12, 42, -32768, 16383}, Sum{12, 42, 32767, 16383}, Sum{12, 42, -32768, -16383},
                           Sum{10, 36, -2048, 16383}, Sum{10, 36, 2047, 16383}, Sum{10, 36, -2048, -16383},
                           Sum{10, 32, -128, 16383}, Sum{10, 32, 127, 16383}, Sum{10, 32, -128, -16383}}) {
        MacBench bench;
        MacReference::Command c;
        c.clear = true;
        c.start = sum.acc_width == 32 ? 128 : sum.acc_width == 36 ? 1024 : 4096;  // 2^(F-1)
        const std::int64_t start = c.start;
        bench.tick(c);
        c = {};
        c.load = true;
        c.a = sum.c;
        c.b = sum.x;
        const int events = 1 << sum.index_width;
        for (int n = 0; n < events + 2; ++n) {
            c.add = n >= 2;
            bench.tick(c);
            tally.equal(bench.accumulator(sum.acc_width), bench.accumulator(),
                        [&] { return std::to_string(sum.acc_width) + " bits"; });
        }
        tally.equal(bench.accumulator(), start + std::int64_t{events} * sum.c * sum.x, [] { return "whole sum"; });
        least += static_cast<std::uint64_t>(events) + 3;
    }
    tally.finish(least);
}

namespace {

struct TreeSize {
    int tiles, latency;  // clog2(Tiles), at least 1
    int sum_width;
    std::uint64_t (*sum)(const Vtree&);
    std::uint8_t (*tag)(const Vtree&);
    int product_width = 32;
};
constexpr std::array<TreeSize, 6> kTrees{{
    {1, 1, 33, [](const Vtree& m) -> std::uint64_t { return m.sum1_o; },
     [](const Vtree& m) -> std::uint8_t { return m.tag1_o; }},
    {3, 2, 34, [](const Vtree& m) -> std::uint64_t { return m.sum3_o; },
     [](const Vtree& m) -> std::uint8_t { return m.tag3_o; }},
    {4, 2, 34, [](const Vtree& m) -> std::uint64_t { return m.sum4_o; },
     [](const Vtree& m) -> std::uint8_t { return m.tag4_o; }},
    {16, 4, 36, [](const Vtree& m) -> std::uint64_t { return m.sum16_o; },
     [](const Vtree& m) -> std::uint8_t { return m.tag16_o; }},
    {3, 2, 30, [](const Vtree& m) -> std::uint64_t { return m.sum28_o; },
     [](const Vtree& m) -> std::uint8_t { return m.tag28_o; }, 28},
    {4, 2, 26, [](const Vtree& m) -> std::uint64_t { return m.sum24_o; },
     [](const Vtree& m) -> std::uint8_t { return m.tag24_o; }, 24},
}};

}  // namespace

TEST_CASE("adder tree: sum and tag of 1, 3, 4 and 16 tiles after clog2 cycles, extremes included") {
    Device<Vtree> dut(2);
    Tally tally;
    Cases cases(32);
    dut->tag_i = 0;
    for (int t = 0; t < 16; ++t) dut->products_i[static_cast<std::size_t>(t)] = 0;
    dut.reset();
    for (const TreeSize& tree : kTrees) tally.equal(tree.tag(*dut), 0, [] { return "tag after reset"; });

    struct Sums {
        int tag = 0;
        std::array<std::int64_t, kTrees.size()> sums{};
        bool known = false;
    };
    std::deque<Sums> history(6);  // newest first; before the first products only the tags are known, to be zero
    for (int n = 0; n < 100000; ++n) {
        Sums now;
        now.known = true;
        now.tag = cases.between(0, 3);
        std::array<std::int64_t, 16> products{};
        // Whole rows of one extreme, or everything mixed.
        const int kind = cases.between(0, 5);
        for (std::size_t t = 0; t < 16; ++t) {
            constexpr std::int64_t kTop = std::int64_t{1} << 30, kBottom = -(std::int64_t{32768} * 32767);
            const bool top = kind == 0 || (kind != 1 && cases.one_in(2));
            products[t] = kind <= 2 ? (top ? kTop : kBottom) : std::int64_t{cases.word()} * cases.word();
            if (kind == 3) products[t] >>= 8;                                      // of connections of 8 bits
            if (kind == 5) products[t] = static_cast<std::int32_t>(cases.bits());  // any 32 bits
            dut->products_i[t] = static_cast<std::uint32_t>(products[t]);
        }
        for (std::size_t k = 0; k < kTrees.size(); ++k)
            for (int t = 0; t < kTrees[k].tiles; ++t) {
                const int width = kTrees[k].product_width;
                now.sums[k] += signed_value(low_bits(products[static_cast<std::size_t>(t)], width), width);
            }
        set(dut->tag_i, now.tag);
        history.push_front(now);
        history.pop_back();
        dut.tick();
        for (std::size_t k = 0; k < kTrees.size(); ++k) {
            const TreeSize& tree = kTrees[k];
            const Sums& then = history[static_cast<std::size_t>(tree.latency - 1)];
            const auto where = [&] { return std::to_string(tree.tiles) + " tiles, cycle " + std::to_string(n); };
            tally.equal(tree.tag(*dut), then.tag, where);
            if (then.known) tally.equal(signed_value(tree.sum(*dut), tree.sum_width), then.sums[k], where);
        }
    }
    dut.reset();
    for (const TreeSize& tree : kTrees) tally.equal(tree.tag(*dut), 0, [] { return "tag after the second reset"; });
    tally.finish(12 * 100000 - 15);
}

namespace {

template <class Model>
struct ErrorSumTraits;
template <>
struct ErrorSumTraits<Verror_sum> {
    static constexpr Width kWidth = kWidth16;
};
template <>
struct ErrorSumTraits<Verror_sum12> {
    static constexpr Width kWidth = kWidth12;
};
template <>
struct ErrorSumTraits<Verror_sum8> {
    static constexpr Width kWidth = kWidth8;
};

template <class Model>
class ErrorSumBench {
public:
    static constexpr Width kWidth = ErrorSumTraits<Model>::kWidth;

    explicit ErrorSumBench(int seed) : dut_(seed) {
        dut_->valid_i = dut_->last_i = 0;
        dut_->sum_i = 0;
        dut_.reset();
    }
    /// One slot; checks the error that came out if the slot before was the last of its neuron.
    void slot(std::optional<std::int64_t> sum, bool last, Tally& tally) {
        dut_->valid_i = sum.has_value();
        dut_->last_i = last;
        dut_->sum_i = static_cast<decltype(+dut_->sum_i)>(low_bits(sum.value_or(-1), kWidth.bits + 18));
        dut_.tick();
        if (sum) total_ += *sum;
        const bool done = sum && last;
        const auto where = [&] { return "cycle " + std::to_string(dut_.cycles()) + ", sum " + std::to_string(total_); };
        tally.equal(dut_->valid_o, done, where);
        if (!done) return;
        tally.equal(signed16(dut_->error_o), kWidth.rounded(total_), where);
        total_ = 0;
    }

private:
    Device<Model> dut_;
    std::int64_t total_ = 0;
};

}  // namespace

TEMPLATE_TEST_CASE("error sum: e = sat16(rnd(sum, F)) a cycle after the last slot, neurons back to back and with gaps",
                   "", Verror_sum, Verror_sum12, Verror_sum8) {
    constexpr Width width = ErrorSumBench<TestType>::kWidth;
    const std::int64_t one = std::int64_t{1} << width.fraction, half = one / 2;
    Tally tally;
    Cases cases(33);
    for (int seed = 1; seed <= 3; ++seed) {
        ErrorSumBench<TestType> bench(seed);
        for (int n = 0; n < 60000; ++n) {
            const int slots = cases.one_in(3) ? 1 : cases.between(1, 9);
            for (int s = 0; s < slots; ++s) {
                while (cases.one_in(5)) bench.slot({}, cases.one_in(2), tally);
                std::int64_t sum = std::int64_t{width.limited(cases.word())} * cases.word() * cases.between(1, 4);
                // Next to the places where the result changes or saturates.
                if (cases.one_in(2))
                    sum = cases.word() * one + cases.between(static_cast<int>(-half) - 1, static_cast<int>(half) + 1);
                bench.slot(sum, s + 1 == slots, tally);
            }
        }
        // The limit: 2^10 neurons below a layer of 2^10 outputs on 4 tiles, every |C b| = 2^(W + 14).
        const std::int64_t most = std::int64_t{1} << (width.bits + 16);
        for (const std::int64_t sum : {most, -most + (std::int64_t{4} << (width.bits - 1))}) {
            for (int s = 0; s < 256; ++s) bench.slot(sum, s == 255, tally);
        }
        // 2^(W + 24) together, then back to just under the saturation: no bit was lost on the way.
        for (int s = 0; s < 255; ++s) bench.slot(most, false, tally);
        for (int s = 0; s < 254; ++s) bench.slot(-most, false, tally);
        bench.slot(-most + 32766 * one + half - 1, true, tally);
    }
    tally.finish(3 * 60000 * 4);
}

}  // namespace wuxing::test
