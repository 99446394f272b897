// Eigen is used for expressions element by element only. Its products and sums add up in an order that depends on the
// vector unit, and so would the accuracies that are published; this file is compiled without fused multiply-add.
#include "perceptron.hpp"

#include <fmt/core.h>

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

#include "samples.hpp"

namespace wuxing {
namespace {

constexpr int kChunk = 64, kBlock = 16;    // floats of the widest vector
constexpr std::uint32_t kDraws = 1 << 24;  // as fine as a float

using Block = Eigen::Array<float, kBlock, 1>;
using ConstBlock = Eigen::Map<const Block>;

/// Sum of a[n] b[n] over whole blocks, added up in one order everywhere.
float dot(const float* a, const float* b, std::size_t size) {
    Block sums = Block::Zero();
    for (std::size_t n = 0; n < size; n += kBlock) sums += ConstBlock(a + n) * ConstBlock(b + n);
    const Eigen::Array<float, 8, 1> eight = sums.head<8>() + sums.tail<8>();
    const Eigen::Array<float, 4, 1> four = eight.head<4>() + eight.tail<4>();
    return (four[0] + four[2]) + (four[1] + four[3]);
}

}  // namespace

void PerceptronConfig::validate() const {
    if (sizes.size() < 2) throw std::invalid_argument("a perceptron needs at least an input and an output size");
    for (const int size : sizes) {
        if (size < 1 || size > 65535) {
            throw std::invalid_argument(fmt::format("layer size {} is outside 1..65535", size));
        }
    }
}

Perceptron::Perceptron(PerceptronConfig config) : config_(std::move(config)) {
    config_.validate();
    for (std::size_t l = 0; l + 1 < config_.sizes.size(); ++l) {
        Layer layer;
        layer.inputs = static_cast<std::size_t>(config_.sizes[l]);
        layer.outputs = static_cast<std::size_t>(config_.sizes[l + 1]);
        layer.stride = (layer.outputs + kBlock - 1) / kBlock * kBlock;
        layer.events.resize(layer.inputs);
        layer.weights.resize(layer.inputs * layer.stride);
        for (auto* row : {&layer.biases, &layer.sums, &layer.errors}) row->resize(layer.stride);
        layers_.push_back(std::move(layer));
    }
    probabilities_.resize(layers_.back().outputs);
}

template <class AnyLayer, class Visit>
void Perceptron::visit_parameters(AnyLayer& layer, Visit visit) {
    for (std::size_t i = 0; i < layer.inputs; ++i) {
        for (std::size_t j = 0; j < layer.outputs; ++j) visit(layer.weights[i * layer.stride + j]);
    }
    for (std::size_t j = 0; j < layer.outputs; ++j) visit(layer.biases[j]);
}

void Perceptron::initialise(std::uint32_t seed) {
    RandomSource random(seed);
    for (Layer& layer : layers_) {
        const double bound = std::sqrt(6.0 / static_cast<double>(layer.inputs));
        std::fill(layer.biases.begin(), layer.biases.end(), 0.0F);
        for (std::size_t i = 0; i < layer.inputs; ++i) {
            for (std::size_t j = 0; j < layer.outputs; ++j) {
                const double unit = (2.0 * random.below(kDraws) + 1) / kDraws - 1;  // symmetric about 0
                layer.weights[i * layer.stride + j] = static_cast<float>(bound * unit);
            }
        }
    }
}

/// a of `Size` neurons: they stay in registers while the inputs go by.
template <int Size>
void Perceptron::add_up(Layer& layer, std::size_t first) {
    using Chunk = Eigen::Array<float, Size, 1>;
    Chunk sums = Eigen::Map<const Chunk>(&layer.biases[first]);
    const float* weights = &layer.weights[first];
    for (const InputEvent& event : layer) {
        sums += event.x * Eigen::Map<const Chunk>(weights + event.index * layer.stride);
    }
    Eigen::Map<Chunk>(&layer.sums[first]) = sums;
}

PerceptronResult Perceptron::forward(const PixelEvents& events) {
    Layer& lowest = layers_.front();
    lowest.live = 0;
    for (const PixelEvent& event : events) {  // no branches: live ones come in no order a processor could guess
        lowest.events[lowest.live] = {event.index, static_cast<float>(event.value) / 256};
        lowest.live += event.value != 0;
    }
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        Layer& layer = layers_[l];
        std::size_t first = 0;
        for (; first + kChunk <= layer.stride; first += kChunk) add_up<kChunk>(layer, first);
        for (; first < layer.stride; first += kBlock) add_up<kBlock>(layer, first);
        if (l + 1 == layers_.size()) break;
        Layer& next = layers_[l + 1];
        next.live = 0;
        for (std::size_t j = 0; j < layer.outputs; ++j) {
            next.events[next.live] = {static_cast<std::uint32_t>(j), layer.sums[j]};
            next.live += layer.sums[j] > 0;
        }
    }

    // In double: what is left of the differences between mathematical libraries is lost in rounding to float.
    const std::vector<float>& sums = layers_.back().sums;
    const auto best =
        static_cast<std::size_t>(std::max_element(sums.begin(), sums.begin() + config_.sizes.back()) - sums.begin());
    double total = 0;
    for (std::size_t k = 0; k < probabilities_.size(); ++k) {
        probabilities_[k] = std::exp(static_cast<double>(sums[k]) - static_cast<double>(sums[best]));
        total += probabilities_[k];
    }
    for (double& p : probabilities_) p /= total;
    PerceptronResult result;
    result.predicted = static_cast<std::uint16_t>(best);
    result.probability = probabilities_[best];
    return result;
}

/// Errors of the layer below; a neuron there that gave nothing gets none.
void Perceptron::backward(std::size_t l) {
    const Layer& layer = layers_[l];
    std::vector<float>& errors = layers_[l - 1].errors;
    std::fill(errors.begin(), errors.end(), 0.0F);
    for (const InputEvent& event : layer) {
        errors[event.index] = dot(&layer.weights[event.index * layer.stride], layer.errors.data(), layer.stride);
    }
}

template <int Size>
void Perceptron::move(Layer& layer, std::size_t first, float eta) {
    using Chunk = Eigen::Array<float, Size, 1>;
    const Chunk steps = eta * Eigen::Map<const Chunk>(&layer.errors[first]);
    Eigen::Map<Chunk>(&layer.biases[first]) -= steps;
    float* weights = &layer.weights[first];
    for (const InputEvent& event : layer) {
        Eigen::Map<Chunk>(weights + event.index * layer.stride) -= event.x * steps;
    }
}

void Perceptron::update(std::size_t l, float eta) {
    Layer& layer = layers_[l];
    std::size_t first = 0;
    for (; first + kChunk <= layer.stride; first += kChunk) move<kChunk>(layer, first, eta);
    for (; first < layer.stride; first += kBlock) move<kBlock>(layer, first, eta);
}

PerceptronResult Perceptron::infer(const PixelEvents& events) {
    const SampleError error = check_sample(events, config_.sizes.front(), config_.sizes.back(), false, 0);
    if (error != SampleError::ok) return {0xFFFF, 0.0, false, error};
    return forward(events);
}

PerceptronResult Perceptron::train(const PixelEvents& events, std::uint16_t label, float eta) {
    const SampleError error = check_sample(events, config_.sizes.front(), config_.sizes.back(), true, label);
    if (error != SampleError::ok) return {0xFFFF, 0.0, false, error};
    PerceptronResult result = forward(events);
    for (std::size_t k = 0; k < probabilities_.size(); ++k) {
        layers_.back().errors[k] = static_cast<float>(probabilities_[k] - (k == label ? 1.0 : 0.0));
    }
    for (std::size_t l = layers_.size(); l-- > 0;) {
        if (l > 0) backward(l);  // with the weights of before
        update(l, eta);
    }
    result.learned = true;
    return result;
}

std::vector<float> Perceptron::parameters() const {
    std::vector<float> all;
    for (const Layer& layer : layers_) visit_parameters(layer, [&all](float value) { all.push_back(value); });
    return all;
}

void Perceptron::set_parameters(const std::vector<float>& parameters) {
    std::size_t count = 0;
    for (const Layer& layer : layers_) count += (layer.inputs + 1) * layer.outputs;
    if (parameters.size() != count) {
        throw std::invalid_argument(fmt::format("{} parameters for a perceptron of {}", parameters.size(), count));
    }
    if (!std::all_of(parameters.begin(), parameters.end(), [](float value) { return std::isfinite(value); })) {
        throw std::invalid_argument("a parameter is not finite");
    }
    auto next = parameters.begin();
    for (Layer& layer : layers_) visit_parameters(layer, [&next](float& value) { value = *next++; });
}

}  // namespace wuxing
