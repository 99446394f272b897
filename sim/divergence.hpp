// The first event at which core and model disagree, with everything that helps to understand it.
#pragma once

#include <array>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "host.hpp"
#include "placement.hpp"
#include "sample.hpp"

namespace wuxing::sim {

using EventCounts = std::array<std::uint64_t, kEventKinds>;

enum class DivergenceType {
    value,       ///< the expected event with a wrong field
    unexpected,  ///< an event that the model does not make here
    missing,     ///< an event that did not come
    timeout,     ///< the core stopped making progress
    memory,      ///< a word of memory or a register differs at the end of the run
};
const char* to_string(DivergenceType type);

/// An integer with its format.
struct Quantity {
    std::int64_t raw = 0;
    int fraction = 0;
    int bits = 16;
};
/// As many bits as the format has; 16 or 32 for a value that does not fit it.
std::string hex(const Quantity& q);
/// "Q3.12", "Q2.13", "Q-5.20", "integer".
std::string format_name(const Quantity& q);
double real(const Quantity& q);
/// Field k of a record; connections have weight_bits bits. A class, label or status is a plain 16-bit pattern.
Quantity field_of(const EventRecord& record, std::size_t k, int weight_bits);
/// "K2[3]" for k = 8.
std::string parameter_name(int k);

/// Something the diverging event was computed from.
struct EventInput {
    std::string name;
    std::optional<Quantity> expected, got;
    std::optional<bool> agreed;  ///< empty: not observed before the divergence
    std::string note;
};

struct Divergence {
    DivergenceType type = DivergenceType::value;
    std::uint64_t cycle = 0;
    std::uint64_t sample = 0;  ///< in the run
    int image = -1;            ///< in the set
    int label = -1;
    bool learn = false;
    std::string event;  ///< event kind, "none", or what differs in memory (MemoryMismatch::what)
    int layer = -1, neuron = -1, input = -1, tile = -1;
    std::optional<std::uint32_t> address;
    std::string field;
    std::optional<Quantity> expected, got;
    std::vector<EventInput> inputs;
    EventCounts matched{};
    std::string note;
    int phase = -1;  ///< of the core, for a timeout

    // Filled in by the command.
    std::string case_name;
    std::uint32_t seed = 0;
    std::uint64_t wave_from = 0, wave_to = 0;
    std::vector<std::string> wave_files;
    std::string reproduce;
};

/// What an expected event was computed from; seen[lane] = records of that lane that matched so far.
std::vector<EventInput> event_inputs(const Expectation& expectation, const std::vector<std::size_t>& seen,
                                     const EventRecord& event, const EventRecord* got);

Divergence from_memory(const MemoryMismatch& word);

std::string to_text(const Divergence& divergence);
nlohmann::ordered_json to_json(const Divergence& divergence);

/// One that is not the first of its run: what and where, in one line without its end, and the same as JSON.
std::string to_line(const Divergence& divergence);
nlohmann::ordered_json to_short_json(const Divergence& divergence);

}  // namespace wuxing::sim
