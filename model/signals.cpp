#include "signals.hpp"

#include <cmath>
#include <stdexcept>

namespace wuxing {
namespace {

double square(std::int16_t word) {
    const double v = static_cast<double>(word) / kOne;
    return v * v;
}

double root_of_mean(double sum, std::uint64_t count) {
    return count > 0 ? std::sqrt(sum / static_cast<double>(count)) : 0.0;
}

}  // namespace

std::vector<LayerSignals> measure_signals(const Network& network, const std::vector<PixelEvents>& samples,
                                          const std::vector<std::uint16_t>& labels,
                                          const std::function<bool()>& goes_on) {
    if (samples.size() != labels.size()) throw std::invalid_argument("every sample needs a label");
    Network model = network;
    std::vector<LayerSignals> layers(static_cast<std::size_t>(network.layers()));
    EventTrace trace;
    for (std::size_t n = 0; n < samples.size(); ++n) {
        if (goes_on && !goes_on()) break;
        trace.clear();
        // With eta = 0 a learning sample makes its backward records and changes nothing.
        if (model.train(samples[n], labels[n], 0, &trace).error != SampleError::ok) continue;
        for (const EventRecord& record : trace) {
            if (record.kind != EventKind::neuron && record.kind != EventKind::backward) continue;
            LayerSignals& layer = layers[record.layer];
            if (record.kind == EventKind::neuron) {
                ++layer.neurons;
                layer.rms_displacement += square(static_cast<std::int16_t>(record.values[1] - kOne));  // y = E[1] - 1
            } else {
                ++layer.live;
                layer.rms_backward += square(record.values[0]);
                layer.rms_error += square(record.values[5]);
            }
        }
    }
    for (LayerSignals& layer : layers) {  // so far sums of squares
        layer.rms_displacement = root_of_mean(layer.rms_displacement, layer.neurons);
        layer.rms_backward = root_of_mean(layer.rms_backward, layer.live);
        layer.rms_error = root_of_mean(layer.rms_error, layer.live);
    }
    return layers;
}

}  // namespace wuxing
