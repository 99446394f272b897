// Where a neuron rests and whether it stays there: the fixed points of equation (1) and their stability, in reals.
#pragma once

#include <optional>
#include <vector>

#include "real_network.hpp"

namespace wuxing {

// Equation (2) both ways. E is a number, 1 at the nominal point; K1, K3 and K2 E are rates, 1 / time (a Heun step is 1/2).
// Real numbers: neither the ranges of K nor that of E (contract, section 2) is asked for here.

/// The positive fixed point of (1) without drive, the inverse of fixed_point_decay(): (K1 - K3) / K2 for equal
/// parameters of all elements, solved by Newton's method from there otherwise and put back into (1). None if there is
/// no positive one (the product of K1 must exceed that of K3) or none is found. Throws std::invalid_argument if a
/// parameter is not positive and finite.
std::optional<RealElements> fixed_point(const RealParameters& k);

/// The only K3 with which `fixed_point` is one, equation (2): K3[i] = (K1[i] E[i-1] - K2[i] E[i] E[i-2]) / E[i]. None
/// if an element of it is not positive and finite: no K3 that a neuron can have makes that point one. Throws
/// std::invalid_argument if an element of K1, K2 or of the point is not positive and finite.
std::optional<RealElements> fixed_point_decay(const RealElements& k1, const RealElements& k2,
                                              const RealElements& fixed_point);

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
