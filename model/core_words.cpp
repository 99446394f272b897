#include "core_words.hpp"

namespace wuxing {
namespace {

std::uint32_t extended(std::int16_t value) {
    return static_cast<std::uint32_t>(std::int32_t{value});
}

std::uint32_t word(int value) {
    return static_cast<std::uint32_t>(value);
}

}  // namespace

Capabilities decode_capabilities(std::uint32_t cap0, std::uint32_t cap1, std::uint32_t cap2) {
    const auto bits = [](std::uint32_t value, int low, int width) {
        return static_cast<int>(value >> low & ((1u << width) - 1));
    };
    return {bits(cap0, 0, 8),  bits(cap0, 16, 16), bits(cap0, 8, 8),      bits(cap1, 0, 24),
            bits(cap1, 24, 8), bits(cap2, 0, 8),   bits(cap2, 8, 1) != 0, bits(cap2, 9, 1) != 0,
            bits(cap2, 10, 1) != 0};
}

std::vector<RegisterValue> configuration_registers(const Network& network, const Placement& placement) {
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

const char* to_string(MemoryWord::Kind kind) {
    switch (kind) {
        case MemoryWord::Kind::weight:
            return "weight";
        case MemoryWord::Kind::parameter:
            return "parameter";
        case MemoryWord::Kind::integral:
            return "integral";
        case MemoryWord::Kind::last_g1:
            return "last_g1";
    }
    return "unknown";
}

std::vector<MemoryWord> memory_words(const Network& network, const Placement& placement) {
    using Kind = MemoryWord::Kind;
    std::vector<MemoryWord> words;
    for (int l = 0; l < network.layers() && !placement.core().recomputes; ++l)
        for (int j = 0; j < network.outputs(l); ++j)
            for (int i = 0; i < network.inputs(l); ++i) {
                const WeightAddress at = placement.weight(l, i, j);
                words.push_back({Kind::weight, l, j, i, map::weight(at.tile, at.word), network.weight(l, i, j)});
            }
    const auto for_each_parameter = [&](auto visit) {
        for (int l = 0; l < network.layers(); ++l)
            for (int j = 0; j < network.outputs(l); ++j)
                for (int k = 0; k < kParameters; ++k) visit(l, j, k, placement.tile(j), placement.slot(l, j));
    };
    for_each_parameter([&](int l, int j, int k, int tile, int slot) {
        words.push_back({Kind::parameter, l, j, k, map::parameter(tile, slot, k), network.parameter(l, j, k)});
    });
    if (!placement.core().learns_k) return words;
    for_each_parameter([&](int l, int j, int k, int tile, int slot) {
        const auto address = [&](std::uint32_t first) { return map::state(tile, slot, first + word(k)); };
        words.push_back({Kind::integral, l, j, k, address(map::kIntegralWords), network.integral(l, j, k)});
        words.push_back({Kind::last_g1, l, j, k, address(map::kLastG1Words), network.last_g1(l, j, k)});
    });
    return words;
}

void store_word(Network& network, const MemoryWord& word, std::int16_t value) {
    const int l = word.layer, j = word.neuron, k = word.input;
    switch (word.kind) {
        case MemoryWord::Kind::weight:
            network.set_weight(l, k, j, value);
            break;
        case MemoryWord::Kind::parameter:
            network.set_parameter(l, j, k, value);
            break;
        case MemoryWord::Kind::integral:
            network.set_controller(l, j, k, value, network.last_g1(l, j, k));
            break;
        case MemoryWord::Kind::last_g1:
            network.set_controller(l, j, k, network.integral(l, j, k), value);
            break;
    }
}

}  // namespace wuxing
