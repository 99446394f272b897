// Recomputed connections: the function itself, and that a matrix of them is as good as independent random numbers.
#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <vector>

#include "cases.hpp"
#include "kernels.hpp"
#include "tally.hpp"

using namespace wuxing;
using namespace wuxing::test;

namespace {

constexpr int kInputs = 784, kNeurons = 512;

/// In units of the standard deviation of a uniform 16-bit number.
struct Statistics {
    double mean, variance;                ///< of all connections
    double row, column;                   ///< greatest correlation of two rows, of two columns
    double least, greatest;               ///< eigenvalues of C'C / inputs
    double row_variance, column_variance; ///< greatest relative error of the variance of a row, of a column
};

Statistics statistics(std::uint32_t key, int rounds) {
    Eigen::MatrixXf c(kInputs, kNeurons);
    const double deviation = 65536 / std::sqrt(12.0);
    for (int i = 0; i < kInputs; ++i) {
        for (int j = 0; j < kNeurons; ++j) {
            const int w = recomputed_weight(key, 0, static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(j), rounds);
            c(i, j) = static_cast<float>((w + 0.5) / deviation);
        }
    }
    Statistics s{};
    s.mean = c.cast<double>().mean();
    s.variance = c.cast<double>().squaredNorm() / (kInputs * kNeurons);
    const auto greatest_correlation = [](const Eigen::MatrixXf& gram, double& variance, float length) {
        const Eigen::VectorXf size = gram.diagonal().cwiseSqrt();
        variance = (gram.diagonal().array() / length - 1).abs().maxCoeff();
        Eigen::MatrixXf r = size.cwiseInverse().asDiagonal() * gram * size.cwiseInverse().asDiagonal();
        r.diagonal().setZero();
        return static_cast<double>(r.cwiseAbs().maxCoeff());
    };
    const Eigen::MatrixXf inner = c.transpose() * c;
    s.column = greatest_correlation(inner, s.column_variance, kInputs);
    s.row = greatest_correlation(c * c.transpose(), s.row_variance, kNeurons);
    const Eigen::VectorXf eigenvalues =
        Eigen::SelfAdjointEigenSolver<Eigen::MatrixXf>(inner / static_cast<float>(kInputs), Eigen::EigenvaluesOnly).eigenvalues();
    s.least = eigenvalues.minCoeff();
    s.greatest = eigenvalues.maxCoeff();
    return s;
}

/// Limits that independent numbers keep with more than 99.9 %: five deviations of mean and variance; correlations of
/// the best of all pairs; 4 % of the span beyond the Marchenko-Pastur edges (1 -+ sqrt(neurons / inputs))^2.
bool as_independent(const Statistics& s) {
    const double n = kInputs * kNeurons, root = std::sqrt(static_cast<double>(kNeurons) / kInputs);
    const double low = (1 - root) * (1 - root), high = (1 + root) * (1 + root), beyond = 0.04 * (high - low);
    return std::abs(s.mean) < 5 / std::sqrt(n) && std::abs(s.variance - 1) < 5 * std::sqrt(0.8 / n) &&
           s.column < 6.0 / std::sqrt(kInputs) && s.row < 6.2 / std::sqrt(kNeurons) && s.row_variance < 0.22 &&
           s.column_variance < 0.17 && s.greatest < high + beyond && s.greatest > high - beyond && s.least < low + 0.01 &&
           s.least > low - 0.01;
}

std::string text_of(const Statistics& s) {
    return "mean " + std::to_string(s.mean) + ", variance " + std::to_string(s.variance) + ", correlation of rows " +
           std::to_string(s.row) + ", of columns " + std::to_string(s.column) + ", variance of a row " +
           std::to_string(s.row_variance) + ", of a column " + std::to_string(s.column_variance) + ", eigenvalues " +
           std::to_string(s.least) + " to " + std::to_string(s.greatest);
}

}  // namespace

TEST_CASE("recomputed connections are the reference's: any key, shift, input and neuron") {
    Tally tally;
    Cases cases(70);
    for (int n = 0; n < 20000; ++n) {
        const std::uint32_t key = n % 5 == 0 ? 0 : n % 5 == 1 ? 0xFFFFFFFFu : cases.bits();
        const int scale = cases.between(0, 15);
        const int i = cases.one_in(4) ? 65534 : cases.between(0, 65534), j = cases.one_in(4) ? 0 : cases.between(0, 65534);
        tally.equal(recomputed_weight(key, scale, static_cast<std::uint32_t>(i), static_cast<std::uint32_t>(j)),
                    reference::connection(key, scale, i, j), [&] {
                        return "key " + std::to_string(key) + ", s " + std::to_string(scale) + ", i " +
                               std::to_string(i) + ", j " + std::to_string(j);
                    });
    }
    tally.finish(20000);
}

TEST_CASE("a network's recomputed connections are those of its keys, also far out, and 0 beside them") {
    Tally tally;
    Cases cases(71);
    for (const auto& [inputs, neurons] : {std::pair{3, 1}, {40, 17}, {1, 40000}, {65535, 2}}) {
        const std::uint32_t key = cases.bits();
        const int scale = cases.between(0, 15), stride = kernels::padded(neurons);
        std::vector<std::int16_t> weights(static_cast<std::size_t>(inputs) * static_cast<std::size_t>(stride), 7);
        kernels::recompute(weights.data(), inputs, neurons, stride, key, scale);
        for (int i = 0; i < inputs; ++i) {
            for (int j = 0; j < stride; ++j) {
                const std::int16_t w = j < neurons ? recomputed_weight(key, scale, static_cast<std::uint32_t>(i),
                                                                       static_cast<std::uint32_t>(j))
                                                   : std::int16_t{0};
                tally.equal(weights[static_cast<std::size_t>(i) * static_cast<std::size_t>(stride) + static_cast<std::size_t>(j)],
                            w, [&] { return "i " + std::to_string(i) + ", j " + std::to_string(j); });
            }
        }
    }
    NetworkConfig config;
    config.sizes = {20, 9, 4};
    config.recomputed = true;
    Network network(config);
    for (const bool initialised : {false, true}) {
        if (initialised) network.initialise(5);
        for (int l = 0; l < 2; ++l) {
            for (int i = 0; i < network.inputs(l); ++i) {
                for (int j = 0; j < network.outputs(l); ++j) {
                    tally.equal(network.weight(l, i, j),
                                reference::connection(network.connection_key(l), network.connection_scale(l), i, j),
                                [] { return "w"; });
                }
            }
        }
    }
    tally.finish(40000 + 65535 * 16 + 2 * 216);
}

TEST_CASE("keys and shifts from a seed are those of the contract") {
    NetworkConfig config;
    config.sizes = {784, 512, 256, 10};
    config.recomputed = true;
    Network network(config);
    network.initialise(1);
    std::uint32_t key = 0xC0FFEE + 1;
    for (int l = 0; l < 3; ++l) {
        key = reference::next_random(key);
        CHECK(network.connection_key(l) == key);
    }
    // B = 709, 314 and 443: 32768 / B = 46.2, 104.4 and 74.0.
    CHECK(network.connection_scale(0) == 6);
    CHECK(network.connection_scale(1) == 7);
    CHECK(network.connection_scale(2) == 6);
    std::mt19937 first(1 + 0x5EED);
    CHECK(network.random_state() == first());
    network.initialise(0u - 0xC0FFEEu, 1000, 0);  // a sum of 0; the greatest and the least B
    CHECK(network.connection_key(0) == reference::next_random(1));
    CHECK(network.connection_scale(0) == 0);
    CHECK(network.connection_scale(1) == 15);
    network.initialise(1, 2.0, 0.5);
    CHECK(network.connection_scale(0) == 5);
    CHECK(network.connection_scale(1) == 8);
}

TEST_CASE("784 x 512 recomputed connections have the statistics of independent ones, with 6 rounds they do not") {
    int failed_at_6 = 0;
    for (const std::uint32_t key : {270369u, 0x9E3779B9u, 1u, 0u}) {
        const Statistics ten = statistics(key, kConnectionRounds), six = statistics(key, 6);
        INFO("key " << key << "\n10 rounds: " << text_of(ten) << "\n 6 rounds: " << text_of(six));
        CHECK(as_independent(ten));
        CHECK_FALSE(as_independent(six));
        ++failed_at_6;
    }
    CHECK(failed_at_6 == 4);
}
