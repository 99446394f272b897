// The random function and the rounding thresholds (contract, section 6).
#include <algorithm>
#include <array>
#include <set>
#include <vector>

#include "cases.hpp"
#include "contract.hpp"
#include "kernels.hpp"
#include "tally.hpp"

using namespace wuxing;
using namespace wuxing::test;

namespace {

constexpr std::uint32_t kThresholds = 1u << 19;

// A linear map of 32-bit words over GF(2): column k is the image of bit k.
using BitMatrix = std::array<std::uint32_t, 32>;

std::uint32_t apply(const BitMatrix& m, std::uint32_t v) {
    std::uint32_t image = 0;
    for (std::size_t k = 0; k < 32; ++k) {
        if (v >> k & 1u) image ^= m[k];
    }
    return image;
}

BitMatrix product(const BitMatrix& a, const BitMatrix& b) {
    BitMatrix c{};
    for (std::size_t k = 0; k < 32; ++k) c[k] = apply(a, b[k]);
    return c;
}

BitMatrix identity() {
    BitMatrix m{};
    for (std::size_t k = 0; k < 32; ++k) m[k] = 1u << k;
    return m;
}

BitMatrix power(BitMatrix m, std::uint32_t n) {
    BitMatrix result = identity();
    for (; n != 0; n >>= 1, m = product(m, m)) {
        if (n & 1u) result = product(m, result);
    }
    return result;
}

BitMatrix xorshift_matrix() {
    BitMatrix m{};
    for (std::size_t k = 0; k < 32; ++k) m[k] = xorshift32(1u << k);
    return m;
}

}  // namespace

TEST_CASE("xorshift32 gives the known sequences") {
    // Seed 1, and the seed of Marsaglia's paper, whose first number is printed there.
    Tally tally;
    const auto check = [&tally](std::uint32_t state, const std::vector<std::uint32_t>& known) {
        for (const std::uint32_t value : known) {
            state = xorshift32(state);
            tally.equal(state, value, [] { return "xorshift32"; });
        }
    };
    check(1, {270369, 67634689, 2647435461, 307599695, 2398689233});
    check(2463534242, {723471715, 2497366906, 2064144800});
    tally.finish(8);
}

TEST_CASE("xorshift32 is the reference's bit by bit and never 0") {
    Tally tally;
    Cases cases(2);
    for (int k = 0; k < 100000; ++k) {
        const std::uint32_t state = k < 32 ? 1u << k : k < 64 ? ~(1u << (k - 32)) : cases.bits() | 1u;
        const std::uint32_t next = xorshift32(state);
        tally.equal(next, reference::next_random(state), [state] { return std::to_string(state); });
        tally.holds(next != 0, [state] { return "0 after " + std::to_string(state); });
    }
    tally.finish(200000);
}

TEST_CASE("xorshift32 has the full period 2^32 - 1, by the order of its matrix") {
    const BitMatrix m = xorshift_matrix();
    Tally tally;
    Cases cases(3);
    for (int k = 0; k < 1000; ++k) {  // it is linear, so the matrix says everything about it
        const std::uint32_t v = cases.bits();
        tally.equal(xorshift32(v), apply(m, v), [v] { return std::to_string(v); });
    }
    tally.holds(power(m, 0xFFFFFFFFu) == identity(), [] { return "the period does not divide 2^32 - 1"; });
    for (const std::uint32_t prime : {3u, 5u, 17u, 257u, 65537u}) {  // 2^32 - 1 is their product
        tally.holds(power(m, 0xFFFFFFFFu / prime) != identity(),
                    [prime] { return "the period divides (2^32 - 1) / " + std::to_string(prime); });
    }
    tally.finish(1006);
}

TEST_CASE("rounding_threshold is the reference's") {
    Tally tally;
    Cases cases(4);
    for (int k = 0; k < 50000; ++k) {
        const std::uint32_t random = k % 7 == 0 ? 0xFFFFFFFFu - static_cast<std::uint32_t>(k) : cases.bits();
        const std::uint32_t neuron = k % 5 == 0 ? 65535u - static_cast<std::uint32_t>(k % 100) : cases.bits() % 65536;
        tally.equal(rounding_threshold(random, neuron), reference::threshold(random, neuron),
                    [random, neuron] { return "R " + std::to_string(random) + ", j " + std::to_string(neuron); });
    }
    tally.finish(50000);
}

TEST_CASE("every threshold comes exactly once over 2^19 random words, for any neuron") {
    Tally tally;
    for (const std::uint32_t neuron : {0u, 1u, 2u, 15u, 16u, 79u, 1023u, 65535u}) {
        std::vector<std::uint8_t> seen(kThresholds);
        for (std::uint32_t random = 0; random < kThresholds; ++random) {
            const std::uint32_t high = (random * 2654435761u) & ~(kThresholds - 1);  // bits above must not matter
            ++seen[rounding_threshold(high | random, neuron)];
        }
        for (const std::uint8_t count : seen) tally.equal(count, 1, [neuron] { return std::to_string(neuron); });
    }
    tally.finish(8 * kThresholds);
}

TEST_CASE("every threshold comes exactly once over 2^19 neurons, and few neurons are evenly spread") {
    Tally tally;
    for (const std::uint32_t random : {1u, 0x12345678u, 0xFFFFFFFFu}) {
        std::vector<std::uint8_t> seen(kThresholds);
        for (std::uint32_t neuron = 0; neuron < kThresholds; ++neuron) ++seen[rounding_threshold(random, neuron)];
        for (const std::uint8_t count : seen) tally.equal(count, 1, [random] { return std::to_string(random); });

        for (const std::uint32_t neurons : {10u, 16u, 64u, 80u, 128u, 512u}) {
            std::vector<std::uint32_t> sorted;
            for (std::uint32_t j = 0; j < neurons; ++j) sorted.push_back(rounding_threshold(random, j));
            std::sort(sorted.begin(), sorted.end());
            std::set<std::uint32_t> gaps{sorted.front() + kThresholds - sorted.back()};
            for (std::size_t k = 1; k < sorted.size(); ++k) gaps.insert(sorted[k] - sorted[k - 1]);
            // Multiples of one number leave gaps of three lengths at most; of the golden ratio, of similar length.
            tally.holds(gaps.size() <= 3, [neurons] { return "gap lengths of " + std::to_string(neurons); });
            tally.holds(*gaps.rbegin() <= 2.62 * kThresholds / neurons && *gaps.begin() > 0,
                        [neurons] { return "greatest gap of " + std::to_string(neurons); });
        }
    }
    tally.finish(3 * (kThresholds + 12));
}

TEST_CASE("over all thresholds the update adds up to exactly x g: rounding has no bias at all") {
    // The state before each wanted random word: the inverse of a map of period 2^32 - 1 is its 2^32 - 2nd power.
    const BitMatrix inverse = power(xorshift_matrix(), 0xFFFFFFFEu);
    const std::array<std::int16_t, 16> g{1,   -1,    3,     -3,     100,   -100, 32767, -32768,
                                         255, -4095, 12345, -12345, 16384, 2,    -2,    0};
    Tally tally;
    for (const std::int16_t x : {std::int16_t{1}, std::int16_t{-4096}, std::int16_t{4080}, std::int16_t{777}}) {
        std::array<std::int64_t, 16> sum{};
        for (std::uint32_t r = 0; r < kThresholds; ++r) {
            const std::uint32_t random = r != 0 ? r : kThresholds;
            std::array<std::int16_t, 16> weights{};
            const kernels::InputEvent event{0, x};
            const std::uint32_t after =
                kernels::update(weights.data(), 16, &event, 1, 0, g.data(), apply(inverse, random));
            tally.equal(after, random, [r] { return "random word " + std::to_string(r); });
            for (std::size_t j = 0; j < 16; ++j) sum[j] += weights[j];
        }
        for (std::size_t j = 0; j < 16; ++j) {
            tally.equal(sum[j], std::int64_t{x} * g[j],
                        [x, j] { return "x " + std::to_string(x) + ", neuron " + std::to_string(j); });
        }
    }
    tally.finish(4 * (kThresholds + 16));
}
