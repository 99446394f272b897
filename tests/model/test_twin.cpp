// The mathematics of docs/equations.md in the double-precision twin, and the distance of the model from it.
#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "cases.hpp"
#include "kernels.hpp"
#include "real_network.hpp"
#include "signals.hpp"
#include "stability.hpp"
#include "tally.hpp"

using namespace wuxing;
using namespace wuxing::test;

namespace {

class RealCases {
public:
    explicit RealCases(std::uint32_t seed) : generator_(seed) {}
    double between(double low, double high) {
        return low + (high - low) * static_cast<double>(generator_()) / 4294967296.0;
    }
    RealElements elements(double low, double high) {
        RealElements e{};
        for (double& v : e) v = between(low, high);
        return e;
    }
    /// Nominal K, each within +-`spread` of it (a fraction).
    RealParameters parameters(double spread) {
        RealParameters k;
        for (RealElements* row : {&k.k1, &k.k2, &k.k3}) {
            for (double& v : *row) v *= between(1 - spread, 1 + spread);
        }
        return k;
    }

private:
    std::mt19937 generator_;
};

using Matrix = Eigen::Matrix<double, 5, 5>;

// d f[i] / d E[j] of the forward system, by central differences (f is quadratic, so these are exact but for rounding).
Matrix forward_jacobian(const RealParameters& k, const RealElements& elements) {
    Matrix jacobian;
    constexpr double kDelta = 1e-3;
    for (int j = 0; j < 5; ++j) {
        RealElements above = elements, below = elements;
        above[static_cast<std::size_t>(j)] += kDelta;
        below[static_cast<std::size_t>(j)] -= kDelta;
        const RealElements high = forward_derivative(k, above, 0.3), low = forward_derivative(k, below, 0.3);
        for (int i = 0; i < 5; ++i) {
            const auto n = static_cast<std::size_t>(i);
            jacobian(i, j) = (high[n] - low[n]) / (2 * kDelta);
        }
    }
    return jacobian;
}

// The matrix of the backward system at a held state, from its answers to unit signals without error.
Matrix backward_matrix(const RealParameters& k, const RealElements& elements) {
    Matrix matrix;
    for (int j = 0; j < 5; ++j) {
        RealElements unit{};
        unit[static_cast<std::size_t>(j)] = 1.0;
        const RealElements d = backward_derivative(k, elements, unit, 0.0);
        for (int i = 0; i < 5; ++i) matrix(i, j) = d[static_cast<std::size_t>(i)];
    }
    return matrix;
}

double greatest_real_part(const Matrix& m) {
    return Eigen::EigenSolver<Matrix>(m, false).eigenvalues().real().maxCoeff();
}

double greatest(const RealElements& v) {
    double most = 0;
    for (const double x : v) most = std::max(most, std::abs(x));
    return most;
}

Network initialised(const std::vector<int>& sizes, int steps, std::uint32_t seed) {
    NetworkConfig config;
    config.sizes = sizes;
    config.steps = steps;
    Network network(config);
    network.initialise(seed);
    return network;
}

}  // namespace

TEST_CASE("nominal neurons rest at E = 1 without drive, in the twin and in the model") {
    Tally tally;
    for (int steps = 1; steps <= 15; ++steps) {
        for (const double e : integrate_forward(RealParameters{}, 0.0, steps)) {
            tally.equal(e, 1.0, [] { return "twin"; });
        }
    }
    // In the model for every K1 and K2 in range whose K3 = K1 - K2 is in range, all five alike, 16 at a time.
    for (int k1 = 2048; k1 <= 8192; k1 += 64) {
        std::vector<std::int16_t> rows, drive(kernels::kBlock), elements(5 * kernels::kBlock);
        for (int k2 = 256; k2 <= 4096; k2 += 16 * 16) {
            rows.assign(15 * kernels::kBlock, 0);
            for (std::size_t j = 0; j < kernels::kBlock; ++j) {
                const int own = std::min({k2 + 16 * static_cast<int>(j), 4096, k1 - 256});
                for (std::size_t i = 0; i < 5; ++i) {
                    rows[i * kernels::kBlock + j] = static_cast<std::int16_t>(k1);
                    rows[(5 + i) * kernels::kBlock + j] = static_cast<std::int16_t>(own);
                    rows[(10 + i) * kernels::kBlock + j] = static_cast<std::int16_t>(k1 - own);
                }
            }
            kernels::integrate_forward(rows.data(), kernels::kBlock, drive.data(), 15, elements.data());
            for (const std::int16_t e : elements)
                tally.equal(e, 4096, [k1, k2] { return "K1 " + std::to_string(k1) + ", K2 " + std::to_string(k2); });
        }
    }
    tally.finish(75 + 97 * 16 * 80);
}

TEST_CASE("K3 by equation (2) makes any positive point a fixed point, and no other K3 does") {
    Tally tally;
    RealCases cases(40);
    int made = 0, impossible = 0;
    for (int n = 0; made < 5000; ++n) {
        RealParameters k = cases.parameters(0.9);
        const RealElements point = cases.elements(0.05, 3.9);
        const auto k3 = fixed_point_decay(k.k1, k.k2, point);
        if (!k3) {
            // Even without decay an element does not grow there: nothing is left for a positive K3 to balance.
            k.k3.fill(0.0);
            const RealElements left = forward_derivative(k, point, 0.0);
            tally.holds(*std::min_element(left.begin(), left.end()) <= 0, [] { return "a K3 was possible"; });
            ++impossible;
            continue;
        }
        ++made;
        tally.holds(*std::min_element(k3->begin(), k3->end()) > 0, [] { return "K3 is not positive"; });
        k.k3 = *k3;
        const RealElements d = forward_derivative(k, point, 0.0);
        tally.holds(greatest(d) < 1e-12, [] { return "not at rest"; });
        const auto i = static_cast<std::size_t>(n % 5);
        k.k3[i] += 0.01;
        tally.holds(std::abs(forward_derivative(k, point, 0.0)[i]) > 1e-4, [] { return "another K3 is at rest"; });
    }
    const RealElements ones{1, 1, 1, 1, 1};
    const RealParameters nominal;
    tally.holds(fixed_point_decay(nominal.k1, nominal.k2, ones) == nominal.k3, [] { return "nominal K3"; });
    CHECK(impossible > 1000);
    tally.finish(15001);
}

TEST_CASE("the fixed point loses its stability at K2/K1 = (1 - cos 72) / cos 36 = 0.854") {
    const double pi = std::acos(-1.0);
    const double boundary = (1 - std::cos(2 * pi / 5)) / std::cos(pi / 5);
    CHECK(boundary == Approx(0.8541).margin(1e-4));
    const RealElements ones{1, 1, 1, 1, 1};
    for (const double k1 : {0.5, 1.0, 2.0}) {
        const auto growth = [&](double ratio) {
            RealParameters k;
            k.k1.fill(k1);
            k.k2.fill(ratio * k1);
            k.k3 = fixed_point_decay(k.k1, k.k2, ones).value();
            return greatest_real_part(forward_jacobian(k, ones));
        };
        CHECK(growth(0.375) < -0.1 * k1);
        CHECK(growth(boundary - 1e-6) < 0);
        CHECK(growth(boundary + 1e-6) > 0);
    }
}

TEST_CASE("the matrix of the backward system is the transposed Jacobian of the forward system") {
    Tally tally;
    RealCases cases(41);
    for (int n = 0; n < 2000; ++n) {
        const RealParameters k = cases.parameters(0.5);
        const RealElements state = cases.elements(0.01, 3.9);
        const Matrix forward = forward_jacobian(k, state), backward = backward_matrix(k, state);
        for (int i = 0; i < 5; ++i) {
            for (int j = 0; j < 5; ++j) {
                tally.holds(std::abs(forward(j, i) - backward(i, j)) < 1e-9, [] { return "not the transpose"; });
            }
        }
        // The error enters where the output is read, and nothing moves where the state is clamped.
        tally.equal(backward_derivative(k, state, RealElements{}, 0.7)[1], 0.7, [] { return "error"; });
        RealElements clamped = state;
        const auto c = static_cast<std::size_t>(n % 5);
        clamped[c] = n % 2 == 0 ? 0.0 : kRealElementMax;
        tally.equal(backward_derivative(k, clamped, state, 0.7)[c], 0.0, [] { return "clamped"; });
    }
    tally.finish(2000 * 27);
}

TEST_CASE("the settled backward signal is the gradient of the settled response of a neuron") {
    Tally tally;
    RealCases cases(42);
    for (int n = 0; n < 3000; ++n) {
        const RealParameters k = cases.parameters(0.2);
        const double drive = cases.between(-0.5, 1.2);
        constexpr int kSettled = 400;
        const RealElements state = integrate_forward(k, drive, kSettled);
        const auto [least, most] = std::minmax_element(state.begin(), state.end());
        if (*least < 0.02 || *most > 3.9 || greatest(forward_derivative(k, state, drive)) > 1e-9) continue;
        constexpr double kDelta = 1e-5;
        const double slope =
            (integrate_forward(k, drive + kDelta, kSettled)[1] - integrate_forward(k, drive - kDelta, kSettled)[1]) /
            (2 * kDelta);
        const double error = cases.between(-2, 2);
        const double b0 = integrate_backward(k, state, error, kSettled)[0];
        tally.holds(std::abs(b0 - error * slope) < 1e-6 * (1 + std::abs(b0)), [&] {
            return "u " + std::to_string(drive) + ": b " + std::to_string(b0) + ", gradient " +
                   std::to_string(error * slope);
        });
    }
    tally.finish(1500);
}

TEST_CASE("settled, x b[0] is the gradient of the squared error with respect to every connection") {
    // With e held by the margins, d/dC of -1/2 sum e^2 is sum e dy/dC, and (7), (8) say x b[0].
    Tally tally;
    RealNetwork twin(initialised({12, 9, 7, 5}, 8, 3));
    twin.set_steps(400);
    Cases cases(43);
    const auto loss = [&twin](const PixelEvents& image, std::uint16_t label) {
        twin.train(image, label, 0.0);
        double sum = 0;
        for (const double e : twin.layer(2).errors) sum += e * e / 2;
        return sum;
    };
    for (std::uint16_t label = 0; label < 5; ++label) {
        const PixelEvents image = cases.image(12, 150);
        loss(image, label);
        const RealNetwork held = twin;  // all signals of the undisturbed network
        for (int l = 0; l < 3; ++l) {
            for (int i = 0; i < twin.layer(l).inputs; ++i) {
                double x = 0;
                if (l > 0) {
                    x = held.layer(l - 1).displacements[static_cast<std::size_t>(i)];
                } else {
                    for (const PixelEvent& event : image) x += event.index == i ? event.value / 256.0 : 0.0;
                }
                for (int j = 0; j < twin.layer(l).outputs; ++j) {
                    constexpr double kDelta = 1e-5;
                    double& c = twin.layer(l).weight(i, j);
                    const double kept = c;
                    c = kept + kDelta;
                    const double above = loss(image, label);
                    c = kept - kDelta;
                    const double below = loss(image, label);
                    c = kept;
                    const double g1 = x * held.layer(l).backward[static_cast<std::size_t>(j)][0];
                    const double gradient = (below - above) / (2 * kDelta);
                    tally.holds(std::abs(g1 - gradient) < 1e-6, [&] {
                        return "layer " + std::to_string(l) + " C[" + std::to_string(i) + "][" + std::to_string(j) +
                               "]: G1 " + std::to_string(g1) + ", gradient " + std::to_string(gradient);
                    });
                }
            }
        }
    }
    tally.finish(5 * (12 * 9 + 9 * 7 + 7 * 5));
}

TEST_CASE("a neuron rectifies: enough negative drive empties element 0 and silences its backward signal") {
    Tally tally;
    double before = -2;
    for (double drive = -4; drive <= 2; drive += 0.01) {
        const RealElements state = integrate_forward(RealParameters{}, drive, 8);
        tally.holds(state[1] >= before - 1e-12, [&] { return "not monotonous at " + std::to_string(drive); });
        before = state[1];
        const double b0 = integrate_backward(RealParameters{}, state, 1.0, 8)[0];
        tally.holds((state[0] == 0.0) == (b0 == 0.0), [&] { return "b at u " + std::to_string(drive); });
        tally.holds((drive < -1.5) <= (state[0] == 0.0), [&] { return "not empty at " + std::to_string(drive); });
    }
    tally.finish(1800);
}

TEST_CASE("the model stays close to the twin: quantisation error of u, y, e and b") {
    // The bounds are in LSB of Q3.12 (1/4096), twice what was measured, for random networks as training starts.
    Cases cases(44);
    for (const int steps : {4, 8, 15}) {
        for (const auto& sizes : {std::vector<int>{784, 80, 10}, {64, 32, 10}, {50, 30, 20, 10}}) {
            const Network network = initialised(sizes, steps, 9);
            std::vector<PixelEvents> samples;
            std::vector<std::uint16_t> labels;
            for (int n = 0; n < 100; ++n) {
                samples.push_back(cases.image(sizes.front(), 50));
                labels.push_back(static_cast<std::uint16_t>(n % 10));
            }
            const TwinComparison c = compare_with_twin(network, samples, labels);
            INFO("N " << steps << ", layers " << sizes.size() - 1 << ", rms / max: u " << c.u.rms() << " / " << c.u.max
                      << ", y " << c.y.rms() << " / " << c.y.max << ", e " << c.e.rms() << " / " << c.e.max << ", b "
                      << c.b.rms() << " / " << c.b.max << "; the same class " << c.same_class);
            CHECK(c.samples == 100);
            CHECK(c.u.count == 100u * static_cast<unsigned>(std::accumulate(sizes.begin() + 1, sizes.end(), 0)));
            CHECK(c.y.count == c.u.count);
            CHECK(c.b.count == c.u.count);
            CHECK(c.e.count >= 500);
            CHECK(c.u.rms() > 0.2);  // a first layer that rounds once is 0.29 away
            CHECK(c.u.rms() < 0.8);
            CHECK(c.u.max < 4);
            CHECK(c.y.rms() < 1.5);
            CHECK(c.y.max < 6);
            CHECK(c.e.rms() < 1);
            CHECK(c.b.rms() < 1.8);
            CHECK(c.b.max < 12);
            CHECK(c.same_class >= 95);
        }
    }
}

TEST_CASE("the first layer's drive is within half an LSB of the twin's, and rounded weights come back") {
    const Network network = initialised({200, 40}, 8, 4);
    Cases cases(45);
    std::vector<PixelEvents> samples;
    for (int n = 0; n < 200; ++n) samples.push_back(cases.image(200, 60));
    const TwinComparison c = compare_with_twin(network, samples, std::vector<std::uint16_t>(200, 1));
    CHECK(c.u.count == 8000);
    CHECK(c.u.max <= 0.5);
    CHECK(c.u.rms() == Approx(std::sqrt(1.0 / 12)).epsilon(0.05));

    Network copy(network.config());
    copy.set_random_state(network.random_state());
    RealNetwork(network).round_into(copy);
    CHECK(copy.same_parameters(network));
    CHECK_THROWS_AS(compare_with_twin(network, samples, {}), std::invalid_argument);
    Network other = initialised({200, 41}, 8, 4);
    CHECK_THROWS_AS(RealNetwork(network).round_into(other), std::invalid_argument);
}

TEST_CASE("signals of every layer are those of the twin, and measuring them changes nothing") {
    const std::vector<int> sizes{50, 30, 20, 10};
    const Network network = initialised(sizes, 8, 5);
    Cases cases(46);
    std::vector<PixelEvents> samples;
    std::vector<std::uint16_t> labels;
    RealNetwork twin(network);
    std::vector<double> y(3), e(3), b(3), neurons(3), live(3);
    for (int n = 0; n < 100; ++n) {
        samples.push_back(cases.image(50, 50));
        labels.push_back(static_cast<std::uint16_t>(n % 10));
        twin.train(samples.back(), labels.back(), 0.0);
        for (std::size_t l = 0; l < 3; ++l) {
            const RealNetwork::Layer& layer = twin.layer(static_cast<int>(l));
            for (std::size_t j = 0; j < layer.errors.size(); ++j) {
                ++neurons[l];
                y[l] += layer.displacements[j] * layer.displacements[j];
                if (layer.backward[j][0] == 0) continue;
                ++live[l];
                e[l] += layer.errors[j] * layer.errors[j];
                b[l] += layer.backward[j][0] * layer.backward[j][0];
            }
        }
    }
    PixelEvents malformed = samples.front();
    malformed.push_back(malformed.front());  // the same pixel twice
    samples.push_back(malformed);
    labels.push_back(0);
    const std::vector<LayerSignals> signals = measure_signals(network, samples, labels);
    REQUIRE(signals.size() == 3);
    for (std::size_t l = 0; l < 3; ++l) {
        CAPTURE(l);
        CHECK(static_cast<double>(signals[l].neurons) == neurons[l]);
        CHECK(static_cast<double>(signals[l].live) == Approx(live[l]).epsilon(0.02));  // an error below half an LSB is none
        CHECK(signals[l].rms_displacement == Approx(std::sqrt(y[l] / neurons[l])).epsilon(0.02));
        CHECK(signals[l].rms_error == Approx(std::sqrt(e[l] / live[l])).epsilon(0.02));
        CHECK(signals[l].rms_backward == Approx(std::sqrt(b[l] / live[l])).epsilon(0.02));
    }
    CHECK_THROWS_AS(measure_signals(network, samples, {}), std::invalid_argument);
}

TEST_CASE("signals of a single neuron, of a network that stays as it is") {
    NetworkConfig config;
    config.sizes = {1, 1};
    const Network network(config);  // with connections of 0: y is 0, so e is T_on
    const PixelEvents sample{{0, 255}};
    const LayerSignals once = measure_signals(network, {sample}, {0}).front();
    CHECK(once.neurons == 1);
    CHECK(once.live == 1);
    CHECK(once.rms_displacement == 0);
    CHECK(once.rms_error == Approx(1.0));
    CHECK(once.rms_backward > 0);
    const LayerSignals often = measure_signals(network, std::vector<PixelEvents>(3000, sample), std::vector<std::uint16_t>(3000, 0)).front();
    CHECK(often.live == 3000);
    CHECK(often.rms_displacement == 0);
    CHECK(often.rms_error == Approx(once.rms_error));
    CHECK(often.rms_backward == Approx(once.rms_backward));
}

TEST_CASE("the twin takes samples as the model does") {
    const Network network = initialised({20, 9, 4}, 8, 6);
    Network model = network;
    RealNetwork twin(network);
    Tally tally;
    const auto compare = [&](const PixelEvents& events, std::uint16_t label, bool learn) {
        const SampleResult a = learn ? model.train(events, label, 0) : model.infer(events, label);
        const RealResult b = learn ? twin.train(events, label, 0.0) : twin.infer(events);
        tally.equal(static_cast<int>(b.error), static_cast<int>(a.error), [] { return "error code"; });
        tally.equal(b.learned, a.learned, [] { return "learned"; });
        tally.equal(b.predicted == 0xFFFF, a.predicted == 0xFFFF, [] { return "class"; });
    };
    compare({{20, 1}}, 0, true);
    compare({{3, 9}, {3, 9}}, 0, true);
    compare({{3, 0}, {3, 9}}, 0, false);
    compare({{3, 9}, {2, 9}, {20, 9}}, 9, true);
    compare({{3, 9}}, 4, true);
    compare({{3, 9}}, 0xFFFF, false);
    compare({{3, 9}, {19, 255}}, 3, true);
    compare({}, 0, true);
    tally.finish(24);
}

TEST_CASE("settled, G1 of K is the gradient of the squared error with respect to every parameter") {
    Tally tally;
    RealNetwork twin(initialised({10, 6, 4}, 8, 3));
    twin.set_steps(400);
    Cases cases(46);
    const auto loss = [&twin](const PixelEvents& image, std::uint16_t label) {
        twin.train(image, label, 0.0);
        double sum = 0;
        for (const double e : twin.layer(1).errors) sum += e * e / 2;
        return sum;
    };
    RealLearning learning;  // P alone, so small that K hardly moves: the change is P G1
    learning.p = 1e-9;
    learning.sets = 7;
    learning.leak = 0;
    for (std::uint16_t label = 0; label < 4; ++label) {
        const PixelEvents image = cases.image(10, 150);
        RealNetwork learned = twin;
        learned.train(image, label, learning);
        for (int l = 0; l < 2; ++l) {
            for (std::size_t j = 0; j < twin.layer(l).parameters.size(); ++j) {
                for (std::size_t n = 0; n < 15; ++n) {
                    const auto row = [n](RealParameters& k) -> double& {
                        return (n < 5 ? k.k1 : n < 10 ? k.k2 : k.k3)[n % 5];
                    };
                    constexpr double kDelta = 1e-5;
                    double& k = row(twin.layer(l).parameters[j]);
                    const double kept = k;
                    k = kept + kDelta;
                    const double above = loss(image, label);
                    k = kept - kDelta;
                    const double below = loss(image, label);
                    k = kept;
                    const double g1 = row(learned.layer(l).last[j]), gradient = (below - above) / (2 * kDelta);
                    tally.holds(std::abs(g1 - gradient) < 1e-6, [&] {
                        return "layer " + std::to_string(l) + ", parameter " + std::to_string(n) + ": G1 " +
                               std::to_string(g1) + ", gradient " + std::to_string(gradient);
                    });
                    tally.holds(std::abs(row(learned.layer(l).parameters[j]) - kept - 1e-9 * g1) < 1e-14,
                                [] { return "K"; });
                    tally.equal(row(learned.layer(l).integral[j]), g1, [] { return "S with leak 0"; });
                }
            }
        }
    }
    tally.finish(4 * 10 * 15 * 3);
}

TEST_CASE("a step of K in the model is the twin's but for rounding: PID, with controllers that have a past") {
    Tally tally;
    Cases cases(47);
    std::uint64_t moved = 0;
    for (int n = 0; n < 60; ++n) {
        NetworkConfig config;
        config.sizes = {30, 12, 5};
        config.rounding = n % 2 == 0 ? Rounding::nearest : Rounding::stochastic;
        Network model(config);
        model.initialise(cases.bits());
        for (int l = 0; l < 2; ++l) {
            for (int j = 0; j < model.outputs(l); ++j) {
                for (int k = 0; k < kParameters; ++k)
                    model.set_controller(l, j, k, static_cast<std::int16_t>(cases.between(-2000, 2000)),
                                         static_cast<std::int16_t>(cases.between(-2000, 2000)));
            }
        }
        Learning learning;
        learning.k = {cases.between(0, 16383), cases.between(0, 16383), cases.between(0, 16383), cases.between(0, 6), 7};
        const Network before = model;
        RealNetwork twin(model);
        const PixelEvents image = cases.image(30, 100);
        model.train(image, 2, learning);
        twin.train(image, 2, RealLearning(learning));
        for (int l = 0; l < 2; ++l) {
            for (int j = 0; j < model.outputs(l); ++j) {
                const RealParameters k = real_parameters(model, l, j);
                const RealParameters &in_twin = twin.layer(l).parameters[static_cast<std::size_t>(j)],
                                     &mean = twin.layer(l).integral[static_cast<std::size_t>(j)];
                for (std::size_t p = 0; p < 15; ++p) {
                    const auto row = [p](const RealParameters& r) { return (p < 5 ? r.k1 : p < 10 ? r.k2 : r.k3)[p % 5]; };
                    const int index = static_cast<int>(p);
                    moved += model.parameter(l, j, index) != before.parameter(l, j, index);
                    // G1 differs by the rounding of E and b (some LSB), K by three gains below 1/4 of that and one LSB.
                    tally.holds(std::abs(row(k) - row(in_twin)) * kOne < 12,
                                [&] { return "K " + std::to_string((row(k) - row(in_twin)) * kOne); });
                    tally.holds(std::abs(model.integral(l, j, index) - row(mean) * kOne) < 24, [&] {
                        return "S " + std::to_string(model.integral(l, j, index) - row(mean) * kOne);
                    });
                }
            }
        }
    }
    tally.finish(60 * 17 * 30);
    CHECK(moved >= 5000);
}

TEST_CASE("the twin moves samples as the model does, and is rounded back with its K and controllers") {
    NetworkConfig config;
    config.sizes = {48, 12, 5};
    for (const int bits : {16, 12, 8}) {
        config.weight_bits = bits;
        Network network(config);
        network.initialise(9);
        network.set_frame({8, 6, 3});
        Cases cases(48);
        std::vector<PixelEvents> samples;
        std::vector<std::uint16_t> labels;
        for (int n = 0; n < 100; ++n) {
            samples.push_back(cases.image(48, 60));
            labels.push_back(static_cast<std::uint16_t>(n % 5));
        }
        samples[50] = {{48, 1}};  // malformed: moves neither's R
        const TwinComparison c = compare_with_twin(network, samples, labels);
        INFO("W " << bits << ": u " << c.u.rms() << " / " << c.u.max);
        CHECK(c.samples == 99);
        CHECK(c.u.max < 4);
        CHECK(c.y.max < 8);

        Learning learning;
        learning.k = {2000, 300, 100, 4, 7};
        for (const PixelEvents& sample : samples) network.train(sample, 2, learning);
        Network copy(config);
        copy.set_random_state(network.random_state());
        RealNetwork(network).round_into(copy);
        CHECK(copy.same_parameters(network));
    }
}

TEST_CASE("the twin learns with K alone") {
    Cases cases(49);
    std::vector<PixelEvents> classes;
    for (int n = 0; n < 4; ++n) classes.push_back(cases.image(30, 100));
    NetworkConfig config;
    config.sizes = {30, 128, 4};
    Network model(config);
    model.initialise(2, 2, 2);
    RealNetwork twin(model);
    Learning learning;
    learning.k = {300, 40, 0, 4, 7};
    int model_right = 0, twin_right = 0;
    for (int n = 0; n < 2000; ++n) {
        const auto label = static_cast<std::uint16_t>(n % 4);
        const int in_model = model.train(classes[label], label, learning).predicted == label;
        const int in_twin = twin.train(classes[label], label, RealLearning(learning)).predicted == label;
        if (n < 1900) continue;
        model_right += in_model;
        twin_right += in_twin;
    }
    CHECK(model_right >= 95);
    CHECK(twin_right >= 95);
}
