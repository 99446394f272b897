// Addresses and fields of the core's memory map (docs/core.md, "Memory map").
#pragma once

#include <cstdint>

namespace wuxing::map {

constexpr std::uint32_t kWeightRegion = 1u << 26, kParameterRegion = 2u << 26, kStateRegion = 3u << 26;

enum Register : std::uint32_t {
    kId = 0x00,
    kContract = 0x01,
    kCap0 = 0x02,
    kCap1 = 0x03,
    kStatus = 0x04,
    kLayers = 0x05,
    kSteps = 0x06,
    kEta = 0x07,
    kTargetOn = 0x08,
    kTargetOff = 0x09,
    kRandom = 0x0A,
    kCycles = 0x0B,
    kMultiplies = 0x0C,
    kSamples = 0x0D,
    kTrained = 0x0E,
    kCap2 = 0x0F,
    kRounding = 0x10,
    kGainP = 0x11,
    kGainI = 0x12,
    kGainD = 0x13,
    kLeak = 0x14,
    kSets = 0x15,
    kFrame = 0x16,
    kShift = 0x17,
    kLayerTable = 0x20,
};
constexpr std::uint32_t kIdValue = 0x57555831;  // "WUX1"

constexpr std::uint32_t layer_size(int l) { return kLayerTable + 4u * static_cast<std::uint32_t>(l); }
constexpr std::uint32_t layer_base(int l) { return layer_size(l) + 1; }
constexpr std::uint32_t layer_weights(int l) { return layer_size(l) + 2; }
constexpr std::uint32_t layer_scale(int l) { return layer_size(l) + 3; }

/// First words of S and of the last G1 in a slot of the K states.
constexpr std::uint32_t kIntegralWords = 0, kLastG1Words = 16;

constexpr std::uint32_t weight(int tile, std::uint32_t word) {
    return kWeightRegion | static_cast<std::uint32_t>(tile) << 18 | word;
}
constexpr std::uint32_t parameter(int tile, int slot, int k) {
    return kParameterRegion | static_cast<std::uint32_t>(tile) << 18 | static_cast<std::uint32_t>(slot) << 4 |
           static_cast<std::uint32_t>(k);
}
constexpr std::uint32_t state(int tile, int slot, std::uint32_t word) {
    return kStateRegion | static_cast<std::uint32_t>(tile) << 18 | static_cast<std::uint32_t>(slot) << 5 | word;
}

}  // namespace wuxing::map
