// The perceptron against a slow, dense, double-precision reference written here from the definition alone.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "cases.hpp"
#include "perceptron.hpp"
#include "tally.hpp"
#include "training.hpp"

using namespace wuxing;
using namespace wuxing::test;

namespace {

/// Weights and biases in the documented order of Perceptron::parameters().
class Reference {
public:
    Reference(std::vector<int> sizes, const std::vector<float>& start)
        : parameters(start.begin(), start.end()), sizes_(std::move(sizes)) {}

    std::vector<double> probabilities(const PixelEvents& events) const {
        std::vector<double> x(static_cast<std::size_t>(sizes_.front()), 0.0);
        for (const PixelEvent& event : events) x[event.index] = event.value / 256.0;
        std::size_t at = 0;
        nearest_kink = std::numeric_limits<double>::infinity();
        for (std::size_t l = 0; l + 1 < sizes_.size(); ++l) {
            const auto outputs = static_cast<std::size_t>(sizes_[l + 1]);
            const bool hidden = l + 2 < sizes_.size();
            std::vector<double> a(outputs);
            for (std::size_t j = 0; j < outputs; ++j) {
                a[j] = parameters[at + x.size() * outputs + j];
                for (std::size_t i = 0; i < x.size(); ++i) a[j] += parameters[at + i * outputs + j] * x[i];
                if (!hidden) continue;
                nearest_kink = std::min(nearest_kink, std::abs(a[j]));
                a[j] = std::max(0.0, a[j]);
            }
            at += (x.size() + 1) * outputs;
            x = a;
        }
        double total = 0;
        for (double& p : x) total += p = std::exp(p);
        for (double& p : x) p /= total;
        return x;
    }

    double loss(const PixelEvents& events, std::size_t label) const { return -std::log(probabilities(events)[label]); }

    std::vector<double> parameters;
    mutable double nearest_kink = 0;  ///< |a| of the hidden neuron nearest to 0 in the last sample

private:
    std::vector<int> sizes_;
};

/// All parameters random, biases too.
Perceptron random_perceptron(const std::vector<int>& sizes, Cases& cases) {
    Perceptron network(PerceptronConfig{sizes});
    std::vector<float> parameters = network.parameters();
    for (float& p : parameters) p = static_cast<float>(cases.between(-1000, 1000)) / 2000;
    network.set_parameters(parameters);
    return network;
}

struct Sample {
    PixelEvents events;
    std::uint16_t label;
};

/// Noisy pictures of 48 pixels; those of class c are bright where pixel % classes == c: a plane tells them apart.
std::vector<Sample> separable(int classes, int count, std::uint32_t seed) {
    Cases cases(seed);
    std::vector<Sample> samples;
    for (int n = 0; n < count; ++n) {
        Sample sample{{}, static_cast<std::uint16_t>(cases.between(0, classes - 1))};
        for (int i = 0; i < 48; ++i) {
            const int value = i % classes == sample.label ? cases.between(120, 255) : cases.between(-100, 100);
            if (value > 0) sample.events.push_back({static_cast<std::uint16_t>(i), static_cast<std::uint8_t>(value)});
        }
        samples.push_back(sample);
    }
    return samples;
}

/// Exclusive or of two pixels: no plane tells the classes apart.
const std::vector<Sample> kParity{{{}, 0}, {{{0, 255}}, 1}, {{{1, 255}}, 1}, {{{0, 255}, {1, 255}}, 0}};

int right(Perceptron& network, const std::vector<Sample>& samples) {
    int count = 0;
    for (const Sample& sample : samples) count += network.infer(sample.events).predicted == sample.label;
    return count;
}

Perceptron trained(const std::vector<int>& sizes, std::uint32_t seed, const std::vector<Sample>& samples, int epochs,
                   float eta) {
    Perceptron network(PerceptronConfig{sizes});
    network.initialise(seed);
    for (int epoch = 0; epoch < epochs; ++epoch) {
        for (const Sample& sample : samples) network.train(sample.events, sample.label, eta);
    }
    return network;
}

/// FNV-1a of the bits.
std::uint32_t hash(const std::vector<float>& values) {
    std::uint32_t sum = 2166136261U;
    for (const float value : values) {
        std::uint32_t bits = 0;
        std::memcpy(&bits, &value, sizeof bits);
        for (int shift = 0; shift < 32; shift += 8) sum = (sum ^ (bits >> shift & 0xFF)) * 16777619U;
    }
    return sum;
}

}  // namespace

TEST_CASE("perceptron: a training step is the numerical gradient of the loss") {
    constexpr double kDelta = 1e-5;
    Cases cases(1);
    Tally tally;
    double greatest = 0, worst = 0;
    int samples = 0;
    // Linear, shallow, deep; outputs below, at and above the blocks in which neurons are computed.
    for (const std::vector<int>& sizes : std::vector<std::vector<int>>{
             {12, 3}, {7, 1}, {9, 5, 2}, {6, 16, 4}, {10, 17, 20}, {5, 64, 3}, {4, 81, 33, 6}, {8, 6, 7, 5, 4}}) {
        for (int n = 0; n < 3; ++n) {
            Perceptron network = random_perceptron(sizes, cases);
            Reference reference(sizes, network.parameters());
            const std::vector<double> before = reference.parameters;
            PixelEvents events;
            do {
                events = cases.image(sizes.front(), 200);
                reference.probabilities(events);
            } while (sizes.size() > 2 && reference.nearest_kink < 10 * kDelta);  // where there is no gradient
            const auto label = static_cast<std::uint16_t>(cases.between(0, sizes.back() - 1));
            const std::vector<double> p = reference.probabilities(events);
            const PerceptronResult result = network.train(events, label, 1.0F);
            CHECK(result.learned);
            CHECK(result.predicted == std::max_element(p.begin(), p.end()) - p.begin());
            CHECK(result.probability == Approx(p[result.predicted]).margin(1e-6));
            const std::vector<float> after = network.parameters();
            REQUIRE(after.size() == before.size());
            for (std::size_t k = 0; k < before.size(); ++k) {
                reference.parameters[k] = before[k] + kDelta;
                const double high = reference.loss(events, label);
                reference.parameters[k] = before[k] - kDelta;
                const double low = reference.loss(events, label);
                reference.parameters[k] = before[k];
                const double numerical = (high - low) / (2 * kDelta), step = before[k] - double{after[k]};
                greatest = std::max(greatest, std::abs(numerical));
                worst = std::max(worst, std::abs(step - numerical));
                // The step is rounded where the parameter is (2^-25 at sizes up to 1) and computed in floats.
                tally.holds(std::abs(step - numerical) < 5e-7, [&] {
                    return "parameter " + std::to_string(k) + " of " + std::to_string(before.size()) + ": step " +
                           std::to_string(step) + ", gradient " + std::to_string(numerical);
                });
            }
            ++samples;
        }
    }
    INFO("greatest gradient " << greatest << ", greatest difference " << worst);
    CHECK(greatest > 0.5);
    CHECK(samples == 24);
    tally.finish(3 * 4000);
}

TEST_CASE("perceptron: the learning rate scales a step, inference makes none") {
    Cases cases(2);
    Perceptron network = random_perceptron({10, 6, 4}, cases);
    const std::vector<float> before = network.parameters();
    const PixelEvents events = cases.image(10, 200);
    const PerceptronResult inferred = network.infer(events);
    CHECK(network.parameters() == before);
    CHECK_FALSE(inferred.learned);
    CHECK(network.train(events, 2, 0.0F).predicted == inferred.predicted);
    CHECK(network.parameters() == before);
    Perceptron half = network;
    network.train(events, 2, 1.0F);
    half.train(events, 2, 0.5F);
    const std::vector<float> whole_steps = network.parameters(), half_steps = half.parameters();
    Tally tally;
    for (std::size_t k = 0; k < before.size(); ++k) {
        tally.holds(std::abs((whole_steps[k] - before[k]) - 2 * (half_steps[k] - before[k])) < 2e-7F,
                    [&] { return "parameter " + std::to_string(k); });
    }
    tally.finish(94);
    CHECK(whole_steps != before);
}

TEST_CASE("perceptron: outputs far apart do not overflow") {
    Perceptron network(PerceptronConfig{{1, 3}});
    network.set_parameters({0, 0, 0, 3000, -3000, 2990});
    const PerceptronResult result = network.train({{0, 255}}, 1, 0.5F);
    CHECK(result.predicted == 0);
    CHECK(result.probability == Approx(1 / (1 + std::exp(-10.0))));
    const std::vector<float> after = network.parameters();
    CHECK(after[3] == Approx(3000 - 0.5 * result.probability));
    CHECK(after[4] == Approx(-2999.5));
}

TEST_CASE("perceptron: pixels that are zero change nothing, to the last bit") {
    Cases cases(3);
    int samples = 0;
    for (const std::vector<int>& sizes : std::vector<std::vector<int>>{{40, 3}, {40, 70, 9, 5}}) {
        Perceptron sparse = random_perceptron(sizes, cases), dense = sparse;
        for (int n = 0; n < 200; ++n) {
            const PixelEvents events = cases.image(40, 100);
            PixelEvents all;
            for (std::uint16_t i = 0; i < 40; ++i) all.push_back({i, 0});
            for (const PixelEvent& event : events) all[event.index] = event;
            const auto label = static_cast<std::uint16_t>(cases.between(0, sizes.back() - 1));
            const PerceptronResult a = sparse.train(events, label, 0.1F), b = dense.train(all, label, 0.1F);
            CHECK(a.predicted == b.predicted);
            CHECK(a.probability == b.probability);
            ++samples;
        }
        CHECK(sparse.parameters() == dense.parameters());
    }
    CHECK(samples == 400);
}

TEST_CASE("perceptron: initial weights are He-uniform, by the project's random numbers") {
    const std::vector<int> sizes{300, 50, 7};
    Perceptron network(PerceptronConfig{sizes});
    const std::vector<float> zero = network.parameters();
    CHECK(std::all_of(zero.begin(), zero.end(), [](float p) { return p == 0; }));
    network.initialise(5);
    const std::vector<float> parameters = network.parameters();
    REQUIRE(parameters.size() == 301 * 50 + 51 * 7);
    std::mt19937 generator(5);
    Tally tally;
    std::size_t at = 0;
    for (const auto& [inputs, outputs] : {std::pair(300, 50), std::pair(50, 7)}) {
        const double bound = std::sqrt(6.0 / inputs);
        double sum = 0, squares = 0;
        for (int n = 0; n < inputs * outputs; ++n, ++at) {
            const auto draw = static_cast<double>(std::uint64_t{generator()} >> 8);  // below(2^24)
            const double expected = bound * ((2 * draw + 1) / 16777216 - 1);
            tally.equal(parameters[at], static_cast<float>(expected), [&] { return std::to_string(at); });
            sum += double{parameters[at]};
            squares += double{parameters[at]} * double{parameters[at]};
        }
        const double count = inputs * outputs;
        CHECK(std::abs(sum / count) < 4 * bound / std::sqrt(3 * count));
        CHECK(squares / count == Approx(2.0 / inputs).epsilon(0.1));  // He: variance 2 / inputs
        for (int j = 0; j < outputs; ++j, ++at) tally.equal(parameters[at], 0.0F, [] { return "bias"; });
    }
    tally.finish(301 * 50 + 51 * 7);
}

TEST_CASE("perceptron: the seed decides everything, on every machine") {
    const std::vector<Sample> samples = separable(4, 100, 9);
    const std::vector<float> first = trained({48, 70, 20, 4}, 5, samples, 3, 0.05F).parameters();
    CHECK(first == trained({48, 70, 20, 4}, 5, samples, 3, 0.05F).parameters());
    CHECK(first != trained({48, 70, 20, 4}, 6, samples, 3, 0.05F).parameters());
    // Published accuracies rest on this: the same with SSE, AVX2 with fused multiply-add, AVX-512, any optimisation.
    CHECK(hash(first) == 0x7CB0774BU);

    Perceptron again(PerceptronConfig{{48, 70, 20, 4}});
    again.initialise(6);
    for (const Sample& sample : samples) again.train(sample.events, sample.label, 0.05F);
    again.initialise(5);  // nothing of before is left
    Perceptron fresh(PerceptronConfig{{48, 70, 20, 4}});
    fresh.initialise(5);
    CHECK(again.parameters() == fresh.parameters());
}

TEST_CASE("perceptron: nothing but its parameters survives a sample") {
    const std::vector<Sample> samples = separable(4, 60, 11);
    Perceptron network = trained({48, 20, 4}, 1, samples, 1, 0.05F);
    Perceptron restored(PerceptronConfig{{48, 20, 4}});
    restored.set_parameters(network.parameters());
    for (const Sample& sample : samples) {
        const PerceptronResult a = network.train(sample.events, sample.label, 0.05F);
        const PerceptronResult b = restored.train(sample.events, sample.label, 0.05F);
        REQUIRE(a.predicted == b.predicted);
        REQUIRE(a.probability == b.probability);
    }
    CHECK(network.parameters() == restored.parameters());

    std::vector<float> parameters = network.parameters();
    REQUIRE(parameters.size() == 49 * 20 + 21 * 4);
    CHECK_THROWS_AS(restored.set_parameters({}), std::invalid_argument);
    parameters.push_back(0);
    CHECK_THROWS_AS(restored.set_parameters(parameters), std::invalid_argument);
    parameters.pop_back();
    for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
        std::vector<float> changed = parameters;
        changed[1000] = bad;
        CHECK_THROWS_AS(restored.set_parameters(changed), std::invalid_argument);
    }
    CHECK(network.parameters() == restored.parameters());
}

TEST_CASE("perceptron: separable classes are learned, with hidden neurons and without") {
    const std::vector<Sample> train = separable(6, 400, 21), test = separable(6, 300, 22);
    for (const std::vector<int>& sizes : std::vector<std::vector<int>>{{48, 6}, {48, 16, 6}, {48, 20, 10, 6}}) {
        Perceptron untrained(PerceptronConfig{sizes});
        untrained.initialise(1);
        CHECK(right(untrained, test) < 150);
        Perceptron network = trained(sizes, 1, train, 10, 0.05F);
        CHECK(right(network, train) >= 398);
        CHECK(right(network, test) >= 295);
    }
}

TEST_CASE("perceptron: without hidden neurons it is a linear classifier") {
    int solved = 0;
    for (std::uint32_t seed = 1; seed <= 8; ++seed) {
        Perceptron linear = trained({2, 2}, seed, kParity, 1000, 0.1F);
        CHECK(right(linear, kParity) <= 3);  // the most that a plane can do
        Perceptron hidden = trained({2, 8, 2}, seed, kParity, 1000, 0.1F);
        solved += right(hidden, kParity) == 4;
    }
    CHECK(solved >= 7);
}

TEST_CASE("perceptron: malformed samples are refused and change nothing") {
    Cases cases(4);
    Perceptron network = random_perceptron({10, 6, 4}, cases);
    const std::vector<float> before = network.parameters();
    struct Case {
        PixelEvents events;
        std::uint16_t label;
        SampleError error;
    };
    int refused = 0;
    for (const Case& c : std::vector<Case>{{{{10, 1}}, 0, SampleError::bad_index},
                                           {{{0, 9}, {65535, 1}}, 0, SampleError::bad_index},
                                           {{{3, 9}, {3, 9}}, 0, SampleError::bad_order},
                                           {{{4, 9}, {3, 9}}, 0, SampleError::bad_order},
                                           {{{4, 9}, {3, 9}, {10, 1}}, 0, SampleError::bad_order},
                                           {{{0, 9}}, 4, SampleError::bad_label},
                                           {{{0, 9}}, 0xFFFF, SampleError::bad_label}}) {
        const PerceptronResult result = network.train(c.events, c.label, 0.1F);
        CHECK(result.error == c.error);
        CHECK(result.predicted == 0xFFFF);
        CHECK_FALSE(result.learned);
        const PerceptronResult inferred = network.infer(c.events);
        CHECK(inferred.error == (c.error == SampleError::bad_label ? SampleError::ok : c.error));
        CHECK((inferred.predicted == 0xFFFF) == (inferred.error != SampleError::ok));
        CHECK(network.parameters() == before);
        ++refused;
    }
    CHECK(refused == 7);
    CHECK(network.train({}, 0, 0.1F).error == SampleError::ok);  // an empty image is none of them

    for (const std::vector<int>& sizes :
         std::vector<std::vector<int>>{{}, {5}, {5, 0}, {0, 5}, {5, -1, 2}, {65536, 2}}) {
        CHECK_THROWS_AS(Perceptron(PerceptronConfig{sizes}), std::invalid_argument);
    }
    CHECK_NOTHROW(Perceptron(PerceptronConfig{{65535, 1}}));
}

TEST_CASE("perceptron: epochs and evaluations are those of the other networks") {
    ImageSet set;
    set.rows = 6;
    set.columns = 8;
    for (const Sample& sample : separable(6, 300, 31)) {
        set.pixels.resize(set.pixels.size() + 48);
        for (const PixelEvent& event : sample.events) set.pixels[set.pixels.size() - 48 + event.index] = event.value;
        set.labels.push_back(static_cast<std::uint8_t>(sample.label));
    }
    Perceptron driven(PerceptronConfig{{48, 12, 6}});
    driven.initialise(3);
    Perceptron by_hand = driven;
    for (std::uint32_t epoch = 0; epoch < 2; ++epoch) {
        const PassResult pass = train_epoch(driven, set, 7, epoch, 1, 3277);
        int correct = 0;
        for (const EpochSample& sample : epoch_samples(set.count(), 7, epoch, 1)) {
            PixelEvents events;
            pixel_events(set, sample.image, sample.shift, events);
            const std::uint8_t label = set.labels[static_cast<std::size_t>(sample.image)];
            correct += by_hand.train(events, label, 3277 / 65536.0F).predicted == label;
        }
        CHECK(pass.images == 300);
        CHECK(pass.correct == correct);
        CHECK(driven.parameters() == by_hand.parameters());
    }
    const Evaluation evaluation = evaluate(driven, set);
    CHECK(driven.parameters() == by_hand.parameters());
    CHECK(evaluation.pass.images == 300);
    REQUIRE(evaluation.confusion.size() == 6);
    int diagonal = 0;
    for (std::size_t k = 0; k < 6; ++k) diagonal += evaluation.confusion[k][k];
    CHECK(diagonal == evaluation.pass.correct);
}
