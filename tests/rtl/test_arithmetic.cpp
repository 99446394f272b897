// The combinational blocks: rounding, weight update, output error.
#include <Vmargin.h>
#include <Vround.h>
#include <Vupdate.h>
#include <Vupdate12.h>
#include <Vupdate8.h>

#include <array>
#include <set>
#include <vector>

#include "../model/cases.hpp"
#include "../model/tally.hpp"
#include "contract.hpp"
#include "device.hpp"
#include "fixed.hpp"
#include "width.hpp"

namespace wuxing::test {
namespace {

/// One instance of round_bench.sv.
struct RoundShape {
    const char* name;
    int in_width, shift;
    std::uint16_t (*output)(const Vround&);
    int out_width = 16;
};
constexpr std::array<RoundShape, 23> kRoundShapes{{
    {"17/0", 17, 0, [](const Vround& m) -> std::uint16_t { return m.y_17_0_o; }},
    {"32/12", 32, 12, [](const Vround& m) -> std::uint16_t { return m.y_32_12_o; }},
    {"36/12", 36, 12, [](const Vround& m) -> std::uint16_t { return m.y_36_12_o; }},
    {"36/19", 36, 19, [](const Vround& m) -> std::uint16_t { return m.y_36_19_o; }},
    {"34/21", 34, 21, [](const Vround& m) -> std::uint16_t { return m.y_34_21_o; }, 12},
    {"33/24", 33, 24, [](const Vround& m) -> std::uint16_t { return m.y_33_24_o; }, 8},
    {"34/13", 34, 13, [](const Vround& m) -> std::uint16_t { return m.y_34_13_o; }},
    {"36/13", 36, 13, [](const Vround& m) -> std::uint16_t { return m.y_36_13_o; }},
    {"39/13", 39, 13, [](const Vround& m) -> std::uint16_t { return m.y_39_13_o; }},
    {"40/13", 40, 13, [](const Vround& m) -> std::uint16_t { return m.y_40_13_o; }},
    {"41/13", 41, 13, [](const Vround& m) -> std::uint16_t { return m.y_41_13_o; }},
    {"42/13", 42, 13, [](const Vround& m) -> std::uint16_t { return m.y_42_13_o; }},
    {"48/13", 48, 13, [](const Vround& m) -> std::uint16_t { return m.y_48_13_o; }},
    {"30/11", 30, 11, [](const Vround& m) -> std::uint16_t { return m.y_30_11_o; }},
    {"35/11", 35, 11, [](const Vround& m) -> std::uint16_t { return m.y_35_11_o; }},
    {"36/11", 36, 11, [](const Vround& m) -> std::uint16_t { return m.y_36_11_o; }},
    {"37/11", 37, 11, [](const Vround& m) -> std::uint16_t { return m.y_37_11_o; }},
    {"38/11", 38, 11, [](const Vround& m) -> std::uint16_t { return m.y_38_11_o; }},
    {"44/11", 44, 11, [](const Vround& m) -> std::uint16_t { return m.y_44_11_o; }},
    {"26/8", 26, 8, [](const Vround& m) -> std::uint16_t { return m.y_26_8_o; }},
    {"31/8", 31, 8, [](const Vround& m) -> std::uint16_t { return m.y_31_8_o; }},
    {"36/8", 36, 8, [](const Vround& m) -> std::uint16_t { return m.y_36_8_o; }},
    {"40/8", 40, 8, [](const Vround& m) -> std::uint16_t { return m.y_40_8_o; }},
}};

/// The input holds the half already: rnd(v - half, shift) is what comes out.
std::int64_t rounded(std::int64_t v, const RoundShape& shape) {
    if (shape.shift > 0) v = round_shift(v - (std::int64_t{1} << (shape.shift - 1)), shape.shift);
    const std::int64_t top = std::int64_t{1} << (shape.out_width - 1);
    return v < -top ? -top : v >= top ? top - 1 : v;
}

void check_rounds(Device<Vround>& dut, std::int64_t v, Tally& tally) {
    dut->v_i = low_bits(v, 48);
    dut.settle();
    for (const RoundShape& shape : kRoundShapes) {
        const std::int64_t seen = signed_value(low_bits(v, shape.in_width), shape.in_width);
        tally.equal(signed_value(shape.output(*dut), shape.out_width), rounded(seen, shape),
                    [&] { return std::string(shape.name) + " of " + std::to_string(seen); });
    }
}

}  // namespace

TEST_CASE("rounding block: every shape in the core rounds half up and saturates") {
    Device<Vround> dut;
    Tally tally;
    SECTION("all inputs of the narrow shape") {
        for (std::int64_t v = -(1 << 16); v < (1 << 16); ++v) check_rounds(dut, v, tally);
        tally.finish(kRoundShapes.size() * (1 << 17));
    }
    SECTION("around every edge: saturation, ends of the input, changes of the result, powers of two") {
        std::set<std::int64_t> centres{0};
        for (const RoundShape& shape : kRoundShapes) {
            for (std::int64_t y :
                 {-2049,  -2048,  -2047,  -129, -128, -127, 126,   127,   128,   2046,  2047,  2048,
                  -32769, -32768, -32767, -1,   0,    1,    32766, 32767, 32768, 65535, 65536, -65536}) {
                centres.insert(y * (std::int64_t{1} << shape.shift));
            }
            centres.insert((std::int64_t{1} << (shape.in_width - 1)) - 1);
            centres.insert(-(std::int64_t{1} << (shape.in_width - 1)));
        }
        for (int n = 0; n < 47; ++n) {
            centres.insert(std::int64_t{1} << n);
            centres.insert(-(std::int64_t{1} << n));
        }
        for (const std::int64_t centre : centres) {
            for (int beside = -40; beside <= 40; ++beside) check_rounds(dut, centre + beside, tally);
        }
        tally.finish(kRoundShapes.size() * 100 * 81);
    }
    SECTION("random inputs of every magnitude") {
        Cases cases(11);
        for (int n = 0; n < 400000; ++n) {
            const auto bits = static_cast<std::int64_t>(std::uint64_t{cases.bits()} << 32 | cases.bits());
            check_rounds(dut, bits >> cases.between(16, 62), tally);
        }
        tally.finish(kRoundShapes.size() * 400000);
    }
}

namespace {

template <class Model>
struct UpdateTraits;
template <>
struct UpdateTraits<Vupdate> {
    static constexpr Width kWidth = kWidth16;
};
template <>
struct UpdateTraits<Vupdate12> {
    static constexpr Width kWidth = kWidth12;
};
template <>
struct UpdateTraits<Vupdate8> {
    static constexpr Width kWidth = kWidth8;
};

template <class Model>
void check_update(Device<Model>& dut, std::int64_t product, std::uint32_t r, int old, Tally& tally) {
    constexpr Width width = UpdateTraits<Model>::kWidth;
    set(dut->product_i, product);
    dut->r_i = r;
    set(dut->old_i, old, width.bits);
    dut->put_i = 0;
    dut->value_i = 0;
    dut.settle();
    tally.equal(signed_value(dut->new_o, width.bits), width.updated(old, product, r), [&] {
        return "C " + std::to_string(old) + ", x g " + std::to_string(product) + ", r " + std::to_string(r);
    });
}

constexpr std::array<int, 23> kWords{-32768, -32767, -30000, -16384, -8193, -8192, -4097, -4096, -2,    -1,    0,    1,
                                     2,      3,      255,    4080,   4096,  8191,  8192,  16383, 30000, 32766, 32767};

/// Edges of the thresholds, and of the connections.
std::vector<std::uint32_t> thresholds(const Width& width) {
    const std::uint32_t half = std::uint32_t{1} << (width.shift - 1);
    return {0, 1, 2, half - 1, half, half + 1, width.turn, 2 * half - 2, 2 * half - 1};
}
std::vector<int> connections(const Width& width) {
    const int quarter = (width.most + 1) / 4, lowest = width.least, highest = width.most;
    return {lowest, lowest + 1, lowest + 2,  lowest + quarter, -quarter - 1,      -quarter,    -2,          -1,     0,
            1,      2,          quarter - 1, quarter,          highest - quarter, highest - 2, highest - 1, highest};
}

}  // namespace

TEMPLATE_TEST_CASE("update block: C' = satW(C + ((x g + r) >> Z)) for W = 16, 12, 8", "", Vupdate, Vupdate12,
                   Vupdate8) {
    constexpr Width width = UpdateTraits<TestType>::kWidth;
    Device<TestType> dut;
    Tally tally;
    SECTION("every combination of edges of x, g, r and C") {
        for (const int x : kWords)
            for (const int g : kWords)
                for (const std::uint32_t r : thresholds(width))
                    for (const int old : connections(width)) check_update(dut, std::int64_t{x} * g, r, old, tally);
        tally.finish(23 * 23 * 9 * 17);
    }
    SECTION("the host's word instead, whatever the sum is, also one out of range") {
        for (const std::int64_t product : {std::int64_t{-1073741824}, std::int64_t{-1}, std::int64_t{0}, std::int64_t{1073741824}}) {
            for (const int old : connections(width)) {
                for (const int value : connections(width)) {
                    set(dut->product_i, product);
                    dut->r_i = 1;
                    set(dut->old_i, old, width.bits);
                    dut->put_i = 1;
                    set(dut->value_i, value, width.bits);
                    dut.settle();
                    tally.equal(signed_value(dut->new_o, width.bits), value, [&] {
                        return "C " + std::to_string(old) + ", x g " + std::to_string(product) + ", host " + std::to_string(value);
                    });
                }
            }
        }
        tally.finish(4 * 17 * 17);
    }
    SECTION("products where the change of C steps from one value to the next, from all C near the ends") {
        // |x g| <= 2^30: the change reaches +-2^(30 - Z).
        const int most = 1 << (30 - width.shift);
        for (int change = -most; change <= most; ++change) {
            for (const std::uint32_t r : thresholds(width)) {
                for (const int beside : {-1, 0, 1}) {
                    const std::int64_t product = change * (std::int64_t{1} << width.shift) - r + beside;
                    if (product < -(std::int64_t{1} << 30) || product > std::int64_t{1} << 30) continue;
                    for (const int old : connections(width)) check_update(dut, product, r, old, tally);
                    check_update(dut, product, r, width.limited(width.most - change), tally);
                    check_update(dut, product, r, width.limited(width.least - change), tally);
                }
            }
        }
        tally.finish(static_cast<std::uint64_t>(most) * 9 * 3 * 17);
    }
    SECTION("random operands") {
        Cases cases(12);
        for (int n = 0; n < 500000; ++n) {
            const std::uint32_t r = cases.bits() & width.mask();
            const int old = cases.one_in(2) ? cases.between(width.least, width.most) : width.limited(cases.word());
            check_update(dut, std::int64_t{cases.word()} * cases.word(), r, old, tally);
        }
        tally.finish(500000);
    }
}

TEST_CASE("margin block: error of an output, all displacements against edges of the targets") {
    Device<Vmargin> dut;
    Tally tally;
    for (const int target : {-32768, -32767, -16384, -4096, -820, -819, -818, -1, 0, 1, 818, 4095, 4096, 4097, 12287,
                             16384, 32766, 32767}) {
        for (const bool labelled : {false, true}) {
            for (int y = -32768; y <= 32767; ++y) {
                set(dut->y_i, y);
                // The other target must not matter: always far off.
                set(dut->target_on_i, labelled ? target : ~target);
                set(dut->target_off_i, labelled ? ~target : target);
                dut->labelled_i = labelled;
                dut.settle();
                const int distance = sat16(target - y);
                const int expected = labelled ? std::max(0, distance) : std::min(0, distance);
                tally.equal(signed16(dut->error_o), expected, [&] {
                    return "y " + std::to_string(y) + ", target " + std::to_string(target) +
                           (labelled ? ", labelled" : ", other");
                });
            }
        }
    }
    tally.finish(18 * 2 * 65536);
}

}  // namespace wuxing::test
