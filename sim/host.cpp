#include "host.hpp"

#include <fmt/format.h>

#include "core_words.hpp"
#include "setup_error.hpp"

namespace wuxing::sim {
namespace {

std::uint32_t extended(std::int16_t value) {
    return static_cast<std::uint32_t>(std::int32_t{value});
}

std::uint32_t low16(std::int16_t value) {
    return static_cast<std::uint16_t>(value);
}

MemoryMismatch compared(const MemoryWord& word, const Placement& placement, int weight_bits, std::uint32_t got) {
    const bool weight = word.kind == MemoryWord::Kind::weight;
    const std::uint32_t at = weight ? placement.weight(word.layer, word.input, word.neuron).word : word.address;
    return {to_string(word.kind), placement.tile(word.neuron), at, word.layer, word.neuron, word.input, extended(word.value), got,
            weight ? weight_fraction(weight_bits) : kStateFraction, weight ? weight_bits : 16};
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
    return decode_capabilities(cap0, cap1, cap2);
}

void CoreHost::load(const Network& network, const Placement& placement, const Learning& learning) {
    for (const RegisterValue& r : configuration_registers(network, placement)) write(r.address, r.value);
    for (const MemoryWord& word : memory_words(network, placement)) write(word.address, low16(word.value));
    write(map::kRandom, network.random_state());
    set_learning(learning, placement);
}

void CoreHost::set_learning(const Learning& learning, const Placement& placement) {
    for (const RegisterValue& r : learning_registers(learning, placement)) write(r.address, r.value);
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
    using Kind = MemoryWord::Kind;
    const int weight_bits = network.config().weight_bits;
    for (const MemoryWord& word : memory_words(network, placement)) {
        if (result.first) break;
        check(word.kind == Kind::weight      ? result.weights
              : word.kind == Kind::parameter ? result.parameters
                                             : result.states,
              compared(word, placement, weight_bits, read(word.address)));
    }
    const auto check_register = [&](const RegisterValue& r) {
        if (!result.first) check(result.registers, {r.name, -1, r.address, -1, -1, -1, r.value, read(r.address), 0, 32});
    };
    check_register({map::kRandom, network.random_state(), "random"});
    for (const RegisterValue& r : configuration_registers(network, placement)) check_register(r);
    for (const RegisterValue& r : learning_registers(learning, placement)) check_register(r);
    return result;
}

Network CoreHost::read_network(const Network& like, const Placement& placement) {
    Network network = like;
    if (placement.core().recomputes) {
        for (int l = 0; l < network.layers(); ++l)
            network.set_connection(l, read(map::layer_weights(l)), static_cast<int>(read(map::layer_scale(l))));
    }
    for (const MemoryWord& word : memory_words(like, placement)) {
        const auto value = static_cast<std::int16_t>(read(word.address));
        if (word.kind == MemoryWord::Kind::parameter)
            network.upset_parameter(word.layer, word.neuron, word.input, value);  // a fault may have put it out of its range
        else
            store_word(network, word, value);
    }
    network.set_random_state(read(map::kRandom));
    return network;
}

std::optional<MemoryMismatch> CoreHost::check_memories(const Network& before, const Network& after, const Placement& placement) {
    const std::vector<MemoryWord> old = memory_words(before, placement), now = memory_words(after, placement);
    for (std::size_t n = 0; n < old.size(); ++n)
        if (const std::uint32_t got = read(old[n].address); got != extended(old[n].value) && got != extended(now[n].value))
            return compared(old[n], placement, before.config().weight_bits, got);
    return std::nullopt;
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
                                      {map::kTrained, 0, "TRAINED"},
                                      {map::kRounding, 0, "ROUNDING"},
                                      {map::kFrame, 0, "FRAME"},
                                      {map::kShift, 0, "SHIFT"}};
    if (core.all_counters)
        values.insert(values.end(), {{map::kMultiplies, 0, "MULTIPLIES"}, {map::kSamples, 0, "SAMPLES"}});
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
