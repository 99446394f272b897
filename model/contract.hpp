// Constants and records of the contract that the model shares with its users (docs/contract.md).
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace wuxing {

constexpr int kContractVersion = 1;
constexpr int kElements = 5;
constexpr int kParameters = 15;  ///< K1[0..4], K2[0..4], K3[0..4] of one neuron
constexpr int kOne = 4096;       ///< 1.0 in Q3.12
constexpr int kElementMax = 16383;
constexpr int kWeightOne = 8192;  ///< 1.0 in Q2.13
constexpr int kStateFraction = 12, kWeightFraction = 13, kStepFraction = 20, kEtaFraction = 16;
constexpr int kUpdateShift = 19;                 ///< fraction bits of x g above those of C
constexpr std::uint32_t kThresholdTurn = 324027;  ///< floor(2^19 / golden ratio), section 6

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

enum class EventKind : std::uint8_t { drive, neuron, backward, weight_write, result };
constexpr int kEventKinds = 5;

/// "drive", "neuron", "backward", "weight_write", "result".
const char* to_string(EventKind kind);

/// One architectural event (section 7). `values` by kind:
/// drive {u}; neuron {E[0..4]}; backward {b[0..4], e, g}; weight_write {old, new};
/// result {class, label, y, status} (class and label as the 16 bits of the result beat).
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
/// The value fields of a kind, in the order of EventRecord::values.
const std::vector<FieldInfo>& event_fields(EventKind kind);

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

/// r of section 6: the rounding threshold of neuron j in an event with random word R, 0..2^19-1.
constexpr std::uint32_t rounding_threshold(std::uint32_t random, std::uint32_t neuron) {
    return (random + kThresholdTurn * neuron) & ((1u << kUpdateShift) - 1);
}

}  // namespace wuxing
