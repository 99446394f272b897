#include "stability.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>

namespace wuxing {
namespace {

using Matrix = Eigen::Matrix<double, kElements, kElements>;
using Vector = Eigen::Matrix<double, kElements, 1>;

// i - distance around the ring.
constexpr int back(int i, int distance) {
    return (i + kElements - distance) % kElements;
}

double value(const RealElements& row, int i) {
    return row[static_cast<std::size_t>(i)];
}

bool all_positive(const RealElements& row) {
    return std::all_of(row.begin(), row.end(), [](double v) { return std::isfinite(v) && v > 0; });
}

void check_domain(const RealElements& row, const char* name) {
    if (!all_positive(row)) throw std::invalid_argument(std::string(name) + " of a neuron is not positive and finite");
}

/// Each parameter `part` (0..1) of the way from the geometric mean of its set to its own value.
RealParameters between(const RealParameters& k, double part) {
    RealParameters mixed = k;
    for (RealElements* row : {&mixed.k1, &mixed.k2, &mixed.k3}) {
        double mean = 0;
        for (const double v : *row) mean += std::log(v) / kElements;
        for (double& v : *row) v = std::exp(mean + part * (std::log(v) - mean));
    }
    return mixed;
}

/// Newton's method on K1 E[i-1] / E[i] - K2 E[i-2] - K3 = 0 in z = log E, which keeps E positive.
bool solve(const RealParameters& k, Vector& z) {
    constexpr int kRounds = 100;
    constexpr double kLongestStep = 1.0, kEnough = 1e-9;  // a step so short leaves its square, or rounding
    for (int round = 0; round < kRounds; ++round) {
        Matrix jacobian = Matrix::Zero();
        Vector f;
        for (int i = 0; i < kElements; ++i) {
            const double generation = value(k.k1, i) * std::exp(z[back(i, 1)] - z[i]);
            const double overcoming = value(k.k2, i) * std::exp(z[back(i, 2)]);
            f[i] = generation - overcoming - value(k.k3, i);
            jacobian(i, back(i, 1)) += generation;
            jacobian(i, i) -= generation;
            jacobian(i, back(i, 2)) -= overcoming;
        }
        Vector step = jacobian.partialPivLu().solve(-f);
        if (!step.allFinite()) return false;
        const double longest = step.cwiseAbs().maxCoeff();
        if (longest > kLongestStep) step *= kLongestStep / longest;
        z += step;
        if (longest < kEnough) return true;
    }
    return false;
}

/// That E is at rest: dE/dt is nothing beside the terms that cancel in it.
bool at_rest(const RealParameters& k, const RealElements& elements) {
    constexpr double kTolerance = 1e-9;
    const RealElements d = forward_derivative(k, elements, 0.0);
    for (int i = 0; i < kElements; ++i) {
        if (!(std::abs(value(d, i)) <= kTolerance * value(k.k1, i) * value(elements, back(i, 1)))) return false;
    }
    return true;
}

/// Where E is if it is small: the ratios that generation and decay alone would give, and the size at which the product
/// of (1) over the ring holds to first order. With so little overcoming Newton's method does not find the ratios.
Vector near_zero(const RealParameters& k) {
    double excess = 0;  // log of the product of K1 / K3
    for (int i = 0; i < kElements; ++i) excess += std::log(value(k.k1, i) / value(k.k3, i));
    Vector z = Vector::Zero();
    for (int i = 1; i < kElements; ++i) z[i] = z[i - 1] + std::log(value(k.k1, i) / value(k.k3, i)) - excess / kElements;
    double overcoming = 0;
    for (int i = 0; i < kElements; ++i) overcoming += value(k.k2, i) * std::exp(z[back(i, 2)]) / value(k.k3, i);
    return z + Vector::Constant(std::log(excess / overcoming));
}

}  // namespace

std::optional<RealElements> fixed_point(const RealParameters& k) {
    check_domain(k.k1, "K1");
    check_domain(k.k2, "K2");
    check_domain(k.k3, "K3");
    const RealParameters mean = between(k, 0);
    // K1[i] E[i-1] > K3[i] E[i] in every equation at rest: the product over the ring leaves K1 against K3 alone.
    if (mean.k3[0] >= mean.k1[0]) return std::nullopt;
    const auto checked = [&k](const Vector& z) -> std::optional<RealElements> {
        RealElements elements;
        for (int i = 0; i < kElements; ++i) elements[static_cast<std::size_t>(i)] = std::exp(z[i]);
        return at_rest(k, elements) ? std::optional(elements) : std::nullopt;
    };
    const double start = std::log((mean.k1[0] - mean.k3[0]) / mean.k2[0]);
    for (const int stages : {1, 8, 64}) {  // far from equal parameters the way is gone in stages
        Vector z = Vector::Constant(start);
        bool found = true;
        for (int n = 1; n <= stages && found; ++n) found = solve(between(k, static_cast<double>(n) / stages), z);
        if (found && checked(z)) return checked(z);
    }
    Vector z = near_zero(k);
    if (solve(k, z)) return checked(z);
    return std::nullopt;
}

std::optional<RealElements> fixed_point_decay(const RealElements& k1, const RealElements& k2,
                                              const RealElements& fixed_point) {
    check_domain(k1, "K1");
    check_domain(k2, "K2");
    check_domain(fixed_point, "the wanted fixed point");
    RealElements k3{};
    for (int i = 0; i < kElements; ++i) {
        const double e = value(fixed_point, i);
        k3[static_cast<std::size_t>(i)] =
            (value(k1, i) * value(fixed_point, back(i, 1)) - value(k2, i) * e * value(fixed_point, back(i, 2))) / e;
    }
    return all_positive(k3) ? std::optional(k3) : std::nullopt;
}

double growth(const RealParameters& k, const RealElements& fixed_point) {
    Matrix jacobian = Matrix::Zero();
    for (int i = 0; i < kElements; ++i) {
        jacobian(i, i) -= value(k.k2, i) * value(fixed_point, back(i, 2)) + value(k.k3, i);
        jacobian(i, back(i, 1)) += value(k.k1, i);
        jacobian(i, back(i, 2)) -= value(k.k2, i) * value(fixed_point, i);
    }
    return Eigen::EigenSolver<Matrix>(jacobian, false).eigenvalues().real().maxCoeff();
}

StabilityReport stability(const Network& network) {
    StabilityReport report;
    for (int l = 0; l < network.layers(); ++l) {
        LayerStability layer;
        layer.neurons = network.outputs(l);
        double greatest = -std::numeric_limits<double>::infinity();
        for (int j = 0; j < layer.neurons; ++j) {
            const RealParameters k = real_parameters(network, l, j);
            // A fault may have left K at 0 or below.
            const bool positive = all_positive(k.k1) && all_positive(k.k2) && all_positive(k.k3);
            const std::optional<RealElements> at = positive ? fixed_point(k) : std::nullopt;
            if (!at) {
                ++layer.without_fixed_point;
                continue;
            }
            const double rate = growth(k, *at);
            layer.oscillators += rate > 0;
            greatest = std::max(greatest, rate);
        }
        if (layer.without_fixed_point < layer.neurons) layer.greatest_growth = greatest;
        report.layers.push_back(layer);
    }
    return report;
}

}  // namespace wuxing
