// The whole network, record by record, against the reference; malformed samples; state.
#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "cases.hpp"
#include "pair.hpp"
#include "tally.hpp"

using namespace wuxing;
using namespace wuxing::test;

namespace {

enum class Weights { initial, any, limits };

Network make_network(const std::vector<int>& sizes, int steps, Weights weights, bool any_parameters, Cases& cases) {
    NetworkConfig config;
    config.sizes = sizes;
    config.steps = steps;
    Network network(config);
    network.initialise(cases.bits() % 1000);
    for (int l = 0; l < network.layers(); ++l) {
        for (int i = 0; i < network.inputs(l) && weights != Weights::initial; ++i) {
            for (int j = 0; j < network.outputs(l); ++j) {
                const auto limit = cases.one_in(2) ? std::int16_t{-32768} : std::int16_t{32767};
                network.set_weight(l, i, j, weights == Weights::limits ? limit : cases.word());
            }
        }
        for (int j = 0; j < network.outputs(l) && any_parameters; ++j) {
            for (int p = 0; p < kParameters; ++p) network.set_parameter(l, j, p, cases.parameter(p));
        }
    }
    return network;
}

const std::vector<std::vector<int>>& shapes() {
    static const std::vector<std::vector<int>> all{
        {1, 1},    {7, 3},          {16, 16},       {33, 17},          {20, 15, 10},      {40, 33, 7},
        {9, 1, 2}, {12, 18, 16, 5}, {11, 1, 17, 3}, {10, 9, 20, 8, 4}, {64, 16, 1, 31, 2}};
    return all;
}

std::string name_of(const std::vector<int>& sizes, int steps) {
    std::string name;
    for (const int s : sizes) name += (name.empty() ? "" : "-") + std::to_string(s);
    return name + ", N " + std::to_string(steps);
}

// A network of one layer whose neurons get exactly the drives wanted from one image.
const PixelEvents& drive_image() {
    static const PixelEvents image{{0, 255}, {1, 255}, {2, 16}};
    return image;
}

void set_drive(Network& network, int neuron, int drive) {
    // x is 4080, 4080 and 256, so u = (4080 (C0 + C1) + 256 C2) / 8192; C2 has 32 to the LSB of u.
    const int coarse = std::max(-32768, std::min(32767, drive * 8192 / 8160));
    const int rest = (drive * 8192 - coarse * 8160) / 256;
    network.set_weight(0, 0, neuron, static_cast<std::int16_t>(coarse));
    network.set_weight(0, 1, neuron, static_cast<std::int16_t>(coarse));
    network.set_weight(0, 2, neuron, static_cast<std::int16_t>(std::max(-32768, std::min(32767, rest))));
}

}  // namespace

TEST_CASE("names and fields of the event kinds are those of the contract") {
    CHECK(std::string(to_string(EventKind::drive)) == "drive");
    CHECK(std::string(to_string(EventKind::neuron)) == "neuron");
    CHECK(std::string(to_string(EventKind::backward)) == "backward");
    CHECK(std::string(to_string(EventKind::weight_write)) == "weight_write");
    CHECK(std::string(to_string(EventKind::parameter_write)) == "parameter_write");
    CHECK(std::string(to_string(EventKind::result)) == "result");

    const std::vector<std::vector<std::pair<std::string, int>>> expected{
        {{"u", 12}},
        {{"E[0]", 12}, {"E[1]", 12}, {"E[2]", 12}, {"E[3]", 12}, {"E[4]", 12}},
        {{"b[0]", 12}, {"b[1]", 12}, {"b[2]", 12}, {"b[3]", 12}, {"b[4]", 12}, {"e", 12}, {"g", 20}},
        {{"old", 13}, {"new", 13}},
        {{"old", 12}, {"new", 12}, {"G1", 12}, {"S'", 12}},
        {{"class", 0}, {"label", 0}, {"y", 12}, {"status", 0}}};
    Tally tally;
    for (int kind = 0; kind < kEventKinds; ++kind) {
        const std::vector<FieldInfo>& fields = event_fields(static_cast<EventKind>(kind));
        const auto& wanted = expected[static_cast<std::size_t>(kind)];
        REQUIRE(fields.size() == wanted.size());
        for (std::size_t k = 0; k < fields.size(); ++k) {
            tally.holds(fields[k].name == wanted[k].first, [&] { return std::string(fields[k].name); });
            tally.equal(fields[k].fraction, wanted[k].second, [&] { return std::string(fields[k].name); });
        }
    }
    tally.finish(2 * (1 + 5 + 7 + 2 + 4 + 4));
    CHECK(result_status(true, SampleError::ok) == 1);
    CHECK(result_status(false, SampleError::bad_label) == 0x30);
}

TEST_CASE("traces agree record by record: all shapes, all numbers of steps, initial weights") {
    Tally tally;
    Cases cases(20);
    std::uint64_t writes = 0, backward = 0;
    for (const std::vector<int>& sizes : shapes()) {
        for (const int steps : {1, 2, 4, 8, 15}) {
            Pair pair(make_network(sizes, steps, Weights::initial, false, cases), name_of(sizes, steps), tally);
            for (int n = 0; n < 3; ++n) {
                const auto label = static_cast<std::uint16_t>(cases.between(0, sizes.back() - 1));
                const EventTrace trace = pair.train(cases.image(sizes.front(), 100), label, 655);
                writes += count_of(trace, EventKind::weight_write);
                backward += count_of(trace, EventKind::backward);
            }
            pair.infer(cases.image(sizes.front(), 200));
            pair.compare_parameters();
        }
    }
    tally.finish(60000);
    CHECK(writes >= 20000);
    CHECK(backward >= 2000);
}

TEST_CASE("traces agree: random K within its range, any weights, any targets, any eta") {
    Tally tally;
    Cases cases(21);
    std::uint64_t writes = 0, backward = 0;
    for (int round = 0; round < 20; ++round) {
        for (const std::vector<int>& sizes : shapes()) {
            const int steps = std::array<int, 5>{8, 1, 15, 4, 2}[static_cast<std::size_t>(round % 5)];
            Network network = make_network(sizes, steps, Weights::any, true, cases);
            NetworkConfig config = network.config();
            config.target_on = cases.word();
            config.target_off = cases.word();
            Network other(config);  // the same with other targets
            other.set_random_state(cases.one_in(3) ? 0xFFFFFFFFu : cases.bits() | 1u);
            for (int l = 0; l < network.layers(); ++l) {
                for (int j = 0; j < network.outputs(l); ++j) {
                    for (int i = 0; i < network.inputs(l); ++i) other.set_weight(l, i, j, network.weight(l, i, j));
                    for (int p = 0; p < kParameters; ++p) other.set_parameter(l, j, p, network.parameter(l, j, p));
                }
            }
            Pair pair(other, name_of(sizes, steps), tally);
            for (int n = 0; n < 4; ++n) {
                const auto label = static_cast<std::uint16_t>(cases.between(0, sizes.back() - 1));
                const int eta = std::array<int, 4>{32767, 655, 1, 4096}[static_cast<std::size_t>(n)];
                const EventTrace trace = pair.train(cases.image(sizes.front(), n == 3 ? 256 : 60), label, eta);
                writes += count_of(trace, EventKind::weight_write);
                backward += count_of(trace, EventKind::backward);
            }
            pair.compare_parameters();
        }
    }
    tally.finish(180000);
    CHECK(writes >= 40000);
    CHECK(backward >= 4000);
}

TEST_CASE("traces agree: weights at their limits, drives far beyond the range") {
    Tally tally;
    Cases cases(22);
    for (const std::vector<int>& sizes : shapes()) {
        Pair pair(make_network(sizes, 8, Weights::limits, true, cases), name_of(sizes, 8), tally);
        for (int n = 0; n < 4; ++n) {
            const auto label = static_cast<std::uint16_t>(cases.between(0, sizes.back() - 1));
            pair.train(cases.image(sizes.front(), n < 2 ? 256 : 40), label, 32767);
        }
        pair.compare_parameters();
    }
    tally.finish(8000);
}

TEST_CASE("traces agree: 784-80-10 as it is trained, with full-white and sparse images") {
    Tally tally;
    Cases cases(23);
    Pair pair(make_network({784, 80, 10}, 8, Weights::initial, false, cases), "784-80-10", tally);
    std::uint64_t writes = 0;
    for (int n = 0; n < 6; ++n) {
        const PixelEvents image = cases.image(784, n == 5 ? 256 : 50);
        writes += count_of(pair.train(image, static_cast<std::uint16_t>(n), 655), EventKind::weight_write);
    }
    pair.compare_parameters();
    tally.finish(70000);
    CHECK(writes >= 10000);
}

TEST_CASE("a full-white image with extreme weights: the drive's sum needs 37 bits") {
    Tally tally;
    NetworkConfig config;
    config.sizes = {784, 6};
    Network network(config);
    PixelEvents white;
    for (int i = 0; i < 784; ++i) {
        white.push_back({static_cast<std::uint16_t>(i), 255});
        network.set_weight(0, i, 0, 32767);
        network.set_weight(0, i, 1, -32768);
        network.set_weight(0, i, 2, i < 392 ? 32767 : -32768);     // far out and back: -392 in all
        network.set_weight(0, i, 3, i % 2 == 0 ? -32768 : 32767);  // the same, never far out
        network.set_weight(0, i, 4, i < 391 ? -32768 : i == 391 ? 0 : 32767);
        network.set_weight(0, i, 5, i == 783 ? 32767 : 0);
    }
    Pair pair(network, "784-6", tally);
    const EventTrace trace = pair.infer(white);
    REQUIRE(trace.size() == 13);
    CHECK(trace[0].values[0] == 32767);
    CHECK(trace[2].values[0] == -32768);
    CHECK(trace[4].values[0] == -195);  // rnd(-392 * 4080, 13)
    CHECK(trace[6].values[0] == trace[4].values[0]);
    for (std::uint16_t label = 0; label < 6; ++label) pair.train(white, label, 32767);
    pair.compare_parameters();
    tally.finish(6 * 13 + 4800);
}

TEST_CASE("neurons of one layer with every drive wanted: forward, error, backward and step in one trace") {
    Tally tally;
    Cases cases(24);
    for (const int steps : {1, 8, 15}) {
        for (int round = 0; round < 8; ++round) {
            NetworkConfig config;
            config.sizes = {3, 40};
            config.steps = steps;
            config.target_on = cases.word();
            config.target_off = round % 2 == 0 ? std::int16_t{-32768} : cases.word();
            Network network(config);
            std::vector<int> wanted;
            for (int j = 0; j < 40; ++j) {
                wanted.push_back(cases.one_in(3) ? cases.word() : cases.between(-9000, 12000));
                set_drive(network, j, wanted.back());
                for (int p = 0; p < kParameters && j % 4 != 0; ++p) {
                    network.set_parameter(0, j, p, cases.parameter(p));
                }
            }
            Pair pair(network, name_of(config.sizes, steps), tally);
            const EventTrace trace = pair.train(drive_image(), static_cast<std::uint16_t>(round), 32767);
            for (const EventRecord& r : trace) {
                if (r.kind != EventKind::drive || wanted[r.neuron] < -32000 || wanted[r.neuron] > 32000) continue;
                tally.holds(std::abs(r.values[0] - wanted[r.neuron]) <= 1, [&] { return "not the drive wanted"; });
            }
            pair.train(drive_image(), static_cast<std::uint16_t>(39 - round), 1000);
            pair.compare_parameters();
        }
    }
    tally.finish(24 * (2 * 81 + 35 + 721));
}

TEST_CASE("an image without events leaves nominal neurons at rest and writes nothing in the first layer") {
    Tally tally;
    Cases cases(25);
    Pair pair(make_network({30, 12, 5}, 8, Weights::initial, false, cases), "30-12-5", tally);
    const std::uint32_t random = pair.model.random_state();
    for (const PixelEvents& image : {PixelEvents{}, PixelEvents{{3, 0}, {29, 0}}}) {
        const EventTrace trace = pair.train(image, 2, 32767);
        for (const EventRecord& r : trace) {
            if (r.kind == EventKind::neuron) {
                for (std::size_t i = 0; i < 5; ++i) tally.equal(r.values[i], 4096, [] { return "E at rest"; });
            }
            tally.holds(r.kind != EventKind::weight_write, [] { return "a weight was written"; });
        }
        CHECK(count_of(trace, EventKind::backward) > 0);  // there was an error, but no input to learn from
        CHECK(trace.back().values[0] == 0);               // all equal: the lowest class
    }
    CHECK(pair.model.random_state() == random);  // no event, no random word
    pair.compare_parameters();
    tally.finish(200);
}

TEST_CASE("one event, at either end of the inputs and of the pixel's range") {
    Tally tally;
    Cases cases(26);
    Pair pair(make_network({50, 17, 4}, 8, Weights::any, false, cases), "50-17-4", tally);
    for (const int index : {0, 15, 16, 49}) {
        for (const int value : {1, 2, 128, 255}) {
            const PixelEvent event{static_cast<std::uint16_t>(index), static_cast<std::uint8_t>(value)};
            pair.train({event}, static_cast<std::uint16_t>(index % 4), 6550);
        }
    }
    pair.compare_parameters();
    tally.finish(16 * 44);
}

TEST_CASE("a sample whose outputs are all past their targets costs nothing and changes nothing") {
    Tally tally;
    Cases cases(27);
    NetworkConfig config;
    config.sizes = {20, 18, 6};
    config.target_on = -32768;
    config.target_off = 32767;
    Network network(config);
    network.initialise(5);
    Pair pair(network, "solved", tally);
    for (std::uint16_t label = 0; label < 6; ++label) {
        const EventTrace trace = pair.train(cases.image(20, 128), label, 32767);
        tally.equal(trace.size(), 2u * 24 + 1, [] { return "records beyond forward and result"; });
        tally.equal(trace.back().values[3], 1, [] { return "status"; });
    }
    CHECK(pair.model.same_parameters(network));
    pair.compare_parameters();
    tally.finish(6 * 50);
}

TEST_CASE("eta at its limits: 0 steps nowhere and draws nothing, 32767 saturates the step") {
    Tally tally;
    Cases cases(28);
    const Network network = make_network({25, 20, 10}, 8, Weights::initial, false, cases);
    Pair still(network, "eta 0", tally), fast(network, "eta 32767", tally);
    std::uint64_t limited = 0;
    for (std::uint16_t label = 0; label < 10; ++label) {
        const PixelEvents image = cases.image(25, 128);
        const EventTrace trace = still.train(image, label, 0);
        CHECK(count_of(trace, EventKind::backward) > 0);
        CHECK(count_of(trace, EventKind::weight_write) == 0);
        for (const EventRecord& r : fast.train(image, label, 32767)) {
            limited += r.kind == EventKind::backward && (r.values[6] == 32767 || r.values[6] == -32768);
        }
    }
    CHECK(still.model.same_parameters(network));
    still.compare_parameters();
    fast.compare_parameters();
    tally.finish(2000);
    CHECK(limited >= 10);  // 1/32 is below eta b for a b of 1/16
    CHECK_THROWS_AS(fast.model.train(cases.image(25, 128), 0, -1), std::invalid_argument);
    CHECK_THROWS_AS(fast.model.train(cases.image(25, 128), 0, 32768), std::invalid_argument);
}

TEST_CASE("of equal displacements the lowest class wins") {
    Tally tally;
    for (int outputs : {2, 3, 10, 16, 17, 33}) {
        for (int first = 0; first < outputs; ++first) {
            NetworkConfig config;
            config.sizes = {3, outputs};
            Network network(config);
            for (int j = 0; j < outputs; ++j) {
                const bool top = j == first || (j > first && (j - first) % 2 == 1);
                set_drive(network, j, top ? 3000 : 3000 - 16 * (1 + j % 5));
            }
            EventTrace trace;
            const SampleResult result = network.infer(drive_image(), 7, &trace);
            tally.equal(result.predicted, first, [&] { return "class of " + std::to_string(outputs); });
            tally.equal(trace.back().values[0], first, [] { return "class in the record"; });
            tally.equal(trace.back().values[1], 7, [] { return "label in the record"; });
            const std::vector<std::int16_t> y = network.displacements();
            tally.equal(y.size(), static_cast<std::size_t>(outputs), [] { return "number of displacements"; });
            tally.equal(result.displacement, *std::max_element(y.begin(), y.end()), [] { return "y"; });
            for (std::size_t j = 0; j < y.size(); ++j) {
                tally.equal(y[j], trace[2 * j + 1].values[1] - 4096, [] { return "y of a neuron"; });
            }
        }
    }
    tally.finish(5 * 81 + 1500);
}

TEST_CASE("malformed samples: first fault reported, one result record, nothing changed") {
    struct Malformed {
        PixelEvents events;
        std::uint16_t label;
        bool learn;
        SampleError error;
    };
    const std::vector<Malformed> samples{
        {{{20, 1}}, 0, true, SampleError::bad_index},
        {{{65535, 255}}, 0, false, SampleError::bad_index},
        {{{20, 0}}, 0, true, SampleError::bad_index},  // even where the pixel would be ignored
        {{{3, 9}, {3, 9}}, 0, true, SampleError::bad_order},
        {{{3, 9}, {2, 9}}, 1, false, SampleError::bad_order},
        {{{3, 0}, {3, 9}}, 1, true, SampleError::bad_order},  // zero pixels have their place in the order
        {{{3, 9}, {3, 0}}, 1, true, SampleError::bad_order},
        {{{19, 9}, {0, 9}}, 1, true, SampleError::bad_order},
        {{{3, 9}}, 4, true, SampleError::bad_label},
        {{}, 0xFFFF, true, SampleError::bad_label},
        {{{3, 9}, {2, 9}, {20, 9}}, 9, true, SampleError::bad_order},  // the first of three faults
        {{{3, 9}, {20, 9}, {2, 9}}, 9, true, SampleError::bad_index},
        {{{20, 9}}, 9, true, SampleError::bad_index},
    };
    Tally tally;
    Cases cases(29);
    const Network network = make_network({20, 9, 4}, 8, Weights::initial, false, cases);
    Pair pair(network, "malformed", tally);
    for (const Malformed& m : samples) {
        const EventTrace trace = m.learn ? pair.train(m.events, m.label, 32767) : pair.infer(m.events, m.label);
        REQUIRE(trace.size() == 1);
        tally.equal(static_cast<std::uint16_t>(trace[0].values[0]), 0xFFFF, [] { return "class"; });
        tally.equal(static_cast<std::uint16_t>(trace[0].values[1]), m.label, [] { return "label"; });
        tally.equal(trace[0].values[2], 0, [] { return "y"; });
        tally.equal(trace[0].values[3], static_cast<int>(m.error) << 4, [] { return "status"; });
        tally.holds(pair.model.same_parameters(network), [] { return "a parameter changed"; });
    }
    CHECK(pair.model.activity().trained == 0);
    CHECK(pair.model.activity().neurons == 0);
    // Any label will do where nothing is to be learned, and the next sample is as good as ever.
    CHECK(pair.infer({{3, 9}}, 0xFFFF).back().values[3] == 0);
    pair.train({{3, 9}, {19, 255}}, 3, 655);
    pair.compare_parameters();
    tally.finish(13 * 7 + 200);
}

TEST_CASE("activity counts are those of the trace, of learning samples only") {
    Tally tally;
    Cases cases(33);
    Network network = make_network({60, 20, 6}, 8, Weights::initial, false, cases);
    ActivityCounts expected;
    for (int n = 0; n < 40; ++n) {
        PixelEvents image = cases.image(60, 60);
        expected.events += image.size();
        if (!image.empty() && image.front().index > 0) image.insert(image.begin(), PixelEvent{0, 0});
        EventTrace trace;
        network.infer(image);
        network.train(image, static_cast<std::uint16_t>(n % 6), n % 3 == 0 ? 1 : 655, &trace);
        network.train(image, 6, 655);  // malformed
        expected.trained += 1;
        expected.neurons += 26;
        for (const EventRecord& r : trace) {
            expected.live += r.kind == EventKind::backward;
            expected.stepping += r.kind == EventKind::backward && r.values[6] != 0;
            expected.writes += r.kind == EventKind::weight_write;
        }
        const ActivityCounts& got = network.activity();
        tally.equal(got.trained, expected.trained, [] { return "trained"; });
        tally.equal(got.events, expected.events, [] { return "events"; });
        tally.equal(got.neurons, expected.neurons, [] { return "neurons"; });
        tally.equal(got.live, expected.live, [] { return "live"; });
        tally.equal(got.stepping, expected.stepping, [] { return "stepping"; });
        tally.equal(got.writes, expected.writes, [] { return "writes"; });
    }
    CHECK(expected.stepping < expected.live);
    tally.finish(240);
}

TEST_CASE("a trace changes nothing, and an inference leaves the network as it was") {
    Tally tally;
    Cases cases(30);
    Network traced = make_network({40, 19, 6}, 8, Weights::initial, true, cases);
    Network plain = traced;
    EventTrace trace;
    for (int n = 0; n < 60; ++n) {
        const PixelEvents image = cases.image(40, 90);
        const auto label = static_cast<std::uint16_t>(n % 6);
        const std::size_t before = trace.size();
        tally.holds(same(traced.train(image, label, 1000, &trace), plain.train(image, label, 1000)),
                    [] { return "results"; });
        tally.holds(trace.size() >= before + 2 * 25 + 1, [] { return "the trace is appended to"; });
        tally.holds(traced.displacements() == plain.displacements(), [] { return "displacements"; });
        tally.holds(traced.same_parameters(plain), [] { return "parameters"; });
        const Network kept = plain;
        tally.holds(same(plain.infer(image, label, &trace), plain.infer(image, label)), [] { return "inference"; });
        tally.holds(plain.same_parameters(kept), [] { return "inference changed a parameter"; });
    }
    tally.finish(360);
}

TEST_CASE("a copy goes on by itself and goes the same way") {
    Tally tally;
    Cases cases(31);
    Network first = make_network({30, 21, 5}, 8, Weights::initial, false, cases);
    std::vector<PixelEvents> images;
    for (int n = 0; n < 30; ++n) images.push_back(cases.image(30, 90));
    const auto train = [&images](Network& network, std::size_t n) {
        return network.train(images[n], static_cast<std::uint16_t>(n % 5), 2000);
    };
    for (std::size_t n = 0; n < 10; ++n) train(first, n);
    Network second = first;
    const Network kept = first;
    CHECK(second.same_parameters(first));
    std::vector<SampleResult> results;
    for (std::size_t n = 10; n < 30; ++n) results.push_back(train(first, n));
    CHECK_FALSE(first.same_parameters(kept));
    CHECK(second.same_parameters(kept));  // nothing is shared
    for (std::size_t n = 10; n < 30; ++n) {
        tally.holds(same(train(second, n), results[n - 10]), [] { return "results"; });
    }
    tally.holds(second.same_parameters(first), [] { return "parameters"; });
    tally.finish(21);
}

TEST_CASE("same_parameters sees every single difference") {
    Tally tally;
    Cases cases(32);
    const Network network = make_network({6, 17, 3}, 8, Weights::initial, false, cases);
    for (int l = 0; l < 2; ++l) {
        for (int j = 0; j < network.outputs(l); ++j) {
            for (int i = 0; i < network.inputs(l); ++i) {
                Network other = network;
                other.set_weight(l, i, j, static_cast<std::int16_t>(network.weight(l, i, j) ^ 1));
                tally.holds(!network.same_parameters(other), [] { return "C"; });
            }
            for (int p = 0; p < kParameters; ++p) {
                Network other = network;
                other.set_parameter(l, j, p, static_cast<std::int16_t>(network.parameter(l, j, p) + 1));
                tally.holds(!network.same_parameters(other), [] { return "K"; });
            }
        }
    }
    Network other = network;
    other.set_random_state(network.random_state() ^ 1u ^ (network.random_state() == 1 ? 2u : 0u));
    tally.holds(!network.same_parameters(other), [] { return "R"; });
    tally.finish(6 * 17 + 17 * 3 + 20 * 15 + 1);
}

TEST_CASE("impossible configurations and values are refused") {
    const auto refused = [](NetworkConfig config) { CHECK_THROWS_AS(Network(config), std::invalid_argument); };
    for (const std::vector<int>& sizes :
         {std::vector<int>{}, {5}, {0, 3}, {3, 0}, {-1, 3}, {65536, 1}, {3, 65536}, {3, 0, 3}}) {
        NetworkConfig config;
        config.sizes = sizes;
        refused(config);
    }
    for (const int steps : {-1, 0, 16}) {
        NetworkConfig config;
        config.steps = steps;
        refused(config);
    }
    NetworkConfig rounded;
    rounded.rounding = static_cast<Rounding>(2);
    refused(rounded);
    NetworkConfig config;
    config.sizes = {4, 3};
    Network network(config);
    const Network kept = network;
    for (int p = 0; p < kParameters; ++p) {
        const ParameterRange& range = kParameterRanges[static_cast<std::size_t>(p / kElements)];
        CHECK(network.parameter(0, 0, p) == range.nominal);
        CHECK_THROWS_AS(network.set_parameter(0, 0, p, static_cast<std::int16_t>(range.low - 1)),
                        std::invalid_argument);
        CHECK_THROWS_AS(network.set_parameter(0, 0, p, static_cast<std::int16_t>(range.high + 1)),
                        std::invalid_argument);
    }
    CHECK_THROWS_AS(network.set_random_state(0), std::invalid_argument);
    CHECK(network.same_parameters(kept));
    CHECK(network.random_state() == 1);
    for (int i = 0; i < 4; ++i) CHECK(network.weight(0, i, 2) == 0);
}
