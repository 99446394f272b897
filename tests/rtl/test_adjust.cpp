// The fixed-point method: its blocks alone, then small cores that learn with it, each record, memory word and random
// word against a transcription of docs/contract.md (core_bench.hpp).
#include <Vcore_k.h>
#include <Vcore_k12.h>
#include <Vcore_k8.h>
#include <Vcore_r.h>
#include <Vk_update.h>
#include <Vpid.h>
#include <Vrecompute.h>

#include <algorithm>

#include "core_bench.hpp"

namespace wuxing::test {

namespace {

constexpr std::array<int, 15> kWords{-32768, -32767, -16385, -16384, -16383, -4096, -1,   0,
                                     1,      2,      4095,   16383,  16384,  32766, 32767};

int floor_divide(int v, int d) {
    return v >= 0 ? v / d : -((-v + d - 1) / d);
}

}  // namespace

TEST_CASE("controller: running mean and change of G1, every leak") {
    Tally tally;
    Device<Vpid> dut;
    Cases cases(300);
    const auto check = [&](int g1, int last, int mean, int leak) {
        set(dut->g1_i, g1);
        set(dut->last_i, last);
        set(dut->mean_i, mean);
        set(dut->leak_i, leak, 4);
        dut.tick();
        // To the nearest, of two as near the one further from 0.
        const int way = g1 - mean, unit = 1 << leak, size = (std::abs(way) + unit / 2) / unit;
        const auto where = [&] {
            return "G1 " + std::to_string(g1) + ", last " + std::to_string(last) + ", S " + std::to_string(mean) +
                   ", leak " + std::to_string(leak);
        };
        tally.equal(signed16(dut->mean_o), mean + (way < 0 ? -size : size), where);
        tally.equal(signed16(dut->change_o), std::clamp(g1 - last, -32768, 32767), where);
    };
    for (int leak = 0; leak < 16; ++leak)
        for (const int g1 : kWords)
            for (const int last : kWords)
                for (const int mean : kWords) check(g1, last, mean, leak);
    for (int leak = 0; leak < 16; ++leak)  // every rounding of a small distance
        for (int g1 = -300; g1 <= 300; ++g1) check(g1, 0, 7, leak);
    for (int leak = 1; leak < 16; ++leak)  // distances of exactly half a unit, an odd number of times, and beside it
        for (int n = 0; n < 400; ++n)
            for (int off = -1; off <= 1; ++off) {
                const int half = 1 << (leak - 1), distance = (2 * cases.between(-(1 << (15 - leak)), (1 << (15 - leak)) - 1) + 1) * half + off;
                const int mean = cases.between(std::max(-32768, -32768 - distance), std::min(32767, 32767 - distance));
                check(mean + distance, cases.word(), mean, leak);
            }
    for (int n = 0; n < 400000; ++n) check(cases.word(), cases.word(), cases.word(), cases.between(0, 15));
    tally.finish(2 * (16 * 15 * 15 * 15 + 16 * 600 + 15 * 400 * 3 + 400000));
}

TEST_CASE("update of K: kept in the range of its set, every 16-bit sum") {
    Tally tally;
    Device<Vk_update> dut;
    constexpr std::array<int, 3> kLow{2048, 256, 256}, kHigh{8192, 4096, 8192};
    for (int k_set = 0; k_set < 3; ++k_set) {
        for (int v = -32768; v < 32768; ++v) {
            set(dut->sum_i, v);
            set(dut->set_i, k_set, 2);
            dut.settle();
            const auto n = static_cast<std::size_t>(k_set);
            tally.equal(signed16(dut->new_o), std::clamp(v, kLow[n], kHigh[n]),
                        [&] { return "K" + std::to_string(k_set + 1) + " of " + std::to_string(v); });
        }
    }
    tally.finish(3 * 65536);
}

namespace {

/// Equation (11), as it stands in the contract.
int recomputed(std::uint32_t key, int scale, int i, int j) {
    const auto rol = [](std::uint32_t v, int n) { return (v << n | v >> (16 - n)) & 0xFFFF; };
    std::uint32_t a = static_cast<std::uint32_t>(i) ^ (key & 0xFFFF), c = static_cast<std::uint32_t>(j) ^ key >> 16;
    for (std::uint32_t n = 0; n <= 9; ++n) {
        const std::uint32_t next = c ^ (rol(a, 1) & rol(a, 8)) ^ rol(a, 2) ^ n;
        c = a;
        a = next;
    }
    return floor_divide(a >= 0x8000 ? static_cast<int>(a) - 0x10000 : static_cast<int>(a), 1 << scale);
}

}  // namespace

TEST_CASE("recomputed connections: every scale, edges of index, neuron and key, one cycle after the address") {
    Tally tally;
    Device<Vrecompute> dut(7);
    Cases cases(305);
    std::array<int, 16> seen_low{}, seen_high{};
    int expected = 0;
    bool first = true;
    for (int n = 0; n < 400000; ++n) {
        static constexpr std::array<int, 8> kEdges{0, 1, 127, 128, 255, 2047, 2048, 4095};
        const auto edge = [&] { return kEdges[cases.bits() % kEdges.size()]; };
        const int i = cases.one_in(4) ? edge() : cases.between(0, 4095);
        const int j = cases.one_in(4) ? (cases.one_in(8) ? 65535 : edge()) : cases.between(0, 65535);
        const std::uint32_t key = cases.one_in(16) ? 0u : cases.one_in(16) ? 0xFFFFFFFFu : cases.bits();
        const int scale = cases.between(0, 15);
        set(dut->index_i, i);
        set(dut->neuron_i, j);
        // Key and scale belong to the layer: they do not change between an address and its connection.
        if (first || n % 8 == 0) {
            dut->key_i = key;
            set(dut->scale_i, scale, 4);
        }
        first = false;
        expected = recomputed(dut->key_i, dut->scale_i, i, j);
        const auto s = static_cast<std::size_t>(dut->scale_i);
        dut.tick();
        // The next address may be there already.
        set(dut->index_i, cases.between(0, 4095));
        set(dut->neuron_i, cases.between(0, 65535));
        dut.settle();
        tally.equal(signed16(dut->weight_o), expected, [&] {
            return "i " + std::to_string(i) + ", j " + std::to_string(j) + ", key " + std::to_string(dut->key_i);
        });
        seen_low[s] += expected < -(1 << (14 - std::min<int>(14, dut->scale_i)));
        seen_high[s] += expected >= 1 << (14 - std::min<int>(14, dut->scale_i));
    }
    for (std::size_t s = 0; s < 14; ++s) {
        CHECK(seen_low[s] > 1000);
        CHECK(seen_high[s] > 1000);
    }
    tally.finish(400000);
}

namespace {

struct CoreR {
    using Model = Vcore_r;
    static constexpr CoreBuild kBuild{2, 14, 3, 2, 5, true, true};
};

struct CoreK {  // three tiles, so that layers end in the middle of a row
    using Model = Vcore_k;
    static constexpr CoreBuild kBuild{3, 11, 3, 128, 5, true, false};
};
struct CoreK12 {
    using Model = Vcore_k12;
    static constexpr CoreBuild kBuild{4, 10, 3, 128, 5, true, false, kWidth12};
};
struct CoreK8 {
    using Model = Vcore_k8;
    static constexpr CoreBuild kBuild{3, 11, 3, 128, 5, true, false, kWidth8};
};

template <class Bench>
void fill(Bench& bench, Cases& cases, bool wild) {
    constexpr CoreBuild kBuild = Bench::kBuild;
    CoreNetwork& net = bench.net;
    net = {};
    const int layers = cases.between(1, kBuild.layers);
    for (int l = 0; l <= layers; ++l) net.sizes.push_back(l == 0 ? cases.between(2, 12) : cases.between(1, 8));
    net.rows = cases.between(1, 4);
    net.columns = std::max(1, net.sizes[0] / net.rows);
    net.sizes[0] = net.rows * net.columns;
    for (int l = 0; l < layers; ++l) {
        const std::uint32_t key = cases.one_in(8) ? 0 : cases.bits();
        const int scale = cases.between(0, wild ? 15 : 3);
        net.keys.push_back(key);
        net.scales.push_back(scale);
        net.weights.emplace_back();
        net.k.emplace_back();
        net.mean.emplace_back();
        net.last.emplace_back();
        for (int j = 0; j < net.sizes[static_cast<std::size_t>(l + 1)]; ++j) {
            std::vector<std::int64_t> row;
            for (int i = 0; i < net.sizes[static_cast<std::size_t>(l)]; ++i) {
                const int w = wild ? cases.word() : cases.between(-6000, 6000) >> (13 - kBuild.width.fraction);
                row.push_back(kBuild.recompute ? recomputed(key, scale, i, j) : kBuild.width.limited(w));
            }
            net.weights.back().push_back(row);
            std::array<std::int64_t, 15> k{}, mean{}, last{};
            for (int w = 0; w < 15; ++w) {
                const auto n = static_cast<std::size_t>(w);
                k[n] = wild ? cases.parameter(w) : nominal_parameters()[n];
                mean[n] = wild ? cases.word() : 0;
                last[n] = wild ? cases.word() : 0;
            }
            net.k.back().push_back(k);
            net.mean.back().push_back(mean);
            net.last.back().push_back(last);
        }
    }
}

template <class Bench>
void choose_method(Bench& bench, Cases& cases, bool wild) {
    CoreNetwork& net = bench.net;
    const auto gain = [&] {
        return cases.one_in(4) ? 0 : cases.one_in(3) ? 16383 : cases.between(0, wild ? 16383 : 700);
    };
    net.steps = cases.one_in(4) ? cases.between(1, 15) : 8;
    net.eta = Bench::kBuild.recompute || cases.one_in(2) ? 0 : cases.between(1, 32767);
    net.target_on = wild && cases.one_in(2) ? cases.one_in(2) ? 32767 : cases.word() : 4096;
    net.target_off = wild && cases.one_in(2) ? cases.one_in(2) ? -32768 : cases.word() : -819;
    net.gain_p = gain();
    net.gain_i = gain();
    net.gain_d = gain();
    net.leak = cases.one_in(3) ? 15 * cases.between(0, 1) : cases.between(0, 15);
    net.sets = cases.one_in(3) ? 7 : cases.between(0, 7);
    net.nearest = cases.one_in(3);
    net.shift = cases.one_in(2) ? 0 : cases.one_in(2) ? 1 : cases.between(1, 7);
    if (cases.one_in(4)) net.random = cases.bits() | 1;
}

template <class Bench>
void learn(Bench& bench, Cases& cases, bool wild, CoreCorners& corners) {
    const CoreNetwork& net = bench.net;
    std::vector<CorePixel> pixels;
    for (int i = 0; i < net.sizes.front(); ++i)
        if (!cases.one_in(3))
            pixels.push_back({i, cases.one_in(8) ? 0 : wild ? cases.between(0, 255) : cases.between(0, 90)});
    bench.sample(pixels, cases.between(0, net.sizes.back() - 1), !cases.one_in(8), corners);
}

}  // namespace

TEMPLATE_TEST_CASE("core that adjusts K: every record, random word, memory word and product of samples of all kinds",
                   "", CoreK, CoreK12, CoreK8, CoreR) {
    Tally tally;
    CoreCorners corners;
    Cases cases(310);
    for (int round = 0; round < 60; ++round) {
        CoreBench<typename TestType::Model, TestType> bench(round + 1, tally);
        const bool wild = round % 4 != 0;
        fill(bench, cases, wild);
        bench.load();
        for (int setting = 0; setting < 4; ++setting) {
            choose_method(bench, cases, wild);
            bench.configure();
            for (int n = 0; n < 5; ++n) learn(bench, cases, wild, corners);
            bench.check_memories();
        }
    }
    CHECK(corners.live > 2000);
    CHECK(corners.dead > 2000);
    if (!TestType::kBuild.recompute) CHECK(corners.live_without_step > 200);
    CHECK(corners.k_low > 1000);
    CHECK(corners.k_high > 1000);
    CHECK(corners.k_moved > 5000);
    CHECK(corners.signal_saturated > 100);
    CHECK(corners.negated_edge > 10);
    CHECK(corners.change_saturated > 100);
    CHECK(corners.two_on_one_word > 100);
    CHECK(corners.idle_layers > 50);
    tally.finish(200000);
}

}  // namespace wuxing::test
