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

void expect_ok(const SampleResult& result, int image) {
    if (result.error == SampleError::ok) return;
    throw std::logic_error(fmt::format("image {} refused with code {}", image, static_cast<int>(result.error)));
}

}  // namespace

int Evaluation::images_of(int label) const {
    const std::vector<int>& row = confusion[static_cast<std::size_t>(label)];
    return std::accumulate(row.begin(), row.end(), 0);
}

PassResult train_epoch(Network& network, const ImageSet& set, std::uint32_t seed, std::uint32_t epoch, int max_shift,
                       int eta, const PassObserver& observer) {
    const std::vector<EpochSample> samples = epoch_samples(set.count(), seed, epoch, max_shift);
    PixelEvents events;
    return run_pass(set.count(), observer, [&](int k) {
        const EpochSample& sample = samples[static_cast<std::size_t>(k)];
        const std::uint8_t label = set.labels[static_cast<std::size_t>(sample.image)];
        pixel_events(set, sample.image, sample.shift, events);
        const SampleResult result = network.train(events, label, eta);
        expect_ok(result, sample.image);
        return result.predicted == label;
    });
}

Evaluation evaluate(Network& network, const ImageSet& set, const PassObserver& observer) {
    const auto outputs = static_cast<std::size_t>(network.outputs(network.layers() - 1));
    Evaluation result;
    result.confusion.assign(outputs, std::vector<int>(outputs, 0));
    PixelEvents events;
    result.pass = run_pass(set.count(), observer, [&](int k) {
        const std::uint8_t label = set.labels[static_cast<std::size_t>(k)];
        pixel_events(set, k, Shift{}, events);
        const SampleResult sample = network.infer(events, label);
        expect_ok(sample, k);
        ++result.confusion[label][sample.predicted];
        return sample.predicted == label;
    });
    return result;
}

}  // namespace wuxing
