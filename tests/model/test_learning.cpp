// What learning does as a whole: no bias in the rounding of updates, and errors that go down.
#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "cases.hpp"
#include "real_network.hpp"
#include "samples.hpp"
#include "tally.hpp"
#include "training.hpp"

using namespace wuxing;
using namespace wuxing::test;

namespace {

struct Sample {
    PixelEvents events;
    std::uint16_t label;
};

// Noisy copies of `classes` random pictures of 64 pixels.
class Pictures {
public:
    Pictures(int classes, std::uint32_t seed) : cases_(seed) {
        for (int c = 0; c < classes; ++c) {
            prototypes_.emplace_back();
            for (int i = 0; i < 64; ++i) prototypes_.back().push_back(cases_.one_in(3) ? 200 : 0);
        }
    }

    Sample draw() {
        Sample sample;
        sample.label = static_cast<std::uint16_t>(cases_.between(0, static_cast<int>(prototypes_.size()) - 1));
        for (int i = 0; i < 64; ++i) {
            const bool flipped = cases_.one_in(8);
            const int clean = prototypes_[sample.label][static_cast<std::size_t>(i)];
            const int value = (flipped ? 200 - clean : clean) + cases_.between(-50, 50);
            if (value <= 0) continue;
            sample.events.push_back({static_cast<std::uint16_t>(i), static_cast<std::uint8_t>(value)});
        }
        return sample;
    }
    std::vector<Sample> draw(int count) {
        std::vector<Sample> samples;
        for (int n = 0; n < count; ++n) samples.push_back(draw());
        return samples;
    }

private:
    Cases cases_;
    std::vector<std::vector<int>> prototypes_;
};

template <class AnyNetwork>
int wrong(AnyNetwork& network, const std::vector<Sample>& samples) {
    int count = 0;
    for (const Sample& sample : samples) count += network.infer(sample.events).predicted != sample.label;
    return count;
}

}  // namespace

TEST_CASE("stochastic rounding: over many draws the mean update is the exact product") {
    // 20 outputs with nominal K; every sample starts from the same C, so x g is the same and only r differs.
    NetworkConfig config;
    config.sizes = {4, 20};
    Network network(config);
    network.set_random_state(12345);
    const PixelEvents image{{0, 1}, {1, 37}, {2, 128}, {3, 255}};
    for (int i = 0; i < 4; ++i) {
        for (int j = 0; j < 20; ++j) network.set_weight(0, i, j, static_cast<std::int16_t>(400 * (j - 6) + 100 * i));
    }
    const Network start = network;
    constexpr int kDraws = 20000;
    std::vector<double> sum(80), exact(80);
    Tally tally;
    for (int n = 0; n < kDraws; ++n) {
        Network one = start;
        one.set_random_state(network.random_state());
        EventTrace trace;
        one.train(image, 3, 100, &trace);
        network.set_random_state(one.random_state());
        std::array<int, 20> g{};
        for (const EventRecord& r : trace) {
            if (r.kind == EventKind::backward) g[r.neuron] = r.values[6];
            if (r.kind != EventKind::weight_write) continue;
            const std::size_t k = std::size_t{r.input} * 20 + r.neuron;
            sum[k] += r.values[1] - r.values[0];
            exact[k] = 16.0 * image[r.input].value * g[r.neuron] / 524288.0;
            tally.holds(std::abs(r.values[1] - r.values[0] - exact[k]) < 1.0, [] { return "more than one LSB away"; });
        }
    }
    // A draw is one of two neighbours; the mean of n draws has deviation sqrt(p (1 - p) / n). Five deviations.
    int fractional = 0;
    for (std::size_t k = 0; k < 80; ++k) {
        const double p = exact[k] - std::floor(exact[k]);
        const double deviation = std::sqrt(p * (1 - p) / kDraws);
        fractional += p > 0.01 && p < 0.99;
        tally.holds(std::abs(sum[k] / kDraws - exact[k]) <= 5 * deviation + 1e-12, [&] {
            return "connection " + std::to_string(k) + ": mean " + std::to_string(sum[k] / kDraws) + ", exact " +
                   std::to_string(exact[k]);
        });
    }
    CHECK(fractional >= 40);
    tally.finish(std::uint64_t{kDraws} * 4 * 10 + 80);
}

TEST_CASE("training on a small slice takes the error down, in the model as in the twin") {
    Pictures pictures(6, 7);
    const std::vector<Sample> train = pictures.draw(600), test = pictures.draw(400);
    NetworkConfig config;
    config.sizes = {64, 24, 6};
    Network network(config);
    network.initialise(1);
    RealNetwork twin(network);
    const int before = wrong(network, test);
    for (int epoch = 0; epoch < 4; ++epoch) {
        for (const Sample& sample : train) {
            network.train(sample.events, sample.label, 655);
            twin.train(sample.events, sample.label, 655.0 / 65536);
        }
    }
    const int after = wrong(network, test), in_twin = wrong(twin, test);
    INFO("wrong of 400: " << before << " before, " << after << " after, twin " << in_twin);
    CHECK(before >= 200);
    CHECK(after <= 20);
    CHECK(in_twin <= 20);
    CHECK(wrong(network, train) <= 30);
    CHECK(network.activity().trained == 2400);
}

TEST_CASE("a single sample is learned: its errors vanish and learning stops by itself") {
    Pictures pictures(10, 8);
    NetworkConfig config;
    config.sizes = {64, 16, 10};
    Network network(config);
    network.initialise(2);
    const Sample sample = pictures.draw();
    constexpr int kMost = 20000;
    int rounds = 0;
    for (EventTrace trace; rounds < kMost; ++rounds) {
        trace.clear();
        network.train(sample.events, sample.label, 655, &trace);
        const bool wrote = std::any_of(trace.begin(), trace.end(),
                                       [](const EventRecord& r) { return r.kind == EventKind::weight_write; });
        if (!wrote) break;
    }
    INFO(rounds << " rounds");
    CHECK(rounds < kMost);
    CHECK(rounds > 5);
    const Network kept = network;
    network.train(sample.events, sample.label, 655);
    CHECK(network.same_parameters(kept));
    CHECK(network.infer(sample.events).predicted == sample.label);
    // An error of an LSB or two may be too small to come through the reversed ring.
    const std::vector<std::int16_t> y = network.displacements();
    REQUIRE(y.size() == 10);
    for (std::size_t k = 0; k < y.size(); ++k) CHECK((k == sample.label ? y[k] >= 4096 - 2 : y[k] <= -819 + 2));
}

TEST_CASE("epochs of the twin go through the same samples as the model's, at the same rate") {
    // A set of 8 x 8 images, shifted by up to one pixel in training.
    Pictures pictures(4, 9);
    ImageSet set;
    set.rows = set.columns = 8;
    for (int n = 0; n < 300; ++n) {
        const Sample sample = pictures.draw();
        std::vector<std::uint8_t> pixels(64);
        for (const PixelEvent& event : sample.events) pixels[event.index] = event.value;
        set.pixels.insert(set.pixels.end(), pixels.begin(), pixels.end());
        set.labels.push_back(static_cast<std::uint8_t>(sample.label));
    }
    NetworkConfig config;
    config.sizes = {64, 20, 4};
    Network network(config);
    network.initialise(3);
    RealNetwork twin(network), by_hand(network);
    constexpr int kEta = 655;
    PassResult in_model, in_twin;
    PixelEvents events;
    for (std::uint32_t epoch = 0; epoch < 3; ++epoch) {
        in_model = train_epoch(network, set, 11, epoch, 1, kEta);
        in_twin = train_epoch(twin, set, 11, epoch, 1, kEta);
        for (const EpochSample& sample : epoch_samples(300, 11, epoch, 1)) {
            pixel_events(set, sample.image, sample.shift, events);
            by_hand.train(events, set.labels[static_cast<std::size_t>(sample.image)], kEta / 65536.0);
        }
    }
    Tally tally;
    for (int l = 0; l < 2; ++l) {
        for (std::size_t k = 0; k < twin.layer(l).weights.size(); ++k) {
            tally.equal(twin.layer(l).weights[k], by_hand.layer(l).weights[k], [] { return "C"; });
        }
    }
    tally.finish(64 * 20 + 20 * 4);
    CHECK(in_model.completed);
    CHECK(in_twin.completed);
    CHECK(in_twin.images == 300);
    CHECK(std::abs(in_twin.correct - in_model.correct) <= 15);
    CHECK(in_model.correct >= 200);

    const Evaluation evaluation = evaluate(twin, set);
    int diagonal = 0;
    for (std::size_t c = 0; c < 4; ++c) diagonal += evaluation.confusion[c][c];
    CHECK(evaluation.pass.correct == diagonal);
    CHECK(wrong(twin, pictures.draw(200)) <= 20);

    const TwinComparison comparison = compare_with_twin(network, set);
    CHECK(comparison.samples == 300);
    CHECK(comparison.model_right == static_cast<unsigned>(evaluate(network, set).pass.correct));
    CHECK(comparison.u.count == 300 * 24);
    CHECK(comparison.y.rms() < 1.5);
}
