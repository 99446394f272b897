// The arithmetic of the golden model over blocks of neurons. Each function is one equation of docs/contract.md;
// arrays of neurons are 16-bit, one row per element or parameter, padded to a multiple of kBlock.
#pragma once

#include <cstdint>

namespace wuxing::kernels {

constexpr int kBlock = 16;  ///< neurons computed together

constexpr int padded(int neurons) {
    return (neurons + kBlock - 1) / kBlock * kBlock;
}

/// A nonzero input of a layer: pixel 0..255 in layer 0 (the contract's x / 16), else y in Q3.12.
struct InputEvent {
    std::uint16_t index;
    std::int16_t x;
};

/// (4): u[j] = sat16(rnd(sum C[i][j] x, shift)) for j < stride. weights [inputs][stride].
/// shift is 13 for x in Q3.12, 9 for pixels.
void drives(const std::int16_t* weights, int stride, const InputEvent* events, int count, int shift,
            std::int16_t* drive);

/// (1), (3): `steps` Heun steps from E = 1. parameters [15][stride], drive [stride], elements [5][stride].
void integrate_forward(const std::int16_t* parameters, int stride, const std::int16_t* drive, int steps,
                       std::int16_t* elements);

/// (6): `steps` Heun steps of the reversed ring from b = 0. elements and backward [5][stride], error [stride].
void integrate_backward(const std::int16_t* parameters, int stride, const std::int16_t* elements,
                        const std::int16_t* error, int steps, std::int16_t* backward);

/// (7): sat16(rnd(sum_j C[i][j] b[j], 13)) for one row of weights.
std::int16_t error_sum(const std::int16_t* row, const std::int16_t* backward, int stride);

/// (8): stochastic update of all rows named by events; x is multiplied by 2^x_shift first.
/// step [stride] is g. Returns the random state after the last event.
std::uint32_t update(std::int16_t* weights, int stride, const InputEvent* events, int count, int x_shift,
                     const std::int16_t* step, std::uint32_t random);

}  // namespace wuxing::kernels
