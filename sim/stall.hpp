// Seeded pauses: gaps in the sample stream, back-pressure on results.
#pragma once

#include <cstdint>

#include "samples.hpp"

namespace wuxing::sim {

/// With the given probability a pause of 1..longest cycles, else none.
class StallSource {
public:
    StallSource(std::uint32_t seed, double probability, std::uint32_t longest)
        : random_(seed), limit_(static_cast<std::uint32_t>(probability * kScale)), longest_(longest) {}

    std::uint16_t next() {
        if (limit_ == 0 || random_.below(kScale) >= limit_) return 0;
        return static_cast<std::uint16_t>(1 + random_.below(longest_));
    }

private:
    static constexpr std::uint32_t kScale = 1u << 20;
    RandomSource random_;
    std::uint32_t limit_, longest_;
};

}  // namespace wuxing::sim
