// Constants and records of the contract that the model shares with its users (docs/contract.md).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace wuxing {

constexpr int kContractVersion = 2;
constexpr int kElements = 5;
constexpr int kParameters = 15;  ///< K1[0..4], K2[0..4], K3[0..4] of one neuron
constexpr int kOne = 4096;       ///< 1.0 in Q3.12
constexpr int kElementMax = 16383;
constexpr int kStateFraction = 12, kStepFraction = 20, kEtaFraction = 16, kGainFraction = 16;

// Connections of 16 bits, the width that initial and recomputed connections are drawn in; see weight_fraction().
constexpr int kWeightOne = 8192;  ///< 1.0 in Q2.13
constexpr int kWeightFraction = 13;
constexpr int kUpdateShift = 19;                  ///< Z: fraction bits of x g above those of C
constexpr std::uint32_t kThresholdTurn = 324027;  ///< floor(2^19 / golden ratio), section 6

/// F of section 2: fraction bits of a connection of 16, 12 or 8 bits.
constexpr int weight_fraction(int weight_bits) {
    return weight_bits == 16 ? 13 : weight_bits == 12 ? 11 : 8;
}
/// Z of section 6.2: fraction bits of x g above those of a connection.
constexpr int update_shift(int weight_bits) {
    return kStateFraction + kStepFraction - weight_fraction(weight_bits);
}
/// T of section 6.2: floor(2^Z / golden ratio).
constexpr std::uint32_t threshold_turn(int weight_bits) {
    return weight_bits == 16 ? kThresholdTurn : weight_bits == 12 ? 1296111 : 10368889;
}

/// Accepted range and nominal value of K1, K2, K3 (Q3.12), section 2.
struct ParameterRange {
    std::int16_t low, high, nominal;
};
constexpr std::array<ParameterRange, 3> kParameterRanges{{{2048, 8192, 4096}, {256, 4096, 1536}, {256, 8192, 2560}}};

/// One nonzero input of layer 0: pixel value 1..255 at input `index`.
struct PixelEvent {
    std::uint16_t index;
    std::uint8_t value;
};
using PixelEvents = std::vector<PixelEvent>;  ///< strictly ascending index

/// How (8) and (10) round: up by a random threshold, or to the nearest.
enum class Rounding : std::uint8_t { stochastic, nearest };

constexpr int kGainMax = 16383, kLeakMax = 15, kSetsMax = 7;

/// The controllers of K (sections 2 and 6.1).
struct PidGains {
    int p = 0, i = 0, d = 0;  ///< U0.16, 0..16383
    int leak = 4;             ///< 0..15: the mean of G1 forgets by 2^-leak a live sample
    unsigned sets = 0;        ///< bit 0 K1, bit 1 K2, bit 2 K3; 0: K is constant
};

/// What a learning sample may change: C by eta (U0.16, 0..32767), K by its controllers.
struct Learning {
    int eta = 0;
    PidGains k;

    Learning(int connections = 0, const PidGains& parameters = {}) : eta(connections), k(parameters) {}

    /// Throws std::invalid_argument with one clear line if anything is out of range.
    void validate() const;
};

/// Images that are moved at random before they are seen (section 9, "Moved samples").
struct Frame {
    int columns = 0, rows = 0;  ///< 1..32768, columns x rows = inputs of layer 0; not looked at without a shift
    int max_shift = 0;          ///< M, 0..7; 0: no image is moved
};

/// dx of section 9 from the low 16 bits of R, dy from its high ones: -max_shift..max_shift.
constexpr int shift_distance(std::uint32_t half_word, int max_shift) {
    const auto m = static_cast<std::uint32_t>(max_shift);
    return static_cast<int>((2 * m + 1) * (half_word & 0xFFFF) >> 16) - max_shift;
}

/// Where input `index` of layer 0 goes when its image is moved, or -1 if it leaves the frame.
constexpr int moved_index(const Frame& frame, int index, int dx, int dy) {
    const int row = index / frame.columns + dy, column = index % frame.columns + dx;
    const bool inside = row >= 0 && row < frame.rows && column >= 0 && column < frame.columns;
    return inside ? row * frame.columns + column : -1;
}

enum class EventKind : std::uint8_t { drive, neuron, backward, weight_write, parameter_write, result };
constexpr int kEventKinds = 6;

/// "drive", "neuron", "backward", "weight_write", "parameter_write", "result".
const char* to_string(EventKind kind);

/// One architectural event (section 7). `values` by kind:
/// drive {u}; neuron {E[0..4]}; backward {b[0..4], e, g}; weight_write {old, new};
/// parameter_write {old, new, G1, S'}; result {class, label, y, status} (class and label as the 16 bits of the result
/// beat). `input` is i of a weight_write, k = 0..14 (K1, K2, K3) of a parameter_write.
/// Fields that a kind does not have are zero.
struct EventRecord {
    EventKind kind;
    std::uint8_t layer;
    std::uint16_t neuron;
    std::uint16_t input;
    std::array<std::int16_t, 7> values;

    bool operator==(const EventRecord& o) const {
        return kind == o.kind && layer == o.layer && neuron == o.neuron && input == o.input && values == o.values;
    }
    bool operator!=(const EventRecord& o) const { return !(*this == o); }
};

/// A field of a record: its name in the contract and its number of fraction bits (0 = plain integer).
struct FieldInfo {
    const char* name;
    int fraction;
};
/// The value fields of a kind, in the order of EventRecord::values; connections as those of `weight_bits` bits.
const std::vector<FieldInfo>& event_fields(EventKind kind, int weight_bits = 16);

/// Records of one sample in the contract's order (all lanes merged, neurons ascending).
using EventTrace = std::vector<EventRecord>;

/// Codes of malformed samples, section 9.
enum class SampleError : std::uint8_t { ok, bad_index, bad_order, bad_label, not_ready };

/// Status word of a result: bit 0 learned, bits 7..4 error code.
constexpr std::uint16_t result_status(bool learned, SampleError error) {
    return static_cast<std::uint16_t>((learned ? 1 : 0) | static_cast<int>(error) << 4);
}

/// One step of Marsaglia's xorshift32 (section 6). Never 0 for state != 0.
constexpr std::uint32_t xorshift32(std::uint32_t state) {
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

/// r of section 6.2: the rounding threshold of neuron j for random word R, 0..2^Z-1.
constexpr std::uint32_t rounding_threshold(std::uint32_t random, std::uint32_t neuron, int weight_bits = 16) {
    return (random + threshold_turn(weight_bits) * neuron) & ((1u << update_shift(weight_bits)) - 1);
}

/// r of section 6.1, 0..65535.
constexpr std::uint32_t parameter_threshold(std::uint32_t random, std::uint32_t neuron) {
    return rounding_threshold(random, neuron) >> 3;
}

constexpr int kConnectionRounds = 10;
constexpr int kConnectionScaleMax = 15;

/// (11): a recomputed connection in Q2.13, from the key and the shift of its layer. The contract has ten rounds.
constexpr std::int16_t recomputed_weight(std::uint32_t key, int scale, std::uint32_t input, std::uint32_t neuron,
                                         int rounds = kConnectionRounds) {
    const auto rotate = [](std::uint32_t v, int n) { return (v << n | v >> (16 - n)) & 0xFFFFu; };
    std::uint32_t a = (input ^ key) & 0xFFFFu, c = (neuron ^ key >> 16) & 0xFFFFu;
    for (int n = 0; n < rounds; ++n) {
        const std::uint32_t next = c ^ (rotate(a, 1) & rotate(a, 8)) ^ rotate(a, 2) ^ static_cast<std::uint32_t>(n);
        c = a;
        a = next;
    }
    return static_cast<std::int16_t>(static_cast<std::int16_t>(a) >> scale);
}

/// The nearest Q3.12 of a real number, limited to what there is.
std::int16_t nearest_state(double value);

}  // namespace wuxing
