#include "placement.hpp"

#include <fmt/format.h>

#include <numeric>

#include "setup_error.hpp"

namespace wuxing::sim {
namespace {

void require(int needed, int available, const char* what) {
    if (needed > available)
        throw SetupError(fmt::format("the network does not fit the core: it needs {} {}, the core has {}", needed, what,
                                     available));
}

}  // namespace

Placement::Placement(const NetworkConfig& network, const Capabilities& core) : tiles_(core.tiles) {
    require(network.layers(), core.layers, "layers");
    int slots = 0;
    std::int64_t words = 0;
    for (int l = 0; l < network.layers(); ++l) {
        const int inputs = network.sizes[static_cast<std::size_t>(l)];
        const int outputs = network.sizes[static_cast<std::size_t>(l) + 1];
        const int layer_slots = (outputs + core.tiles - 1) / core.tiles;
        layers_.push_back({inputs, outputs, layer_slots, slots, static_cast<std::uint32_t>(words)});
        slots += layer_slots;
        words += std::int64_t{layer_slots} * inputs;
    }
    require(slots, core.slots, "slots a tile");
    if (words > core.weight_depth)
        throw SetupError(fmt::format("the network does not fit the core: it needs {} weight words a tile, the core has {}",
                                     words, core.weight_depth));
    const int inputs = std::accumulate(network.sizes.begin(), network.sizes.end() - 1, 0);
    require(inputs, 1 << core.index_bits, "entries of event memory (inputs of all layers)");
}

int Placement::slot(int layer, int neuron) const {
    return layers_[static_cast<std::size_t>(layer)].slot_base + neuron / tiles_;
}

WeightAddress Placement::weight(int layer, int input, int neuron) const {
    const Layer& l = layers_[static_cast<std::size_t>(layer)];
    return {neuron % tiles_, l.weight_base + static_cast<std::uint32_t>(neuron / tiles_ * l.inputs + input)};
}

std::optional<Connection> Placement::connection(const WeightAddress& address) const {
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        const Layer& layer = layers_[l];
        if (address.word < layer.weight_base) continue;
        const auto offset = static_cast<int>(address.word - layer.weight_base);
        const int neuron = offset / layer.inputs * tiles_ + address.tile;
        if (offset < layer.slots * layer.inputs && neuron < layer.outputs)
            return Connection{static_cast<int>(l), offset % layer.inputs, neuron};
    }
    return std::nullopt;
}

}  // namespace wuxing::sim
