// Where a network lives in a core: the one place that maps (layer, neuron, input) to (tile, slot, word) and back.
// Loading, reading back, comparing and naming an address all go through it (docs/core.md, "Memory map").
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "network.hpp"

namespace wuxing {

/// What a core is, as its CAP registers tell.
struct Capabilities {
    int tiles = 0, slots = 0, layers = 0, weight_depth = 0, index_bits = 0;
    int weight_bits = 16;
    bool learns_k = false, recomputes = false;
    bool all_counters = true;  ///< registers MULTIPLIES and SAMPLES are there
};

/// A word of a tile's connection memory.
struct WeightAddress {
    int tile;
    std::uint32_t word;
};

/// One connection.
struct Connection {
    int layer, input, neuron;
};

/// A neuron of the network.
struct Neuron {
    int layer, neuron;
};

/// Throws SetupError if the core cannot learn in this way.
void check_learning(const Learning& learning, const Capabilities& core);

class Placement {
public:
    struct Layer {
        int inputs, outputs, slots, slot_base;
        std::uint32_t weight_base;
    };

    Placement() = default;
    /// Throws SetupError that names the limit if the network does not fit, or the kind of connection if the core has another.
    Placement(const NetworkConfig& network, const Capabilities& core);

    int tiles() const { return core_.tiles; }
    const Capabilities& core() const { return core_; }
    const std::vector<Layer>& layers() const { return layers_; }
    int tile(int neuron) const { return neuron % core_.tiles; }
    int slot(int layer, int neuron) const;
    WeightAddress weight(int layer, int input, int neuron) const;
    /// Which connection a word holds; none for words that no neuron uses.
    std::optional<Connection> connection(const WeightAddress& address) const;
    /// Whose slot this is; none if no neuron uses it.
    std::optional<Neuron> neuron(int tile, int slot) const;
    /// obs_addr_o of a record: of a weight_write the word of the connection memory, of a parameter_write {slot, k}, else 0; and 0 of
    /// a layer that is none, as a broken core may name it.
    std::uint32_t observed_address(const EventRecord& record) const;

private:
    Capabilities core_{1, 0, 0, 0, 0, 16, false, false};
    std::vector<Layer> layers_;
};

}  // namespace wuxing
