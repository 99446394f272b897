// The yardstick of learning: a standard multilayer perceptron by standard backpropagation, on-line, in 32-bit floats.
// No equation of this project is in it. Its results are the same on every machine to the last bit (perceptron.cpp).
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "contract.hpp"

namespace wuxing {

/// Shape of a perceptron.
struct PerceptronConfig {
    /// Inputs, hidden layers, outputs; at least two entries, each 1..65535. Two of them: softmax regression.
    std::vector<int> sizes{784, 80, 10};

    int layers() const { return static_cast<int>(sizes.size()) - 1; }
    /// Throws std::invalid_argument with one clear line if anything is out of range.
    void validate() const;
    bool operator==(const PerceptronConfig& o) const { return sizes == o.sizes; }
};

/// What a sample ends with.
struct PerceptronResult {
    std::uint16_t predicted = 0xFFFF;  ///< most probable class, of equals the first; 0xFFFF for a malformed sample
    double probability = 0;            ///< softmax of that class, before the update
    bool learned = false;
    SampleError error = SampleError::ok;
};

/// Layer l: a[j] = b[j] + sum_i W[i][j] x[i]; x is pixel / 256 in the first layer, max(0, a) of the layer before
/// elsewhere. Outputs: p = softmax(a), loss -ln p[label]. W and b descend its gradient after every sample:
/// d[k] = p[k] - (k == label) at the outputs, d[i] = (a[i] > 0) sum_j W[i][j] d[j] below, all with the W of before;
/// W[i][j] -= eta x[i] d[j], b[j] -= eta d[j]. Only inputs that are not zero are touched.
/// Copyable; nothing but W and b survives a sample.
class Perceptron {
public:
    /// All W and b zero. Throws std::invalid_argument for an impossible configuration.
    explicit Perceptron(PerceptronConfig config);

    /// He-uniform: for layers, inputs, neurons in order W = sqrt(6 / inputs of the layer) x ((2 below(2^24) + 1) / 2^24
    /// - 1), rounded once, from RandomSource(seed); all b zero. The first layer counts all its inputs, as is usual.
    void initialise(std::uint32_t seed);

    const PerceptronConfig& config() const { return config_; }

    /// Forward only. A malformed sample changes nothing and yields its error code (contract, section 9).
    PerceptronResult infer(const PixelEvents& events);
    /// Forward, backward and update; `eta` as a real number (0.01, not 655).
    PerceptronResult train(const PixelEvents& events, std::uint16_t label, float eta);

    /// For layers in order: W[0][0], W[0][1], ... W[inputs - 1][outputs - 1], then b[0] .. b[outputs - 1].
    std::vector<float> parameters() const;
    /// The same order. Throws std::invalid_argument for another number of values, or one that is not finite.
    void set_parameters(const std::vector<float>& parameters);

private:
    /// Neurons are padded to whole blocks (stride >= outputs); the padding stays 0 and takes no part.
    struct InputEvent {
        std::uint32_t index;
        float x;
    };
    struct Layer {
        std::size_t inputs, outputs, stride;
        std::vector<float> weights;      ///< [inputs][stride], W
        std::vector<float> biases;       ///< [stride], b
        std::vector<float> sums;         ///< [stride], a
        std::vector<float> errors;       ///< [stride], d
        std::vector<InputEvent> events;  ///< [inputs]; of these, the first `live` are the inputs that are not zero
        std::size_t live = 0;

        const InputEvent* begin() const { return events.data(); }
        const InputEvent* end() const { return events.data() + live; }
    };
    /// Calls visit(float&) for every parameter of a layer, in the order of parameters().
    template <class AnyLayer, class Visit>
    static void visit_parameters(AnyLayer& layer, Visit visit);

    template <int Size>
    static void add_up(Layer& layer, std::size_t first);
    template <int Size>
    static void move(Layer& layer, std::size_t first, float eta);
    PerceptronResult forward(const PixelEvents& events);
    void backward(std::size_t layer);
    void update(std::size_t layer, float eta);

    PerceptronConfig config_;
    std::vector<Layer> layers_;
    std::vector<double> probabilities_;  ///< [outputs]
};

}  // namespace wuxing
