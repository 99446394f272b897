// Every arithmetic primitive of fixed.hpp against the reference.
#include <vector>

#include "cases.hpp"
#include "fixed.hpp"
#include "tally.hpp"

using namespace wuxing;
using namespace wuxing::test;

namespace {

// Values on both sides of every power of two up to 2^top, of both signs.
std::vector<std::int64_t> edges(int top) {
    std::vector<std::int64_t> values{0};
    for (int n = 0; n <= top; ++n) {
        for (std::int64_t d = -2; d <= 2; ++d) {
            values.push_back((std::int64_t{1} << n) + d);
            values.push_back(-(std::int64_t{1} << n) + d);
        }
    }
    return values;
}

}  // namespace

TEST_CASE("sat16 is the reference's at every edge and over three times the 16-bit range") {
    Tally tally;
    const auto check = [&tally](std::int64_t v) {
        tally.equal(sat16(v), reference::sat16(v), [v] { return "sat16 of " + std::to_string(v); });
    };
    for (const std::int64_t v : edges(38)) check(v);
    for (std::int64_t v = -3 * 32768; v <= 3 * 32768; ++v) check(v);
    tally.finish(196000);
}

TEST_CASE("round_away rounds half away from zero, for every shift up to 32, and -v to what v is rounded to") {
    Tally tally;
    const auto check = [&tally](std::int64_t v, int n) {
        const auto name = [v, n] { return "rnda(" + std::to_string(v) + ", " + std::to_string(n) + ")"; };
        tally.equal(round_away(v, n), reference::rnda(v, n), name);
        tally.equal(round_away(-v, n), -round_away(v, n), name);
    };
    for (int n = 1; n <= 32; ++n) {
        for (const std::int64_t v : edges(46)) check(v, n);
    }
    for (std::int64_t v = -65536; v <= 65535; ++v) check(v, 1);     // h d, exhaustive
    for (std::int64_t v = -65536; v <= 65535; v += 3) check(v, 2);  // h/2 (d + d)
    tally.finish(340000);
}

TEST_CASE("round_shift rounds half up for every shift in use and every other up to 32") {
    Tally tally;
    const auto check = [&tally](std::int64_t v, int n) {
        tally.equal(round_shift(v, n), reference::rnd(v, n),
                    [v, n] { return "rnd(" + std::to_string(v) + ", " + std::to_string(n) + ")"; });
    };
    Cases cases(1);
    for (int n = 1; n <= 32; ++n) {
        for (const std::int64_t v : edges(46)) check(v, n);
        // Exactly half, and a unit to either side, around many quotients.
        const std::int64_t half = std::int64_t{1} << (n - 1);
        for (int k = 0; k < 200; ++k) {
            const std::int64_t quotient = cases.between(-40000, 40000);
            for (std::int64_t d = -1; d <= 1; ++d) check(quotient * 2 * half + half + d, n);
        }
    }
    for (const int n : {1, 2, 8, 9, 12, 13}) {  // the shifts in use; 9 is 13 for a pixel that is not yet x 16
        for (int k = 0; k < 20000; ++k) {
            const std::int64_t any = static_cast<std::int64_t>(cases.bits()) << 16 | (cases.bits() & 0xFFFF);
            check((any - (std::int64_t{1} << 47)) >> cases.between(0, 40), n);
        }
    }
    for (std::int64_t v = -65536; v <= 65535; ++v) check(v, 1);     // h d, exhaustive
    for (std::int64_t v = -65536; v <= 65535; v += 3) check(v, 2);  // h/2 (d + d)
    tally.finish(300000);
}

TEST_CASE("shift_down is the floor of the quotient") {
    Tally tally;
    for (int n = 0; n <= 40; ++n) {
        for (const std::int64_t v : edges(44)) {
            const std::int64_t divisor = std::int64_t{1} << n;
            std::int64_t floor = v / divisor;
            if (floor * divisor > v) --floor;
            tally.equal(shift_down(v, n), floor, [v, n] { return std::to_string(v) + " >> " + std::to_string(n); });
        }
    }
    tally.finish(18000);
}

TEST_CASE("clamp_element limits to 0..16383") {
    Tally tally;
    const auto check = [&tally](std::int64_t v) {
        tally.equal(clamp_element(v), reference::clamp_e(v), [v] { return "clamp of " + std::to_string(v); });
    };
    for (const std::int64_t v : edges(38)) check(v);
    for (std::int64_t v = -65536; v <= 65535; ++v) check(v);  // an element plus half a derivative lies within
    tally.finish(131000);
}
