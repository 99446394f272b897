// The host's side of the core: registers, layer table, memories, over any bus (docs/core.md, "Memory map").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "network.hpp"
#include "placement.hpp"

namespace wuxing::sim {

/// A 32-bit bus. An access ends with data or is refused.
class Bus {
public:
    virtual ~Bus() = default;
    /// Empty if refused.
    virtual std::optional<std::uint32_t> read(std::uint32_t address) = 0;
    /// False if refused.
    virtual bool write(std::uint32_t address, std::uint32_t data) = 0;
};

/// One word that differs between core and model.
struct MemoryMismatch {
    std::string what;  ///< "weight", "parameter", "integral", "last_g1", "random" or the name of a register
    int tile = -1;
    std::uint32_t address = 0;
    int layer = -1, neuron = -1, input = -1;  ///< input: of a weight; index 0..14 of a parameter, integral, last G1
    std::uint32_t expected = 0, got = 0;
    int fraction = 0;  ///< fraction bits of the value
    int bits = 16;     ///< of the value; below 32 it is signed
};

/// Words compared when the core's memories were read back.
struct ReadBack {
    std::uint64_t weights = 0, parameters = 0, states = 0, registers = 0;  ///< states: S and last G1
    std::optional<MemoryMismatch> first;  ///< the comparison ends with it
};

class CoreHost {
public:
    explicit CoreHost(Bus& bus) : bus_(bus) {}

    /// Reads what the core is. Throws SetupError if it is no such core.
    Capabilities capabilities();

    /// Throw SetupError if the core refuses.
    std::uint32_t read(std::uint32_t address);
    void write(std::uint32_t address, std::uint32_t data);

    /// Layer table, constants, C or keys, K and its states, R of a network, eta and gains. The core comes from a reset, or was
    /// loaded with a network of the same frame.
    void load(const Network& network, const Placement& placement, const Learning& learning);
    /// Eta and, if the core learns K, its gains.
    void set_learning(const Learning& learning, const Placement& placement);
    void write_weight(const WeightAddress& address, std::int16_t value);

    /// Reads C, K and its states, R and all that was loaded back and compares it word by word.
    ReadBack compare(const Network& network, const Placement& placement, const Learning& learning);
    /// The network that the core holds, in the shape of `like`. What the core has no place for is that of `like`.
    Network read_network(const Network& like, const Placement& placement);

    /// Registers against their documented values after reset; the first that differs.
    std::optional<MemoryMismatch> check_reset_values(const Capabilities& core);
    /// After a reset amid a sample every word is as before the sample or as after it; the first that is neither.
    std::optional<MemoryMismatch> check_memories(const Network& before, const Network& after, const Placement& placement);

private:
    Bus& bus_;
};

}  // namespace wuxing::sim
