#include "training.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <numeric>
#include <stdexcept>

namespace wuxing {
namespace {

constexpr int kObserveEvery = 256;  // images between two calls of an observer: a few milliseconds

/// Counts, times and reports `images` calls of classify(k), which says whether sample k was classified rightly.
template <typename Classify>
PassResult run_pass(int images, const PassObserver& observer, Classify classify) {
    const auto start = std::chrono::steady_clock::now();
    PassResult pass;
    pass.completed = true;
    while (pass.images < images && pass.completed) {
        const int stop = std::min(images, pass.images + kObserveEvery);
        for (; pass.images < stop; ++pass.images) pass.correct += classify(pass.images) ? 1 : 0;
        if (observer && !observer(pass.images, pass.correct)) pass.completed = false;
    }
    pass.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return pass;
}

void expect_ok(SampleError error, int image) {
    if (error == SampleError::ok) return;
    throw std::logic_error(fmt::format("image {} refused with code {}", image, static_cast<int>(error)));
}

/// train(events, label) learns a sample and returns its result.
template <typename Train>
PassResult run_epoch(const ImageSet& set, std::uint32_t seed, std::uint32_t epoch, int max_shift,
                     const PassObserver& observer, Train train) {
    const std::vector<EpochSample> samples = epoch_samples(set.count(), seed, epoch, max_shift);
    PixelEvents events;
    return run_pass(set.count(), observer, [&](int k) {
        const EpochSample& sample = samples[static_cast<std::size_t>(k)];
        const std::uint8_t label = set.labels[static_cast<std::size_t>(sample.image)];
        pixel_events(set, sample.image, sample.shift, events);
        const auto result = train(events, label);
        expect_ok(result.error, sample.image);
        return result.predicted == label;
    });
}

template <typename AnyNetwork>
Evaluation run_evaluation(AnyNetwork& network, const ImageSet& set, const PassObserver& observer) {
    const auto outputs = static_cast<std::size_t>(network.config().sizes.back());
    Evaluation evaluation;
    evaluation.confusion.assign(outputs, std::vector<int>(outputs, 0));
    PixelEvents events;
    evaluation.pass = run_pass(set.count(), observer, [&](int k) {
        const std::uint8_t label = set.labels[static_cast<std::size_t>(k)];
        pixel_events(set, k, Shift{}, events);
        const auto result = network.infer(events);
        expect_ok(result.error, k);
        ++evaluation.confusion[label][result.predicted];
        return result.predicted == label;
    });
    return evaluation;
}

}  // namespace

int Evaluation::images_of(int label) const {
    const std::vector<int>& row = confusion[static_cast<std::size_t>(label)];
    return std::accumulate(row.begin(), row.end(), 0);
}

PassResult train_epoch(Network& network, const ImageSet& set, std::uint32_t seed, std::uint32_t epoch, int max_shift,
                       int eta, const PassObserver& observer) {
    return run_epoch(set, seed, epoch, max_shift, observer,
                     [&](const PixelEvents& events, std::uint16_t label) { return network.train(events, label, eta); });
}

PassResult train_epoch(RealNetwork& network, const ImageSet& set, std::uint32_t seed, std::uint32_t epoch,
                       int max_shift, int eta, const PassObserver& observer) {
    const double real_eta = eta / 65536.0;  // U0.16
    return run_epoch(set, seed, epoch, max_shift, observer, [&](const PixelEvents& events, std::uint16_t label) {
        return network.train(events, label, real_eta);
    });
}

PassResult train_epoch(Perceptron& network, const ImageSet& set, std::uint32_t seed, std::uint32_t epoch,
                       int max_shift, int eta, const PassObserver& observer) {
    const auto real_eta = static_cast<float>(eta / 65536.0);  // U0.16, exact
    return run_epoch(set, seed, epoch, max_shift, observer, [&](const PixelEvents& events, std::uint16_t label) {
        return network.train(events, label, real_eta);
    });
}

Evaluation evaluate(Network& network, const ImageSet& set, const PassObserver& observer) {
    return run_evaluation(network, set, observer);
}

Evaluation evaluate(RealNetwork& network, const ImageSet& set, const PassObserver& observer) {
    return run_evaluation(network, set, observer);
}

Evaluation evaluate(Perceptron& network, const ImageSet& set, const PassObserver& observer) {
    return run_evaluation(network, set, observer);
}

TwinComparison compare_with_twin(const Network& network, const ImageSet& set) {
    std::vector<PixelEvents> samples(static_cast<std::size_t>(set.count()));
    for (int k = 0; k < set.count(); ++k) pixel_events(set, k, Shift{}, samples[static_cast<std::size_t>(k)]);
    return compare_with_twin(network, samples, {set.labels.begin(), set.labels.end()});
}

}  // namespace wuxing
