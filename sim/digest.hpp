// A running digest of 64-bit words.
#pragma once

#include <cstdint>

namespace wuxing::sim {

class Digest {
public:
    void mix(std::uint64_t word) {
        value_ = (value_ ^ word) * 0x9E3779B97F4A7C15u;
        value_ ^= value_ >> 29;
    }
    std::uint64_t value() const { return value_; }

private:
    std::uint64_t value_ = 0xCBF29CE484222325u;
};

}  // namespace wuxing::sim
