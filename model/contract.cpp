#include "contract.hpp"

namespace wuxing {

const char* to_string(EventKind kind) {
    switch (kind) {
        case EventKind::drive: return "drive";
        case EventKind::neuron: return "neuron";
        case EventKind::backward: return "backward";
        case EventKind::weight_write: return "weight_write";
        case EventKind::result: return "result";
    }
    return "unknown";
}

const std::vector<FieldInfo>& event_fields(EventKind kind) {
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
        {{"old", kWeightFraction}, {"new", kWeightFraction}},
        {{"class", 0}, {"label", 0}, {"y", kStateFraction}, {"status", 0}},
    }};
    return fields[static_cast<std::size_t>(kind)];
}

}  // namespace wuxing
