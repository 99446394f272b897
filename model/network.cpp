#include "network.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <stdexcept>

#include "fixed.hpp"
#include "samples.hpp"

namespace wuxing {
namespace {

constexpr int kPixelShift = 4;  // x = 16 p

std::size_t index(int i) {
    return static_cast<std::size_t>(i);
}

/// The contract's mapping of a generator to 0..n-1 (section 10).
std::uint32_t below(std::mt19937& generator, std::uint32_t n) {
    return static_cast<std::uint32_t>((std::uint64_t{n} * generator()) >> 32);
}

/// B of section 10 in units of 2^-13: initial connections are uniform in -B..B.
std::int32_t initial_bound(int layer, int inputs, double scale) {
    const double fan_in = layer == 0 ? 100.0 : inputs;  // few pixels of an image are not zero
    return static_cast<std::int32_t>(
        std::min(32767.0, std::floor(kWeightOne * scale * 0.5 * std::sqrt(3.0 / fan_in) + 0.5)));
}

bool clamped(int element) {
    return element == 0 || element == kElementMax;
}

/// y of E[1]. In 16 bits, as a core has it: E that was hit may be anything.
std::int16_t displacement(std::int16_t element) {
    return static_cast<std::int16_t>(element - kOne);
}

}  // namespace

void NetworkConfig::validate() const {
    if (sizes.size() < 2) throw std::invalid_argument("a network needs at least an input and an output size");
    for (int size : sizes)
        if (size < 1 || size > 65535)
            throw std::invalid_argument(fmt::format("layer size {} is outside 1..65535", size));
    if (steps < 1 || steps > 15) throw std::invalid_argument(fmt::format("steps {} is outside 1..15", steps));
    if (weight_bits != 16 && weight_bits != 12 && weight_bits != 8)
        throw std::invalid_argument(fmt::format("connections of {} bits; there are 16, 12 and 8", weight_bits));
    if (recomputed && weight_bits != 16)
        throw std::invalid_argument(fmt::format("recomputed connections have 16 bits, not {}", weight_bits));
    if (rounding != Rounding::stochastic && rounding != Rounding::nearest)
        throw std::invalid_argument(fmt::format("rounding {} is neither 0 nor 1", static_cast<int>(rounding)));
}

Network::Network(NetworkConfig config) : config_(std::move(config)) {
    config_.validate();
    for (int l = 0; l < layers(); ++l) {
        const int stride = kernels::padded(outputs(l));
        Layer layer;
        layer.inputs = inputs(l);
        layer.outputs = outputs(l);
        layer.stride = stride;
        layer.weights.assign(index(layer.inputs) * index(stride), 0);
        if (config_.recomputed) expand(layer);
        layer.parameters.resize(index(kParameters * stride));
        for (int k = 0; k < kParameters; ++k)
            std::fill_n(layer.parameters.begin() + k * stride, stride, kParameterRanges[index(k / kElements)].nominal);
        for (auto* rows : {&layer.integral, &layer.last}) rows->assign(index(kParameters * stride), 0);
        layer.elements.assign(index(kElements * stride), kOne);
        layer.backward.assign(index(kElements * stride), 0);
        for (auto* row : {&layer.drive, &layer.live, &layer.steps, &layer.errors}) row->assign(index(stride), 0);
        layers_.push_back(std::move(layer));
    }
    events_.resize(index(layers()));
}

void Network::expand(Layer& layer) const {
    kernels::recompute(layer.weights.data(), layer.inputs, layer.outputs, layer.stride, layer.key, layer.scale);
}

void Network::initialise(std::uint32_t seed, double scale0, double scale) {
    for (const double s : {scale0, scale})
        if (!std::isfinite(s) || s < 0) throw std::invalid_argument(fmt::format("initial scale {} is not 0 or more", s));
    std::mt19937 generator(seed);
    std::uint32_t key = seed + 0xC0FFEEu;
    if (key == 0) key = 1;
    for (int l = 0; l < layers(); ++l) {
        const std::int32_t bound = initial_bound(l, inputs(l), l == 0 ? scale0 : scale);
        if (config_.recomputed) {
            key = xorshift32(key);
            const double shift = bound == 0 ? kConnectionScaleMax : std::floor(std::log2(32768.0 / bound) + 0.5);
            set_connection(l, key, std::clamp(static_cast<int>(shift), 0, kConnectionScaleMax));
            continue;
        }
        const int narrowing = kWeightFraction - weight_shift();
        for (int i = 0; i < inputs(l); ++i)
            for (int j = 0; j < outputs(l); ++j) {
                const auto draw = below(generator, static_cast<std::uint32_t>(2 * bound + 1));
                const std::int32_t c = static_cast<std::int32_t>(draw) - bound;
                set_weight(l, i, j, sat_weight(narrowing == 0 ? c : round_shift(c, narrowing), config_.weight_bits));
            }
    }
    std::mt19937 first(seed + 0x5EEDu);
    random_ = static_cast<std::uint32_t>(first());
    if (random_ == 0) random_ = 1;
}

const Network::Layer& Network::neuron_layer(int layer, int neuron) const {
    const Layer& l = layers_.at(index(layer));
    if (neuron < 0 || neuron >= l.outputs)
        throw std::out_of_range(fmt::format("layer {} has no neuron {}", layer, neuron));
    return l;
}

const Network::Layer& Network::parameter_layer(int layer, int neuron, int k) const {
    if (k < 0 || k >= kParameters) throw std::invalid_argument(fmt::format("parameter index {} is outside 0..14", k));
    return neuron_layer(layer, neuron);
}

std::int16_t Network::weight(int layer, int input, int neuron) const {
    const Layer& l = neuron_layer(layer, neuron);
    return l.weights.at(index(input) * index(l.stride) + index(neuron));
}

void Network::set_weight(int layer, int input, int neuron, std::int16_t value) {
    Layer& l = neuron_layer(layer, neuron);
    if (config_.recomputed) throw std::logic_error("recomputed connections cannot be set one by one");
    if (value != sat_weight(value, config_.weight_bits))
        throw std::invalid_argument(fmt::format("connection {} does not fit {} bits", value, config_.weight_bits));
    l.weights.at(index(input) * index(l.stride) + index(neuron)) = value;
}

const Network::Layer& Network::recomputed_layer(int layer) const {
    const Layer& l = layers_.at(index(layer));
    if (!config_.recomputed) throw std::logic_error("stored connections have no key");
    return l;
}

std::uint32_t Network::connection_key(int layer) const {
    return recomputed_layer(layer).key;
}

int Network::connection_scale(int layer) const {
    return recomputed_layer(layer).scale;
}

void Network::set_connection(int layer, std::uint32_t key, int scale) {
    Layer& l = const_cast<Layer&>(recomputed_layer(layer));
    if (scale < 0 || scale > kConnectionScaleMax)
        throw std::invalid_argument(fmt::format("shift {} of recomputed connections is outside 0..15", scale));
    l.key = key;
    l.scale = scale;
    expand(l);
}

std::int16_t Network::parameter(int layer, int neuron, int k) const {
    const Layer& l = parameter_layer(layer, neuron, k);
    return l.parameters[index(k) * index(l.stride) + index(neuron)];
}

void Network::set_parameter(int layer, int neuron, int k, std::int16_t value) {
    Layer& l = const_cast<Layer&>(parameter_layer(layer, neuron, k));
    const ParameterRange& range = kParameterRanges[index(k / kElements)];
    if (value < range.low || value > range.high)
        throw std::invalid_argument(fmt::format("K{}[{}] = {} is outside {}..{}", k / kElements + 1, k % kElements, value,
                                                range.low, range.high));
    l.parameters[index(k) * index(l.stride) + index(neuron)] = value;
    if (l.strays) l.strays = !parameters_in_range(l);
}

void Network::upset_parameter(int layer, int neuron, int k, std::int16_t value) {
    Layer& l = const_cast<Layer&>(parameter_layer(layer, neuron, k));
    l.parameters[index(k) * index(l.stride) + index(neuron)] = value;
    l.strays = !parameters_in_range(l);
}

bool Network::parameters_in_range(const Layer& layer, int neuron) {
    for (int k = 0; k < kParameters; ++k) {
        const ParameterRange& range = kParameterRanges[index(k / kElements)];
        const std::int16_t value = layer.parameters[index(k * layer.stride + neuron)];
        if (value < range.low || value > range.high) return false;
    }
    return true;
}

bool Network::parameters_in_range(const Layer& layer) {
    for (int j = 0; j < layer.outputs; ++j)
        if (!parameters_in_range(layer, j)) return false;
    return true;
}

bool Network::parameters_in_range() const {
    return std::none_of(layers_.begin(), layers_.end(), [](const Layer& layer) { return layer.strays; });
}

bool Network::elements_in_range(const Layer& layer, int neuron) {
    for (int i = 0; i < kElements; ++i) {
        const std::int16_t value = layer.elements[index(i * layer.stride + neuron)];
        if (value < 0 || value > kElementMax) return false;
    }
    return true;
}

void Network::upset_element(int layer, int neuron, int element, int bit) {
    neuron_layer(layer, neuron);
    if (element < 0 || element >= kElements) throw std::invalid_argument(fmt::format("a neuron has no element {}", element));
    if (bit < 0 || bit > 15) throw std::invalid_argument(fmt::format("an element has no bit {}", bit));
    upsets_.push_back({layer, neuron, element, bit});
}

std::int16_t Network::integral(int layer, int neuron, int k) const {
    const Layer& l = parameter_layer(layer, neuron, k);
    return l.integral[index(k) * index(l.stride) + index(neuron)];
}

std::int16_t Network::last_g1(int layer, int neuron, int k) const {
    const Layer& l = parameter_layer(layer, neuron, k);
    return l.last[index(k) * index(l.stride) + index(neuron)];
}

void Network::set_controller(int layer, int neuron, int k, std::int16_t integral, std::int16_t last_g1) {
    Layer& l = const_cast<Layer&>(parameter_layer(layer, neuron, k));
    l.integral[index(k) * index(l.stride) + index(neuron)] = integral;
    l.last[index(k) * index(l.stride) + index(neuron)] = last_g1;
}

void Network::set_frame(const Frame& frame) {
    if (frame.max_shift < 0 || frame.max_shift > 7)
        throw std::invalid_argument(fmt::format("greatest shift {} is outside 0..7", frame.max_shift));
    if (frame.max_shift > 0) {
        for (const int side : {frame.columns, frame.rows})
            if (side < 1 || side > 32768)
                throw std::invalid_argument(fmt::format("frame side {} is outside 1..32768", side));
        if (std::int64_t{frame.columns} * frame.rows != inputs(0))
            throw std::invalid_argument(fmt::format("a frame of {} x {} pixels for {} inputs", frame.columns, frame.rows,
                                                    inputs(0)));
    }
    frame_ = frame;
}

void Network::set_random_state(std::uint32_t state) {
    if (state == 0) throw std::invalid_argument("the random state must not be zero: xorshift32 would stay there");
    random_ = state;
}

SampleError Network::take(const PixelEvents& pixels, bool learn, std::uint16_t label) {
    // No branch a pixel: whether the next one is zero cannot be predicted. A fault is only told apart if there is one.
    hits_ = std::exchange(upsets_, {});
    auto& events = events_[0];
    events.resize(pixels.size());
    std::size_t kept = 0;
    int previous = -1;
    bool sound = true;
    for (const PixelEvent& pixel : pixels) {
        events[kept] = {pixel.index, pixel.value};
        kept += pixel.value != 0 ? 1 : 0;
        sound &= pixel.index < inputs(0);
        sound &= pixel.index > previous;
        previous = pixel.index;
    }
    events.resize(kept);
    const int classes = outputs(layers() - 1);
    if (!sound) return check_sample(pixels, inputs(0), classes, learn, label);
    return learn && label >= classes ? SampleError::bad_label : SampleError::ok;
}

void Network::move_sample() {
    const int dx = shift_distance(random_, frame_.max_shift), dy = shift_distance(random_ >> 16, frame_.max_shift);
    random_ = xorshift32(random_);
    auto& events = events_[0];
    std::size_t kept = 0;
    for (const kernels::InputEvent event : events) {
        const int target = moved_index(frame_, event.index, dx, dy);
        if (target >= 0) events[kept++] = {static_cast<std::uint16_t>(target), event.x};
    }
    events.resize(kept);
}

SampleResult Network::infer(const PixelEvents& events, std::uint16_t label, EventTrace* trace) {
    SampleResult result;
    result.error = take(events, false, label);
    if (result.error == SampleError::ok) {
        if (frame_.max_shift > 0) move_sample();
        forward(trace);
    }
    return finish(label, result, trace);
}

SampleResult Network::train(const PixelEvents& events, std::uint16_t label, int eta, EventTrace* trace) {
    Learning learning;
    learning.eta = eta;
    return train(events, label, learning, trace);
}

SampleResult Network::train(const PixelEvents& events, std::uint16_t label, const Learning& learning,
                            EventTrace* trace) {
    learning.validate();
    if (config_.recomputed && learning.eta != 0)
        throw std::invalid_argument(
            fmt::format("eta {}: recomputed connections cannot be adjusted, it must be 0", learning.eta));
    SampleResult result;
    result.error = take(events, true, label);
    if (result.error == SampleError::ok) {
        if (frame_.max_shift > 0) move_sample();
        forward(trace);
        output_errors(label);
        for (Layer& layer : layers_) std::fill(layer.steps.begin(), layer.steps.end(), std::int16_t{0});
        // A layer in which nothing is live sends nothing further back.
        for (int l = layers() - 1; backward(l, learning, trace) && l > 0; --l) error_sums(l);
        for (int l = 0; l < layers(); ++l) update(l, trace);
        result.learned = true;
        ++activity_.trained;
        activity_.events += events_[0].size();
        for (int l = 0; l < layers(); ++l) activity_.neurons += static_cast<std::uint64_t>(outputs(l));
    }
    return finish(label, result, trace);
}

SampleResult Network::finish(std::uint16_t label, SampleResult result, EventTrace* trace) const {
    if (result.error == SampleError::ok) {
        const std::vector<std::int16_t> y = displacements();
        const auto best = std::max_element(y.begin(), y.end());  // the first of equals
        result.predicted = static_cast<std::uint16_t>(best - y.begin());
        result.displacement = *best;
    }
    if (trace)
        trace->push_back({EventKind::result, 0, 0, 0,
                          {static_cast<std::int16_t>(result.predicted), static_cast<std::int16_t>(label),
                           result.displacement, static_cast<std::int16_t>(result_status(result.learned, result.error))}});
    return result;
}

std::vector<std::int16_t> Network::displacements() const {
    const Layer& last = layers_.back();
    std::vector<std::int16_t> y(index(last.outputs));
    for (int j = 0; j < last.outputs; ++j)
        y[index(j)] = displacement(last.elements[index(last.stride + j)]);
    return y;
}

void Network::forward(EventTrace* trace) {
    for (int l = 0; l < layers(); ++l) {
        Layer& layer = layers_[index(l)];
        const auto& events = events_[index(l)];
        kernels::drives(layer.weights.data(), layer.stride, events.data(), static_cast<int>(events.size()),
                        weight_shift() - (l == 0 ? kPixelShift : 0), layer.drive.data());
        kernels::integrate_forward(layer.parameters.data(), layer.stride, layer.drive.data(), config_.steps,
                                   layer.elements.data(), layer.strays);
        if (trace) trace_forward(l, *trace);
        hit_elements(l);
        if (l + 1 == layers()) continue;
        auto& next = events_[index(l + 1)];
        next.resize(index(layer.outputs));
        std::size_t kept = 0;
        for (int j = 0; j < layer.outputs; ++j) {
            const std::int16_t y = displacement(layer.elements[index(layer.stride + j)]);
            next[kept] = {static_cast<std::uint16_t>(j), y};
            kept += y != 0 ? 1 : 0;
        }
        next.resize(kept);
    }
}

void Network::trace_forward(int l, EventTrace& trace) const {
    const Layer& layer = layers_[index(l)];
    for (int j = 0; j < layer.outputs; ++j) {
        const auto head = [&](EventKind kind) {
            return EventRecord{kind, static_cast<std::uint8_t>(l), static_cast<std::uint16_t>(j), 0, {}};
        };
        EventRecord drive = head(EventKind::drive);
        drive.values[0] = layer.drive[index(j)];
        trace.push_back(drive);
        EventRecord neuron = head(EventKind::neuron);
        for (int i = 0; i < kElements; ++i) neuron.values[index(i)] = layer.elements[index(i * layer.stride + j)];
        trace.push_back(neuron);
    }
}

void Network::hit_elements(int l) {
    Layer& layer = layers_[index(l)];
    layer.upset = false;
    for (const ElementUpset& hit : hits_) {
        if (hit.layer != l) continue;
        std::int16_t& element = layer.elements[index(hit.element * layer.stride + hit.neuron)];
        element = static_cast<std::int16_t>(element ^ static_cast<std::int16_t>(1 << hit.bit));
        layer.upset = true;
    }
}

void Network::output_errors(int label) {
    Layer& last = layers_.back();
    for (int k = 0; k < last.outputs; ++k) {
        const int y = displacement(last.elements[index(last.stride + k)]);
        const int to_on = std::max<int>(0, sat16(config_.target_on - y));
        const int to_off = std::min<int>(0, sat16(config_.target_off - y));
        last.errors[index(k)] = static_cast<std::int16_t>(k == label ? to_on : to_off);
    }
}

bool Network::backward(int l, const Learning& learning, EventTrace* trace) {
    Layer& layer = layers_[index(l)];
    std::fill_n(layer.backward.begin(), layer.stride, std::int16_t{0});
    live_.neurons.clear();
    for (int j = 0; j < layer.outputs; ++j) {
        const bool live = layer.errors[index(j)] != 0 && !clamped(layer.elements[index(j)]);
        layer.live[index(j)] = live ? -1 : 0;
        if (live) live_.neurons.push_back(j);
    }
    const int count = static_cast<int>(live_.neurons.size());
    if (count == 0) return false;

    const int stride = kernels::padded(count);
    live_.parameters.resize(index(kParameters * stride));
    live_.elements.resize(index(kElements * stride));
    live_.error.resize(index(stride));
    live_.backward.resize(index(kElements * stride));
    const auto gather = [&](const std::vector<std::int16_t>& from, std::vector<std::int16_t>& to, int rows) {
        for (int row = 0; row < rows; ++row) {
            const std::int16_t* source = &from[index(row * layer.stride)];
            std::int16_t* target = &to[index(row * stride)];
            for (int n = 0; n < count; ++n) target[n] = source[live_.neurons[index(n)]];
            std::fill(target + count, target + stride, std::int16_t{0});
        }
    };
    gather(layer.parameters, live_.parameters, kParameters);
    gather(layer.elements, live_.elements, kElements);
    gather(layer.errors, live_.error, 1);
    live_.exact.clear();
    if (layer.strays || layer.upset)
        for (int n = 0; n < count; ++n) {
            const int j = live_.neurons[index(n)];
            if (parameters_in_range(layer, j) && elements_in_range(layer, j)) continue;
            live_.exact.push_back(n);
            for (int k = 0; k < kParameters; ++k) live_.parameters[index(k * stride + n)] = 0;  // keeps the others' sums in 32 bits
            for (int i = 0; i < kElements; ++i) live_.elements[index(i * stride + n)] = 0;
        }
    kernels::integrate_backward(live_.parameters.data(), stride, live_.elements.data(), live_.error.data(), config_.steps,
                                live_.backward.data());
    for (const int n : live_.exact) {
        const int j = live_.neurons[index(n)];
        kernels::integrate_backward_exact(&layer.parameters[index(j)], &layer.elements[index(j)], layer.stride,
                                          layer.errors[index(j)], config_.steps, &live_.backward[index(n)], stride);
    }
    activity_.live += static_cast<std::uint64_t>(count);
    const bool adjusts_k = learning.k.sets != 0;
    for (int i = 0; i < (adjusts_k ? kElements : 1); ++i)
        for (int n = 0; n < count; ++n)
            layer.backward[index(i * layer.stride + live_.neurons[index(n)])] = live_.backward[index(i * stride + n)];
    for (int n = 0; n < count; ++n) {
        const std::int64_t change = std::int64_t{learning.eta} * live_.backward[index(n)];
        const std::int16_t g = sat16(round_shift(change, kEtaFraction + kStateFraction - kStepFraction));
        layer.steps[index(live_.neurons[index(n)])] = g;
        activity_.stepping += g != 0 ? 1 : 0;
    }
    std::vector<std::int16_t> old;  // K before, only for the trace
    if (trace) old = layer.parameters;
    if (adjusts_k) update_parameters(l, learning.k);
    if (!trace) return true;
    for (int n = 0; n < count; ++n) {
        const int j = live_.neurons[index(n)];
        EventRecord record{EventKind::backward, static_cast<std::uint8_t>(l), static_cast<std::uint16_t>(j), 0, {}};
        for (int i = 0; i < kElements; ++i) record.values[index(i)] = live_.backward[index(i * stride + n)];
        record.values[5] = live_.error[index(n)];
        record.values[6] = layer.steps[index(j)];
        trace->push_back(record);
        for (int i = 0; i < kElements; ++i)
            for (int set = 0; set < kParameters / kElements; ++set) {
                if ((learning.k.sets >> set & 1u) == 0) continue;
                const int k = set * kElements + i;
                const std::size_t at = index(k * layer.stride + j);
                trace->push_back({EventKind::parameter_write, record.layer, record.neuron, static_cast<std::uint16_t>(k),
                                  {old[at], layer.parameters[at], layer.last[at], layer.integral[at]}});
            }
    }
    return true;
}

void Network::update_parameters(int l, const PidGains& gains) {
    Layer& layer = layers_[index(l)];
    random_ = kernels::update_parameters({layer.parameters.data(), layer.integral.data(), layer.last.data()}, layer.stride,
                                         layer.elements.data(), layer.backward.data(), layer.live.data(), gains,
                                         config_.rounding, random_);
    if (layer.strays) layer.strays = !parameters_in_range(layer);
    for (int set = 0; set < kParameters / kElements; ++set) {
        if ((gains.sets >> set & 1u) == 0) continue;
        const ParameterRange& range = kParameterRanges[index(set)];
        activity_.parameter_writes += kElements * live_.neurons.size();
        for (int i = 0; i < kElements; ++i) {
            const std::int16_t* row = &layer.parameters[index((set * kElements + i) * layer.stride)];
            int limited = 0;
            for (int j = 0; j < layer.outputs; ++j)
                limited += layer.live[index(j)] & ((row[j] == range.low) | (row[j] == range.high));
            activity_.parameters_limited += static_cast<std::uint64_t>(limited);
        }
    }
}

void Network::error_sums(int l) {
    const Layer& layer = layers_[index(l)];
    Layer& before = layers_[index(l - 1)];
    kernels::error_sums(layer.weights.data(), layer.inputs, layer.stride, layer.backward.data(), weight_shift(),
                        before.elements.data(), before.errors.data());
}

void Network::update(int l, EventTrace* trace) {
    Layer& layer = layers_[index(l)];
    const auto& events = events_[index(l)];
    const auto stepping = std::count_if(layer.steps.begin(), layer.steps.end(), [](std::int16_t g) { return g != 0; });
    if (stepping == 0) return;
    activity_.writes += static_cast<std::uint64_t>(stepping) * events.size();

    const auto row = [&](const kernels::InputEvent& event) {
        return layer.weights.begin() + static_cast<std::ptrdiff_t>(event.index) * layer.stride;
    };
    std::vector<std::int16_t> old;  // [events][stride], only for the trace
    if (trace)
        for (const auto& event : events) old.insert(old.end(), row(event), row(event) + layer.stride);
    random_ = kernels::update(layer.weights.data(), layer.stride, events.data(), static_cast<int>(events.size()),
                              l == 0 ? kPixelShift : 0, layer.steps.data(), random_, config_.weight_bits,
                              config_.rounding);
    if (!trace) return;
    for (int j = 0; j < layer.outputs; ++j) {
        if (layer.steps[index(j)] == 0) continue;
        for (std::size_t k = 0; k < events.size(); ++k)
            trace->push_back({EventKind::weight_write, static_cast<std::uint8_t>(l), static_cast<std::uint16_t>(j),
                              events[k].index, {old[k * index(layer.stride) + index(j)], *(row(events[k]) + j)}});
    }
}

bool Network::same_parameters(const Network& other) const {
    if (!(config_ == other.config_) || random_ != other.random_) return false;
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        const Layer &a = layers_[l], &b = other.layers_[l];
        if (a.key != b.key || a.scale != b.scale || a.weights != b.weights || a.parameters != b.parameters ||
            a.integral != b.integral || a.last != b.last)
            return false;
    }
    return true;
}

}  // namespace wuxing
