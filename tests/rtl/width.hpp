// What depends on the width of a connection, in the plain numbers of the contract (sections 2 and 6.2).
#pragma once

#include <cstdint>

#include "fixed.hpp"

namespace wuxing::test {

struct Width {
    int bits, fraction, shift;  ///< W, F, Z
    std::uint32_t turn;         ///< T
    int least, most;            ///< of a connection

    std::uint32_t mask() const { return (std::uint32_t{1} << shift) - 1; }
    std::int32_t limited(std::int64_t v) const {
        return static_cast<std::int32_t>(v < least ? least : v > most ? most : v);
    }
    /// (8): connection after an event.
    std::int32_t updated(std::int32_t w, std::int64_t xg, std::uint32_t r) const {
        return limited(w + shift_down(xg + r, shift));
    }
    std::uint32_t threshold(std::uint32_t random, std::uint32_t neuron, bool nearest = false) const {
        return nearest ? std::uint32_t{1} << (shift - 1) : (random + turn * neuron) & mask();
    }
    /// (4), (7): a sum of products with connections.
    std::int16_t rounded(std::int64_t sum) const { return sat16(round_shift(sum, fraction)); }
};

constexpr Width kWidth16{16, 13, 19, 324027, -32768, 32767};
constexpr Width kWidth12{12, 11, 21, 1296111, -2048, 2047};
constexpr Width kWidth8{8, 8, 24, 10368889, -128, 127};

}  // namespace wuxing::test
