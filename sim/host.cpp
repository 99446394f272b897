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

struct RegisterValue {
    std::uint32_t address;
    std::uint32_t value;
    const char* name;
};
std::uint32_t word(int value) {
    return static_cast<std::uint32_t>(value);
}

/// Everything the host puts into the layer table and the constants: written by load, compared by compare.
std::vector<RegisterValue> configuration(const Network& network, const Placement& placement) {
    const NetworkConfig& config = network.config();
    std::vector<RegisterValue> values;
    for (int l = 0; l < config.layers(); ++l) {
        const Placement::Layer& layer = placement.layers()[static_cast<std::size_t>(l)];
        values.push_back({map::layer_size(l), word(layer.outputs) << 16 | word(layer.inputs), "LAYER_SIZE"});
        values.push_back({map::layer_base(l), word(layer.slot_base) << 16 | word(layer.slots), "LAYER_BASE"});
        if (placement.core().recomputes) {
            values.push_back({map::layer_weights(l), network.connection_key(l), "LAYER_WEIGHTS"});
            values.push_back({map::layer_scale(l), word(network.connection_scale(l)), "LAYER_SCALE"});
        } else {
            values.push_back({map::layer_weights(l), layer.weight_base, "LAYER_WEIGHTS"});
        }
    }
    values.push_back({map::kLayers, word(config.layers()), "LAYERS"});
    values.push_back({map::kSteps, word(config.steps), "STEPS"});
    values.push_back({map::kTargetOn, extended(config.target_on), "TARGET_ON"});
    values.push_back({map::kTargetOff, extended(config.target_off), "TARGET_OFF"});
    values.push_back({map::kRounding, config.rounding == Rounding::nearest ? 1u : 0u, "ROUNDING"});
    const Frame& frame = network.frame();
    if (frame.max_shift != 0) values.push_back({map::kFrame, word(frame.rows) << 16 | word(frame.columns), "FRAME"});
    values.push_back({map::kShift, word(frame.max_shift), "SHIFT"});
    return values;
}

/// The same for what a sample may change.
std::vector<RegisterValue> learning_registers(const Learning& learning, const Placement& placement) {
    std::vector<RegisterValue> values{{map::kEta, word(learning.eta), "ETA"}};
    if (!placement.core().learns_k) return values;
    const PidGains& k = learning.k;
    values.insert(values.end(), {{map::kGainP, word(k.p), "K_P"},
                                 {map::kGainI, word(k.i), "K_I"},
                                 {map::kGainD, word(k.d), "K_D"},
                                 {map::kLeak, word(k.leak), "K_LEAK"},
                                 {map::kSets, k.sets, "K_SETS"}});
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
std::uint32_t state_address(const Placement& placement, int layer, int neuron, std::uint32_t first, int k) {
    return map::state(placement.tile(neuron), placement.slot(layer, neuron), first + word(k));
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
    const std::uint32_t cap0 = read(map::kCap0), cap1 = read(map::kCap1), cap2 = read(map::kCap2);
    const auto bits = [](std::uint32_t value, int low, int width) {
        return static_cast<int>(value >> low & ((1u << width) - 1));
    };
    return {bits(cap0, 0, 8),  bits(cap0, 16, 16), bits(cap0, 8, 8),       bits(cap1, 0, 24),
            bits(cap1, 24, 8), bits(cap2, 0, 8),   bits(cap2, 8, 1) != 0, bits(cap2, 9, 1) != 0};
}

void CoreHost::load(const Network& network, const Placement& placement, const Learning& learning) {
    for (const RegisterValue& r : configuration(network, placement)) write(r.address, r.value);
    if (!placement.core().recomputes)
        for_each_weight(network, [&](int l, int j, int i) {
            write_weight(placement.weight(l, i, j), network.weight(l, i, j));
        });
    for_each_parameter(network, [&](int l, int j, int k) {
        write(parameter_address(placement, l, j, k), low16(network.parameter(l, j, k)));
    });
    if (placement.core().learns_k)
        for_each_parameter(network, [&](int l, int j, int k) {
            write(state_address(placement, l, j, map::kIntegralWords, k), low16(network.integral(l, j, k)));
            write(state_address(placement, l, j, map::kLastG1Words, k), low16(network.last_g1(l, j, k)));
        });
    write(map::kRandom, network.random_state());
    set_learning(learning, placement);
}

void CoreHost::set_learning(const Learning& learning, const Placement& placement) {
    for (const RegisterValue& r : learning_registers(learning, placement)) write(r.address, r.value);
}

std::int16_t CoreHost::read_weight(const WeightAddress& address) {
    return static_cast<std::int16_t>(read(map::weight(address.tile, address.word)));
}

void CoreHost::write_weight(const WeightAddress& address, std::int16_t value) {
    write(map::weight(address.tile, address.word), low16(value));
}

ReadBack CoreHost::compare(const Network& network, const Placement& placement, const Learning& learning) {
    ReadBack result;
    const auto check = [&](std::uint64_t& count, const MemoryMismatch& mismatch) {
        if (result.first) return;
        ++count;
        if (mismatch.expected != mismatch.got) result.first = mismatch;
    };
    const int weight_bits = network.config().weight_bits;
    if (!placement.core().recomputes)
        for_each_weight(network, [&](int l, int j, int i) {
            if (result.first) return;
            const WeightAddress at = placement.weight(l, i, j);
            check(result.weights, {"weight", at.tile, at.word, l, j, i, extended(network.weight(l, i, j)),
                                   read(map::weight(at.tile, at.word)), weight_fraction(weight_bits), weight_bits});
        });
    const auto check_k = [&](std::uint64_t& count, const char* what, int l, int j, int k, std::uint32_t at, std::int16_t expected) {
        if (result.first) return;
        check(count, {what, placement.tile(j), at, l, j, k, extended(expected), read(at), kStateFraction, 16});
    };
    for_each_parameter(network, [&](int l, int j, int k) {
        check_k(result.parameters, "parameter", l, j, k, parameter_address(placement, l, j, k), network.parameter(l, j, k));
    });
    if (placement.core().learns_k)
        for_each_parameter(network, [&](int l, int j, int k) {
            check_k(result.states, "integral", l, j, k, state_address(placement, l, j, map::kIntegralWords, k),
                    network.integral(l, j, k));
            check_k(result.states, "last_g1", l, j, k, state_address(placement, l, j, map::kLastG1Words, k),
                    network.last_g1(l, j, k));
        });
    const auto check_register = [&](const RegisterValue& r) {
        if (!result.first) check(result.registers, {r.name, -1, r.address, -1, -1, -1, r.value, read(r.address), 0, 32});
    };
    check_register({map::kRandom, network.random_state(), "random"});
    for (const RegisterValue& r : configuration(network, placement)) check_register(r);
    for (const RegisterValue& r : learning_registers(learning, placement)) check_register(r);
    return result;
}

Network CoreHost::read_network(const Network& like, const Placement& placement) {
    Network network = like;
    const auto value = [&](std::uint32_t address) { return static_cast<std::int16_t>(read(address)); };
    if (placement.core().recomputes) {
        for (int l = 0; l < network.layers(); ++l)
            network.set_connection(l, read(map::layer_weights(l)), static_cast<int>(read(map::layer_scale(l))));
    } else {
        for_each_weight(network, [&](int l, int j, int i) {
            network.set_weight(l, i, j, read_weight(placement.weight(l, i, j)));
        });
    }
    for_each_parameter(network, [&](int l, int j, int k) {
        network.set_parameter(l, j, k, value(parameter_address(placement, l, j, k)));
        if (!placement.core().learns_k) return;
        network.set_controller(l, j, k, value(state_address(placement, l, j, map::kIntegralWords, k)),
                               value(state_address(placement, l, j, map::kLastG1Words, k)));
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
                                      {map::kTrained, 0, "TRAINED"},
                                      {map::kRounding, 0, "ROUNDING"},
                                      {map::kFrame, 0, "FRAME"},
                                      {map::kShift, 0, "SHIFT"}};
    if (core.learns_k)
        values.insert(values.end(), {{map::kGainP, 0, "K_P"},
                                     {map::kGainI, 0, "K_I"},
                                     {map::kGainD, 0, "K_D"},
                                     {map::kLeak, 0, "K_LEAK"},
                                     {map::kSets, 0, "K_SETS"}});
    for (int l = 0; l < core.layers; ++l) {
        values.push_back({map::layer_size(l), 0, "LAYER_SIZE"});
        values.push_back({map::layer_base(l), 0, "LAYER_BASE"});
        values.push_back({map::layer_weights(l), 0, "LAYER_WEIGHTS"});
        if (core.recomputes) values.push_back({map::layer_scale(l), 0, "LAYER_SCALE"});
    }
    for (const RegisterValue& r : values)
        if (const auto got = read(r.address); got != r.value)
            return MemoryMismatch{r.name, -1, r.address, -1, -1, -1, r.value, got, 0, 32};
    return std::nullopt;
}

}  // namespace wuxing::sim
