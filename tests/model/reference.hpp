// A second, slow, obvious integer model. It is written from docs/contract.md alone, one neuron at a time, with the
// rounding and saturation of SystemC's fixed-point types instead of shifts and comparisons: sc_fixed with SC_RND
// rounds half up, with SC_RND_INF half away from zero, and SC_SAT limits, which is what the contract's rnd, rnda and
// sat16 say.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "network.hpp"

namespace wuxing::reference {

using Elements = std::array<std::int16_t, 5>;
using Parameters = std::array<std::int16_t, 15>;  ///< K1[0..4], K2[0..4], K3[0..4]

std::int64_t sat16(std::int64_t v);
std::int64_t rnd(std::int64_t v, int n);
std::int64_t rnda(std::int64_t v, int n);
std::int64_t clamp_e(std::int64_t v);

/// The state after R, worked out bit by bit.
std::uint32_t next_random(std::uint32_t state);
/// r of neuron j for random word R, for connections of `bits` bits.
std::uint32_t threshold(std::uint32_t random, std::uint64_t neuron, int bits = 16);

/// u of one neuron from its events: sum of weight x input, rounded and limited once.
struct Product {
    std::int16_t weight, x;
};
std::int16_t weighted_sum(const std::vector<Product>& products, int bits = 16);

/// Section 3: E after N steps.
Elements forward(const Parameters& k, std::int16_t drive, int steps);

/// Section 4.
std::int16_t output_error(bool is_label, std::int16_t target_on, std::int16_t target_off, std::int16_t displacement);

/// Section 5: a neuron is live.
bool live(const Elements& elements, std::int16_t error);
/// Section 5: b after N steps of a live neuron.
Elements backward(const Parameters& k, const Elements& elements, std::int16_t error, int steps);
/// g of a b[0].
std::int16_t step(int eta, std::int16_t b0);

/// Section 6.1: K[0..14] of a neuron and its controllers.
struct Controlled {
    Parameters k{}, integral{}, last{};
};
/// One parameter after the update; r has 16 bits.
struct ParameterWrite {
    std::int16_t old, now, g1, integral;
};
ParameterWrite adjust(Controlled& neuron, int index, const Elements& elements, const Elements& b, const PidGains& gains,
                      std::uint32_t r);

/// Section 6.2: C after the update.
std::int16_t updated(std::int16_t weight, std::int16_t x, std::int16_t g, std::uint32_t r, int bits = 16);

/// Section 11: a recomputed connection.
std::int16_t connection(std::uint32_t key, int scale, int input, int neuron, int rounds = 10);

/// Section 9: the sample moved by the words of R.
PixelEvents moved(const PixelEvents& events, const Frame& frame, std::uint32_t random);

/// The network: holds C[layer][input][neuron], K and controllers [layer][neuron] and R.
class ReferenceNetwork {
public:
    explicit ReferenceNetwork(const Network& from);

    SampleResult infer(const PixelEvents& events, std::uint16_t label, EventTrace& trace);
    SampleResult train(const PixelEvents& events, std::uint16_t label, const Learning& learning, EventTrace& trace);
    void set_frame(const Frame& frame) { frame_ = frame; }

    /// Number of C, K, S, last G1 and R that differ from those of `network`; `compared` is increased by how many were looked at.
    std::uint64_t differences(const Network& network, std::uint64_t& compared) const;

private:
    SampleResult run(const PixelEvents& events, std::uint16_t label, bool learn, const Learning& learning,
                     EventTrace& trace);

    std::vector<int> sizes_;
    int steps_;
    std::int16_t target_on_, target_off_;
    std::vector<std::vector<std::vector<std::int16_t>>> weights_;
    std::vector<std::vector<Controlled>> neurons_;
    int bits_;
    bool nearest_;
    Frame frame_;
    std::uint32_t random_;
};

}  // namespace wuxing::reference
