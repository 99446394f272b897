// The arithmetic of the golden model over blocks of neurons. Each function is one equation of docs/contract.md;
// arrays of neurons are 16-bit, one row per element or parameter, padded to a multiple of kBlock.
#pragma once

#include <cstdint>

#include "contract.hpp"

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

/// (4): u[j] = sat16(rnd(sum w[i][j] x, shift)) for j < stride. weights [inputs][stride].
/// shift is F for x in Q3.12, F - 4 for pixels.
void drives(const std::int16_t* weights, int stride, const InputEvent* events, int count, int shift,
            std::int16_t* drive);

/// (1), (3): `steps` Heun steps from E = 1. parameters [15][stride], drive [stride], elements [5][stride]. With
/// `any_parameters` right also for K out of its range, as an upset may leave it.
void integrate_forward(const std::int16_t* parameters, int stride, const std::int16_t* drive, int steps,
                       std::int16_t* elements, bool any_parameters = false);

/// (6): `steps` Heun steps of the reversed ring from b = 0. elements and backward [5][stride], error [stride].
void integrate_backward(const std::int16_t* parameters, int stride, const std::int16_t* elements,
                        const std::int16_t* error, int steps, std::int16_t* backward);

/// (6) for one neuron, exact whatever 16 bits an upset has left in K and E; each array has `stride` between its rows.
void integrate_backward_exact(const std::int16_t* parameters, const std::int16_t* elements, int stride,
                              std::int16_t error, int steps, std::int16_t* backward, int backward_stride);

/// (7): e[i] = sat16(rnd(sum_j w[i][j] b[j], shift)) for i < inputs. weights [inputs][stride], backward [stride];
/// shift is F. Where elements[i] is 0 or the top of the range (a clamped element: its neuron is not live whatever its
/// error) e[i] is 0.
void error_sums(const std::int16_t* weights, int inputs, int stride, const std::int16_t* backward, int shift,
                const std::int16_t* elements, std::int16_t* errors);

/// (8): update of all rows named by events; x is multiplied by 2^x_shift first. step [stride] is g.
/// Returns the random state after the last event.
std::uint32_t update(std::int16_t* weights, int stride, const InputEvent* events, int count, int x_shift,
                     const std::int16_t* step, std::uint32_t random, int weight_bits = 16,
                     Rounding rounding = Rounding::stochastic);

/// K and its controllers in one layer: parameters, integral (S) and last G1, each [15][stride].
struct ParameterRows {
    std::int16_t *parameters, *integral, *last;
};

/// (9), (10): all enabled parameters of the neurons whose live[j] is -1; the others' live[j] is 0. elements (E) and
/// backward (b) are [5][stride]. Returns the random state, 15 words on.
std::uint32_t update_parameters(const ParameterRows& rows, int stride, const std::int16_t* elements,
                                const std::int16_t* backward, const std::int16_t* live, const PidGains& gains,
                                Rounding rounding, std::uint32_t random);

/// (11): a whole layer of recomputed connections, [inputs][stride]; 0 beyond `neurons`.
void recompute(std::int16_t* weights, int inputs, int neurons, int stride, std::uint32_t key, int scale);

}  // namespace wuxing::kernels
