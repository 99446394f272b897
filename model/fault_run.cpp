#include "fault_run.hpp"

#include "samples.hpp"
#include "training.hpp"

namespace wuxing {
namespace {

constexpr std::uint64_t kObserveEvery = 64;

/// Faults of a run, image by image, from a plan or a list.
class RunFaults {
public:
    RunFaults(const FaultRunOptions& options, const NetworkConfig& network) : list_(options.list) {
        if (options.plan) source_.emplace(*options.plan, network);
    }
    Faults of(std::uint64_t image, const PixelEvents& events) {
        return source_ ? source_->draw(image, events.size()) : list_.of(image);
    }

private:
    const FaultList& list_;
    std::optional<FaultSource> source_;
};

/// The images of a run in their order.
class Stream {
public:
    Stream(const ImageSet& set, const FaultRunOptions& options) : set_(set), options_(options) {}
    /// Which image of the set the next sample is.
    int next() {
        if (!options_.learn) return static_cast<int>(number_++ % static_cast<std::uint64_t>(set_.count()));
        const std::size_t at = number_++ % static_cast<std::uint64_t>(set_.count());
        if (at == 0) order_ = epoch_samples(set_.count(), options_.seed, epoch_++, 0);
        return order_[at].image;
    }

private:
    const ImageSet& set_;
    const FaultRunOptions& options_;
    std::uint64_t number_ = 0;
    std::uint32_t epoch_ = options_.epoch;
    std::vector<EpochSample> order_;
};

/// Accuracy on every image of a set, struck by transient faults.
std::optional<double> test_with_faults(Network network, const ImageSet& set, const FaultPlan& plan,
                                       const FaultObserver& goes_on) {
    FaultSource source(plan, network.config());
    FaultyNetwork faulty(network);
    PixelEvents events;
    int correct = 0;
    for (int k = 0; k < set.count(); ++k) {
        pixel_events(set, k, Shift{}, events);
        const Faults faults = source.draw(static_cast<std::uint64_t>(k), events.size());
        faulty.strike(faults);
        correct +=
            network.infer(faulty_events(events, faults)).predicted == set.labels[static_cast<std::size_t>(k)] ? 1 : 0;
        if (k % kObserveEvery == 0 && !goes_on(0, 0)) return std::nullopt;
    }
    return static_cast<double>(correct) / set.count();
}

}  // namespace

FaultRunResult run_with_faults(Network& network, const ImageSet& stream, const ImageSet& test,
                               const FaultRunOptions& options, const FaultObserver& observer) {
    FaultRunResult result;
    RunFaults source(options, network.config());
    FaultyNetwork faulty(network);
    Stream images(stream, options);
    const bool transient = options.plan && is_transient(options.plan->kind);
    const FaultObserver goes_on = [&](std::uint64_t, std::uint64_t) {
        return !observer || observer(result.images, result.correct);
    };
    auto next_test = options.tests.begin();
    const auto test_if_due = [&] {
        if (next_test == options.tests.end() || *next_test != result.images) return true;
        ++next_test;
        std::optional<double> accuracy;
        if (transient) {
            FaultPlan plan = *options.plan;
            plan.seed += 1 + static_cast<std::uint32_t>(result.tests.size());
            accuracy = test_with_faults(network, test, plan, goes_on);
        } else {
            const Evaluation evaluation = evaluate(
                network, test, [&](int, int) { return goes_on(0, 0); }, options.threads);
            if (evaluation.pass.completed) accuracy = evaluation.pass.accuracy();
        }
        if (accuracy) result.tests.push_back({result.images, *accuracy});
        return accuracy.has_value();
    };
    PixelEvents events;
    while (result.images < options.images) {
        const int image = images.next();
        const auto label = stream.labels[static_cast<std::size_t>(image)];
        pixel_events(stream, image, Shift{}, events);
        const Faults faults = source.of(result.images, events);
        // An upset of a memory is there before the test, one of the sample comes with the sample.
        if (transient && !test_if_due()) return result;
        faulty.strike(faults);
        if (!transient && !test_if_due()) return result;
        const PixelEvents arrived = faulty_events(events, faults);
        const SampleResult answer =
            options.learn ? network.train(arrived, label, options.learning) : network.infer(arrived, label);
        result.faults.insert(result.faults.end(), faults.begin(), faults.end());
        ++result.images;
        result.correct += answer.predicted == label ? 1 : 0;
        result.refused += answer.error != SampleError::ok ? 1 : 0;
        result.learnt += answer.learned ? 1 : 0;
        if (result.images % kObserveEvery == 0 && !goes_on(0, 0)) return result;
    }
    faulty.strike({});  // what a stuck tile has learnt
    result.completed = test_if_due();
    return result;
}

}  // namespace wuxing
