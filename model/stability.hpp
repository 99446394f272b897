// Where a neuron rests and whether it stays there: the fixed points of equation (1) and their stability, in reals.
#pragma once

#include <optional>
#include <vector>

#include "real_network.hpp"

namespace wuxing {

/// The positive fixed point of (1) without drive, the inverse of fixed_point_decay(): (K1 - K3) / K2 for equal
/// parameters of all elements, solved by Newton's method from there otherwise and put back into (1). None if there is
/// no positive one (the product of K1 must exceed that of K3) or none is found. Throws std::invalid_argument if a
/// parameter is not positive.
std::optional<RealElements> fixed_point(const RealParameters& k);

/// Greatest real part of the eigenvalues of the Jacobian of (1) at a state, in 1 / time: above 0 a displacement grows
/// and the neuron is an oscillator, below 0 it dies out and the neuron is a propagator.
double growth(const RealParameters& k, const RealElements& fixed_point);

struct LayerStability {
    int neurons = 0;
    int oscillators = 0;          ///< growth > 0
    int without_fixed_point = 0;  ///< neither oscillator nor propagator
    double greatest_growth = 0;   ///< of the neurons with a fixed point; 0 if there is none
};

struct StabilityReport {
    std::vector<LayerStability> layers;
};

/// Of every neuron at its own fixed point.
StabilityReport stability(const Network& network);

}  // namespace wuxing
