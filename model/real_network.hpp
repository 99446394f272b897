// The network of docs/equations.md in double precision: the twin against which quantisation error is measured.
// Written from the equations; nothing is rounded, and nothing saturates but what the equations limit.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "network.hpp"

namespace wuxing {

using RealElements = std::array<double, kElements>;

constexpr double kRealElementMax = static_cast<double>(kElementMax) / kOne;  ///< top of the range [0, 4)
constexpr double kRealStepMax = 1.0 / 32;                                    ///< limit of one step eta b[0]

/// K1, K2, K3 of one neuron.
struct RealParameters {
    RealElements k1{1, 1, 1, 1, 1};
    RealElements k2{0.375, 0.375, 0.375, 0.375, 0.375};
    RealElements k3{0.625, 0.625, 0.625, 0.625, 0.625};
};

/// K of a neuron of `network` as reals.
RealParameters real_parameters(const Network& network, int layer, int neuron);

/// What a sample may change: Learning as real numbers (0.01, not 655).
struct RealLearning {
    double eta = 0;          ///< of C
    double p = 0, i = 0, d = 0;  ///< gains of the controllers of K
    int leak = 4;
    unsigned sets = 0;
    RealLearning() = default;
    explicit RealLearning(const Learning& learning);
};

/// dE/dt, equation (1).
RealElements forward_derivative(const RealParameters& k, const RealElements& elements, double drive);

/// db/dt, equation (6), for the held forward state `elements`.
RealElements backward_derivative(const RealParameters& k, const RealElements& elements, const RealElements& b,
                                 double error);

/// E after `steps` Heun steps from E = 1, equation (3).
RealElements integrate_forward(const RealParameters& k, double drive, int steps);

/// b after `steps` Heun steps from b = 0 at the held state `elements`, equation (6).
RealElements integrate_backward(const RealParameters& k, const RealElements& elements, double error, int steps);

/// What a sample ends with.
struct RealResult {
    std::uint16_t predicted = 0xFFFF;  ///< class, or 0xFFFF for a malformed sample
    double displacement = 0;           ///< y of that class
    bool learned = false;
    SampleError error = SampleError::ok;
};

/// Configuration, K, its controllers and C as reals. Samples mean what they mean to Network (contract, section 9).
class RealNetwork {
public:
    /// One layer with the signals of the last sample; e and b are those of the last learning sample.
    struct Layer {
        int inputs, outputs;
        std::vector<double> weights;             ///< [inputs][outputs], C
        std::vector<RealParameters> parameters;  ///< [outputs]
        std::vector<RealParameters> integral;    ///< [outputs], S of every parameter
        std::vector<RealParameters> last;        ///< [outputs], last G1 of every parameter
        std::vector<double> drives;              ///< [outputs], u
        std::vector<RealElements> elements;      ///< [outputs], final E
        std::vector<double> displacements;       ///< [outputs], y
        std::vector<double> errors;              ///< [outputs], e
        std::vector<RealElements> backward;      ///< [outputs], b; 0 for a neuron through which nothing can leave

        double& weight(int input, int neuron) {
            return weights[static_cast<std::size_t>(input) * static_cast<std::size_t>(outputs) +
                           static_cast<std::size_t>(neuron)];
        }
        double weight(int input, int neuron) const { return const_cast<Layer&>(*this).weight(input, neuron); }
    };

    /// The configuration, K, controllers, C, frame and R of `network` as reals.
    explicit RealNetwork(const Network& network);

    const NetworkConfig& config() const { return config_; }
    Layer& layer(int index) { return layers_[static_cast<std::size_t>(index)]; }
    const Layer& layer(int index) const { return layers_[static_cast<std::size_t>(index)]; }

    /// Heun steps a pass; here any number >= 1, to look at the settled signals.
    void set_steps(int steps);

    RealResult infer(const PixelEvents& events);
    RealResult train(const PixelEvents& events, std::uint16_t label, const RealLearning& learning);
    /// The same for C alone; `eta` as a real number.
    RealResult train(const PixelEvents& events, std::uint16_t label, double eta);

    /// As Network::set_frame. R is the network's at the start; here only moved samples draw from it.
    void set_frame(const Frame& frame) { frame_ = frame; }

    /// Rounds K, controllers and, if they are stored, C to the nearest values of a network of the same shape.
    void round_into(Network& network) const;

private:
    struct InputEvent {
        std::size_t index;
        double x;
    };

    RealResult forward(const PixelEvents& events);
    void backward(std::uint16_t label, const RealLearning& learning);
    void update(double eta);

    NetworkConfig config_;
    Frame frame_;
    std::uint32_t random_;
    std::vector<Layer> layers_;
    std::vector<std::vector<InputEvent>> events_;  ///< inputs of every layer that are not zero
};

/// Difference between model and twin in LSB of Q3.12 (1/4096).
struct ErrorStatistic {
    std::uint64_t count = 0;
    double sum_of_squares = 0, max = 0;

    void add(double difference);
    double rms() const;
};

/// Quantisation error of the model over samples, both starting from the same K and C, no learning in between.
struct TwinComparison {
    std::uint64_t samples = 0, model_right = 0, twin_right = 0, same_class = 0;
    std::uint64_t drives_beyond_range = 0;  ///< |u| of the twin beyond Q3.12; compared after limiting
    ErrorStatistic u, y;                    ///< of every neuron
    ErrorStatistic e;                       ///< of every neuron that is live in the model
    ErrorStatistic b;                       ///< b[0] of every neuron, 0 for one that is not live
};

/// Runs samples[k] with labels[k] through a copy of `network` and through its twin, with backward passes where the
/// label is an output. Malformed samples are skipped.
TwinComparison compare_with_twin(const Network& network, const std::vector<PixelEvents>& samples,
                                 const std::vector<std::uint16_t>& labels,
                                 const std::function<bool()>& goes_on = {});

}  // namespace wuxing
