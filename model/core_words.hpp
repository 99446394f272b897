// What a host puts into a core for a network, and finds there again, word by word: registers and memories with their
// addresses (docs/core.md, "Memory map"). The bench and the board host both go through it.
#pragma once

#include <cstdint>
#include <vector>

#include "core_map.hpp"
#include "network.hpp"
#include "placement.hpp"

namespace wuxing {

/// What CAP0, CAP1 and CAP2 say.
Capabilities decode_capabilities(std::uint32_t cap0, std::uint32_t cap1, std::uint32_t cap2);

struct RegisterValue {
    std::uint32_t address;
    std::uint32_t value;  ///< as it is written and as it is read
    const char* name;
};

/// Everything the host puts into the layer table and the constants, in an order in which a core takes it. SHIFT, and
/// FRAME if there is a shift, are those of network.frame().
std::vector<RegisterValue> configuration_registers(const Network& network, const Placement& placement);

/// The same for what a sample may change: eta and, if the core learns K, its gains.
std::vector<RegisterValue> learning_registers(const Learning& learning, const Placement& placement);

/// One word of a memory.
struct MemoryWord {
    enum class Kind { weight, parameter, integral, last_g1 };

    Kind kind;
    int layer, neuron;
    int input;              ///< of a weight; index 0..14 of a parameter, integral, last G1
    std::uint32_t address;  ///< on the bus
    std::int16_t value;     ///< that of the network: units of 2^-F for a weight, else Q3.12
};

/// "weight", "parameter", "integral", "last_g1".
const char* to_string(MemoryWord::Kind kind);

/// All words of a network that the core has a place for: connections (layer, neuron, input) unless they are recomputed,
/// K (layer, neuron, index), and, if the core learns K, S and last G1 in turn.
std::vector<MemoryWord> memory_words(const Network& network, const Placement& placement);

/// Puts `value` into the network in the place of `word`. Throws std::invalid_argument for what cannot be there.
void store_word(Network& network, const MemoryWord& word, std::int16_t value);

}  // namespace wuxing
