// Networks at the ends of their ranges: make_models DIR
// Every file is named after its layers and its kind:
//   range-*   K, C, targets and R anywhere in their ranges, often at the ends
//   sums-*    C at the limits, in shares that differ from neuron to neuron, so that the exact sums of drives and errors
//             take every size up to the greatest. That they really leave 33 and 35 bits is checked here, in 64-bit integers.
//   boundary-*  for a black image every sum of errors ends where rounding turns, or just below: its lowest bits count. Checked here
//   ties-*    outputs whose displacements are equal or differ by little, the first of the greatest anywhere. Checked here
//   states-*, w8-*, w12-*, recomputed-*   like range-*, with S and the last G1 anywhere; connections of 16, 8 and 12 bits; recomputed
//             ones with keys and shifts at their ends
#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "model_file.hpp"
#include "samples.hpp"

namespace {

using namespace wuxing;

constexpr std::int16_t kLeast = -32768, kMost = 32767;
constexpr std::uint32_t kAllOnes = 0xFFFFFFFF;

template <typename Set>
void for_each_weight(const Network& network, int layer, Set set) {
    for (int i = 0; i < network.inputs(layer); ++i)
        for (int j = 0; j < network.outputs(layer); ++j) set(i, j);
}

std::string name_of(const std::vector<int>& sizes) {
    std::string name;
    for (const int size : sizes) name += (name.empty() ? "" : "-") + std::to_string(size);
    return name;
}

std::int16_t within(RandomSource& random, const ParameterRange& range) {
    switch (random.below(4)) {
        case 0: return static_cast<std::int16_t>(range.low);
        case 1: return static_cast<std::int16_t>(range.high);
        default: break;
    }
    const auto count = static_cast<std::uint32_t>(range.high - range.low + 1);
    return static_cast<std::int16_t>(range.low + static_cast<int>(random.below(count)));
}

std::int16_t anywhere(RandomSource& random) {
    switch (random.below(8)) {
        case 0: return kLeast;
        case 1: return kMost;
        case 2: return 0;
        default: return static_cast<std::int16_t>(static_cast<int>(random.below(65536)) - 32768);
    }
}

/// One layer in three has small weights, so that neurons stay within their range and errors come through.
Network range_network(RandomSource& random, NetworkConfig config, std::uint32_t state) {
    Network network(std::move(config));
    const std::uint32_t span = 1u << network.config().weight_bits;
    const auto least = static_cast<std::int16_t>(-static_cast<int>(span / 2)), most = static_cast<std::int16_t>(span / 2 - 1);
    for (int l = 0; l < network.layers(); ++l) {
        const std::uint32_t kind = random.below(3);
        const std::uint32_t spread =
            kind == 0 ? span : kind == 1 ? span / 8 : std::max(span / static_cast<std::uint32_t>(network.inputs(l)), 3u);
        if (network.config().recomputed) {
            const std::uint32_t word = random.below(kAllOnes), end = random.below(4);
            network.set_connection(l, end == 0 ? 0 : end == 1 ? kAllOnes : word, static_cast<int>(kind == 0 ? random.below(16) : 3 + random.below(4)));
        } else {
            for_each_weight(network, l, [&](int i, int j) {
                const std::uint32_t at = random.below(16);
                const int any = static_cast<int>(random.below(spread)) - static_cast<int>(spread / 2);
                const bool limit = kind == 0 && at < 4;
                network.set_weight(l, i, j, limit ? (at < 2 ? most : least) : static_cast<std::int16_t>(any));
            });
        }
        for (int j = 0; j < network.outputs(l); ++j)
            for (int k = 0; k < kParameters; ++k)
                network.set_parameter(l, j, k, within(random, kParameterRanges[static_cast<std::size_t>(k / kElements)]));
    }
    network.set_random_state(state);
    return network;
}

Network sums_network(RandomSource& random, NetworkConfig config) {
    Network network(std::move(config));
    for (int l = 0; l < network.layers(); ++l) {
        const bool last = l + 1 == network.layers();
        for_each_weight(network, l, [&](int i, int j) {
            // The share of high weights rises with the neuron in the first layer (drives), with the input above (errors). An
            // output layer above a hidden one has none: it gives all neurons below the same great error.
            const auto part = static_cast<std::uint32_t>(l == 0 ? j : i);
            const auto parts = static_cast<std::uint32_t>(l == 0 ? network.outputs(l) : network.inputs(l));
            const bool high = !(last && l > 1) && random.below(2 * parts) < 2 * part + 1;
            network.set_weight(l, i, j, high ? kMost : kLeast);
        });
    }
    network.set_random_state(0x80000000u);
    return network;
}

struct Greatest {
    std::int64_t drive = 0, error = 0;
    bool drive_hides = true, error_hides = true;  ///< dropping the bits above leaves every result as it is
};

std::int64_t cut(std::int64_t v, int bits) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(v) << (64 - bits)) >> (64 - bits);
}
std::int64_t rounded(std::int64_t v) {
    return std::clamp<std::int64_t>((v + 4096) >> 13, kLeast, kMost);
}

/// The exact sums of one sample, from its trace.
void measure(Network network, const PixelEvents& pixels, Greatest& greatest) {
    for (int j = 0; j < network.outputs(0); ++j) {
        std::int64_t sum = 0;
        for (const PixelEvent& p : pixels) sum += std::int64_t{network.weight(0, p.index, j)} * 16 * p.value;
        greatest.drive = std::max(greatest.drive, std::abs(sum));
        greatest.drive_hides = greatest.drive_hides && rounded(sum) == rounded(cut(sum, 34));
    }
    const Network before = network;
    EventTrace trace;
    network.train(pixels, 3, 900, &trace);
    for (int l = 1; l < before.layers(); ++l)
        for (int i = 0; i < before.inputs(l); ++i) {
            std::int64_t sum = 0;
            for (const EventRecord& r : trace)
                if (r.kind == EventKind::backward && r.layer == l) sum += std::int64_t{before.weight(l, i, r.neuron)} * r.values[0];
            greatest.error = std::max(greatest.error, std::abs(sum));
            greatest.error_hides = greatest.error_hides && rounded(sum) == rounded(cut(sum, 36));
        }
}

bool sums_are_great(const Network& network) {
    Greatest greatest;
    PixelEvents white;
    for (int i = 0; i < network.inputs(0); ++i) white.push_back({static_cast<std::uint16_t>(i), 255});
    measure(network, {}, greatest);
    measure(network, white, greatest);
    std::printf("%s: greatest sums: drive %lld, error %lld\n", name_of(network.config().sizes).c_str(),
                static_cast<long long>(greatest.drive), static_cast<long long>(greatest.error));
    return greatest.drive > std::int64_t{1} << 33 && greatest.error > std::int64_t{1} << 35 && !greatest.drive_hides &&
           !greatest.error_hides;
}

constexpr int kLabels = 10, kTurn = 8192;  ///< rounding has thirteen bits below it

/// v modulo kTurn, from 0.
int remainder_of(int v) {
    return (v % kTurn + kTurn) % kTurn;
}

/// What every output but the label's gets for b[0] when all displacements are 0.
int backward_of_black(const Network& network) {
    Network copy = network;
    EventTrace trace;
    copy.train({}, 3, 0, &trace);
    for (const EventRecord& r : trace)
        if (r.kind == EventKind::backward && r.layer == network.layers() - 1 && r.neuron >= kLabels) return r.values[0];
    return 0;
}

/// Two layers; the outputs that are no digit have weights that sum up, with b the same of all, to a multiple of 2^13 with the half of
/// the rounding in it, or to one less.
Network boundary_network(RandomSource& random, NetworkConfig config) {
    int b = 0;
    for (std::int16_t off = -400; b % 2 == 0; --off) {
        config.target_off = off;
        b = backward_of_black(Network(config));
    }
    int inverse = 1;
    while (remainder_of(inverse * b) != 1) inverse += 2;
    Network network(config);
    for (int i = 0; i < network.inputs(1); ++i) {
        int left = (i % 2 == 0 ? kTurn / 2 : (kTurn / 2 - 1) * inverse) % kTurn;
        for (int j = kLabels; j < network.outputs(1); ++j) {
            const bool last = j + 1 == network.outputs(1);
            int w = last ? left : static_cast<int>(random.below(1024)) - 512;
            left -= w;
            if (last) w = remainder_of(w + kTurn / 2) - kTurn / 2;
            network.set_weight(1, i, j, static_cast<std::int16_t>(w));
        }
        const int first = static_cast<int>(random.below(4)) - 2;
        for (int k = 0; k < network.inputs(0); ++k) network.set_weight(0, k, i, static_cast<std::int16_t>(first * (k % 3)));
    }
    return network;
}

bool sums_turn(const Network& network) {
    const int b = backward_of_black(network);
    for (int i = 0; i < network.inputs(1); ++i) {
        int sum = kTurn / 2;
        for (int j = 0; j < network.outputs(1); ++j) sum += network.weight(1, i, j) * b;
        if (remainder_of(sum) != (i % 2 == 0 ? 0 : kTurn - 1)) return false;
    }
    return b % 2 != 0;
}

/// One layer. All outputs share their weights but those of three pixels: the first holds them back by little or nothing, the others all
/// of the lower numbers.
Network ties_network(RandomSource& random, NetworkConfig config) {
    Network network(std::move(config));
    for (int i = 0; i < network.inputs(0); ++i) {
        const int common = static_cast<int>(random.below(200)) - 60;
        for (int j = 0; j < network.outputs(0); ++j) network.set_weight(0, i, j, static_cast<std::int16_t>(common));
    }
    for (int j = 0; j < network.outputs(0); ++j) {
        const auto hold = [&](int pixel, int by) { network.set_weight(0, pixel, j, static_cast<std::int16_t>(-by)); };
        hold(20, random.below(4) == 0 ? 0 : 2 << random.below(7));
        hold(30, j < 140 ? 2 : 0);
        hold(40, j < network.outputs(0) - 100 ? 2 : 0);
    }
    return network;
}

/// Of random images, in many another output comes within one unit of the greatest, or is its equal, and answers are above and below 128.
bool ties_are_close(Network network, RandomSource& random) {
    int close = 0, equal = 0, high = 0;
    for (int n = 0; n < 60; ++n) {
        PixelEvents pixels;
        for (int i = 0; i < network.inputs(0); ++i) pixels.push_back({static_cast<std::uint16_t>(i), static_cast<std::uint8_t>(1 + random.below(255))});
        EventTrace trace;
        const SampleResult result = network.infer(pixels, 0, &trace);
        int below = 0, same = 0;
        for (const EventRecord& r : trace) {
            if (r.kind != EventKind::neuron) continue;
            const int y = r.values[1] - 4096;
            below += y == result.displacement - 1;
            same += y == result.displacement;
        }
        close += below > 0;
        equal += same > 1;
        high += result.predicted > 128;
    }
    std::printf("ties: of 60 images %d within one unit, %d equal, %d answers above 128\n", close, equal, high);
    return close >= 10 && equal >= 10 && high >= 10 && high <= 50;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 2) return 2;
    const std::string folder = argv[1];
    mkdir(folder.c_str(), 0777);
    RandomSource random(77);

    const std::vector<std::vector<int>> range{{784, 10},
                                              {1024, 10},
                                              {784, 24, 10},
                                              {784, 30, 20, 10},
                                              {784, 20, 16, 12, 10},
                                              {784, 24, 20, 18, 16, 10},
                                              {784, 10, 12, 14, 16, 18, 20, 10},
                                              {992, 32, 10},
                                              {2016, 32, 10},
                                              {4080, 16, 10}};
    const std::vector<std::pair<std::int16_t, std::int16_t>> targets{
        {kMost, kLeast}, {4096, -819}, {kMost, kLeast}, {kMost, kMost}, {kLeast, kLeast}};
    const std::vector<int> steps{8, 15, 1, 3, 6};
    const std::vector<std::uint32_t> states{1, 0xFFFFFFFF, 0x80000000, 0x7FFFFFFF};
    std::size_t k = 0;
    for (const auto& sizes : range)
        for (const char variant : {'a', 'b'}) {
            auto [on, off] = targets[k % targets.size()];
            if (k == 0) std::swap(on, off);  // no error at all
            NetworkConfig config;
            config.sizes = sizes;
            config.steps = steps[k % steps.size()];
            config.target_on = on;
            config.target_off = off;
            const Network network = range_network(random, config, states[k % states.size()]);
            save_model(folder + "/range-" + name_of(sizes) + variant, network, {});
            ++k;
        }

    const std::vector<std::vector<int>> sums{{784, 20, 100}, {784, 12, 150, 10}, {784, 12, 100, 10}, {784, 12, 480, 10}};
    for (const auto& sizes : sums) {
        NetworkConfig config;
        config.sizes = sizes;
        config.steps = 15;
        config.target_on = kMost;
        config.target_off = kLeast;
        const Network network = sums_network(random, config);
        save_model(folder + "/sums-" + name_of(sizes), network, {});
        if (!sums_are_great(network)) return 1;
    }

    {
        NetworkConfig config;
        config.sizes = {64, 24, 42};
        RandomSource own(5);
        const Network boundary = boundary_network(own, config);
        save_model(folder + "/boundary-" + name_of(config.sizes), boundary, {});
        if (!sums_turn(boundary)) return 1;
        config.sizes = {64, 300};
        const Network ties = ties_network(own, config);
        save_model(folder + "/ties-" + name_of(config.sizes), ties, {});
        if (!ties_are_close(ties, own)) return 1;
    }

    struct Kind {
        const char* name;
        int weight_bits;
        bool recomputed;
    };
    for (const Kind& kind : {Kind{"states", 16, false}, Kind{"w8", 8, false}, Kind{"w12", 12, false}, Kind{"recomputed", 16, true}})
        for (const std::vector<int>& sizes : {std::vector<int>{784, 24, 10}, {784, 20, 14, 10}})
            for (int variant = 0; variant < 4; ++variant, ++k) {
                NetworkConfig config;
                config.sizes = sizes;
                config.steps = steps[k % steps.size()];
                config.target_on = variant % 2 == 0 ? kMost : std::int16_t{4096};
                config.target_off = variant % 2 == 0 ? kLeast : std::int16_t{-819};
                config.weight_bits = kind.weight_bits;
                config.recomputed = kind.recomputed;
                config.rounding = variant < 2 ? Rounding::stochastic : Rounding::nearest;
                Network network = range_network(random, config, states[k % states.size()]);
                for (int l = 0; l < network.layers(); ++l)
                    for (int j = 0; j < network.outputs(l); ++j)
                        for (int p = 0; p < kParameters; ++p) network.set_controller(l, j, p, anywhere(random), anywhere(random));
                save_model(folder + "/" + kind.name + "-" + name_of(sizes) + static_cast<char>('a' + variant), network, {});
            }
    {  // recomputed connections of all sixteen bits: none is shifted out
        NetworkConfig config;
        config.sizes = {64, 14, 10};
        config.recomputed = true;
        Network network(config);
        for (int l = 0; l < network.layers(); ++l) network.set_connection(l, random.below(kAllOnes), 0);
        save_model(folder + "/recomputed-64-14-10e", network, {});
    }
    return 0;
}
