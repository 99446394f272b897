// The fixed-point method: its blocks alone, then small cores that learn with it, each record, memory word and random
// word against a transcription of docs/contract.md (core_bench.hpp).
#include <Vcore_k.h>
#include <Vcore_k12.h>
#include <Vcore_k8.h>
#include <Vk_update.h>
#include <Vpid.h>

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
        dut.settle();
        const int half = leak == 0 ? 0 : 1 << (leak - 1);
        const auto where = [&] {
            return "G1 " + std::to_string(g1) + ", last " + std::to_string(last) + ", S " + std::to_string(mean) +
                   ", leak " + std::to_string(leak);
        };
        tally.equal(signed16(dut->mean_o), mean + floor_divide(g1 - mean + half, 1 << leak), where);
        tally.equal(signed16(dut->change_o), std::clamp(g1 - last, -32768, 32767), where);
    };
    for (int leak = 0; leak < 16; ++leak)
        for (const int g1 : kWords)
            for (const int last : kWords)
                for (const int mean : kWords) check(g1, last, mean, leak);
    for (int leak = 0; leak < 16; ++leak)  // every rounding of a small distance
        for (int g1 = -300; g1 <= 300; ++g1) check(g1, 0, 7, leak);
    for (int n = 0; n < 400000; ++n) check(cases.word(), cases.word(), cases.word(), cases.between(0, 15));
    tally.finish(2 * (16 * 15 * 15 * 15 + 16 * 600 + 400000));
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
        net.weights.emplace_back();
        net.k.emplace_back();
        net.mean.emplace_back();
        net.last.emplace_back();
        for (int j = 0; j < net.sizes[static_cast<std::size_t>(l + 1)]; ++j) {
            std::vector<std::int64_t> row;
            for (int i = 0; i < net.sizes[static_cast<std::size_t>(l)]; ++i)
                row.push_back(kBuild.width.limited(wild ? cases.word() : cases.between(-6000, 6000) >> (13 - kBuild.width.fraction)));
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

TEMPLATE_TEST_CASE("core that adjusts K: every record, random word, memory word and product of samples of all kinds", "",
                   CoreK, CoreK12, CoreK8) {
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
    CHECK(corners.live_without_step > 200);
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
