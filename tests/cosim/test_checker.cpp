// The checker with hand-made streams: whatever is wrong with a record, a lane or an order, it says so.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

#include "checker.hpp"
#include "predictor.hpp"
#include "setup_error.hpp"

int sc_main(int, char**) { return 0; }  // SystemC's library asks for it

using namespace wuxing;
using namespace wuxing::sim;

namespace {

constexpr int kTiles = 3;

/// A learning sample of a small network, and the observations that a right core would make of it.
struct Fixture {
    NetworkConfig config{{20, 7, 4}, 4};
    Network network{config};
    Placement placement{config, {kTiles, 16, 2, 1024, 6}};
    ExpectationPtr expectation;
    std::vector<Observation> stream;

    Fixture() {
        network.initialise(3);
        auto sample = std::make_shared<Sample>();
        sample->events = {{1, 200}, {4, 90}, {5, 255}, {19, 3}};
        sample->label = 2;
        sample->learn = true;
        sample->eta = 9000;
        EventTrace scratch;
        expectation = predict(network, sample, kTiles, scratch);
        std::uint64_t cycle = 100;
        // Lane after lane: between lanes nothing is promised.
        for (int lane = 0; lane < kTiles; ++lane)
            for (const EventRecord& r : expectation->lanes[static_cast<std::size_t>(lane)]) {
                const bool write = r.kind == EventKind::weight_write;
                stream.push_back({r, ++cycle, write ? placement.weight(r.layer, r.input, r.neuron).word : 0, lane});
            }
        stream.push_back({expectation->result, ++cycle, 0, kResultLane});
    }
    Checker run() const {
        Checker checker;
        checker.start(placement);
        checker.expect(expectation);
        for (const Observation& o : stream) checker.observe(o);
        checker.finish(9999);
        return checker;
    }
};

}  // namespace

TEST_CASE("a right stream matches, and every record is counted") {
    const Fixture f;
    const Checker checker = f.run();
    REQUIRE(!checker.divergence());
    std::uint64_t sum = 0;
    for (const std::uint64_t count : checker.matched()) {
        CHECK(count > 0);
        sum += count;
    }
    CHECK(sum == f.stream.size());
    CHECK(checker.samples() == 1);
}

TEST_CASE("every wrong bit of every field is found where it is, and named") {
    const Fixture right;
    for (std::size_t at = 0; at < right.stream.size(); ++at) {
        const EventRecord& record = right.stream[at].record;
        const auto& fields = event_fields(record.kind);
        for (std::size_t k = 0; k < fields.size(); ++k)
            for (const int bit : {0, 7, 15}) {
                Fixture f;
                auto& value = f.stream[at].record.values[k];
                value = static_cast<std::int16_t>(value ^ static_cast<std::int16_t>(1 << bit));
                const auto checker = f.run();
                REQUIRE(checker.divergence());
                const Divergence& d = *checker.divergence();
                REQUIRE(d.type == DivergenceType::value);
                REQUIRE(d.event == to_string(record.kind));
                REQUIRE(d.field == fields[k].name);
                REQUIRE(d.cycle == f.stream[at].cycle);
                REQUIRE((d.got->raw ^ d.expected->raw & 0xFFFF) != 0);
                if (record.kind != EventKind::result) {
                    REQUIRE(d.layer == record.layer);
                    REQUIRE(d.neuron == record.neuron);
                    REQUIRE(d.tile == record.neuron % kTiles);
                }
            }
    }
}

TEST_CASE("wrong layer, neuron, input, address and unused fields are found") {
    const Fixture right;
    for (std::size_t at = 0; at + 1 < right.stream.size(); ++at) {
        const auto found = [&](auto change) {
            Fixture f;
            change(f.stream[at]);
            const auto checker = f.run();
            REQUIRE(checker.divergence());
            REQUIRE(checker.divergence()->cycle == f.stream[at].cycle);
            return checker.divergence()->field;
        };
        CHECK(found([](Observation& o) { o.record.layer ^= 4; }) == "layer");
        CHECK(found([](Observation& o) { o.record.neuron ^= 0x4000; }) == "neuron");
        CHECK(found([](Observation& o) { o.record.input ^= 0x8000; }) == "input");
        if (right.stream[at].record.kind == EventKind::weight_write)
            CHECK(found([](Observation& o) { o.address ^= 1; }) == "address");
        if (right.stream[at].record.kind != EventKind::backward)
            CHECK(found([](Observation& o) { o.record.values[6] = 1; }) == "unused field");
    }
}

TEST_CASE("a missing event is named, wherever it is") {
    const Fixture right;
    for (std::size_t at = 0; at < right.stream.size(); ++at) {
        Fixture f;
        const EventRecord gone = f.stream[at].record;
        f.stream.erase(f.stream.begin() + static_cast<std::ptrdiff_t>(at));
        const auto checker = f.run();
        REQUIRE(checker.divergence());
        CHECK(checker.divergence()->type == DivergenceType::missing);
        CHECK(checker.divergence()->event == to_string(gone.kind));
        if (gone.kind != EventKind::result) CHECK(checker.divergence()->neuron == gone.neuron);
        if (gone.kind == EventKind::weight_write) CHECK(checker.divergence()->input == gone.input);
    }
}

TEST_CASE("an event that comes twice is unexpected, wherever it is") {
    const Fixture right;
    for (std::size_t at = 0; at < right.stream.size(); ++at) {
        Fixture f;
        f.stream.insert(f.stream.begin() + static_cast<std::ptrdiff_t>(at), f.stream[at]);
        const auto checker = f.run();
        REQUIRE(checker.divergence());
        CHECK(checker.divergence()->type == DivergenceType::unexpected);
        CHECK(checker.divergence()->event == to_string(right.stream[at].record.kind));
    }
}

TEST_CASE("events of one lane in another order are found; the same swap between lanes is none") {
    const Fixture right;
    for (std::size_t at = 0; at + 1 < right.stream.size(); ++at) {
        Fixture f;
        std::swap(f.stream[at], f.stream[at + 1]);
        const bool same_lane = f.stream[at].lane == f.stream[at + 1].lane || f.stream[at].lane == kResultLane;
        CHECK(f.run().divergence().has_value() == same_lane);
    }
}

TEST_CASE("an event on the wrong tile, of no tile, or without a sample is found") {
    Fixture f;
    f.stream.front().lane = 1;
    CHECK(f.run().divergence());
    f.stream.front().lane = kTiles;
    CHECK(f.run().divergence()->type == DivergenceType::unexpected);
    Checker idle;
    idle.start(f.placement);
    idle.observe(f.stream.back());
    CHECK(idle.divergence()->type == DivergenceType::unexpected);
}

TEST_CASE("a sample that never comes, and a core that stops, are found") {
    Fixture f;
    f.stream.clear();
    CHECK(f.run().divergence()->type == DivergenceType::missing);
    Checker checker;
    checker.start(f.placement);
    checker.expect(f.expectation);
    checker.time_out(500, 2);
    CHECK(checker.divergence()->type == DivergenceType::timeout);
    CHECK(checker.divergence()->note.find("multiply_accumulate") != std::string::npos);
}

TEST_CASE("the random word of a weight write is the model's") {
    Fixture f;
    for (std::size_t at = 0; at + 1 < f.stream.size(); ++at) {
        if (f.stream[at].record.kind != EventKind::weight_write) continue;
        Fixture g;
        g.stream[at].record.values[1] ^= 1;
        const Divergence d = *g.run().divergence();
        std::int64_t old = 0, x = 0, step = 0, r = 0;
        for (const EventInput& in : d.inputs) {
            const auto raw = in.expected->raw;
            (in.name == "old" ? old : in.name == "x" ? x : in.name == "g" ? step : r) = raw;  // r is named last
        }
        REQUIRE(d.inputs.back().name == "r");
        CHECK(d.expected->raw == old + ((x * step + r) >> kUpdateShift));
    }
}

TEST_CASE("after a divergence the checker starts anew, and samples can be taken back") {
    Fixture f;
    const Network after_first = f.network;
    EventTrace scratch;
    const ExpectationPtr second = predict(f.network, f.expectation->sample, kTiles, scratch);
    CHECK(f.network.random_state() != after_first.random_state());
    Checker checker;
    checker.start(f.placement);
    checker.expect(f.expectation);
    checker.expect(second);
    for (std::size_t at = 0; at < f.stream.size() / 2; ++at) checker.observe(f.stream[at]);
    checker.observe(f.stream.back());
    REQUIRE(checker.divergence());
    CHECK(checker.pending() == 2);
    CHECK(checker.restart() == std::vector<ExpectationPtr>{f.expectation, second});
    CHECK(!checker.divergence());
    CHECK(checker.pending() == 0);

    undo(f.network, *second);
    int differ = 0, compared = 0;
    for (int l = 0; l < f.network.layers(); ++l)
        for (int i = 0; i < f.network.inputs(l); ++i)
            for (int j = 0; j < f.network.outputs(l); ++j, ++compared)
                differ += f.network.weight(l, i, j) != after_first.weight(l, i, j) ? 1 : 0;
    CHECK(differ == 0);
    CHECK(compared == 20 * 7 + 7 * 4);
    CHECK(f.network.random_state() == after_first.random_state());

    checker.expect(f.expectation);  // whole, although half of it had been seen
    for (const Observation& o : f.stream) checker.observe(o);
    checker.finish(9999);
    CHECK(!checker.divergence());
    CHECK(checker.samples() == 1);
}

TEST_CASE("what does not fit a core is refused with the limit") {
    const Capabilities core{4, 8, 2, 1000, 6};
    const auto reason = [&](std::vector<int> sizes) {
        try {
            Placement({std::move(sizes), 8}, core);
        } catch (const SetupError& e) {
            return std::string(e.what());
        }
        return std::string();
    };
    CHECK(reason({20, 16, 10}).empty());
    CHECK(reason({20, 10, 10, 10}).find("layers") != std::string::npos);
    CHECK(reason({20, 30, 10}).find("slots") != std::string::npos);
    CHECK(reason({50, 16, 10}).find("event memory") != std::string::npos);
    CHECK(reason({250, 16, 10}).find("weight words") != std::string::npos);
}

TEST_CASE("a connection's address leads back to it") {
    const NetworkConfig config{{20, 7, 4}, 8};
    const Placement placement(config, {kTiles, 16, 2, 1024, 6});
    for (int l = 0; l < config.layers(); ++l)
        for (int j = 0; j < config.sizes[static_cast<std::size_t>(l) + 1]; ++j)
            for (int i = 0; i < config.sizes[static_cast<std::size_t>(l)]; ++i) {
                const auto back = placement.connection(placement.weight(l, i, j));
                REQUIRE(back);
                CHECK((back->layer == l && back->input == i && back->neuron == j));
            }
    CHECK(!placement.connection({1, 1000}));
}
