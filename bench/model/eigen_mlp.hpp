// The yardstick: a float multilayer perceptron of one hidden layer, trained on-line by plain backpropagation.
#pragma once

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>

namespace wuxing::bench {

/// ReLU hidden layer, softmax output with cross entropy, no biases: as many parameters as the Wuxing network has.
/// Dense, batch of one; sizes known at compile time let Eigen unroll the small layer and keep vectors on the stack.
template <int Inputs, int Hidden, int Outputs>
class EigenMlp {
public:
    using Image = Eigen::Matrix<float, Inputs, 1>;

    explicit EigenMlp(std::uint32_t seed) : first_(Hidden, Inputs), second_(Hidden, Outputs) {
        std::mt19937 generator(seed);
        std::normal_distribution<float> normal;
        for (float& w : first_.reshaped()) w = normal(generator) * std::sqrt(2.0F / 100);  // about 100 pixels are not 0
        for (float& w : second_.reshaped()) w = normal(generator) * std::sqrt(2.0F / Hidden);
    }

    int infer(const Image& x) {
        forward(x);
        int best = 0;
        output_.maxCoeff(&best);
        return best;
    }

    /// Returns the class before the update.
    int train(const Image& x, int label, float eta) {
        const int predicted = infer(x);
        // Gradient of the cross entropy: softmax minus target.
        delta_output_ = (output_.array() - output_.maxCoeff()).exp().matrix();
        delta_output_ /= delta_output_.sum();
        delta_output_[label] -= 1.0F;
        delta_hidden_.noalias() = second_ * delta_output_;
        delta_hidden_ = (hidden_.array() > 0).select(delta_hidden_, 0.0F) * eta;
        second_.noalias() -= hidden_ * (eta * delta_output_).transpose();
        first_.noalias() -= delta_hidden_ * x.transpose();
        return predicted;
    }

private:
    void forward(const Image& x) {
        hidden_.noalias() = first_ * x;
        hidden_ = hidden_.cwiseMax(0.0F);
        output_.noalias() = second_.transpose() * hidden_;
    }

    Eigen::Matrix<float, Hidden, Eigen::Dynamic> first_;  ///< too large for a fixed-size object
    Eigen::Matrix<float, Hidden, Outputs> second_;        ///< [hidden][output]: both passes read columns
    Eigen::Matrix<float, Hidden, 1> hidden_, delta_hidden_;
    Eigen::Matrix<float, Outputs, 1> output_, delta_output_;
};

}  // namespace wuxing::bench
