// Fixed points and their stability: equation (2) both ways, and where a propagator becomes an oscillator.
#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "cases.hpp"
#include "stability.hpp"
#include "tally.hpp"

using namespace wuxing;
using namespace wuxing::test;

namespace {

const double kPi = std::acos(-1.0);
const double kBoundary = (1 - std::cos(2 * kPi / 5)) / std::cos(kPi / 5);  // K2 / K1, 0.854

RealElements all(double v) {
    return {v, v, v, v, v};
}

/// Equal parameters of all elements, at rest at E = 1.
RealParameters equal(double k1, double ratio) {
    RealParameters k;
    k.k1 = all(k1);
    k.k2 = all(ratio * k1);
    k.k3 = fixed_point_decay(k.k1, k.k2, all(1.0)).value();
    return k;
}

/// Greatest distance of any element from 1 over `time`, by Runge and Kutta's fourth order within the range of an element;
/// `state` goes on.
double amplitude(const RealParameters& k, RealElements& state, double time) {
    constexpr double kStep = 0.02;
    double most = 0;
    for (double t = 0; t < time; t += kStep) {
        const auto ahead = [&state](const RealElements& d, double h) {
            RealElements e = state;
            for (std::size_t i = 0; i < 5; ++i) e[i] += h * d[i];
            return e;
        };
        const RealElements a = forward_derivative(k, state, 0), b = forward_derivative(k, ahead(a, kStep / 2), 0);
        const RealElements c = forward_derivative(k, ahead(b, kStep / 2), 0), d = forward_derivative(k, ahead(c, kStep), 0);
        for (std::size_t i = 0; i < 5; ++i) {
            state[i] += kStep / 6 * (a[i] + 2 * b[i] + 2 * c[i] + d[i]);
            state[i] = std::clamp(state[i], 0.0, kRealElementMax);
            most = std::max(most, std::abs(state[i] - 1));
        }
    }
    return most;
}

double real_in(Cases& cases, double low, double high) {
    return low + (high - low) * cases.bits() / 4294967295.0;
}

/// K anywhere in its ranges.
RealParameters any_parameters(Cases& cases) {
    RealParameters k;
    for (double& v : k.k1) v = real_in(cases, 0.5, 2);
    for (double& v : k.k2) v = real_in(cases, 1.0 / 16, 1);
    for (double& v : k.k3) v = real_in(cases, 1.0 / 16, 2);
    return k;
}

double distance(const RealElements& a, const RealElements& b) {
    double most = 0;
    for (std::size_t i = 0; i < 5; ++i) most = std::max(most, std::abs(a[i] - b[i]) / b[i]);
    return most;
}

}  // namespace

TEST_CASE("equal parameters rest at (K1 - K3) / K2, if K3 is below K1") {
    Tally tally;
    Cases cases(80);
    for (int n = 0; n < 2000; ++n) {
        RealParameters k;
        k.k1 = all(real_in(cases, 0.5, 2));
        k.k2 = all(real_in(cases, 1.0 / 16, 1));
        k.k3 = all(real_in(cases, 1.0 / 16, 2));
        const auto at = fixed_point(k);
        tally.equal(at.has_value(), k.k3[0] < k.k1[0], [] { return "exists"; });
        if (!at) continue;
        tally.holds(distance(*at, all((k.k1[0] - k.k3[0]) / k.k2[0])) < 1e-9, [] { return "another point"; });
    }
    tally.finish(3000);
    CHECK_FALSE(fixed_point(RealParameters{all(1), all(0.5), all(1)}));
    REQUIRE(fixed_point(RealParameters{}));
    CHECK(distance(*fixed_point(RealParameters{}), all(1)) < 1e-12);
}

TEST_CASE("fixed point to K3 and back: any point, any K1 and K2 that make a K3 in its range") {
    Tally tally;
    Cases cases(81);
    int round_trips = 0, elsewhere = 0;
    while (round_trips < 3000) {
        RealParameters k = any_parameters(cases);
        RealElements point{};
        for (double& e : point) e = real_in(cases, 0.3, 3);
        const auto decay = fixed_point_decay(k.k1, k.k2, point);
        if (!decay) continue;
        k.k3 = *decay;
        const auto [least, most] = std::minmax_element(k.k3.begin(), k.k3.end());
        if (*least < 1.0 / 16 || *most > 2) continue;
        ++round_trips;
        const auto at = fixed_point(k);
        tally.holds(at.has_value(), [] { return "none found"; });
        if (!at) continue;
        elsewhere += distance(*at, point) > 1e-6;
        // Whatever point is found, (2) takes it back to the K3 it came from.
        const auto k3 = fixed_point_decay(k.k1, k.k2, *at);
        tally.holds(k3 && distance(*k3, k.k3) < 1e-6, [] { return "another K3"; });
    }
    INFO(elsewhere << " found at another fixed point");
    CHECK(elsewhere == 0);
    tally.finish(6000);
}

TEST_CASE("K to fixed point and back: anywhere in the ranges, a point is found exactly where one can be") {
    Tally tally;
    Cases cases(82);
    int found = 0, impossible = 0, missed = 0;
    for (int n = 0; n < 5000; ++n) {
        const RealParameters k = any_parameters(cases);
        double k1 = 1, k3 = 1;
        for (std::size_t i = 0; i < 5; ++i) k1 *= k.k1[i], k3 *= k.k3[i];
        const auto at = fixed_point(k);
        impossible += k3 >= k1;
        missed += k3 < k1 && !at;
        tally.holds(k3 < k1 || !at, [] { return "a point that cannot be"; });
        if (!at) continue;
        ++found;
        tally.holds(*std::min_element(at->begin(), at->end()) > 0, [] { return "not positive"; });
        const auto k3_again = fixed_point_decay(k.k1, k.k2, *at);
        tally.holds(k3_again && distance(*k3_again, k.k3) < 1e-6, [] { return "another K3"; });
    }
    INFO(found << " found, " << impossible << " impossible, " << missed << " missed");
    CHECK(found >= 2000);
    CHECK(impossible >= 900);
    CHECK(missed == 0);
    tally.finish(10000);
}

TEST_CASE("K3 by hand, and none where it would not be positive") {
    // Equal parameters: K3 = K1 - K2 E*.
    CHECK(fixed_point_decay(all(1), all(0.375), all(2)) == all(0.25));
    CHECK(fixed_point_decay(all(2), all(0.5), all(1)) == all(1.5));
    CHECK_FALSE(fixed_point_decay(all(1), all(0.375), all(4)));  // would be -0.5
    CHECK_FALSE(fixed_point_decay(all(1), all(0.5), all(2)));    // would be 0
    CHECK(fixed_point_decay(all(1), all(0.5), all(std::nextafter(2.0, 0.0))));
    // Five different values: (K1[i] E[i-1] - K2[i] E[i] E[i-2]) / E[i] element by element.
    const RealElements k1{1, 2, 1, 1, 2}, k2{0.5, 0.25, 0.5, 0.25, 0.5}, point{1, 2, 1, 0.5, 1};
    const auto k3 = fixed_point_decay(k1, k2, point);
    REQUIRE(k3);
    CHECK(*k3 == RealElements{0.75, 0.75, 1.5, 1.5, 0.5});
    const auto at = fixed_point(RealParameters{k1, k2, *k3});
    REQUIRE(at);
    CHECK(distance(*at, point) < 1e-9);
    // One element alone makes it impossible, and so does a K3 that no double holds.
    for (std::size_t i = 0; i < 5; ++i) {
        RealElements little = k1;
        little[i] = 1e-3;
        CHECK_FALSE(fixed_point_decay(little, k2, point));
        RealElements tiny = all(1);
        tiny[i] = 1e-308;
        CHECK_FALSE(fixed_point_decay(all(1e300), all(1e-300), tiny));
    }
}

TEST_CASE("what is outside the domain is refused") {
    const RealParameters nominal;
    for (const double bad : {0.0, -1.0, std::nan(""), std::numeric_limits<double>::infinity()}) {
        for (std::size_t i = 0; i < 5; ++i) {
            RealElements point = all(1);
            point[i] = bad;
            CHECK_THROWS_WITH(fixed_point_decay(nominal.k1, nominal.k2, point),
                              "the wanted fixed point of a neuron is not positive and finite");
            CHECK_THROWS_AS(fixed_point_decay(point, nominal.k2, all(1)), std::invalid_argument);
            CHECK_THROWS_AS(fixed_point_decay(nominal.k1, point, all(1)), std::invalid_argument);
            for (int set = 0; set < 3; ++set) {
                RealParameters k;
                (set == 0 ? k.k1 : set == 1 ? k.k2 : k.k3)[i] = bad;
                CHECK_THROWS_AS(fixed_point(k), std::invalid_argument);
            }
        }
    }
}

TEST_CASE("growth is the closed form of the circulant Jacobian, and its sign changes at K2 / K1 = 0.854") {
    Tally tally;
    for (double k1 = 0.5; k1 <= 2; k1 += 0.125) {
        for (double ratio = 0.0625; ratio <= 0.99; ratio += 0.01) {
            double most = -10;
            for (int m = 0; m < 5; ++m)
                most = std::max(most, k1 * (-1 + std::cos(2 * kPi * m / 5) - ratio * std::cos(4 * kPi * m / 5)));
            const double rate = growth(equal(k1, ratio), all(1));
            tally.holds(std::abs(rate - most) < 1e-9, [&] { return "K2/K1 " + std::to_string(ratio); });
            tally.equal(rate > 0, ratio > kBoundary, [&] { return "side of " + std::to_string(ratio); });
        }
        tally.holds(growth(equal(k1, kBoundary - 1e-6), all(1)) < 0, [] { return "just below"; });
        tally.holds(growth(equal(k1, kBoundary + 1e-6), all(1)) > 0, [] { return "just above"; });
    }
    tally.finish(13 * (2 * 93 + 2));
    CHECK(kBoundary == Approx(0.8541).margin(1e-4));
}

TEST_CASE("in time a displaced neuron dies out just below the boundary and oscillates on just above, at the rate of growth") {
    for (const double offset : {-0.02, -0.005, 0.005, 0.02}) {
        const RealParameters k = equal(1.0, kBoundary + offset);
        const double rate = growth(k, all(1));
        RealElements state = all(1);
        state[1] += 1e-5;
        amplitude(k, state, 100);  // the other eigenvalues are gone
        const double before = amplitude(k, state, 20);
        amplitude(k, state, 180);
        const double after = amplitude(k, state, 20);
        INFO("offset " << offset << ": rate " << rate << ", amplitude " << before << " to " << after);
        CHECK(std::log(after / before) == Approx(200 * rate).epsilon(0.02));
        CHECK((after > before) == (offset > 0));
    }
    // Above it goes on for good (it is the range that holds it: the equations alone would let it grow); below nothing is left.
    RealElements above = all(1), below = all(1);
    above[1] = below[1] = 1.01;
    const RealParameters oscillator = equal(1.0, kBoundary + 0.02), propagator = equal(1.0, kBoundary - 0.05);
    amplitude(oscillator, above, 5000);
    amplitude(propagator, below, 5000);
    CHECK(amplitude(oscillator, above, 50) > 0.05);
    CHECK(amplitude(propagator, below, 50) < 1e-9);
}

TEST_CASE("the report of a network counts propagators, oscillators and neurons without a fixed point, layer by layer") {
    NetworkConfig config;
    config.sizes = {3, 6, 4};
    Network network(config);
    const auto set = [&network](int layer, int neuron, int k1, int k2, int k3) {
        for (int i = 0; i < 5; ++i) {
            network.set_parameter(layer, neuron, i, static_cast<std::int16_t>(k1));
            network.set_parameter(layer, neuron, 5 + i, static_cast<std::int16_t>(k2));
            network.set_parameter(layer, neuron, 10 + i, static_cast<std::int16_t>(k3));
        }
    };
    set(0, 1, 4096, 3600, 496);   // K2 / K1 = 0.879
    set(0, 4, 4096, 3400, 696);   // 0.830
    set(0, 5, 2048, 1536, 2048);  // K3 = K1
    const StabilityReport report = stability(network);
    REQUIRE(report.layers.size() == 2);
    CHECK(report.layers[0].neurons == 6);
    CHECK(report.layers[0].oscillators == 1);
    CHECK(report.layers[0].without_fixed_point == 1);
    CHECK(report.layers[0].greatest_growth == Approx(growth(equal(1, 3600.0 / 4096), all(1))));
    CHECK(report.layers[1].neurons == 4);
    CHECK(report.layers[1].oscillators == 0);
    CHECK(report.layers[1].without_fixed_point == 0);
    CHECK(report.layers[1].greatest_growth == Approx(growth(RealParameters{}, all(1))));
    for (int j = 0; j < 4; ++j) set(1, j, 2048, 1536, 8192);
    const StabilityReport gone = stability(network);
    CHECK(gone.layers[1].without_fixed_point == 4);
    CHECK(gone.layers[1].greatest_growth == 0);
}
