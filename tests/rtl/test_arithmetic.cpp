// The combinational blocks: rounding, weight update, output error.
#include <Vmargin.h>
#include <Vround.h>
#include <Vupdate.h>

#include <array>
#include <set>
#include <vector>

#include "../model/cases.hpp"
#include "../model/tally.hpp"
#include "contract.hpp"
#include "device.hpp"
#include "fixed.hpp"

namespace wuxing::test {
namespace {

/// One instance of round_bench.sv.
struct RoundShape {
    const char* name;
    int in_width, shift;
    std::uint16_t (*output)(const Vround&);
};
constexpr std::array<RoundShape, 6> kRoundShapes{{
    {"32/12", 32, 12, [](const Vround& m) -> std::uint16_t { return m.y_32_12_o; }},
    {"40/13", 40, 13, [](const Vround& m) -> std::uint16_t { return m.y_40_13_o; }},
    {"42/13", 42, 13, [](const Vround& m) -> std::uint16_t { return m.y_42_13_o; }},
    {"32/8", 32, 8, [](const Vround& m) -> std::uint16_t { return m.y_32_8_o; }},
    {"17/0", 17, 0, [](const Vround& m) -> std::uint16_t { return m.y_17_0_o; }},
    {"18/0", 18, 0, [](const Vround& m) -> std::uint16_t { return m.y_18_0_o; }},
}};

/// The input holds the half already: rnd(v - half, shift) is what comes out.
std::int16_t rounded(std::int64_t v, int shift) {
    return shift == 0 ? sat16(v) : sat16(round_shift(v - (std::int64_t{1} << (shift - 1)), shift));
}

void check_rounds(Device<Vround>& dut, std::int64_t v, Tally& tally) {
    dut->v_i = low_bits(v, 42);
    dut.settle();
    for (const RoundShape& shape : kRoundShapes) {
        const std::int64_t seen = signed_value(low_bits(v, shape.in_width), shape.in_width);
        tally.equal(signed16(shape.output(*dut)), rounded(seen, shape.shift),
                    [&] { return std::string(shape.name) + " of " + std::to_string(seen); });
    }
}

}  // namespace

TEST_CASE("rounding block: every shape in the core rounds half up and saturates") {
    Device<Vround> dut;
    Tally tally;
    SECTION("all inputs of the narrow shapes") {
        for (std::int64_t v = -(1 << 17); v < (1 << 17); ++v) check_rounds(dut, v, tally);
        tally.finish(6 * (1 << 18));
    }
    SECTION("around every edge: saturation, ends of the input, changes of the result, powers of two") {
        std::set<std::int64_t> centres{0};
        for (const RoundShape& shape : kRoundShapes) {
            for (std::int64_t y : {-32769, -32768, -32767, -1, 0, 1, 32766, 32767, 32768, 65535, 65536, -65536}) {
                centres.insert(y * (std::int64_t{1} << shape.shift));
            }
            centres.insert((std::int64_t{1} << (shape.in_width - 1)) - 1);
            centres.insert(-(std::int64_t{1} << (shape.in_width - 1)));
        }
        for (int n = 0; n < 42; ++n) {
            centres.insert(std::int64_t{1} << n);
            centres.insert(-(std::int64_t{1} << n));
        }
        for (const std::int64_t centre : centres) {
            for (int beside = -40; beside <= 40; ++beside) check_rounds(dut, centre + beside, tally);
        }
        tally.finish(6 * 100 * 81);
    }
    SECTION("random inputs of every magnitude") {
        Cases cases(11);
        for (int n = 0; n < 400000; ++n) {
            const auto bits = static_cast<std::int64_t>(std::uint64_t{cases.bits()} << 32 | cases.bits());
            check_rounds(dut, bits >> cases.between(22, 62), tally);
        }
        tally.finish(6 * 400000);
    }
}

namespace {

void check_update(Device<Vupdate>& dut, std::int64_t product, std::uint32_t r, std::int16_t old, Tally& tally) {
    set(dut->product_i, product);
    dut->r_i = r;
    set(dut->old_i, old);
    dut.settle();
    tally.equal(signed16(dut->new_o), sat16(old + shift_down(product + r, kUpdateShift)), [&] {
        return "C " + std::to_string(old) + ", x g " + std::to_string(product) + ", r " + std::to_string(r);
    });
}

constexpr std::array<int, 23> kWords{-32768, -32767, -30000, -16384, -8193, -8192, -4097, -4096, -2,    -1,    0,    1,
                                     2,      3,      255,    4080,   4096,  8191,  8192,  16383, 30000, 32766, 32767};
constexpr std::array<std::uint32_t, 9> kThresholds{0, 1, 2, 262143, 262144, 262145, 324027, 524286, 524287};

}  // namespace

TEST_CASE("update block: C' = sat16(C + ((x g + r) >> 19))") {
    Device<Vupdate> dut;
    Tally tally;
    SECTION("every combination of edges of x, g, r and C") {
        for (const int x : kWords)
            for (const int g : kWords)
                for (const std::uint32_t r : kThresholds)
                    for (const int old : kWords)
                        check_update(dut, std::int64_t{x} * g, r, static_cast<std::int16_t>(old), tally);
        tally.finish(23 * 23 * 9 * 23);
    }
    SECTION("products where the change of C steps from one value to the next") {
        for (int change = -2048; change <= 2048; ++change) {
            for (const std::uint32_t r : kThresholds) {
                for (const int beside : {-1, 0, 1}) {
                    const std::int64_t product = (std::int64_t{change} << kUpdateShift) - r + beside;
                    for (const int old : {-32768, -32767, -30721, -30720, -1, 0, 1, 30719, 30720, 32766, 32767})
                        check_update(dut, product, r, static_cast<std::int16_t>(old), tally);
                }
            }
        }
        tally.finish(4097 * 9 * 3 * 11);
    }
    SECTION("random operands") {
        Cases cases(12);
        for (int n = 0; n < 500000; ++n) {
            const std::uint32_t r = cases.bits() & 0x7FFFF;
            check_update(dut, std::int64_t{cases.word()} * cases.word(), r, cases.word(), tally);
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
