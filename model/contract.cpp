#include "contract.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

namespace wuxing {

const char* to_string(EventKind kind) {
    switch (kind) {
        case EventKind::drive: return "drive";
        case EventKind::neuron: return "neuron";
        case EventKind::backward: return "backward";
        case EventKind::weight_write: return "weight_write";
        case EventKind::parameter_write: return "parameter_write";
        case EventKind::result: return "result";
    }
    return "unknown";
}

std::int16_t nearest_state(double value) {
    return static_cast<std::int16_t>(std::clamp(std::floor(value * kOne + 0.5), -32768.0, 32767.0));
}

void Learning::validate() const {
    const auto check = [](const char* name, std::int64_t value, std::int64_t high) {
        if (value < 0 || value > high)
            throw std::invalid_argument(fmt::format("{} {} is outside 0..{}", name, value, high));
    };
    check("eta", eta, 32767);
    check("gain P", k.p, kGainMax);
    check("gain I", k.i, kGainMax);
    check("gain D", k.d, kGainMax);
    check("leak", k.leak, kLeakMax);
    check("parameter sets", k.sets, kSetsMax);
}

const std::vector<FieldInfo>& event_fields(EventKind kind, int weight_bits) {
    static const std::array<std::vector<FieldInfo>, kEventKinds> fields{{
        {{"u", kStateFraction}},
        {{"E[0]", kStateFraction},
         {"E[1]", kStateFraction},
         {"E[2]", kStateFraction},
         {"E[3]", kStateFraction},
         {"E[4]", kStateFraction}},
        {{"b[0]", kStateFraction},
         {"b[1]", kStateFraction},
         {"b[2]", kStateFraction},
         {"b[3]", kStateFraction},
         {"b[4]", kStateFraction},
         {"e", kStateFraction},
         {"g", kStepFraction}},
        {{"old", weight_fraction(16)}, {"new", weight_fraction(16)}},
        {{"old", kStateFraction}, {"new", kStateFraction}, {"G1", kStateFraction}, {"S'", kStateFraction}},
        {{"class", 0}, {"label", 0}, {"y", kStateFraction}, {"status", 0}},
    }};
    static const std::array<std::vector<FieldInfo>, 2> narrow_writes{{
        {{"old", weight_fraction(12)}, {"new", weight_fraction(12)}},
        {{"old", weight_fraction(8)}, {"new", weight_fraction(8)}},
    }};
    if (kind == EventKind::weight_write && weight_bits != 16) return narrow_writes[weight_bits == 12 ? 0 : 1];
    return fields[static_cast<std::size_t>(kind)];
}

}  // namespace wuxing
