// Where a network lives in a core: the one place that maps (layer, neuron, input) to (tile, slot, word) and back.
// Loading, reading back, comparing and naming an address all go through it (docs/core.md, "Memory map").
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "network.hpp"

namespace wuxing::sim {

/// Sizes of a core, as its CAP registers tell.
struct Capabilities {
    int tiles = 0, slots = 0, layers = 0, weight_depth = 0, index_bits = 0;
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

class Placement {
public:
    struct Layer {
        int inputs, outputs, slots, slot_base;
        std::uint32_t weight_base;
    };

    Placement() = default;
    /// Throws SetupError that names the limit if the network does not fit.
    Placement(const NetworkConfig& network, const Capabilities& core);

    int tiles() const { return tiles_; }
    const std::vector<Layer>& layers() const { return layers_; }
    int tile(int neuron) const { return neuron % tiles_; }
    int slot(int layer, int neuron) const;
    WeightAddress weight(int layer, int input, int neuron) const;
    /// Which connection a word holds; none for words that no neuron uses.
    std::optional<Connection> connection(const WeightAddress& address) const;

private:
    int tiles_ = 1;
    std::vector<Layer> layers_;
};

}  // namespace wuxing::sim
