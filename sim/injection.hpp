// Faults on purpose: proof that the bench sees them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <systemc>
#include <tlm>

#include "placement.hpp"
#include "sample.hpp"

namespace wuxing::sim {

/// One flipped bit of one field of one observed event, or of every one from there on: a fault that stays.
struct EventInjection {
    EventKind kind = EventKind::drive;
    std::uint64_t ordinal = 0;  ///< which event of that kind, from 0, in the order of observation
    bool repeated = false;
    int bit = 0;
    std::size_t field = 0;  ///< index into EventRecord::values
};
enum class MemoryKind { weight, parameter, state };
/// One flipped bit of the core's memories.
struct MemoryInjection {
    MemoryKind memory = MemoryKind::weight;
    WeightAddress address{};  ///< word: as in the memory map, within a tile
    int bit = 0;
    std::uint64_t sample = 0;  ///< before which sample of the run
};

struct Injection {
    std::optional<EventInjection> event;
    std::optional<MemoryInjection> memory;
    explicit operator bool() const { return event || memory; }
};

/// KIND:ORDINAL[+]:BIT[:FIELD] with FIELD a field's name or number (default: the first) and + for every event from that
/// one on, or MEMORY:TILE:ADDRESS:BIT@SAMPLE with MEMORY memory (of connections), parameter (K) or state (S, last G1).
/// Throws SetupError with one line.
Injection parse_injection(const std::string& text);

/// Passes observations on, one of them or all from one on with a flipped bit.
class Injector : public sc_core::sc_module, public tlm::tlm_analysis_if<Observation> {
public:
    sc_core::sc_export<tlm::tlm_analysis_if<Observation>> in;
    tlm::tlm_analysis_port<Observation> out;

    Injector(const sc_core::sc_module_name& name, const EventInjection& injection)
        : sc_module(name), in("in"), out("out"), injection_(injection) {
        in.bind(*this);
    }
    void write(const Observation& observation) override;
    bool done() const { return count_ > injection_.ordinal; }
    std::uint64_t count() const { return count_; }

private:
    EventInjection injection_;
    std::uint64_t count_ = 0;  ///< events of that kind so far
};

}  // namespace wuxing::sim
