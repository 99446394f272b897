#include "real_network.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "samples.hpp"

namespace wuxing {
namespace {

constexpr double kStep = 0.5;  // h of equation (3)

// i + distance around the ring.
constexpr std::size_t around(std::size_t i, std::size_t distance) {
    return (i + distance) % kElements;
}

double clamp_element_real(double v) {
    return std::clamp(v, 0.0, kRealElementMax);
}

bool is_clamped(double element) {
    return element <= 0.0 || element >= kRealElementMax;
}

/// The 15 values of a neuron from what is asked for by index.
template <class Value>
RealParameters fifteen(Value value) {
    RealParameters k;
    int index = 0;
    for (RealElements* row : {&k.k1, &k.k2, &k.k3})
        for (double& v : *row) v = value(index++) / static_cast<double>(kOne);
    return k;
}

/// Equations (9) and (10) for one parameter.
void adjust(const RealLearning& learning, double g1, const ParameterRange& range, double& k, double& integral,
            double& last) {
    integral += std::ldexp(g1 - integral, -learning.leak);
    k += learning.p * g1 + learning.i * integral + learning.d * (g1 - last);
    k = std::clamp(k, range.low / static_cast<double>(kOne), range.high / static_cast<double>(kOne));
    last = g1;
}

}  // namespace

RealLearning::RealLearning(const Learning& learning)
    : eta(std::ldexp(learning.eta, -kEtaFraction)),
      p(std::ldexp(learning.k.p, -kGainFraction)),
      i(std::ldexp(learning.k.i, -kGainFraction)),
      d(std::ldexp(learning.k.d, -kGainFraction)),
      leak(learning.k.leak),
      sets(learning.k.sets) {}

RealParameters real_parameters(const Network& network, int layer, int neuron) {
    return fifteen([&](int k) { return network.parameter(layer, neuron, k); });
}

RealElements forward_derivative(const RealParameters& k, const RealElements& elements, double drive) {
    RealElements d{};
    for (std::size_t i = 0; i < kElements; ++i) {
        d[i] = k.k1[i] * elements[around(i, 4)] - elements[i] * (k.k2[i] * elements[around(i, 3)] + k.k3[i]);
    }
    d[0] += drive;
    return d;
}

RealElements backward_derivative(const RealParameters& k, const RealElements& elements, const RealElements& b,
                                 double error) {
    RealElements d{};
    for (std::size_t i = 0; i < kElements; ++i) {
        if (is_clamped(elements[i])) continue;
        const std::size_t generated = around(i, 1), overcome = around(i, 2);
        const double t = k.k2[i] * elements[around(i, 3)] + k.k3[i];
        const double c = k.k2[overcome] * elements[overcome];
        d[i] = k.k1[generated] * b[generated] - c * b[overcome] - t * b[i] + (i == 1 ? error : 0.0);
    }
    return d;
}

RealElements integrate_forward(const RealParameters& k, double drive, int steps) {
    RealElements elements;
    elements.fill(1.0);
    for (int n = 0; n < steps; ++n) {
        const RealElements first = forward_derivative(k, elements, drive);
        RealElements predictor{};
        for (std::size_t i = 0; i < kElements; ++i) predictor[i] = clamp_element_real(elements[i] + kStep * first[i]);
        const RealElements second = forward_derivative(k, predictor, drive);
        for (std::size_t i = 0; i < kElements; ++i) {
            elements[i] = clamp_element_real(elements[i] + kStep / 2 * (first[i] + second[i]));
        }
    }
    return elements;
}

RealElements integrate_backward(const RealParameters& k, const RealElements& elements, double error, int steps) {
    RealElements b{};
    for (int n = 0; n < steps; ++n) {
        const RealElements first = backward_derivative(k, elements, b, error);
        RealElements predictor{};
        for (std::size_t i = 0; i < kElements; ++i) predictor[i] = b[i] + kStep * first[i];
        const RealElements second = backward_derivative(k, elements, predictor, error);
        for (std::size_t i = 0; i < kElements; ++i) b[i] += kStep / 2 * (first[i] + second[i]);
    }
    return b;
}

RealNetwork::RealNetwork(const Network& network)
    : config_(network.config()), frame_(network.frame()), random_(network.random_state()) {
    for (int l = 0; l < network.layers(); ++l) {
        Layer layer;
        layer.inputs = network.inputs(l);
        layer.outputs = network.outputs(l);
        const auto outputs = static_cast<std::size_t>(layer.outputs);
        layer.weights.resize(static_cast<std::size_t>(layer.inputs) * outputs);
        for (int i = 0; i < layer.inputs; ++i) {
            for (int j = 0; j < layer.outputs; ++j) {
                layer.weight(i, j) = std::ldexp(network.weight(l, i, j), -weight_fraction(config_.weight_bits));
            }
        }
        for (int j = 0; j < layer.outputs; ++j) {
            layer.parameters.push_back(real_parameters(network, l, j));
            layer.integral.push_back(fifteen([&](int k) { return network.integral(l, j, k); }));
            layer.last.push_back(fifteen([&](int k) { return network.last_g1(l, j, k); }));
        }
        layer.drives.resize(outputs);
        layer.elements.resize(outputs);
        layer.displacements.resize(outputs);
        layer.errors.resize(outputs);
        layer.backward.resize(outputs);
        layers_.push_back(std::move(layer));
    }
    events_.resize(layers_.size());
}

void RealNetwork::set_steps(int steps) {
    if (steps < 1) throw std::invalid_argument("a pass has at least one Heun step");
    config_.steps = steps;
}

RealResult RealNetwork::forward(const PixelEvents& events) {
    events_[0].clear();
    const bool moves = frame_.max_shift > 0;
    const int dx = moves ? shift_distance(random_, frame_.max_shift) : 0;
    const int dy = moves ? shift_distance(random_ >> 16, frame_.max_shift) : 0;
    if (moves) random_ = xorshift32(random_);
    for (const PixelEvent& event : events) {
        const int index = moves ? moved_index(frame_, event.index, dx, dy) : event.index;
        if (event.value != 0 && index >= 0) events_[0].push_back({static_cast<std::size_t>(index), event.value / 256.0});
    }
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        Layer& layer = layers_[l];
        const auto outputs = static_cast<std::size_t>(layer.outputs);
        std::fill(layer.drives.begin(), layer.drives.end(), 0.0);
        for (const InputEvent& event : events_[l]) {
            const double* row = &layer.weights[event.index * outputs];
            for (std::size_t j = 0; j < outputs; ++j) layer.drives[j] += row[j] * event.x;
        }
        for (std::size_t j = 0; j < outputs; ++j) {
            layer.elements[j] = integrate_forward(layer.parameters[j], layer.drives[j], config_.steps);
            layer.displacements[j] = layer.elements[j][1] - 1.0;
        }
        if (l + 1 < layers_.size()) {
            events_[l + 1].clear();
            for (std::size_t j = 0; j < outputs; ++j) {
                if (layer.displacements[j] != 0.0) events_[l + 1].push_back({j, layer.displacements[j]});
            }
        }
    }
    const std::vector<double>& y = layers_.back().displacements;
    const auto best = std::max_element(y.begin(), y.end());  // of equals the first
    RealResult result;
    result.predicted = static_cast<std::uint16_t>(best - y.begin());
    result.displacement = *best;
    return result;
}

void RealNetwork::backward(std::uint16_t label, const RealLearning& learning) {
    const double on = config_.target_on / static_cast<double>(kOne);
    const double off = config_.target_off / static_cast<double>(kOne);
    Layer& last = layers_.back();
    for (std::size_t k = 0; k < last.errors.size(); ++k) {
        last.errors[k] =
            k == label ? std::max(0.0, on - last.displacements[k]) : std::min(0.0, off - last.displacements[k]);
    }
    for (std::size_t l = layers_.size(); l-- > 0;) {
        Layer& layer = layers_[l];
        const auto outputs = static_cast<std::size_t>(layer.outputs);
        std::vector<std::size_t> live;
        for (std::size_t j = 0; j < outputs; ++j) {
            layer.backward[j].fill(0.0);
            // Without error b stays 0, and with element 0 clamped b[0] does: nothing would leave.
            if (layer.errors[j] == 0.0 || is_clamped(layer.elements[j][0])) continue;
            layer.backward[j] =
                integrate_backward(layer.parameters[j], layer.elements[j], layer.errors[j], config_.steps);
            live.push_back(j);
            const RealElements &e = layer.elements[j], &b = layer.backward[j];
            RealParameters &k = layer.parameters[j], &mean = layer.integral[j], &old = layer.last[j];
            for (std::size_t i = 0; i < kElements && learning.sets != 0; ++i) {
                const double generated = e[around(i, 4)] * b[i], overcome = -e[i] * e[around(i, 3)] * b[i];
                const double decayed = -e[i] * b[i];
                if (learning.sets & 1u) adjust(learning, generated, kParameterRanges[0], k.k1[i], mean.k1[i], old.k1[i]);
                if (learning.sets & 2u) adjust(learning, overcome, kParameterRanges[1], k.k2[i], mean.k2[i], old.k2[i]);
                if (learning.sets & 4u) adjust(learning, decayed, kParameterRanges[2], k.k3[i], mean.k3[i], old.k3[i]);
            }
        }
        if (l == 0) break;
        std::vector<double>& errors = layers_[l - 1].errors;
        for (std::size_t i = 0; i < errors.size(); ++i) {
            errors[i] = 0;
            for (const std::size_t j : live) errors[i] += layer.weights[i * outputs + j] * layer.backward[j][0];
        }
    }
}

void RealNetwork::update(double eta) {
    std::vector<double> steps;
    for (std::size_t l = 0; l < layers_.size(); ++l) {
        Layer& layer = layers_[l];
        const auto outputs = static_cast<std::size_t>(layer.outputs);
        steps.resize(outputs);
        bool any = false;
        for (std::size_t j = 0; j < outputs; ++j) {
            steps[j] = std::clamp(eta * layer.backward[j][0], -kRealStepMax, kRealStepMax);
            any = any || steps[j] != 0.0;
        }
        if (!any) continue;
        for (const InputEvent& event : events_[l]) {
            double* row = &layer.weights[event.index * outputs];
            for (std::size_t j = 0; j < outputs; ++j) row[j] += event.x * steps[j];
        }
    }
}

RealResult RealNetwork::infer(const PixelEvents& events) {
    const SampleError error = check_sample(events, config_.sizes.front(), config_.sizes.back(), false, 0);
    if (error != SampleError::ok) return {0xFFFF, 0.0, false, error};
    return forward(events);
}

RealResult RealNetwork::train(const PixelEvents& events, std::uint16_t label, const RealLearning& learning) {
    const SampleError error = check_sample(events, config_.sizes.front(), config_.sizes.back(), true, label);
    if (error != SampleError::ok) return {0xFFFF, 0.0, false, error};
    RealResult result = forward(events);
    backward(label, learning);
    update(learning.eta);
    result.learned = true;
    return result;
}

RealResult RealNetwork::train(const PixelEvents& events, std::uint16_t label, double eta) {
    RealLearning learning;
    learning.eta = eta;
    return train(events, label, learning);
}

void RealNetwork::round_into(Network& network) const {
    if (network.config().sizes != config_.sizes) throw std::invalid_argument("the networks differ in shape");
    const int bits = network.config().weight_bits;
    const double one = std::ldexp(1.0, weight_fraction(bits)), limit = std::ldexp(1.0, bits - 1);
    for (int l = 0; l < network.layers(); ++l) {
        for (int j = 0; j < network.outputs(l); ++j) {
            const auto n = static_cast<std::size_t>(j);
            const auto row_of = [](const RealParameters& k, int index) {
                const RealElements& row = index < kElements ? k.k1 : index < 2 * kElements ? k.k2 : k.k3;
                return nearest_state(row[static_cast<std::size_t>(index % kElements)]);
            };
            for (int k = 0; k < kParameters; ++k) {
                network.set_parameter(l, j, k, row_of(layer(l).parameters[n], k));
                network.set_controller(l, j, k, row_of(layer(l).integral[n], k), row_of(layer(l).last[n], k));
            }
        }
        for (int i = 0; i < network.inputs(l) && !network.config().recomputed; ++i) {
            for (int j = 0; j < network.outputs(l); ++j) {
                const double c = std::clamp(std::floor(layer(l).weight(i, j) * one + 0.5), -limit, limit - 1);
                network.set_weight(l, i, j, static_cast<std::int16_t>(c));
            }
        }
    }
}

void ErrorStatistic::add(double difference) {
    const double lsb = std::abs(difference) * kOne;
    ++count;
    sum_of_squares += lsb * lsb;
    max = std::max(max, lsb);
}

double ErrorStatistic::rms() const {
    return count == 0 ? 0.0 : std::sqrt(sum_of_squares / static_cast<double>(count));
}

TwinComparison compare_with_twin(const Network& network, const std::vector<PixelEvents>& samples,
                                 const std::vector<std::uint16_t>& labels,
                                 const std::function<bool()>& goes_on) {
    if (samples.size() != labels.size()) throw std::invalid_argument("every sample needs a label");
    constexpr double kLsb = 1.0 / kOne;
    constexpr double kDriveLow = -8.0, kDriveHigh = 8.0 - kLsb;
    Network model = network;
    RealNetwork twin(network);
    std::vector<std::vector<double>> b(static_cast<std::size_t>(network.layers()));  // of the model, per layer
    TwinComparison result;
    EventTrace trace;
    for (std::size_t k = 0; k < samples.size(); ++k) {
        const std::uint16_t label = labels[k];
        const bool learn = label < network.config().sizes.back();
        if (goes_on && !goes_on()) break;
        trace.clear();
        // With eta = 0 a learning sample makes its backward records and changes nothing.
        const SampleResult in_model =
            learn ? model.train(samples[k], label, 0, &trace) : model.infer(samples[k], label, &trace);
        if (in_model.error != SampleError::ok) continue;
        const RealResult in_twin = learn ? twin.train(samples[k], label, 0.0) : twin.infer(samples[k]);
        ++result.samples;
        result.model_right += in_model.predicted == label;
        result.twin_right += in_twin.predicted == label;
        result.same_class += in_model.predicted == in_twin.predicted;

        for (std::size_t l = 0; l < b.size(); ++l)
            b[l].assign(static_cast<std::size_t>(network.outputs(static_cast<int>(l))), 0.0);
        for (const EventRecord& record : trace) {
            if (record.kind == EventKind::result) continue;
            const RealNetwork::Layer& layer = twin.layer(record.layer);
            const std::size_t j = record.neuron;
            if (record.kind == EventKind::drive) {
                const double limited = std::clamp(layer.drives[j], kDriveLow, kDriveHigh);
                result.drives_beyond_range += limited != layer.drives[j];
                result.u.add(record.values[0] * kLsb - limited);
            } else if (record.kind == EventKind::neuron) {
                result.y.add(record.values[1] * kLsb - 1.0 - layer.displacements[j]);
            } else if (record.kind == EventKind::backward) {
                b[record.layer][j] = record.values[0] * kLsb;
                result.e.add(record.values[5] * kLsb - layer.errors[j]);
            }
        }
        if (!learn) continue;
        for (std::size_t l = 0; l < b.size(); ++l) {
            const RealNetwork::Layer& layer = twin.layer(static_cast<int>(l));
            for (std::size_t j = 0; j < b[l].size(); ++j) result.b.add(b[l][j] - layer.backward[j][0]);
        }
    }
    return result;
}

}  // namespace wuxing
