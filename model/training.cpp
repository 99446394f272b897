#include "training.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <numeric>
#include <stdexcept>
#include <system_error>
#include <thread>

namespace wuxing {
namespace {

// An observer is called after so many images or so much time, whichever comes first: a large network takes many
// milliseconds an image, and an interrupt should not wait for it.
constexpr int kObserveEvery = 256;
constexpr std::chrono::milliseconds kObserveAfter{100};

/// Says after which images the observer is to be called.
class ObserveTimer {
public:
    bool due() {
        const auto now = Clock::now();
        if (++images_ < kObserveEvery && now - last_ < kObserveAfter) return false;
        images_ = 0;
        last_ = now;
        return true;
    }

private:
    using Clock = std::chrono::steady_clock;

    int images_ = 0;
    Clock::time_point last_ = Clock::now();
};

/// Counts, times and reports `images` calls of classify(k), which says whether sample k was classified rightly.
template <typename Classify>
PassResult run_pass(int images, const PassObserver& observer, Classify classify) {
    const auto start = std::chrono::steady_clock::now();
    PassResult pass;
    pass.completed = true;
    ObserveTimer timer;
    while (pass.images < images && pass.completed) {
        pass.correct += classify(pass.images) ? 1 : 0;
        ++pass.images;
        if (!timer.due() && pass.images < images) continue;
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

using Confusion = std::vector<std::vector<int>>;

/// What the threads of an evaluation share.
struct SharedPass {
    std::atomic<int> next{0}, done{0}, correct{0};
    std::atomic<bool> stopped{false};
};

/// Takes blocks of images until none is left; report() is called after each, and within one that takes long, and stops
/// everything by false.
template <typename AnyNetwork, typename Report>
void evaluate_blocks(AnyNetwork& network, const ImageSet& set, int block, SharedPass& shared, Confusion& confusion,
                     Report report) {
    PixelEvents events;
    ObserveTimer timer;
    while (!shared.stopped) {
        const int start = shared.next.fetch_add(block);
        if (start >= set.count()) return;
        const int stop = start + std::min(block, set.count() - start);
        for (int k = start; k < stop && !shared.stopped; ++k) {
            const std::uint8_t label = set.labels[static_cast<std::size_t>(k)];
            pixel_events(set, k, Shift{}, events);
            const auto result = network.infer(events);
            expect_ok(result.error, k);
            ++confusion[label][result.predicted];
            shared.correct += result.predicted == label ? 1 : 0;
            ++shared.done;
            if ((timer.due() || k + 1 == stop) && !report()) shared.stopped = true;
        }
    }
}

template <typename AnyNetwork>
Evaluation run_evaluation(AnyNetwork& network, const ImageSet& set, const PassObserver& observer, int threads) {
    const auto begin = std::chrono::steady_clock::now();
    const auto outputs = static_cast<std::size_t>(network.config().sizes.back());
    const int workers = std::clamp(threads, 1, std::max(1, set.count()));
    // Small enough that all threads have something to do to the end.
    const int block = std::clamp(set.count() / (4 * workers), 1, kObserveEvery);
    SharedPass shared;
    std::vector<Confusion> confusions(static_cast<std::size_t>(workers), Confusion(outputs, std::vector<int>(outputs)));
    std::vector<std::exception_ptr> errors(static_cast<std::size_t>(workers));
    std::vector<std::thread> others;
    const auto work = [&](std::size_t worker, auto& own, auto report) {
        try {
            evaluate_blocks(own, set, block, shared, confusions[worker], report);
        } catch (...) {
            errors[worker] = std::current_exception();
            shared.stopped = true;
        }
    };
    for (std::size_t worker = 1; worker < static_cast<std::size_t>(workers); ++worker) {
        try {
            others.emplace_back([&work, worker, copy = network]() mutable { work(worker, copy, [] { return true; }); });
        } catch (const std::system_error&) {
            break;  // no more threads to be had: the ones that run do it all
        }
    }
    int reported = 0;
    const auto report = [&] {
        reported = shared.done;
        return !observer || observer(reported, shared.correct);
    };
    work(0, network, report);
    for (std::thread& other : others) other.join();
    for (const std::exception_ptr& error : errors) {
        if (error) std::rethrow_exception(error);
    }
    if (!shared.stopped && reported < shared.done && !report()) shared.stopped = true;

    Evaluation evaluation;
    evaluation.confusion.assign(outputs, std::vector<int>(outputs, 0));
    for (const Confusion& confusion : confusions) {
        for (std::size_t label = 0; label < outputs; ++label) {
            for (std::size_t given = 0; given < outputs; ++given) {
                evaluation.confusion[label][given] += confusion[label][given];
            }
        }
    }
    evaluation.pass.images = shared.done;
    evaluation.pass.correct = shared.correct;
    evaluation.pass.completed = !shared.stopped;
    evaluation.pass.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return evaluation;
}

std::vector<PixelEvents> unmoved(const ImageSet& set) {
    std::vector<PixelEvents> samples(static_cast<std::size_t>(set.count()));
    for (int k = 0; k < set.count(); ++k) pixel_events(set, k, Shift{}, samples[static_cast<std::size_t>(k)]);
    return samples;
}

}  // namespace

int Evaluation::images_of(int label) const {
    const std::vector<int>& row = confusion[static_cast<std::size_t>(label)];
    return std::accumulate(row.begin(), row.end(), 0);
}

PassResult train_epoch(Network& network, const ImageSet& set, std::uint32_t seed, std::uint32_t epoch, int max_shift,
                       const Learning& learning, const PassObserver& observer) {
    return run_epoch(set, seed, epoch, max_shift, observer, [&](const PixelEvents& events, std::uint16_t label) {
        return network.train(events, label, learning);
    });
}

PassResult train_epoch(RealNetwork& network, const ImageSet& set, std::uint32_t seed, std::uint32_t epoch,
                       int max_shift, const Learning& learning, const PassObserver& observer) {
    const RealLearning real(learning);
    return run_epoch(set, seed, epoch, max_shift, observer, [&](const PixelEvents& events, std::uint16_t label) {
        return network.train(events, label, real);
    });
}

PassResult train_epoch(Perceptron& network, const ImageSet& set, std::uint32_t seed, std::uint32_t epoch,
                       int max_shift, int eta, const PassObserver& observer) {
    const auto real_eta = static_cast<float>(eta / 65536.0);  // U0.16, exact
    return run_epoch(set, seed, epoch, max_shift, observer, [&](const PixelEvents& events, std::uint16_t label) {
        return network.train(events, label, real_eta);
    });
}

Evaluation evaluate(Network& network, const ImageSet& set, const PassObserver& observer, int threads) {
    return run_evaluation(network, set, observer, threads);
}

Evaluation evaluate(RealNetwork& network, const ImageSet& set, const PassObserver& observer, int threads) {
    return run_evaluation(network, set, observer, threads);
}

Evaluation evaluate(Perceptron& network, const ImageSet& set, const PassObserver& observer, int threads) {
    return run_evaluation(network, set, observer, threads);
}

TwinComparison compare_with_twin(const Network& network, const ImageSet& set, const std::function<bool()>& goes_on) {
    return compare_with_twin(network, unmoved(set), {set.labels.begin(), set.labels.end()}, goes_on);
}

std::vector<LayerSignals> measure_signals(const Network& network, const ImageSet& set,
                                          const std::function<bool()>& goes_on) {
    return measure_signals(network, unmoved(set), {set.labels.begin(), set.labels.end()}, goes_on);
}

}  // namespace wuxing
