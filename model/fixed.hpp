// Every rounding, narrowing and saturation of the integer model (docs/contract.md, section 1).
#pragma once

#include <algorithm>
#include <cstdint>

namespace wuxing {

/// v limited to the range of a 16-bit signed integer.
constexpr std::int16_t sat16(std::int64_t v) {
    return static_cast<std::int16_t>(v < -32768 ? -32768 : v > 32767 ? 32767 : v);
}

/// satW(v): v limited to the range of a signed integer of `bits` bits, 2..16.
constexpr std::int16_t sat_weight(std::int64_t v, int bits) {
    const std::int64_t low = -(std::int64_t{1} << (bits - 1)), high = -low - 1;
    return static_cast<std::int16_t>(v < low ? low : v > high ? high : v);
}

/// floor(v / 2^n); the shift of a negative number is arithmetic on every compiler this project supports.
constexpr std::int64_t shift_down(std::int64_t v, int n) {
    return v >> n;
}

/// rnd(v, n) = floor((v + 2^(n-1)) / 2^n): round half up. n >= 1; |v| < 2^62.
constexpr std::int64_t round_shift(std::int64_t v, int n) {
    return shift_down(v + (std::int64_t{1} << (n - 1)), n);
}

/// rnda(v, n) = sign(v) floor((|v| + 2^(n-1)) / 2^n): round half away from zero, without bias for either sign. n >= 1;
/// |v| < 2^62.
constexpr std::int64_t round_away(std::int64_t v, int n) {
    return v < 0 ? -round_shift(-v, n) : round_shift(v, n);
}

/// v limited to the range of an element, 0..16383 (Q3.12: 0 <= E < 4).
constexpr std::int16_t clamp_element(std::int64_t v) {
    return static_cast<std::int16_t>(v < 0 ? 0 : v > 16383 ? 16383 : v);
}

static_assert(round_shift(-1, 1) == 0 && round_shift(-3, 1) == -1 && round_shift(3, 1) == 2);
static_assert(round_away(-1, 1) == -1 && round_away(-3, 2) == -1 && round_away(-2, 2) == -1 && round_away(2, 2) == 1);

}  // namespace wuxing
