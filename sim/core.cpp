#include "core.hpp"

#include <array>

namespace wuxing::sim {

const char* phase_name(int phase) {
    static constexpr std::array<const char*, kPhases + 1> kNames{
        "idle", "receive", "multiply_accumulate", "neurons_forward", "neurons_backward", "error_sums", "update", "result",
        "any"};
    return kNames[static_cast<std::size_t>(phase)];
}

}  // namespace wuxing::sim
