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
    int weight_bits = 16;                 ///< W: bits of a connection, 16, 12 or 8
    bool recomputed = false;              ///< connections are recomputed, not stored (section 11); W is 16
    Rounding rounding = Rounding::stochastic;

    int layers() const { return static_cast<int>(sizes.size()) - 1; }
    /// Throws std::invalid_argument with one clear line if anything is out of range.
    void validate() const;
    bool operator==(const NetworkConfig& o) const {
        return sizes == o.sizes && steps == o.steps && target_on == o.target_on && target_off == o.target_off &&
               weight_bits == o.weight_bits && recomputed == o.recomputed && rounding == o.rounding;
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
    std::uint64_t parameter_writes = 0;    ///< K written
    std::uint64_t parameters_limited = 0;  ///< of these, at an end of its range after it
};

/// A copyable network: configuration, K and its controllers, C or the keys it is recomputed from, the random state R;
/// nothing else survives a sample.
class Network {
public:
    /// Nominal K, controllers at 0, all C (or keys and shifts) zero, R = 1. Throws std::invalid_argument for an
    /// impossible configuration.
    explicit Network(NetworkConfig config);

    /// Random C (or keys and shifts) and R from a seed, their size `scale0` times the usual in layer 0 and `scale` times
    /// in the others (contract, section 10); K and its controllers are left alone. Throws std::invalid_argument for a
    /// scale that is not a number of 0 or more.
    void initialise(std::uint32_t seed, double scale0 = 1.0, double scale = 1.0);

    const NetworkConfig& config() const { return config_; }
    int layers() const { return config_.layers(); }
    int inputs(int layer) const { return config_.sizes[static_cast<std::size_t>(layer)]; }
    int outputs(int layer) const { return config_.sizes[static_cast<std::size_t>(layer) + 1]; }

    /// w[input][neuron] of a layer: C in units of 2^-F. All of these functions throw std::out_of_range for a layer,
    /// input or neuron there is not. set_ throws std::invalid_argument beyond W bits, std::logic_error if connections
    /// are recomputed.
    std::int16_t weight(int layer, int input, int neuron) const;
    void set_weight(int layer, int input, int neuron, std::int16_t value);

    /// Key and shift s of the recomputed connections of a layer (section 11). set_ throws std::invalid_argument for a
    /// shift outside 0..15. All three throw std::logic_error if connections are stored.
    std::uint32_t connection_key(int layer) const;
    int connection_scale(int layer) const;
    void set_connection(int layer, std::uint32_t key, int scale);

    /// K of a neuron, Q3.12; index 0..4 K1, 5..9 K2, 10..14 K3. set_ throws std::invalid_argument out of range.
    std::int16_t parameter(int layer, int neuron, int index) const;
    void set_parameter(int layer, int neuron, int index, std::int16_t value);

    /// Controller of that K: the mean S of its G1 and the G1 of the neuron's last live sample, Q3.12.
    std::int16_t integral(int layer, int neuron, int index) const;
    std::int16_t last_g1(int layer, int neuron, int index) const;
    void set_controller(int layer, int neuron, int index, std::int16_t integral, std::int16_t last_g1);

    // Upsets (docs/faults.md): what no set_ function takes.
    /// K with any 16 bits.
    void upset_parameter(int layer, int neuron, int index, std::int16_t value);
    bool parameters_in_range() const;
    /// Turns a bit 0..15 of E over in the next sample, when the neuron's forward integration has ended. Throws
    /// std::invalid_argument for an element or bit there is not.
    void upset_element(int layer, int neuron, int element, int bit);

    std::uint32_t random_state() const { return random_; }
    /// Throws std::invalid_argument for 0.
    void set_random_state(std::uint32_t state);

    /// How samples are moved (section 9): a setting, as the core's register is, and not part of a model. Throws
    /// std::invalid_argument if it is out of range or, with a shift, not as large as layer 0.
    void set_frame(const Frame& frame);
    const Frame& frame() const { return frame_; }

    /// Forward only. `trace`, if given, receives the records of this sample (it is appended to).
    /// A malformed sample changes nothing and yields its error code. `label` is only echoed in the result record.
    /// With a shift set, the sample is moved and R goes on by one word.
    SampleResult infer(const PixelEvents& events, std::uint16_t label = 0xFFFF, EventTrace* trace = nullptr);

    /// Forward, backward and the updates that `learning` asks for. Throws std::invalid_argument for a value out of
    /// range, or for an eta other than 0 if connections are recomputed.
    SampleResult train(const PixelEvents& events, std::uint16_t label, const Learning& learning,
                       EventTrace* trace = nullptr);
    /// The same for C alone.
    SampleResult train(const PixelEvents& events, std::uint16_t label, int eta, EventTrace* trace = nullptr);

    /// y of the output neurons after the last sample, Q3.12.
    std::vector<std::int16_t> displacements() const;

    const ActivityCounts& activity() const { return activity_; }

    /// Same configuration, K, controllers, C or keys and shifts, and R.
    bool same_parameters(const Network& other) const;

private:
    /// One weight layer. Neurons are padded to a multiple of the kernels' block, so `stride` >= outputs.
    struct Layer {
        int inputs = 0, outputs = 0, stride = 0;
        std::uint32_t key = 0;                 ///< of recomputed connections
        int scale = 0;                         ///< s of recomputed connections
        std::vector<std::int16_t> weights;     ///< [inputs][stride]; recomputed ones are worked out once, when the key is set
        std::vector<std::int16_t> parameters;  ///< [15][stride]
        std::vector<std::int16_t> integral;    ///< [15][stride], S
        std::vector<std::int16_t> last;        ///< [15][stride], last G1
        std::vector<std::int16_t> elements;    ///< [5][stride], final forward state
        std::vector<std::int16_t> drive;       ///< [stride], u
        std::vector<std::int16_t> backward;    ///< [5][stride], b; of neurons that are not live only b[0], 0, is good
        std::vector<std::int16_t> live;        ///< [stride], -1 if live, else 0
        std::vector<std::int16_t> steps;       ///< [stride], g
        std::vector<std::int16_t> errors;      ///< [stride], e
        bool strays = false;                   ///< some K is out of its range
        bool upset = false;                    ///< some E of this sample was hit
    };
    struct ElementUpset {
        int layer, neuron, element, bit;
    };
    const Layer& neuron_layer(int layer, int neuron) const;  ///< throws std::out_of_range
    Layer& neuron_layer(int layer, int neuron) { return const_cast<Layer&>(std::as_const(*this).neuron_layer(layer, neuron)); }
    const Layer& parameter_layer(int layer, int neuron, int index) const;  ///< the same, also for an index of K
    const Layer& recomputed_layer(int layer) const;  ///< throws std::logic_error if connections are stored
    static bool parameters_in_range(const Layer& layer, int neuron);
    static bool parameters_in_range(const Layer& layer);
    static bool elements_in_range(const Layer& layer, int neuron);
    void expand(Layer& layer) const;
    int weight_shift() const { return weight_fraction(config_.weight_bits); }
    SampleError take(const PixelEvents& pixels, bool learn, std::uint16_t label);  ///< fills events_[0]
    void move_sample();
    void forward(EventTrace* trace);
    void trace_forward(int layer, EventTrace& trace) const;
    void hit_elements(int layer);
    SampleResult finish(std::uint16_t label, SampleResult result, EventTrace* trace) const;
    void output_errors(int label);
    bool backward(int layer, const Learning& learning, EventTrace* trace);
    void update_parameters(int layer, const PidGains& gains);
    void error_sums(int layer);
    void update(int layer, EventTrace* trace);

    NetworkConfig config_;
    std::vector<Layer> layers_;
    std::vector<std::vector<kernels::InputEvent>> events_;  ///< input events of every layer of the current sample
    std::uint32_t random_ = 1;
    Frame frame_;
    std::vector<ElementUpset> upsets_, hits_;  ///< of the next sample, of the one in work
    ActivityCounts activity_;

    // Work space of backward(): the live neurons of a layer, gathered.
    struct Gathered {
        std::vector<int> neurons;
        std::vector<int> exact;  ///< of these, those whose K or E is out of its range
        std::vector<std::int16_t> parameters, elements, error, backward;
    } live_;
};

}  // namespace wuxing
