// The golden model: the network of docs/contract.md in 16-bit integers, learning on-line, one sample at a time.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "contract.hpp"
#include "kernels.hpp"

namespace wuxing {

/// Shape and constants of a network.
struct NetworkConfig {
    std::vector<int> sizes{784, 80, 10};  ///< inputs, hidden layers, outputs; at least two entries, each 1..65535
    int steps = 8;                        ///< Heun steps N, 1..15
    std::int16_t target_on = 4096;        ///< T_on, Q3.12
    std::int16_t target_off = -819;       ///< T_off, Q3.12

    int layers() const { return static_cast<int>(sizes.size()) - 1; }
    /// Throws std::invalid_argument with one clear line if anything is out of range.
    void validate() const;
    bool operator==(const NetworkConfig& o) const {
        return sizes == o.sizes && steps == o.steps && target_on == o.target_on && target_off == o.target_off;
    }
};

/// What a sample ends with (contract, sections 3 and 9).
struct SampleResult {
    std::uint16_t predicted = 0xFFFF;  ///< class, or 0xFFFF for a malformed sample
    std::int16_t displacement = 0;     ///< y of that class, Q3.12
    bool learned = false;
    SampleError error = SampleError::ok;
};

/// Work done in training, for figures about sparsity.
struct ActivityCounts {
    std::uint64_t trained = 0;   ///< samples learned from
    std::uint64_t events = 0;    ///< their nonzero pixels
    std::uint64_t neurons = 0;   ///< their neurons, all layers
    std::uint64_t live = 0;      ///< of these, integrated backward
    std::uint64_t stepping = 0;  ///< of these, with g != 0
    std::uint64_t writes = 0;    ///< weights written
};

/// A copyable network: configuration, K, C and the random state R; nothing else survives a sample.
class Network {
public:
    /// Nominal K, all C zero, R = 1. Throws std::invalid_argument for an impossible configuration.
    explicit Network(NetworkConfig config);

    /// Random C and R from a seed (contract, section 10); K is left alone.
    void initialise(std::uint32_t seed);

    const NetworkConfig& config() const { return config_; }
    int layers() const { return config_.layers(); }
    int inputs(int layer) const { return config_.sizes[static_cast<std::size_t>(layer)]; }
    int outputs(int layer) const { return config_.sizes[static_cast<std::size_t>(layer) + 1]; }

    /// C[input][neuron] of a layer, Q2.13. These four throw std::out_of_range for a layer, input or neuron there is not.
    std::int16_t weight(int layer, int input, int neuron) const;
    void set_weight(int layer, int input, int neuron, std::int16_t value);

    /// K of a neuron, Q3.12; index 0..4 K1, 5..9 K2, 10..14 K3. set_ throws std::invalid_argument out of range.
    std::int16_t parameter(int layer, int neuron, int index) const;
    void set_parameter(int layer, int neuron, int index, std::int16_t value);

    std::uint32_t random_state() const { return random_; }
    /// Throws std::invalid_argument for 0.
    void set_random_state(std::uint32_t state);

    /// Forward only. `trace`, if given, receives the records of this sample (it is appended to).
    /// A malformed sample changes nothing and yields its error code. `label` is only echoed in the result record.
    SampleResult infer(const PixelEvents& events, std::uint16_t label = 0xFFFF, EventTrace* trace = nullptr);

    /// Forward, backward and update with learning rate eta (U0.16, 0..32767).
    SampleResult train(const PixelEvents& events, std::uint16_t label, int eta, EventTrace* trace = nullptr);

    /// y of the output neurons after the last sample, Q3.12.
    std::vector<std::int16_t> displacements() const;

    const ActivityCounts& activity() const { return activity_; }

    /// Same configuration, K, C and R.
    bool same_parameters(const Network& other) const;

private:
    /// One weight layer. Neurons are padded to a multiple of the kernels' block, so `stride` >= outputs.
    struct Layer {
        int inputs, outputs, stride;
        std::vector<std::int16_t> weights;     ///< [inputs][stride]
        std::vector<std::int16_t> parameters;  ///< [15][stride]
        std::vector<std::int16_t> elements;    ///< [5][stride], final forward state
        std::vector<std::int16_t> drive;       ///< [stride], u
        std::vector<std::int16_t> backward;    ///< [stride], b[0]
        std::vector<std::int16_t> steps;       ///< [stride], g
        std::vector<std::int16_t> errors;      ///< [stride], e
    };
    const Layer& neuron_layer(int layer, int neuron) const;  ///< throws std::out_of_range
    Layer& neuron_layer(int layer, int neuron) { return const_cast<Layer&>(std::as_const(*this).neuron_layer(layer, neuron)); }
    SampleError take(const PixelEvents& pixels, bool learn, std::uint16_t label);  ///< fills events_[0]
    void forward(EventTrace* trace);
    SampleResult finish(std::uint16_t label, SampleResult result, EventTrace* trace) const;
    void output_errors(int label);
    bool backward(int layer, int eta, EventTrace* trace);
    void error_sums(int layer);
    void update(int layer, EventTrace* trace);

    NetworkConfig config_;
    std::vector<Layer> layers_;
    std::vector<std::vector<kernels::InputEvent>> events_;  ///< input events of every layer of the current sample
    std::uint32_t random_ = 1;
    ActivityCounts activity_;

    // Work space of backward(): the live neurons of a layer, gathered.
    struct Gathered {
        std::vector<int> neurons;
        std::vector<std::int16_t> parameters, elements, error, backward;
    } live_;
};

}  // namespace wuxing
