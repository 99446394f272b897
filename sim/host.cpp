#include "host.hpp"

#include <fmt/format.h>

#include "core_map.hpp"
#include "setup_error.hpp"

namespace wuxing::sim {
namespace {

std::uint32_t extended(std::int16_t value) {
    return static_cast<std::uint32_t>(std::int32_t{value});
}

std::uint32_t low16(std::int16_t value) {
    return static_cast<std::uint16_t>(value);
}

/// Everything the host puts into the layer table and the constants: written by configure, compared by compare.
struct RegisterValue {
    std::uint32_t address;
    std::uint32_t value;
    const char* name;
};
std::vector<RegisterValue> configuration(const NetworkConfig& config, const Placement& placement) {
    std::vector<RegisterValue> values;
    for (int l = 0; l < config.layers(); ++l) {
        const Placement::Layer& layer = placement.layers()[static_cast<std::size_t>(l)];
        const auto u = [](int v) { return static_cast<std::uint32_t>(v); };
        values.push_back({map::layer_size(l), u(layer.outputs) << 16 | u(layer.inputs), "LAYER_SIZE"});
        values.push_back({map::layer_base(l), u(layer.slot_base) << 16 | u(layer.slots), "LAYER_BASE"});
        values.push_back({map::layer_weights(l), layer.weight_base, "LAYER_WEIGHTS"});
    }
    values.push_back({map::kLayers, static_cast<std::uint32_t>(config.layers()), "LAYERS"});
    values.push_back({map::kSteps, static_cast<std::uint32_t>(config.steps), "STEPS"});
    values.push_back({map::kTargetOn, extended(config.target_on), "TARGET_ON"});
    values.push_back({map::kTargetOff, extended(config.target_off), "TARGET_OFF"});
    return values;
}

/// visit(layer, neuron, input) over all connections, visit(layer, neuron, k) over all parameters, in order of address.
template <typename Visit>
void for_each_weight(const Network& network, Visit visit) {
    for (int l = 0; l < network.layers(); ++l)
        for (int j = 0; j < network.outputs(l); ++j)
            for (int i = 0; i < network.inputs(l); ++i) visit(l, j, i);
}
template <typename Visit>
void for_each_parameter(const Network& network, Visit visit) {
    for (int l = 0; l < network.layers(); ++l)
        for (int j = 0; j < network.outputs(l); ++j)
            for (int k = 0; k < kParameters; ++k) visit(l, j, k);
}

std::uint32_t parameter_address(const Placement& placement, int layer, int neuron, int k) {
    return map::parameter(placement.tile(neuron), placement.slot(layer, neuron), k);
}

}  // namespace

std::uint32_t CoreHost::read(std::uint32_t address) {
    const auto data = bus_.read(address);
    if (!data) throw SetupError(fmt::format("the core refused to read address 0x{:07X}", address));
    return *data;
}

void CoreHost::write(std::uint32_t address, std::uint32_t data) {
    if (!bus_.write(address, data))
        throw SetupError(fmt::format("the core refused to write 0x{:08X} to address 0x{:07X}", data, address));
}

Capabilities CoreHost::capabilities() {
    if (const auto id = read(map::kId); id != map::kIdValue)
        throw SetupError(fmt::format("this is no Wuxing core: register ID reads 0x{:08X}", id));
    if (const auto version = read(map::kContract); version != kContractVersion)
        throw SetupError(fmt::format("the core follows contract version {}, this bench version {}", version,
                                     kContractVersion));
    const std::uint32_t cap0 = read(map::kCap0), cap1 = read(map::kCap1);
    return {static_cast<int>(cap0 & 0xFF), static_cast<int>(cap0 >> 16), static_cast<int>(cap0 >> 8 & 0xFF),
            static_cast<int>(cap1 & 0xFFFFFF), static_cast<int>(cap1 >> 24)};
}

void CoreHost::configure(const NetworkConfig& config, const Placement& placement) {
    for (const RegisterValue& r : configuration(config, placement)) write(r.address, r.value);
}

void CoreHost::load(const Network& network, const Placement& placement, int eta) {
    configure(network.config(), placement);
    for_each_weight(network, [&](int l, int j, int i) {
        write_weight(placement.weight(l, i, j), network.weight(l, i, j));
    });
    for_each_parameter(network, [&](int l, int j, int k) {
        write(parameter_address(placement, l, j, k), low16(network.parameter(l, j, k)));
    });
    write(map::kRandom, network.random_state());
    set_eta(eta);
}

void CoreHost::set_eta(int eta) {
    write(map::kEta, static_cast<std::uint32_t>(eta));
}

std::int16_t CoreHost::read_weight(const WeightAddress& address) {
    return static_cast<std::int16_t>(read(map::weight(address.tile, address.word)));
}

void CoreHost::write_weight(const WeightAddress& address, std::int16_t value) {
    write(map::weight(address.tile, address.word), low16(value));
}

ReadBack CoreHost::compare(const Network& network, const Placement& placement) {
    ReadBack result;
    const auto check = [&](std::uint64_t& count, const MemoryMismatch& word) {
        if (result.first) return;
        ++count;
        if (word.expected != word.got) result.first = word;
    };
    for_each_weight(network, [&](int l, int j, int i) {
        if (result.first) return;
        const WeightAddress at = placement.weight(l, i, j);
        check(result.weights, {"weight", at.tile, at.word, l, j, i, extended(network.weight(l, i, j)),
                               read(map::weight(at.tile, at.word)), kWeightFraction, 16});
    });
    for_each_parameter(network, [&](int l, int j, int k) {
        if (result.first) return;
        const std::uint32_t at = parameter_address(placement, l, j, k);
        check(result.parameters, {"parameter", placement.tile(j), at, l, j, k, extended(network.parameter(l, j, k)),
                                  read(at), kStateFraction, 16});
    });
    const auto check_register = [&](const char* name, std::uint32_t at, std::uint32_t expected) {
        if (!result.first) check(result.registers, {name, -1, at, -1, -1, -1, expected, read(at), 0, 32});
    };
    check_register("random", map::kRandom, network.random_state());
    for (const RegisterValue& r : configuration(network.config(), placement)) check_register(r.name, r.address, r.value);
    return result;
}

Network CoreHost::read_network(const Network& like, const Placement& placement) {
    Network network(like.config());
    for_each_weight(network, [&](int l, int j, int i) {
        network.set_weight(l, i, j, read_weight(placement.weight(l, i, j)));
    });
    for_each_parameter(network, [&](int l, int j, int k) {
        network.set_parameter(l, j, k, static_cast<std::int16_t>(read(parameter_address(placement, l, j, k))));
    });
    network.set_random_state(read(map::kRandom));
    return network;
}

std::optional<MemoryMismatch> CoreHost::check_reset_values(const Capabilities& core) {
    std::vector<RegisterValue> values{{map::kStatus, 0, "STATUS"},
                                      {map::kLayers, 0, "LAYERS"},
                                      {map::kSteps, 8, "STEPS"},
                                      {map::kEta, 0, "ETA"},
                                      {map::kTargetOn, kOne, "TARGET_ON"},
                                      {map::kTargetOff, extended(-819), "TARGET_OFF"},
                                      {map::kRandom, 1, "RANDOM"},
                                      {map::kCycles, 0, "CYCLES"},
                                      {map::kMultiplies, 0, "MULTIPLIES"},
                                      {map::kSamples, 0, "SAMPLES"},
                                      {map::kTrained, 0, "TRAINED"}};
    for (int l = 0; l < core.layers; ++l) {
        values.push_back({map::layer_size(l), 0, "LAYER_SIZE"});
        values.push_back({map::layer_base(l), 0, "LAYER_BASE"});
        values.push_back({map::layer_weights(l), 0, "LAYER_WEIGHTS"});
    }
    for (const RegisterValue& r : values)
        if (const auto got = read(r.address); got != r.value)
            return MemoryMismatch{r.name, -1, r.address, -1, -1, -1, r.value, got, 0, 32};
    return std::nullopt;
}

}  // namespace wuxing::sim
