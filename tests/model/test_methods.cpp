// Both methods, every width and rounding, recomputed connections and moved samples: traces against the reference.
#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>
#include <vector>

#include "cases.hpp"
#include "pair.hpp"
#include "samples.hpp"
#include "tally.hpp"

using namespace wuxing;
using namespace wuxing::test;

namespace {

constexpr std::array<int, 3> kWidths{16, 12, 8};

const std::vector<std::vector<int>>& shapes() {
    static const std::vector<std::vector<int>> all{{1, 1}, {7, 3}, {33, 17}, {20, 15, 10}, {12, 18, 16, 5}, {64, 16, 1, 31, 2}};
    return all;
}

enum class Weights { initial, any, limits };

/// K and its controllers anywhere within their ranges, half of them at a limit.
void scatter_parameters(Network& network, Cases& cases) {
    for (int l = 0; l < network.layers(); ++l) {
        for (int j = 0; j < network.outputs(l); ++j) {
            for (int k = 0; k < kParameters; ++k) {
                network.set_parameter(l, j, k, cases.parameter(k));
                network.set_controller(l, j, k, cases.word(), cases.word());
            }
        }
    }
}

Network make_network(NetworkConfig config, Weights weights, Cases& cases) {
    Network network(config);
    network.initialise(cases.bits(), 1.0 + cases.between(0, 20) / 10.0, 1.0 + cases.between(0, 20) / 10.0);
    for (int l = 0; l < network.layers(); ++l) {
        if (config.recomputed) {
            if (weights != Weights::initial) network.set_connection(l, cases.bits(), cases.between(0, 15));
            continue;
        }
        for (int i = 0; i < network.inputs(l) && weights != Weights::initial; ++i) {
            for (int j = 0; j < network.outputs(l); ++j) {
                const int limit = cases.one_in(2) ? -32768 : 32767;
                const int value = weights == Weights::limits ? limit : cases.word();
                network.set_weight(l, i, j, static_cast<std::int16_t>(value >> (16 - config.weight_bits)));
            }
        }
    }
    return network;
}

std::string name_of(const NetworkConfig& config) {
    std::string name = "W " + std::to_string(config.weight_bits) + (config.recomputed ? ", recomputed, " : ", ") +
                       (config.rounding == Rounding::nearest ? "nearest, N " : "stochastic, N ") +
                       std::to_string(config.steps);
    for (const int s : config.sizes) name += "-" + std::to_string(s);
    return name;
}

/// The configurations of a shape: each width and rounding, and recomputed connections.
std::vector<NetworkConfig> variants(const std::vector<int>& sizes, int steps) {
    std::vector<NetworkConfig> all;
    for (const Rounding rounding : {Rounding::stochastic, Rounding::nearest}) {
        for (const int bits : kWidths) {
            NetworkConfig config;
            config.sizes = sizes;
            config.steps = steps;
            config.weight_bits = bits;
            config.rounding = rounding;
            all.push_back(config);
        }
        all.push_back(all.front());
        all.back().rounding = rounding;
        all.back().recomputed = true;
    }
    return all;
}

struct Counts {
    std::uint64_t backward = 0, weight_writes = 0, parameter_writes = 0, moved_k = 0, limited = 0;
    void add(const EventTrace& trace) {
        for (const EventRecord& r : trace) {
            backward += r.kind == EventKind::backward;
            weight_writes += r.kind == EventKind::weight_write;
            if (r.kind != EventKind::parameter_write) continue;
            ++parameter_writes;
            moved_k += r.values[0] != r.values[1];
            const ParameterRange& range = kParameterRanges[static_cast<std::size_t>(r.input / kElements)];
            limited += r.values[1] == range.low || r.values[1] == range.high;
        }
    }
};

}  // namespace

TEST_CASE("traces agree: gains and leak anywhere, K and controllers at their limits, with and without eta") {
    Tally tally;
    Cases cases(60);
    Counts counts;
    for (int round = 0; round < 4; ++round) {
        for (const std::vector<int>& sizes : shapes()) {
            const int steps = std::array<int, 4>{8, 1, 15, 4}[static_cast<std::size_t>(round)];
            for (const NetworkConfig& config : variants(sizes, steps)) {
                Network network = make_network(config, round == 3 ? Weights::limits : Weights::any, cases);
                scatter_parameters(network, cases);
                Pair pair(network, name_of(config), tally);
                for (int n = 0; n < 4; ++n) {
                    Learning learning;
                    learning.k = cases.gains();
                    if (!config.recomputed) learning.eta = std::array<int, 4>{0, 655, 32767, 1}[static_cast<std::size_t>(n)];
                    const auto label = static_cast<std::uint16_t>(cases.between(0, sizes.back() - 1));
                    counts.add(pair.train(cases.image(sizes.front(), n == 3 ? 256 : 60), label, learning));
                }
                pair.infer(cases.image(sizes.front(), 100));
                pair.compare_parameters();
            }
        }
    }
    tally.finish(300000);
    CHECK(counts.backward >= 6000);
    CHECK(counts.weight_writes >= 20000);
    CHECK(counts.parameter_writes >= 50000);
    CHECK(counts.moved_k >= 30000);
    CHECK(counts.limited >= 15000);
}

TEST_CASE("traces agree over a training run: P only, PID with leak 0, 4 and 15, both methods") {
    Tally tally;
    Cases cases(61);
    Counts counts;
    const std::vector<Learning> ways{{0, {2000, 0, 0, 4, 7}},       {0, {2000, 500, 3000, 0, 7}},
                                     {0, {2000, 500, 3000, 4, 7}},  {0, {16383, 16383, 16383, 15, 7}},
                                     {655, {2000, 500, 0, 4, 7}},   {655, {0, 0, 0, 4, 0}},
                                     {0, {2000, 0, 0, 4, 1}},       {655, {2000, 500, 3000, 4, 6}}};
    for (const NetworkConfig& config : variants({30, 20, 6}, 8)) {
        for (const Learning& way : ways) {
            if (config.recomputed && way.eta != 0) continue;
            Pair pair(make_network(config, Weights::initial, cases), name_of(config), tally);
            for (int n = 0; n < 12; ++n) {
                counts.add(pair.train(cases.image(30, 90), static_cast<std::uint16_t>(n % 6), way));
            }
            pair.compare_parameters();
        }
    }
    tally.finish(150000);
    CHECK(counts.parameter_writes >= 100000);
    CHECK(counts.moved_k >= 40000);
}

TEST_CASE("the order of a live neuron: its backward record, then its 15 parameter writes, k = 0, 5, 10, 1, 6, ...") {
    Tally tally;
    Cases cases(62);
    NetworkConfig config;
    config.sizes = {20, 18, 5};
    Network network(config);
    network.initialise(3);
    Learning learning;
    learning.eta = 500;
    learning.k = {3000, 100, 100, 4, 7};
    EventTrace trace;
    network.train(cases.image(20, 128), 2, learning, &trace);
    for (std::size_t n = 0; n < trace.size(); ++n) {
        if (trace[n].kind != EventKind::backward) continue;
        REQUIRE(n + 15 < trace.size());
        for (std::size_t m = 0; m < 15; ++m) {
            const EventRecord& r = trace[n + 1 + m];
            tally.holds(r.kind == EventKind::parameter_write && r.layer == trace[n].layer && r.neuron == trace[n].neuron &&
                            r.input == 5 * (m % 3) + m / 3,
                        [&] { return text_of(r); });
        }
        tally.holds(trace[n + 16].kind != EventKind::parameter_write, [] { return "a sixteenth"; });
    }
    tally.finish(16 * 15);
}

TEST_CASE("K learns nothing and no random word is drawn where nothing is asked for or nothing is live") {
    Cases cases(63);
    NetworkConfig config;
    config.sizes = {20, 9, 4};
    Network network(config);
    network.initialise(4);
    const Network kept = network;
    Learning learning;
    learning.k = {16383, 16383, 16383, 0, 0};  // no set
    network.train(cases.image(20, 128), 2, learning);
    CHECK(network.same_parameters(kept));
    config.target_on = -32768;
    config.target_off = 32767;  // every output is past its target
    Network solved(config);
    solved.initialise(4);
    const std::uint32_t random = solved.random_state();
    learning.k.sets = 7;
    learning.eta = 32767;
    solved.train(cases.image(20, 128), 2, learning);
    CHECK(solved.random_state() == random);
    CHECK(solved.activity().parameter_writes == 0);
    // Gains of 0 change no K, but S and the last G1 follow, and 15 words a layer are drawn.
    Network still = kept;
    learning = {0, {0, 0, 0, 0, 7}};
    EventTrace trace;
    still.train(cases.image(20, 128), 2, learning, &trace);
    std::uint32_t after = kept.random_state();
    for (int n = 0; n < 30; ++n) after = xorshift32(after);
    CHECK(still.random_state() == after);
    int followed = 0;
    for (const EventRecord& r : trace) {
        if (r.kind != EventKind::parameter_write) continue;
        CHECK(r.values[0] == r.values[1]);
        CHECK(still.integral(r.layer, r.neuron, r.input) == r.values[2]);  // leak 0: the mean is the last value
        CHECK(still.last_g1(r.layer, r.neuron, r.input) == r.values[2]);
        followed += r.values[2] != 0;
    }
    CHECK(followed >= 50);
    CHECK(still.activity().parameter_writes == count_of(trace, EventKind::parameter_write));
}

TEST_CASE("activity of K: writes, and those that end at a limit") {
    Cases cases(64);
    NetworkConfig config;
    config.sizes = {30, 20, 6};
    Network network(config);
    network.initialise(5);
    Learning learning;
    learning.k = {16383, 0, 0, 0, 5};
    Counts counts;
    for (int n = 0; n < 600; ++n) {
        EventTrace trace;
        network.train(cases.image(30, 90), static_cast<std::uint16_t>(n % 6), learning, &trace);
        counts.add(trace);
    }
    CHECK(network.activity().parameter_writes == counts.parameter_writes);
    CHECK(network.activity().parameters_limited == counts.limited);
    CHECK(counts.limited >= 100);
}

TEST_CASE("the shorthand for eta is a Learning with eta alone") {
    Cases cases(65);
    NetworkConfig config;
    config.sizes = {20, 9, 4};
    Network a(config);
    a.initialise(6);
    Network b = a;
    for (int n = 0; n < 20; ++n) {
        const PixelEvents image = cases.image(20, 100);
        Learning learning;
        learning.eta = 900;
        a.train(image, static_cast<std::uint16_t>(n % 4), 900);
        b.train(image, static_cast<std::uint16_t>(n % 4), learning);
    }
    CHECK(a.same_parameters(b));
}

TEST_CASE("learning values out of range are refused, and so is eta with recomputed connections") {
    NetworkConfig config;
    config.sizes = {4, 3};
    Network network(config);
    network.initialise(7);
    const Network kept = network;
    const auto refused = [&](const Learning& learning) {
        CHECK_THROWS_AS(network.train({{1, 200}}, 0, learning), std::invalid_argument);
    };
    for (const int bad : {-1, 16384}) {
        refused({0, {bad, 0, 0, 4, 7}});
        refused({0, {0, bad, 0, 4, 7}});
        refused({0, {0, 0, bad, 4, 7}});
    }
    refused({-1, {}});
    refused({32768, {}});
    refused({0, {0, 0, 0, -1, 7}});
    refused({0, {0, 0, 0, 16, 7}});
    refused({0, {0, 0, 0, 0, 8}});
    CHECK(network.same_parameters(kept));
    config.recomputed = true;
    Network frozen(config);
    CHECK_THROWS_AS(frozen.train({{1, 200}}, 0, 1), std::invalid_argument);
    CHECK_NOTHROW(frozen.train({{1, 200}}, 0, {0, {100, 0, 0, 4, 7}}));
}

TEST_CASE("configurations, weights and keys that cannot be are refused") {
    const auto config_of = [](int bits, bool recomputed) {
        NetworkConfig config;
        config.sizes = {4, 3};
        config.weight_bits = bits;
        config.recomputed = recomputed;
        return config;
    };
    for (const int bits : {0, 4, 7, 9, 13, 15, 17, 32}) CHECK_THROWS_AS(Network(config_of(bits, false)), std::invalid_argument);
    for (const int bits : {8, 12}) CHECK_THROWS_AS(Network(config_of(bits, true)), std::invalid_argument);
    for (const int bits : kWidths) {
        Network network(config_of(bits, false));
        const int limit = 1 << (bits - 1);
        network.set_weight(0, 3, 2, static_cast<std::int16_t>(-limit));
        network.set_weight(0, 3, 1, static_cast<std::int16_t>(limit - 1));
        CHECK(network.weight(0, 3, 2) == -limit);
        CHECK(network.weight(0, 3, 1) == limit - 1);
        if (bits < 16) {
            CHECK_THROWS_AS(network.set_weight(0, 3, 2, static_cast<std::int16_t>(limit)), std::invalid_argument);
            CHECK_THROWS_AS(network.set_weight(0, 3, 2, static_cast<std::int16_t>(-limit - 1)), std::invalid_argument);
        }
        CHECK_THROWS_AS(network.connection_key(0), std::logic_error);
        CHECK_THROWS_AS(network.connection_scale(0), std::logic_error);
        CHECK_THROWS_AS(network.set_connection(0, 1, 1), std::logic_error);
        for (const double scale : {-1.0, std::nan(""), HUGE_VAL})
            CHECK_THROWS_AS(network.initialise(1, scale, 1), std::invalid_argument);
    }
    Network recomputed(config_of(16, true));
    CHECK_THROWS_AS(recomputed.set_weight(0, 0, 0, 0), std::logic_error);
    CHECK_THROWS_AS(recomputed.set_connection(0, 1, -1), std::invalid_argument);
    CHECK_THROWS_AS(recomputed.set_connection(0, 1, 16), std::invalid_argument);
    CHECK_THROWS_AS(recomputed.set_connection(1, 1, 1), std::out_of_range);
    CHECK_THROWS_AS(recomputed.integral(0, 0, 15), std::invalid_argument);
    CHECK_THROWS_AS(recomputed.set_controller(0, 3, 0, 0, 0), std::out_of_range);
}

TEST_CASE("same_parameters sees widths, rounding, controllers, keys and shifts, and not the frame") {
    NetworkConfig config;
    config.sizes = {4, 3};
    Tally tally;
    const Network network(config);
    for (int k = 0; k < kParameters; ++k) {
        for (const bool integral : {true, false}) {
            Network other = network;
            other.set_controller(0, 2, k, integral ? 1 : 0, integral ? 0 : 1);
            tally.holds(!network.same_parameters(other), [] { return "controller"; });
            tally.equal(other.integral(0, 2, k), integral ? 1 : 0, [] { return "S"; });
            tally.equal(other.last_g1(0, 2, k), integral ? 0 : 1, [] { return "last G1"; });
        }
    }
    for (int which = 0; which < 2; ++which) {
        NetworkConfig changed = config;
        if (which == 0) changed.weight_bits = 12;
        if (which == 1) changed.rounding = Rounding::nearest;
        tally.holds(!network.same_parameters(Network(changed)), [] { return "configuration"; });
    }
    config.recomputed = true;
    Network a(config), b(config);
    tally.holds(a.same_parameters(b), [] { return "the same"; });
    b.set_connection(0, 0, 1);
    tally.holds(!a.same_parameters(b), [] { return "shift"; });
    b.set_connection(0, 0x10000, 0);
    tally.holds(!a.same_parameters(b), [] { return "key"; });
    Network framed = network;
    framed.set_frame({2, 2, 1});
    tally.holds(framed.same_parameters(network), [] { return "frame"; });
    tally.finish(30 * 3 + 6);
}

TEST_CASE("initial connections of each width are those of the contract, and scales scale them") {
    Tally tally;
    for (const int bits : kWidths) {
        for (const auto& [scale0, scale] : {std::pair{1.0, 1.0}, {0.5, 3.0}, {100.0, 0.0}, {2.37, 1e9}}) {
            NetworkConfig config;
            config.sizes = {50, 20, 7};
            config.weight_bits = bits;
            Network network(config);
            network.initialise(99, scale0, scale);
            std::mt19937 generator(99);
            for (int l = 0; l < 2; ++l) {
                const double n = l == 0 ? 100.0 : 20.0;
                const double b = std::floor(8192 * (l == 0 ? scale0 : scale) * 0.5 * std::sqrt(3 / n) + 0.5);
                const auto bound = static_cast<std::int64_t>(std::min(b, 32767.0));
                for (int i = 0; i < network.inputs(l); ++i) {
                    for (int j = 0; j < network.outputs(l); ++j) {
                        const std::uint64_t draw = (static_cast<std::uint64_t>(2 * bound + 1) * generator()) >> 32;
                        const std::int64_t c = static_cast<std::int64_t>(draw) - bound;
                        const double w = bits == 16 ? static_cast<double>(c)
                                                    : std::floor(static_cast<double>(c) / (bits == 12 ? 4 : 32) + 0.5);
                        const double limit = std::ldexp(1.0, bits - 1);
                        tally.equal(network.weight(l, i, j), std::max(-limit, std::min(limit - 1, w)), [&] {
                            return "W " + std::to_string(bits) + ", layer " + std::to_string(l);
                        });
                    }
                }
            }
            std::mt19937 first(99 + 0x5EED);
            tally.equal(network.random_state(), first(), [] { return "R"; });
        }
    }
    tally.finish(3 * 4 * (50 * 20 + 20 * 7 + 1));
}

TEST_CASE("narrow weights stop at the ends of their bits") {
    for (const int bits : kWidths) {
        NetworkConfig config;
        config.sizes = {2, 2};
        config.weight_bits = bits;
        Network network(config);
        const int high = (1 << (bits - 1)) - 1, low = -high - 1;
        network.set_weight(0, 0, 0, static_cast<std::int16_t>(high - 1));  // the label's drive is to grow, the other's to shrink
        network.set_weight(0, 1, 0, static_cast<std::int16_t>(-high));
        network.set_weight(0, 0, 1, static_cast<std::int16_t>(low + 1));
        network.set_weight(0, 1, 1, static_cast<std::int16_t>(high));
        for (int n = 0; n < 200; ++n) network.train({{0, 255}, {1, 255}}, 0, 32767);
        CHECK(network.weight(0, 0, 0) == high);
        CHECK(network.weight(0, 0, 1) == low);
        CHECK(network.weight(0, 1, 0) > -high);
    }
}

TEST_CASE("traces agree on moved samples, and a malformed one leaves R and everything else alone") {
    Tally tally;
    Cases cases(67);
    for (const auto& frame : {Frame{8, 6, 1}, {6, 8, 3}, {16, 3, 7}, {48, 1, 7}, {1, 48, 2}}) {
        NetworkConfig config;
        config.sizes = {48, 12, 4};
        Network network(config);
        network.initialise(cases.bits());
        Pair pair(network, "frame " + std::to_string(frame.columns), tally);
        pair.set_frame(frame);
        for (int n = 0; n < 12; ++n) {
            Learning learning;
            learning.eta = 655;
            learning.k = {2000, 100, 100, 4, 7};
            pair.train(cases.image(48, 128), static_cast<std::uint16_t>(n % 4), learning);
            const Network kept = pair.model;
            pair.train({{48, 1}}, 0, learning);
            pair.train({{3, 1}, {3, 1}}, 0, learning);
            pair.train({{3, 1}}, 4, learning);
            pair.infer({{7, 1}, {5, 1}});
            tally.holds(pair.model.same_parameters(kept), [] { return "a malformed sample changed something"; });
            pair.infer(cases.image(48, 128));
            tally.equal(pair.model.random_state(), xorshift32(kept.random_state()), [] { return "R after an inference"; });
        }
        pair.compare_parameters();
    }
    tally.finish(10000);
}

TEST_CASE("a moved sample is the image that pixel_events moves by the same dx and dy") {
    Tally tally;
    Cases cases(68);
    int far = 0;
    for (int n = 0; n < 400; ++n) {
        const int columns = cases.between(1, 12), rows = cases.between(1, 12), most = cases.between(1, 7);
        NetworkConfig config;
        config.sizes = {columns * rows, 5};
        Network plain(config);
        plain.initialise(cases.bits());
        plain.set_random_state(cases.bits() | 1u);
        Network moving = plain;
        moving.set_frame({columns, rows, most});
        std::vector<std::uint8_t> pixels(static_cast<std::size_t>(columns * rows));
        for (std::uint8_t& p : pixels) p = static_cast<std::uint8_t>(cases.one_in(3) ? 0 : cases.between(0, 255));
        const std::uint32_t random = plain.random_state();
        const Shift shift{shift_distance(random, most), shift_distance(random >> 16, most)};
        far += std::max(std::abs(shift.dx), std::abs(shift.dy)) == most;
        PixelEvents still, moved;
        pixel_events(pixels.data(), rows, columns, {}, still);
        pixel_events(pixels.data(), rows, columns, shift, moved);
        EventTrace got, expected;
        moving.infer(still, 1, &got);
        plain.infer(moved, 1, &expected);
        compare_traces(got, expected, "image " + std::to_string(n), tally);
    }
    tally.finish(400 * 12);
    CHECK(far >= 50);
}

TEST_CASE("shifts are uniform: each distance has its share of the half words, and the pairs of a run their share") {
    Tally tally;
    for (int most = 1; most <= 7; ++most) {
        std::vector<int> counts(static_cast<std::size_t>(2 * most + 1));
        for (std::uint32_t half = 0; half < 65536; ++half) {
            const int d = shift_distance(half | 0xABCD0000u, most);
            REQUIRE(std::abs(d) <= most);
            ++counts[static_cast<std::size_t>(d + most)];
        }
        for (const int count : counts)
            tally.holds(std::abs(count - 65536.0 / (2 * most + 1)) < 1, [&] { return std::to_string(count); });
    }
    tally.finish(3 + 5 + 7 + 9 + 11 + 13 + 15);
    // Chi-square of 25 pairs over a run of words: 24 degrees of freedom, 5 deviations are 59.
    std::array<int, 25> pairs{};
    std::uint32_t random = 12345;
    constexpr int kDraws = 250000;
    for (int n = 0; n < kDraws; ++n, random = xorshift32(random))
        ++pairs[static_cast<std::size_t>(5 * (shift_distance(random, 2) + 2) + shift_distance(random >> 16, 2) + 2)];
    double chi = 0;
    for (const int count : pairs) chi += (count - kDraws / 25.0) * (count - kDraws / 25.0) / (kDraws / 25.0);
    CHECK(chi < 59);
}

TEST_CASE("frames that do not fit are refused") {
    NetworkConfig config;
    config.sizes = {48, 4};
    Network network(config);
    for (const Frame& frame : {Frame{8, 6, -1}, {8, 6, 8}, {8, 5, 1}, {0, 48, 1}, {48, 0, 1}, {-8, -6, 1}, {0, 0, 1}})
        CHECK_THROWS_AS(network.set_frame(frame), std::invalid_argument);
    CHECK(network.frame().max_shift == 0);
    CHECK_NOTHROW(network.set_frame({8, 6, 7}));
    CHECK(network.frame().columns == 8);
    CHECK_NOTHROW(network.set_frame({}));
    config.sizes = {40000, 1};
    Network wide(config);
    CHECK_THROWS_AS(wide.set_frame({40000, 1, 1}), std::invalid_argument);
    CHECK_NOTHROW(wide.set_frame({20000, 2, 1}));
}
