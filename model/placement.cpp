#include "placement.hpp"

#include <fmt/format.h>

#include <numeric>

#include "setup_error.hpp"

namespace wuxing {
namespace {

void require(int needed, int available, const char* what) {
    if (needed > available)
        throw SetupError(fmt::format("the network does not fit the core: it needs {} {}, the core has {}", needed, what,
                                     available));
}

}  // namespace

void check_learning(const Learning& learning, const Capabilities& core) {
    if (!core.learns_k && learning.k.sets != 0)
        throw SetupError("this core cannot learn K: it was built without LearnK (choose another core, or --k-sets none)");
    if (core.recomputes && learning.eta != 0)
        throw SetupError("this core recomputes its connections, so they cannot be learnt: --eta must be 0");
}

Placement::Placement(const NetworkConfig& network, const Capabilities& core) : core_(core) {
    if (network.recomputed != core.recomputes)
        throw SetupError(fmt::format("the network's connections are {}, those of the core {}",
                                     network.recomputed ? "recomputed" : "stored", core.recomputes ? "recomputed" : "stored"));
    if (network.weight_bits != core.weight_bits)
        throw SetupError(fmt::format("a connection of the network has {} bits, one of the core {}", network.weight_bits,
                                     core.weight_bits));
    require(network.layers(), core.layers, "layers");
    int slots = 0;
    std::int64_t words = 0;
    for (int l = 0; l < network.layers(); ++l) {
        const int inputs = network.sizes[static_cast<std::size_t>(l)];
        const int outputs = network.sizes[static_cast<std::size_t>(l) + 1];
        const int layer_slots = (outputs + core.tiles - 1) / core.tiles;
        layers_.push_back({inputs, outputs, layer_slots, slots, static_cast<std::uint32_t>(words)});
        slots += layer_slots;
        if (!core.recomputes) words += std::int64_t{layer_slots} * inputs;
    }
    require(slots, core.slots, "slots a tile");
    if (words > core.weight_depth)
        throw SetupError(fmt::format("the network does not fit the core: it needs {} weight words a tile, the core has {}",
                                     words, core.weight_depth));
    const int inputs = std::accumulate(network.sizes.begin(), network.sizes.end() - 1, 0);
    require(inputs, 1 << core.index_bits, "entries of event memory (inputs of all layers)");
}

int Placement::slot(int layer, int neuron) const {
    return layers_[static_cast<std::size_t>(layer)].slot_base + neuron / core_.tiles;
}

WeightAddress Placement::weight(int layer, int input, int neuron) const {
    const Layer& l = layers_[static_cast<std::size_t>(layer)];
    return {neuron % core_.tiles, l.weight_base + static_cast<std::uint32_t>(neuron / core_.tiles * l.inputs + input)};
}

std::optional<Connection> Placement::connection(const WeightAddress& address) const {
    if (core_.recomputes) return std::nullopt;
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        const Layer& layer = layers_[l];
        if (address.word < layer.weight_base) continue;
        const auto offset = static_cast<int>(address.word - layer.weight_base);
        const int neuron = offset / layer.inputs * core_.tiles + address.tile;
        if (offset < layer.slots * layer.inputs && neuron < layer.outputs)
            return Connection{static_cast<int>(l), offset % layer.inputs, neuron};
    }
    return std::nullopt;
}

std::optional<Neuron> Placement::neuron(int tile, int slot) const {
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        const Layer& layer = layers_[l];
        const int neuron = (slot - layer.slot_base) * core_.tiles + tile;
        if (slot >= layer.slot_base && neuron < layer.outputs) return Neuron{static_cast<int>(l), neuron};
    }
    return std::nullopt;
}

std::uint32_t Placement::observed_address(const EventRecord& r) const {
    if (r.layer >= layers_.size()) return 0;
    if (r.kind == EventKind::weight_write) return weight(r.layer, r.input, r.neuron).word;
    if (r.kind == EventKind::parameter_write) return static_cast<std::uint32_t>(slot(r.layer, r.neuron)) << 4 | r.input;
    return 0;
}

}  // namespace wuxing
