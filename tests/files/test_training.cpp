// The training driver: what a pass counts, that it is repeatable, and that an observer can stop it.
#include <algorithm>
#include <catch2/catch.hpp>
#include <numeric>

#include "scratch.hpp"
#include "training.hpp"

namespace wuxing::test {
namespace {

Network network_for_small_data(std::uint32_t seed) {
    NetworkConfig config;
    config.sizes = {16, 8, 3};
    Network network(config);
    network.initialise(seed);
    return network;
}

ImageSet small_set() {
    const Scratch scratch;
    write_small_dataset(scratch);
    return load_dataset(scratch.folder()).train;
}

}  // namespace

TEST_CASE("an epoch is the samples of its order, one after the other") {
    const ImageSet set = small_set();
    Network driven = network_for_small_data(2), by_hand = network_for_small_data(2);
    int correct = 0;
    PassResult pass;
    for (std::uint32_t epoch = 0; epoch < 3; ++epoch) {
        pass = train_epoch(driven, set, 9, epoch, 1, 700);
        correct = 0;
        for (const EpochSample& sample : epoch_samples(set.count(), 9, epoch, 1)) {
            PixelEvents events;
            pixel_events(set, sample.image, sample.shift, events);
            const std::uint8_t label = set.labels[static_cast<std::size_t>(sample.image)];
            correct += by_hand.train(events, label, 700).predicted == label ? 1 : 0;
        }
        CHECK(driven.same_parameters(by_hand));
        CHECK(pass.correct == correct);
        CHECK(pass.images == 60);
        CHECK(pass.completed);
    }
    CHECK_FALSE(driven.same_parameters(network_for_small_data(2)));  // it has learnt something
}

TEST_CASE("an evaluation counts every image once and changes nothing") {
    const ImageSet set = small_set();
    Network network = network_for_small_data(4);
    train_epoch(network, set, 1, 0, 0, 700);
    const Network before = network;
    const Evaluation evaluation = evaluate(network, set);
    CHECK(network.same_parameters(before));
    CHECK(evaluation.pass.images == 60);
    REQUIRE(evaluation.confusion.size() == 3);
    int diagonal = 0, all = 0;
    for (int label = 0; label < 3; ++label) {
        const auto& row = evaluation.confusion[static_cast<std::size_t>(label)];
        CHECK(evaluation.images_of(label) == 20);
        diagonal += row[static_cast<std::size_t>(label)];
        all += std::accumulate(row.begin(), row.end(), 0);
    }
    CHECK(all == 60);
    CHECK(diagonal == evaluation.pass.correct);
    CHECK(evaluation.pass.accuracy() == Approx(diagonal / 60.0));
}

TEST_CASE("an observer sees a pass grow and can stop it") {
    ImageSet set = small_set();
    while (set.count() < 2000) {
        set.pixels.insert(set.pixels.end(), set.pixels.begin(), set.pixels.begin() + 60 * 16);
        set.labels.insert(set.labels.end(), set.labels.begin(), set.labels.begin() + 60);
    }
    Network network = network_for_small_data(1);
    std::vector<int> seen;
    const PassResult all = train_epoch(network, set, 1, 0, 0, 100, [&seen](int done, int) {
        seen.push_back(done);
        return true;
    });
    CHECK(all.completed);
    REQUIRE(seen.size() >= 4);
    CHECK(seen.back() == set.count());
    CHECK(std::is_sorted(seen.begin(), seen.end()));

    const PassResult stopped = train_epoch(network, set, 1, 1, 0, 100, [](int done, int) { return done < 500; });
    CHECK_FALSE(stopped.completed);
    CHECK(stopped.images >= 500);
    CHECK(stopped.images < set.count());
    CHECK_FALSE(evaluate(network, set, [](int, int) { return false; }).pass.completed);
}

TEST_CASE("the twin and the signals can be stopped between two images") {
    const ImageSet set = small_set();
    const Network network = network_for_small_data(3);
    int calls = 0;
    const auto ten = [&calls] { return ++calls <= 10; };
    CHECK(compare_with_twin(network, set, ten).samples == 10);
    CHECK(calls == 11);
    calls = 0;
    CHECK(measure_signals(network, set, ten)[0].neurons == 10 * 8);
    CHECK(calls == 11);
    CHECK(compare_with_twin(network, set, [] { return true; }).samples == 60);
    CHECK(measure_signals(network, set)[0].neurons == 60 * 8);
}

}  // namespace wuxing::test
