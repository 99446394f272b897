// A whole small core, driven through its bus and streams, beside a transcription of docs/contract.md that shares
// nothing with the model. Every record of a sample is checked for its place and its values, every memory and R
// afterwards; only the two Heun integrations are taken from the records (test_neuron.cpp has those).
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "../model/cases.hpp"
#include "../model/tally.hpp"
#include "device.hpp"
#include "width.hpp"

namespace wuxing::test {

struct CoreBuild {
    int tiles, slots, layers, depth, index_width;
    bool learn_k, recompute;
    Width width = kWidth16;
};

/// What is loaded into a core; one more entry in `sizes` than there are layers.
struct CoreNetwork {
    std::vector<int> sizes;
    std::vector<std::vector<std::vector<std::int64_t>>> weights;  ///< [layer][neuron][input]
    std::vector<std::uint32_t> keys;                              ///< recomputed connections
    std::vector<int> scales;
    std::vector<std::vector<std::array<std::int64_t, 15>>> k, mean, last;  ///< [layer][neuron]
    int steps = 8, eta = 0, target_on = 4096, target_off = -819;
    int gain_p = 0, gain_i = 0, gain_d = 0, leak = 0, sets = 0;
    std::uint32_t random = 1;
    bool nearest = false;
    int columns = 1, rows = 1, shift = 0;  ///< of moved samples

    int layers() const { return static_cast<int>(sizes.size()) - 1; }
};

struct CorePixel {
    int index, value;
};

/// How often what was met.
struct CoreCorners {
    int live = 0, dead = 0, live_without_step = 0, k_low = 0, k_high = 0, k_moved = 0, signal_saturated = 0,
        change_saturated = 0, negated_edge = 0, two_on_one_word = 0, idle_layers = 0;
};

template <class Model, class Traits>
class CoreBench {
public:
    static constexpr CoreBuild kBuild = Traits::kBuild;

    CoreBench(int seed, Tally& tally) : dut_(seed), tally_(tally) {
        dut_->wb_cyc_i = dut_->wb_stb_i = dut_->wb_we_i = 0;
        dut_->wb_adr_i = dut_->wb_dat_i = 0;
        dut_->smp_valid_i = dut_->smp_last_i = dut_->res_ready_i = 0;
        dut_->smp_data_i = 0;
        dut_.reset();
    }

    // ---- bus
    bool write(std::uint32_t address, std::int64_t data) {
        return access(true, address, static_cast<std::uint32_t>(data));
    }
    std::uint32_t read(std::uint32_t address) {
        if (!access(false, address, 0)) tally_.holds(false, [&] { return "refused: read " + std::to_string(address); });
        return answer_;
    }
    static std::uint32_t weight(int tile, int word) {
        return 1u << 26 | static_cast<std::uint32_t>(tile) << 18 | static_cast<std::uint32_t>(word);
    }
    static std::uint32_t parameter(int tile, int slot, int word) {
        return 2u << 26 | static_cast<std::uint32_t>(tile) << 18 | static_cast<std::uint32_t>(slot << 4 | word);
    }
    static std::uint32_t state(int tile, int slot, int word) {
        return 3u << 26 | static_cast<std::uint32_t>(tile) << 18 | static_cast<std::uint32_t>(slot << 5 | word);
    }

    // ---- layout
    int slots(int l) const { return (net.sizes[at(l + 1)] + kBuild.tiles - 1) / kBuild.tiles; }
    int slot_base(int l) const { return l == 0 ? 0 : slot_base(l - 1) + slots(l - 1); }
    int weight_base(int l) const { return l == 0 ? 0 : weight_base(l - 1) + slots(l - 1) * net.sizes[at(l - 1)]; }
    int slot(int l, int j) const { return slot_base(l) + j / kBuild.tiles; }
    int weight_word(int l, int j, int i) const { return weight_base(l) + j / kBuild.tiles * net.sizes[at(l)] + i; }

    CoreNetwork net;

    void load() {
        const auto must = [&](std::uint32_t address, std::int64_t data) {
            const bool ok = write(address, data);
            tally_.holds(ok, [&] { return "refused: write " + std::to_string(address); });
        };
        for (int l = 0; l < net.layers(); ++l) {
            const auto line = static_cast<std::uint32_t>(0x20 + 4 * l);
            must(line, std::int64_t{net.sizes[at(l + 1)]} << 16 | net.sizes[at(l)]);
            must(line + 1, std::int64_t{slot_base(l)} << 16 | slots(l));
            must(line + 2, kBuild.recompute ? std::int64_t{net.keys[at(l)]} : weight_base(l));
            if (kBuild.recompute) must(line + 3, net.scales[at(l)]);
            for (int j = 0; j < net.sizes[at(l + 1)]; ++j) {
                const int tile = j % kBuild.tiles;
                if (!kBuild.recompute)
                    for (int i = 0; i < net.sizes[at(l)]; ++i)
                        must(weight(tile, weight_word(l, j, i)), net.weights[at(l)][at(j)][at(i)]);
                for (int w = 0; w < 15; ++w) {
                    must(parameter(tile, slot(l, j), w), net.k[at(l)][at(j)][at(w)]);
                    if (!kBuild.learn_k) continue;
                    must(state(tile, slot(l, j), w), net.mean[at(l)][at(j)][at(w)]);
                    must(state(tile, slot(l, j), 16 + w), net.last[at(l)][at(j)][at(w)]);
                }
            }
        }
        must(0x05, net.layers());
        configure();
    }
    void configure() {
        write(0x06, net.steps);
        write(0x07, net.eta);
        write(0x08, net.target_on);
        write(0x09, net.target_off);
        write(0x0A, net.random);
        write(0x10, net.nearest);
        write(0x16, std::int64_t{net.rows} << 16 | net.columns);
        write(0x17, net.shift);
        if (!kBuild.learn_k) return;
        write(0x11, net.gain_p);
        write(0x12, net.gain_i);
        write(0x13, net.gain_d);
        write(0x14, net.leak);
        write(0x15, net.sets);
    }

    /// Every memory of the network is what it should be.
    void check_memories() {
        for (int l = 0; l < net.layers(); ++l) {
            for (int j = 0; j < net.sizes[at(l + 1)]; ++j) {
                const int tile = j % kBuild.tiles;
                const auto where = [&] {
                    return "memory of layer " + std::to_string(l) + ", neuron " + std::to_string(j);
                };
                if (!kBuild.recompute)
                    for (int i = 0; i < net.sizes[at(l)]; ++i)
                        tally_.equal(signed_word(weight(tile, weight_word(l, j, i))), net.weights[at(l)][at(j)][at(i)],
                                     where);
                for (int w = 0; w < 15; ++w) {
                    tally_.equal(signed_word(parameter(tile, slot(l, j), w)), net.k[at(l)][at(j)][at(w)], where);
                    if (!kBuild.learn_k) continue;
                    tally_.equal(signed_word(state(tile, slot(l, j), w)), net.mean[at(l)][at(j)][at(w)], where);
                    tally_.equal(signed_word(state(tile, slot(l, j), 16 + w)), net.last[at(l)][at(j)][at(w)], where);
                }
            }
        }
    }

    void sample(const std::vector<CorePixel>& pixels, int label, bool learn, CoreCorners& corners) {
        sample_ += 1;
        const std::uint32_t multiplies = read(0x0C);
        send(pixels, label, learn);
        multiplies_ = 0;
        follow(pixels, label, learn, corners);
        for (const auto& lane : lanes_) tally_.equal(lane.size(), 0u, [&] { return where("records left over", 0, 0); });
        tally_.equal(read(0x0A), net.random, [&] { return where("R", 0, 0); });
        tally_.equal(read(0x0C) - multiplies, multiplies_, [&] { return where("multiplications", 0, 0); });
    }

private:
    enum Kind { kDrive, kNeuron, kBackward, kWeight, kParameter };
    struct Record {
        std::uint64_t cycle = 0;
        int kind = -1, layer = 0, neuron = 0, input = 0;
        std::uint32_t address = 0;
        std::array<std::int64_t, 7> values{};
    };

    static constexpr std::size_t at(std::int64_t k) { return static_cast<std::size_t>(k); }
    std::string where(const char* what, int l, int j) const {
        return std::string(what) + ", layer " + std::to_string(l) + ", neuron " + std::to_string(j) + ", sample " +
               std::to_string(sample_);
    }

    // ---- signals
    void tick() {
        dut_.settle();
        for (int t = 0; t < kBuild.tiles; ++t) {
            if (!field(dut_->obs_valid_o, t, 1)) continue;
            Record r;
            r.cycle = dut_.cycles();
            r.kind = dut_->obs_kind_o;
            r.layer = dut_->obs_layer_o;
            r.input = dut_->obs_input_o;
            r.neuron = static_cast<int>(field(dut_->obs_neuron_o, 16 * t, 16));
            r.address = field(dut_->obs_addr_o, 18 * t, 18);
            for (int f = 0; f < 7; ++f) r.values[at(f)] = signed16(field(dut_->obs_data_o, 112 * t + 16 * f, 16));
            lanes_[at(t)].push_back(r);
            phases_ok_ = phases_ok_ && (r.kind < kBackward || dut_->obs_phase_o == (r.kind == kWeight ? 6 : 4));
        }
        dut_.tick();
        dut_.settle();
    }
    bool access(bool write, std::uint32_t address, std::uint32_t data) {
        dut_->wb_cyc_i = dut_->wb_stb_i = 1;
        dut_->wb_we_i = write;
        dut_->wb_adr_i = address;
        dut_->wb_dat_i = data;
        do tick();
        while (!dut_->wb_ack_o && !dut_->wb_err_o);
        const bool ok = dut_->wb_ack_o;
        answer_ = dut_->wb_dat_o;
        dut_->wb_cyc_i = dut_->wb_stb_i = dut_->wb_we_i = 0;
        tick();
        return ok;
    }
    std::int64_t signed_word(std::uint32_t address) { return static_cast<std::int32_t>(read(address)); }

    void beat(bool last, std::uint32_t data) {
        dut_->smp_valid_i = 1;
        dut_->smp_last_i = last;
        dut_->smp_data_i = data;
        dut_.settle();
        while (!dut_->smp_ready_o) tick();
        tick();
        dut_->smp_valid_i = 0;
    }
    void send(const std::vector<CorePixel>& pixels, int label, bool learn) {
        for (const CorePixel& p : pixels) beat(false, static_cast<std::uint32_t>(p.value << 16 | p.index));
        beat(true, static_cast<std::uint32_t>(learn ? 1 << 16 : 0) | static_cast<std::uint32_t>(label));
        std::uint64_t limit = dut_.cycles() + 1000000;
        while (!dut_->res_valid_o && dut_.cycles() < limit) tick();
        tally_.equal(dut_->res_valid_o, 1, [&] { return where("result", 0, 0); });
        result_ = dut_->res_data_o;
        dut_->res_ready_i = 1;
        tick();
        dut_->res_ready_i = 0;
        tally_.holds(phases_ok_, [&] { return where("phase of a record", 0, 0); });
    }

    // ---- docs/contract.md, line by line
    static std::int64_t floor_shift(std::int64_t v, int n) {
        const std::int64_t d = std::int64_t{1} << n;
        return v >= 0 ? v / d : -((-v + d - 1) / d);
    }
    static std::int64_t rnd(std::int64_t v, int n) {
        return n == 0 ? v : floor_shift(v + (std::int64_t{1} << (n - 1)), n);
    }
    static std::int64_t sat16(std::int64_t v) { return v < -32768 ? -32768 : v > 32767 ? 32767 : v; }
    static std::uint32_t next_random(std::uint32_t r) {
        r ^= r << 13;
        r ^= r >> 17;
        return r ^ r << 5;
    }

    /// The next record of neuron j's lane; kind -1 and a difference if it is not that.
    Record expect(Kind kind, int l, int j, const char* what) {
        auto& lane = lanes_[at(j % kBuild.tiles)];
        Record r;
        if (!lane.empty()) {
            r = lane.front();
            lane.pop_front();
        }
        tally_.holds(r.kind == kind && r.layer == l && r.neuron == j, [&] {
            return where(what, l, j) + ": got kind " + std::to_string(r.kind) + ", layer " + std::to_string(r.layer) +
                   ", neuron " + std::to_string(r.neuron);
        });
        return r;
    }
    void value(const Record& r, int field, std::int64_t expected, const char* what) {
        tally_.equal(r.values[at(field)], expected, [&] { return where(what, r.layer, r.neuron); });
    }

    /// Section 9, moved samples, with R as it stands before the sample.
    int distance(std::uint32_t half) const {
        return static_cast<int>(floor_shift((2 * net.shift + 1) * std::int64_t{half}, 16)) - net.shift;
    }
    int row(const CorePixel& p) const { return p.index / net.columns + distance(net.random >> 16); }
    int column(const CorePixel& p) const { return p.index % net.columns + distance(net.random & 0xFFFF); }
    bool stays(const CorePixel& p) const {
        return net.shift == 0 || (row(p) >= 0 && row(p) < net.rows && column(p) >= 0 && column(p) < net.columns);
    }
    int moved(const CorePixel& p) const { return net.shift == 0 ? p.index : row(p) * net.columns + column(p); }

    void follow(const std::vector<CorePixel>& pixels, int label, bool learn, CoreCorners& corners) {
        const int layers = net.layers();
        using Events = std::vector<std::pair<int, std::int64_t>>;
        std::vector<Events> events(at(layers + 1));
        for (const CorePixel& p : pixels)
            if (p.value != 0 && stays(p)) events[0].push_back({moved(p), 16 * p.value});
        if (net.shift > 0) net.random = next_random(net.random);
        std::vector<std::vector<std::array<std::int64_t, 5>>> e_state(at(layers));

        for (int l = 0; l < layers; ++l) {
            for (int j = 0; j < net.sizes[at(l + 1)]; ++j) {
                std::int64_t sum = 0;
                for (const auto& [i, x] : events[at(l)]) sum += net.weights[at(l)][at(j)][at(i)] * x;
                const Record drive = expect(kDrive, l, j, "drive");
                value(drive, 0, sat16(rnd(sum, kBuild.width.fraction)), "u");
                const Record neuron = expect(kNeuron, l, j, "neuron");
                std::array<std::int64_t, 5> e{};
                for (std::size_t i = 0; i < 5; ++i) e[i] = neuron.values[i];
                e_state[at(l)].push_back(e);
                if (e[1] != 4096) events[at(l + 1)].push_back({j, e[1] - 4096});
                multiplies_ +=
                    static_cast<std::uint32_t>(events[at(l)].size()) + 30u * static_cast<std::uint32_t>(net.steps);
            }
        }

        int best = 0;
        const auto& outputs = e_state[at(layers - 1)];
        for (int j = 1; j < static_cast<int>(outputs.size()); ++j)
            if (outputs[at(j)][1] > outputs[at(best)][1]) best = j;
        tally_.equal(result_ & 0xFFFF, static_cast<std::uint64_t>(best), [&] { return where("class", 0, 0); });
        tally_.equal(signed16(result_ >> 32), outputs[at(best)][1] - 4096, [&] { return where("y", 0, 0); });
        tally_.equal(result_ >> 48, learn ? 1u : 0u, [&] { return where("status", 0, 0); });
        if (!learn) return;

        std::vector<std::vector<std::int64_t>> step(at(layers));
        std::vector<std::int64_t> error;
        for (int j = 0; j < net.sizes[at(layers)]; ++j) {
            const std::int64_t y = outputs[at(j)][1] - 4096;
            error.push_back(j == label ? std::max<std::int64_t>(0, sat16(net.target_on - y))
                                       : std::min<std::int64_t>(0, sat16(net.target_off - y)));
        }
        for (int l = layers - 1; l >= 0; --l) {
            step[at(l)].assign(at(net.sizes[at(l + 1)]), 0);
            std::vector<std::int64_t> back(at(net.sizes[at(l + 1)]), 0);
            std::array<std::uint32_t, 15> words{};
            std::uint32_t r = net.random;
            for (std::uint32_t& word : words) word = r = next_random(r);
            int live = 0;
            for (int j = 0; j < net.sizes[at(l + 1)]; ++j) {
                const auto& e = e_state[at(l)][at(j)];
                const bool is_live = error[at(j)] != 0 && e[0] > 0 && e[0] < 16383;
                ++(is_live ? corners.live : corners.dead);
                if (!is_live) continue;
                ++live;
                const Record backward = expect(kBackward, l, j, "backward");
                std::array<std::int64_t, 5> b{};
                for (std::size_t i = 0; i < 5; ++i) b[i] = backward.values[i];
                back[at(j)] = b[0];
                step[at(l)][at(j)] = sat16(rnd(net.eta * b[0], 8));
                value(backward, 5, error[at(j)], "e");
                value(backward, 6, step[at(l)][at(j)], "g");
                corners.live_without_step += step[at(l)][at(j)] == 0 && b[0] != 0;
                multiplies_ += 11 + 30u * static_cast<std::uint32_t>(net.steps);
                if (net.sets != 0) adjust(l, j, e, b, words, backward.cycle, corners);
            }
            if (net.sets != 0 && live > 0) net.random = words[14];
            if (live > kBuild.tiles) ++corners.two_on_one_word;
            if (live == 0) ++corners.idle_layers;
            // Without a live neuron every error below is zero.
            if (l == 0) break;
            error.clear();
            for (int i = 0; i < net.sizes[at(l)]; ++i) {
                std::int64_t sum = 0;
                for (int j = 0; j < net.sizes[at(l + 1)]; ++j) sum += net.weights[at(l)][at(j)][at(i)] * back[at(j)];
                error.push_back(sat16(rnd(sum, kBuild.width.fraction)));
            }
            if (live > 0) multiplies_ += static_cast<std::uint32_t>(net.sizes[at(l)] * net.sizes[at(l + 1)]);
        }
        if (kBuild.recompute) return;
        for (int l = 0; l < layers; ++l) update(l, events[at(l)], step[at(l)]);
    }

    /// Section 6.1 for one neuron.
    void adjust(int l, int j, const std::array<std::int64_t, 5>& e, const std::array<std::int64_t, 5>& b,
                const std::array<std::uint32_t, 15>& words, std::uint64_t done, CoreCorners& corners) {
        auto& k = net.k[at(l)][at(j)];
        auto& mean = net.mean[at(l)][at(j)];
        auto& last = net.last[at(l)][at(j)];
        for (int n = 0; n < 15; ++n) {
            const std::size_t i = at(n / 3), set = at(n % 3), word = 5 * set + i;
            const std::int64_t m = sat16(rnd(e[i] * b[i], 12));
            const std::int64_t before = rnd(m * e[(i + 3) % 5], 12);
            std::int64_t g1 = set == 0 ? sat16(rnd(e[(i + 4) % 5] * b[i], 12)) : set == 1 ? sat16(-before) : sat16(-m);
            multiplies_ += 1 + (net.sets >> set & 1 ? 3u : 0u);
            if (!(net.sets >> set & 1)) continue;
            corners.signal_saturated += g1 == 32767 || g1 == -32768;
            corners.negated_edge += set == 1 && before > 32767;
            // (9): the part of the way that is left is rounded by its size, and its sign comes back after that.
            const std::int64_t way = g1 - mean[word], half = (std::int64_t{1} << net.leak) / 2;
            const std::int64_t part = floor_shift((way < 0 ? -way : way) + half, net.leak);
            const std::int64_t s = mean[word] + (way < 0 ? -part : part);
            const std::int64_t d = sat16(g1 - last[word]);
            corners.change_saturated += d != g1 - last[word];
            const std::uint64_t turned =
                (words[at(n)] + std::uint64_t{324027} * static_cast<std::uint64_t>(j)) % (1u << 19);
            const std::int64_t threshold = net.nearest ? 32768 : static_cast<std::int64_t>(turned >> 3);
            const std::int64_t low = set == 0 ? 2048 : 256, high = set == 1 ? 4096 : 8192;
            const std::int64_t wanted =
                k[word] + floor_shift(net.gain_p * g1 + net.gain_i * s + net.gain_d * d + threshold, 16);
            const std::int64_t now = std::min(high, std::max(low, wanted));
            corners.k_low += wanted < low;
            corners.k_high += wanted > high;
            corners.k_moved += now != k[word];

            const Record r = expect(kParameter, l, j, "parameter_write");
            const auto text = [&] { return where("parameter_write", l, j) + ", k " + std::to_string(word); };
            tally_.equal(r.input, static_cast<int>(word), text);
            tally_.equal(r.address, static_cast<std::uint32_t>(slot(l, j)) << 4 | static_cast<std::uint32_t>(word),
                         text);
            value(r, 0, k[word], "old K");
            value(r, 1, now, "new K");
            value(r, 2, g1, "G1");
            value(r, 3, s, "S'");
            for (int f = 4; f < 7; ++f) value(r, f, 0, "field without a name");
            tally_.equal(r.cycle - done, 4u + 6u * static_cast<unsigned>(n + 1), [&] { return text() + ", cycle"; });
            k[word] = now;
            mean[word] = s;
            last[word] = g1;
        }
    }

    /// Section 6.2 for one layer.
    template <class Events>
    void update(int l, const Events& events, const std::vector<std::int64_t>& step) {
        std::vector<std::uint32_t> words;
        bool any = false;
        for (const std::int64_t g : step) any = any || g != 0;
        if (!any) return;
        for (std::size_t n = 0; n < events.size(); ++n) words.push_back(net.random = next_random(net.random));
        for (int j = 0; j < static_cast<int>(step.size()); ++j) {
            if (step[at(j)] == 0) continue;
            multiplies_ += static_cast<std::uint32_t>(events.size());
            std::size_t n = 0;
            for (const auto& [i, x] : events) {
                std::int64_t& w = net.weights[at(l)][at(j)][at(i)];
                const Record r = expect(kWeight, l, j, "weight_write");
                tally_.equal(r.input, i, [&] { return where("input of a weight_write", l, j); });
                tally_.equal(r.address, static_cast<std::uint32_t>(weight_word(l, j, i)),
                             [&] { return where("address of a weight_write", l, j); });
                value(r, 0, w, "old C");
                const std::int64_t threshold =
                    kBuild.width.threshold(words[n++], static_cast<std::uint32_t>(j), net.nearest);
                w = kBuild.width.limited(w + floor_shift(x * step[at(j)] + threshold, kBuild.width.shift));
                value(r, 1, w, "new C");
            }
        }
    }

    Device<Model> dut_;
    Tally& tally_;
    std::vector<std::deque<Record>> lanes_{at(kBuild.tiles)};
    std::uint32_t answer_ = 0, multiplies_ = 0;
    std::uint64_t result_ = 0;
    int sample_ = 0;
    bool phases_ok_ = true;
};

}  // namespace wuxing::test
