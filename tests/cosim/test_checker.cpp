// The checker with hand-made streams: whatever is wrong with a record, a lane or an order, it says so.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

#include <algorithm>
#include <map>

#include "checker.hpp"
#include "fixed.hpp"
#include "predictor.hpp"
#include "setup_error.hpp"

int sc_main(int, char**) { return 0; }  // SystemC's library asks for it

using namespace wuxing;
using namespace wuxing::sim;

namespace {

constexpr int kTiles = 3;

/// A learning sample of a small network whose C and K learn, and the observations that a right core would make of it.
struct Fixture {
    struct Kind {
        int weight_bits = 16;
        bool recomputed = false;
        Rounding rounding = Rounding::stochastic;
        unsigned sets = 7;
        int max_shift = 0;
    };
    NetworkConfig config;
    Network network;
    Placement placement;
    ExpectationPtr expectation;
    std::vector<Observation> stream;

    Fixture() : Fixture(Kind{}) {}
    explicit Fixture(const Kind& kind)
        : config(config_of(kind)),
          network(config),
          placement(config, {kTiles, 16, 2, 1024, 6, kind.weight_bits, true, kind.recomputed}) {
        network.initialise(3);
        if (kind.max_shift != 0) network.set_frame({5, 4, kind.max_shift});
        EventTrace scratch;
        predict(network, sample_of(kind, 1), kTiles, scratch);  // S and the last G1 shall not be zero
        const SamplePtr sample = sample_of(kind, 2);
        expectation = predict(network, sample, kTiles, scratch);
        std::uint64_t cycle = 100;
        // Lane after lane: between lanes nothing is promised.
        for (int lane = 0; lane < kTiles; ++lane)
            for (const EventRecord& r : expectation->lanes[static_cast<std::size_t>(lane)]) {
                std::uint32_t address = 0;
                if (r.kind == EventKind::weight_write) address = placement.weight(r.layer, r.input, r.neuron).word;
                if (r.kind == EventKind::parameter_write)
                    address = static_cast<std::uint32_t>(placement.slot(r.layer, r.neuron)) * 16 + r.input;
                stream.push_back({r, ++cycle, address, lane});
            }
        stream.push_back({expectation->result, ++cycle, 0, kResultLane});
    }
    static NetworkConfig config_of(const Kind& kind) {
        NetworkConfig c;
        c.sizes = {20, 7, 4};
        c.steps = 4;
        c.weight_bits = kind.weight_bits;
        c.recomputed = kind.recomputed;
        c.rounding = kind.rounding;
        return c;
    }
    static SamplePtr sample_of(const Kind& kind, std::uint16_t label) {
        auto sample = std::make_shared<Sample>();
        sample->events = {{1, 200}, {4, 90}, {5, 255}, {19, 3}};
        sample->label = label;
        sample->learn = true;
        sample->learning = {kind.recomputed ? 0 : 9000, {5000, 3000, 2000, 2, kind.sets}};
        return sample;
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
            return *checker.divergence();
        };
        const auto is = [](const Divergence& d, const std::string& field, int bits) {
            return d.field == field && d.expected->bits == bits && d.got->bits == bits;
        };
        const auto another = [&](const Divergence& d, const std::string& field, int bits) {
            return is(d, field, bits) && d.note.find("came instead: ") == 0;
        };
        CHECK(another(found([](Observation& o) { o.record.layer ^= 4; }), "layer", 4));
        CHECK(another(found([](Observation& o) { o.record.neuron ^= 0x4000; }), "neuron", 16));
        CHECK(another(found([](Observation& o) { o.record.input ^= 0x8000; }), "input", 16));
        CHECK(is(found([](Observation& o) { o.address ^= 1; }), "address", 18));
        if (right.stream[at].record.kind != EventKind::backward)
            CHECK(is(found([](Observation& o) { o.record.values[6] = 1; }), "unused field", 16));
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
        CHECK(checker.divergence()->learn);
        const std::string& note = checker.divergence()->note;
        CHECK((note == "the sample ended without it" || note == "the run ended without it" || note.find(", which belongs later") != std::string::npos));
        if (gone.kind != EventKind::result) CHECK(checker.divergence()->neuron == gone.neuron);
        if (gone.kind == EventKind::weight_write || gone.kind == EventKind::parameter_write)
            CHECK(checker.divergence()->input == gone.input);
    }
}

TEST_CASE("an event that comes twice is unexpected, wherever it is") {
    const Fixture right;
    for (std::size_t at = 0; at < right.stream.size(); ++at) {
        Fixture f;
        f.stream.insert(f.stream.begin() + static_cast<std::ptrdiff_t>(at), f.stream[at]);
        const auto checker = f.run();
        REQUIRE(checker.divergence());
        CHECK(to_string(checker.divergence()->type) == std::string("unexpected"));
        CHECK(checker.divergence()->event == to_string(right.stream[at].record.kind));
    }
}

TEST_CASE("events of one lane in another order are found, the same swap between lanes is none") {
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

TEST_CASE("events of layers that are none are found, also before anything is known of the core") {
    for (const EventKind kind : {EventKind::drive, EventKind::weight_write, EventKind::parameter_write}) {
        const Observation stray{{kind, 9, 400, 7, {}}, 5, 3, 1};
        Checker unknown;
        unknown.observe(stray);
        REQUIRE(unknown.divergence());
        CHECK(unknown.divergence()->type == DivergenceType::unexpected);
        const Fixture fixture;
        Checker checker;
        checker.start(fixture.placement);
        checker.expect(fixture.expectation);
        checker.observe(stray);
        REQUIRE(checker.divergence());
        CHECK(checker.divergence()->type == DivergenceType::value);
        CHECK(checker.divergence()->field == (kind == EventKind::drive ? "layer" : "kind"));
    }
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
    CHECK((checker.divergence()->event == "drive" && checker.divergence()->tile == 0));
    const Fixture all;
    Checker no_result;
    no_result.start(all.placement);
    no_result.expect(all.expectation);
    for (const Observation& o : all.stream)
        if (o.lane != kResultLane) no_result.observe(o);
    no_result.time_out(500, kPhaseResult);
    CHECK((no_result.divergence()->event == "result" && no_result.divergence()->tile == kResultLane));
    CHECK(to_line(*checker.divergence()).find(": timeout (the core stopped") != std::string::npos);
    Checker idle;
    idle.start(f.placement);
    idle.time_out(500, kPhaseReceive);
    CHECK(idle.divergence()->event == "none");
    CHECK(idle.divergence()->note == "the core stopped in phase receive; no event was expected");
    CHECK(to_line(*idle.divergence()).find("no image in work") == 0);
}

TEST_CASE("what goes into a drive of the first layer is said, and that the core moves the image") {
    for (const int max_shift : {0, 2}) {
        Fixture::Kind kind;
        kind.max_shift = max_shift;
        Fixture f(kind);
        const auto drive = std::find_if(f.stream.begin(), f.stream.end(), [](const Observation& o) {
            return o.record.kind == EventKind::drive && o.record.layer == 0;
        });
        REQUIRE(drive != f.stream.end());
        drive->record.values[0] ^= 1;
        const Divergence d = *f.run().divergence();
        CHECK(to_string(d.type) == std::string("value"));
        const auto pixels = std::find_if(d.inputs.begin(), d.inputs.end(), [](const EventInput& in) { return in.name == "pixel events"; });
        REQUIRE(pixels != d.inputs.end());
        CHECK((pixels->note.find("the core is to move them by") != std::string::npos) == (max_shift != 0));
    }
}

/// Every kind of network and of learning, alone and together.
const std::vector<Fixture::Kind> kKinds{{},
                                        {16, false, Rounding::nearest, 5, 2},
                                        {12, false, Rounding::stochastic, 0, 1},
                                        {12, false, Rounding::nearest, 7, 0},
                                        {8, false, Rounding::stochastic, 2, 3},
                                        {8, false, Rounding::nearest, 0, 0},
                                        {16, true, Rounding::stochastic, 7, 1},
                                        {16, true, Rounding::nearest, 4, 0}};

/// The divergence after bit 0 of `new` of a write was flipped.
Divergence wrong_new(const Fixture::Kind& kind, std::size_t at) {
    Fixture f(kind);
    f.stream[at].record.values[1] ^= 1;
    return *f.run().divergence();
}
std::map<std::string, std::int64_t> inputs_of(const Divergence& d) {
    std::map<std::string, std::int64_t> values;
    for (const EventInput& in : d.inputs) values[in.name] = in.expected->raw;
    return values;
}

TEST_CASE("what explains a weight write makes it") {
    for (const Fixture::Kind& kind : kKinds) {
        CAPTURE(kind.weight_bits, kind.recomputed, kind.sets, kind.max_shift);
        const Fixture f(kind);
        int seen = 0;
        for (std::size_t at = 0; at < f.stream.size(); ++at) {
            if (f.stream[at].record.kind != EventKind::weight_write) continue;
            const Divergence d = wrong_new(kind, at);
            auto in = inputs_of(d);
            REQUIRE(in.count("r") == 1);
            const std::int64_t sum = in["old"] + ((in["x"] * in["g"] + in["r"]) >> update_shift(kind.weight_bits));
            const std::int64_t limit = std::int64_t{1} << (kind.weight_bits - 1);
            CHECK(d.expected->raw == std::clamp(sum, -limit, limit - 1));
            CHECK(d.expected->fraction == weight_fraction(kind.weight_bits));
            CHECK(d.expected->bits == kind.weight_bits);
            ++seen;
        }
        CHECK((kind.recomputed ? seen == 0 : seen >= 6));
    }
}

TEST_CASE("what explains a parameter write makes it") {
    for (const Fixture::Kind& kind : kKinds) {
        CAPTURE(kind.weight_bits, kind.recomputed, kind.sets, kind.max_shift);
        const Fixture f(kind);
        int seen = 0;
        for (std::size_t at = 0; at < f.stream.size(); ++at) {
            const EventRecord& r = f.stream[at].record;
            if (r.kind != EventKind::parameter_write) continue;
            const Divergence d = wrong_new(kind, at);
            auto in = inputs_of(d);
            const int set = r.input / kElements, i = r.input % kElements;
            const auto name = [](const char* letter, int n) { return std::string(letter) + "[" + std::to_string((n + 5) % 5) + "]"; };
            const auto has = [&](const std::string& key) { return in.at(key); };
            const std::int64_t b = has(name("b", i));
            std::int64_t g1 = 0;
            if (set == 0) {
                g1 = sat16(round_shift(has(name("E", i - 1)) * b, 12));
            } else {
                const std::int64_t m = sat16(round_shift(has(name("E", i)) * b, 12));
                g1 = set == 1 ? sat16(-round_shift(m * has(name("E", i - 2)), 12)) : sat16(-m);
            }
            CHECK(g1 == has("G1"));
            const std::int64_t s = has("S") + round_away(g1 - has("S"), 2);  // leak is 2
            CHECK(has("leak") == 2);
            CHECK(s == has("S'"));
            const std::int64_t difference = sat16(g1 - has("last G1"));
            const std::int64_t sum = has("old") + ((has("P") * g1 + has("I") * s + has("D") * difference + has("r")) >> 16);
            const ParameterRange& range = kParameterRanges[static_cast<std::size_t>(set)];
            CHECK(d.expected->raw == std::clamp<std::int64_t>(sum, range.low, range.high));
            CHECK(d.field == "new");
            CHECK((to_text(d).find(" " + parameter_name(r.input) + ", tile") != std::string::npos));
            CHECK(to_json(d)["parameter"] == parameter_name(r.input));
            ++seen;
        }
        CHECK((kind.sets == 0 ? seen == 0 : seen >= 10));
    }
    CHECK(parameter_name(0) == "K1[0]");
    CHECK(parameter_name(8) == "K2[3]");
    CHECK(parameter_name(14) == "K3[4]");
}

TEST_CASE("writes at an end of the range are counted") {
    Fixture f;
    std::uint64_t limited = 0;
    for (const Observation& o : f.stream) {
        if (o.record.kind != EventKind::parameter_write) continue;
        const ParameterRange& range = kParameterRanges[static_cast<std::size_t>(o.record.input / kElements)];
        limited += o.record.values[1] == range.low || o.record.values[1] == range.high ? 1u : 0u;
    }
    CHECK(f.run().limited()[static_cast<std::size_t>(EventKind::parameter_write)] == limited);
    CHECK(f.run().limited()[static_cast<std::size_t>(EventKind::drive)] == 0);

    // Both ends, and what lies beside them, in writes of every kind.
    for (const int weight_bits : {16, 12, 8}) {
        Fixture::Kind kind;
        kind.weight_bits = weight_bits;
        Fixture g(kind);
        auto made = std::make_shared<Expectation>(*g.expectation);
        std::map<EventKind, std::uint64_t> counts;
        std::map<EventKind, int> number;
        std::size_t at = 0;
        for (auto& lane : made->lanes)
            for (EventRecord& r : lane) {
                Observation& o = g.stream[at++];
                const bool weight = r.kind == EventKind::weight_write;
                if (!weight && r.kind != EventKind::parameter_write) continue;
                const ParameterRange& range = kParameterRanges[static_cast<std::size_t>(r.input / kElements) % 3];
                const int low = weight ? -(1 << (weight_bits - 1)) : range.low, high = weight ? -low - 1 : range.high;
                const int values[]{low, low + 1, high - 1, high, (low + high) / 2};
                const int n = number[r.kind]++ % 5;
                r.values[1] = static_cast<std::int16_t>(values[n]);
                counts[r.kind] += n == 0 || n == 3 ? 1u : 0u;
                o.record = r;
            }
        g.expectation = made;
        const Checker checker = g.run();
        REQUIRE(!checker.divergence());
        for (const auto& [written, count] : counts) {
            CHECK(count > 2);
            CHECK(checker.limited()[static_cast<std::size_t>(written)] == count);
        }
        CHECK(counts.size() == 2);
    }
}

TEST_CASE("a value that does not fit its format is shown with more bits") {
    CHECK(hex({-2, 8, 8}) == "0xFE");
    CHECK(hex({254, 8, 8}) == "0x00FE");
    CHECK(hex({-2, 11, 12}) == "0xFFE");
    CHECK(hex({-2, 12, 16}) == "0xFFFE");
    CHECK(hex({65534, 12, 16}) == "0x0000FFFE");
    CHECK(hex({65534, 0, 16}) == "0xFFFE");
    CHECK(format_name({0, 8, 8}) == "Q-1.8");
    CHECK(format_name({0, 11, 12}) == "Q0.11");
}

TEST_CASE("after a divergence the checker starts anew, and samples can be taken back") {
    Fixture f;
    const Network after_first = f.network;
    EventTrace scratch;
    const ExpectationPtr second = predict(f.network, f.expectation->sample, kTiles, scratch);
    CHECK(f.network.random_state() != after_first.random_state());
    CHECK(!f.network.same_parameters(after_first));
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
    CHECK(f.network.same_parameters(after_first));  // C, K, S, last G1, R

    checker.expect(f.expectation);  // whole, although half of it had been seen
    for (const Observation& o : f.stream) checker.observe(o);
    checker.finish(9999);
    CHECK(!checker.divergence());
    CHECK(checker.samples() == 1);
}

TEST_CASE("samples of every kind can be taken back") {
    for (const Fixture::Kind& kind : kKinds) {
        Fixture f(kind);
        const Network before = f.network;
        EventTrace scratch;
        const ExpectationPtr one = predict(f.network, Fixture::sample_of(kind, 0), kTiles, scratch);
        const ExpectationPtr two = predict(f.network, Fixture::sample_of(kind, 3), kTiles, scratch);
        CHECK(!f.network.same_parameters(before));
        undo(f.network, *two);
        undo(f.network, *one);
        CHECK(f.network.same_parameters(before));
    }
}

TEST_CASE("what does not fit a core is refused with the limit") {
    Capabilities core{4, 8, 2, 1000, 6, 16, false, false};
    const auto reason = [&](std::vector<int> sizes, int bits = 16, bool recomputed = false) {
        NetworkConfig config;
        config.sizes = std::move(sizes);
        config.weight_bits = bits;
        config.recomputed = recomputed;
        try {
            Placement(config, core);
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
    CHECK(reason({20, 16, 10}, 8).find("8 bits") != std::string::npos);
    CHECK(reason({20, 16, 10}, 16, true).find("recomputed") != std::string::npos);
    core.weight_bits = 12;
    CHECK(reason({20, 16, 10}, 12).empty());
    CHECK(reason({20, 16, 10}).find("16 bits") != std::string::npos);
    core = {4, 8, 2, 2, 8, 16, true, true};
    CHECK(reason({250, 16, 10}).find("stored") != std::string::npos);
    CHECK(reason({240, 16, 10}, 16, true).empty());  // its connections need no words
    CHECK(reason({250, 16, 10}, 16, true).find("event memory") != std::string::npos);
}

TEST_CASE("what a core cannot learn is refused") {
    const auto refused = [](const Learning& learning, bool learns_k, bool recomputes) {
        try {
            check_learning(learning, {4, 8, 2, 1000, 6, 16, learns_k, recomputes});
        } catch (const SetupError&) {
            return true;
        }
        return false;
    };
    CHECK(!refused({900, {}}, false, false));
    CHECK(!refused({0, {1, 2, 3, 4, 7}}, true, false));
    CHECK(!refused({900, {1, 2, 3, 4, 7}}, true, false));
    CHECK(!refused({0, {1, 0, 0, 4, 7}}, true, true));
    CHECK(refused({0, {0, 0, 0, 4, 1}}, false, false));
    CHECK(!refused({900, {1, 2, 3, 4, 0}}, false, false));  // there are no registers for these gains, and no use
    CHECK(refused({0, {1, 2, 3, 4, 4}}, false, true));
    CHECK(refused({1, {}}, true, true));
}

TEST_CASE("a connection's address leads back to it") {
    NetworkConfig config;
    config.sizes = {20, 7, 4};
    const Placement placement(config, {kTiles, 16, 2, 1024, 6, 16, false, false});
    for (int l = 0; l < config.layers(); ++l)
        for (int j = 0; j < config.sizes[static_cast<std::size_t>(l) + 1]; ++j)
            for (int i = 0; i < config.sizes[static_cast<std::size_t>(l)]; ++i) {
                const auto back = placement.connection(placement.weight(l, i, j));
                REQUIRE(back);
                CHECK((back->layer == l && back->input == i && back->neuron == j));
            }
    CHECK(!placement.connection({1, 1000}));
    int neurons = 0;
    for (int tile = 0; tile < kTiles; ++tile)
        for (int slot = 0; slot < 16; ++slot) {
            const auto neuron = placement.neuron(tile, slot);
            if (!neuron) continue;
            CHECK(placement.tile(neuron->neuron) == tile);
            CHECK(placement.slot(neuron->layer, neuron->neuron) == slot);
            ++neurons;
        }
    CHECK(neurons == 11);
}
