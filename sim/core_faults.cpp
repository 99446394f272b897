#include "core_faults.hpp"

#include <fmt/format.h>

#include "core_map.hpp"
#include "setup_error.hpp"

namespace wuxing::sim {
namespace {

constexpr std::uint32_t kStateWords = 8, kParameterWords = 16;  // a slot, in a tile's memories

constexpr const char* kOpenNeeded = "a core with open memories is needed, as tiles4open";

[[noreturn]] void refuse(const Fault& fault, const std::string& why) {
    throw SetupError(fmt::format("{}: {}", fault_line(fault), why));
}

}  // namespace

SamplePtr with_beat_faults(const SamplePtr& sample, const Faults& faults) {
    if (faults.empty()) return sample;
    auto changed = std::make_shared<Sample>(*sample);
    for (const Fault& fault : faults) {
        const auto beat = static_cast<std::size_t>(fault.index);
        if (fault.kind == FaultKind::event) changed->beat_faults.push_back({beat, 1u << fault.bit, false});
        if (fault.kind == FaultKind::drop) changed->beat_faults.push_back({beat, 0, true});
    }
    return changed;
}

void CoreFaults::turn_over(std::uint32_t address, int bit) {
    host_.write(address, (host_.read(address) ^ 1u << bit) & 0xFFFFu);
}

void CoreFaults::strike_parameter(const Fault& fault) {
    const int tile = placement_.tile(fault.neuron), slot = placement_.slot(fault.layer, fault.neuron);
    const auto value = static_cast<std::int16_t>(host_.read(map::parameter(tile, slot, fault.index)));
    const ParameterRange& range = kParameterRanges[static_cast<std::size_t>(fault.index / kElements)];
    const auto struck = static_cast<std::int16_t>(value ^ static_cast<std::int16_t>(1 << fault.bit));
    if (struck >= range.low && struck <= range.high)
        return turn_over(map::parameter(tile, slot, fault.index), fault.bit);
    const std::uint32_t word =
        kParameterWords * static_cast<std::uint32_t>(slot) + static_cast<std::uint32_t>(fault.index);
    if (!core_.memories_open())
        refuse(fault, fmt::format("K leaves its range, which the host port refuses: {}", kOpenNeeded));
    core_.upset(NeuronMemory::parameters, tile, word, fault.bit);
}

void CoreFaults::stick(const Fault& fault) {
    if (fault.tiles != placement_.tiles()) refuse(fault, fmt::format("the core has {} tiles", placement_.tiles()));
    stuck_tiles_.insert(fault.index);
    for (std::uint32_t word = 0; word < static_cast<std::uint32_t>(placement_.core().weight_depth); ++word)
        if (const WeightAddress at{fault.index, word}; placement_.connection(at)) stuck_words_.push_back(at);
}

void CoreFaults::strike(const Faults& faults) {
    armed_.clear();
    for (const Fault& fault : faults) {
        switch (fault.kind) {
            case FaultKind::connection: {
                const WeightAddress at = placement_.weight(fault.layer, fault.index, fault.neuron);
                turn_over(map::weight(at.tile, at.word), fault.bit);
                break;
            }
            case FaultKind::parameter:
                strike_parameter(fault);
                break;
            case FaultKind::controller:
                if (!placement_.core().learns_k)
                    refuse(fault, "this core was built without LearnK and has no states of K");
                turn_over(map::state(placement_.tile(fault.neuron), placement_.slot(fault.layer, fault.neuron),
                                     static_cast<std::uint32_t>(fault.index)),
                          fault.bit);
                break;
            case FaultKind::state:
                if (!core_.memories_open()) refuse(fault, kOpenNeeded);
                armed_.push_back(fault);
                break;
            case FaultKind::event:
            case FaultKind::drop:
                break;  // on their way: with_beat_faults
            case FaultKind::tile:
                stick(fault);
                break;
        }
    }
    // A memory that reads 0 whatever is written: each word is read before it is written, and written once a sample.
    for (const WeightAddress& at : stuck_words_) host_.write_weight(at, 0);
    stuck_words_.clear();
}

void CoreFaults::write(const Observation& observation) {
    const EventRecord& record = observation.record;
    if (observation.lane == kResultLane) armed_.clear();
    if (record.kind == EventKind::weight_write && stuck_tiles_.count(observation.lane) > 0)
        stuck_words_.push_back({observation.lane, observation.address});
    if (record.kind != EventKind::neuron) return;
    // The record comes when all of E are in the state memory; they are read from the next cycle on.
    for (const Fault& fault : armed_) {
        if (fault.layer != record.layer || fault.neuron != record.neuron) continue;
        const int slot = placement_.slot(fault.layer, fault.neuron);
        const std::uint32_t word =
            kStateWords * static_cast<std::uint32_t>(slot) + static_cast<std::uint32_t>(fault.index);
        core_.upset(NeuronMemory::state, observation.lane, word, fault.bit);
    }
}

}  // namespace wuxing::sim
