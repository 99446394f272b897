// Single accesses and samples on every built core, without SystemC: what the memory map refuses, what a sample that
// cannot be served is answered with, and that neither leaves a trace. One case a parameter set.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <tuple>

#include "core_map.hpp"
#include "direct_bus.hpp"
#include "driver.hpp"
#include "setup_error.hpp"

int sc_main(int, char**) { return 0; }  // SystemC's library asks for it

using namespace wuxing;
using namespace wuxing::sim;

namespace {

struct Bench {
    std::unique_ptr<Core> core;
    DirectBus bus{*core};
    CoreHost host{bus};
    Capabilities caps;
    Network network{NetworkConfig{}};
    Placement placement;
    Learning learning;  ///< all that the core can learn

    /// `sizes` of the network, as the core allows.
    template <class Sizes>
    Bench(const std::string& name, Sizes sizes) : core(make_core(name, 5)) {
        bus.reset();
        caps = host.capabilities();
        NetworkConfig config;
        config.sizes = sizes(caps);
        config.steps = 2;
        config.weight_bits = caps.weight_bits;
        config.recomputed = caps.recomputes;
        network = Network(config);
        network.initialise(11);
        placement = Placement(network.config(), caps);
        if (!caps.recomputes) learning.eta = 8000;
        if (caps.learns_k) learning.k = {9000, 5000, 3000, 2, 7};
    }
    explicit Bench(const std::string& name) : Bench(name, [](const Capabilities&) { return std::vector{40, 9, 4}; }) {}
    void load() { host.load(network, placement, learning); }

    void beat(std::uint32_t data, bool last) {
        CoreInputs in;
        in.sample_valid = true;
        in.sample_last = last;
        in.sample_data = data;
        for (int k = 0; k < 1000; ++k) {
            const bool taken = core->outputs().sample_ready;
            core->tick(in);
            if (taken) return;
        }
        FAIL("a beat was never taken");
    }
    void send(const Sample& sample) {
        for_each_beat(sample, [&](Beat b) { beat(b.data, b.last); });
    }
    void wait_for_result() {
        for (int k = 0; k < 1000000 && !core->outputs().result_valid; ++k) core->tick({});
        REQUIRE(core->outputs().result_valid);
    }
    std::uint64_t take_result() {
        wait_for_result();
        const std::uint64_t data = core->outputs().result_data;
        CoreInputs in;
        in.result_ready = true;
        core->tick(in);
        return data;
    }
    bool unchanged() { return !host.compare(network, placement, learning).first; }
};

Sample sample_of(PixelEvents events, std::uint16_t label, bool learn) {
    Sample s;
    s.events = std::move(events);
    s.label = label;
    s.learn = learn;
    return s;
}

constexpr std::uint64_t result_of(std::uint16_t label, SampleError error) {
    return 0xFFFFu | std::uint64_t{label} << 16 | std::uint64_t{result_status(false, error)} << 48;
}

}  // namespace

TEST_CASE("registers read as documented after reset") {
    for (const std::string& name : core_names()) {
        CAPTURE(name);
        Bench b(name);
        const auto wrong = b.host.check_reset_values(b.caps);
        INFO((wrong ? wrong->what : ""));
        CHECK(!wrong);
        // It bites.
        const int last = b.caps.layers - 1;
        for (const auto& [register_name, address, value] : std::vector<std::tuple<std::string, std::uint32_t, std::uint32_t>>{
                 {"STEPS", map::kSteps, 3},
                 {"TARGET_ON", map::kTargetOn, 5},
                 {"ROUNDING", map::kRounding, 1},
                 {"LAYER_SIZE", map::layer_size(0), 4u << 16 | 9},
                 {"LAYER_SIZE", map::layer_size(last), 4u << 16 | 9},
                 {"LAYER_BASE", map::layer_base(0), 1u << 16 | 2},
                 {"LAYER_BASE", map::layer_base(last), 1u << 16 | 2},
                 {"LAYER_WEIGHTS", map::layer_weights(last), 1}}) {
            CAPTURE(register_name);
            b.bus.reset();
            REQUIRE(b.bus.write(address, value));
            const auto other = b.host.check_reset_values(b.caps);
            REQUIRE(other);
            CHECK((other->what == register_name && other->address == address && other->got == value && other->tile == -1));
        }
    }
}

TEST_CASE("what is no such core is refused, and so is what the core refuses") {
    struct Registers : Bus {
        std::uint32_t id = map::kIdValue, contract = kContractVersion;
        std::optional<std::uint32_t> read(std::uint32_t address) override {
            return address == map::kId ? id : address == map::kContract ? contract : 0;
        }
        bool write(std::uint32_t, std::uint32_t) override { return false; }
    } bus;
    CoreHost host(bus);
    CHECK_NOTHROW(host.capabilities());
    CHECK_THROWS_WITH(host.write(5, 0xAB), "the core refused to write 0x000000AB to address 0x0000005");
    bus.contract = 9;
    CHECK_THROWS_WITH(host.capabilities(), Catch::Contains("contract version 9, this bench version"));
    bus.id = 0x12345678;
    CHECK_THROWS_WITH(host.capabilities(), "this is no Wuxing core: register ID reads 0x12345678");
}

TEST_CASE("after a reset a word that is neither old nor new is found") {
    for (const std::string& name : core_names()) {
        CAPTURE(name);
        Bench b(name);
        b.load();
        Network later = b.network;
        for (int k = 0; k < 3; ++k) later.train({{0, 200}, {3, 90}, {39, 255}}, 1, b.learning);
        CHECK(!b.host.check_memories(b.network, later, b.placement));
        CHECK(!b.host.check_memories(later, b.network, b.placement));
        const std::uint32_t address = map::parameter(0, 0, 1);
        const auto before = b.host.read(address);
        REQUIRE(b.bus.write(address, before ^ 0x40));
        const auto wrong = b.host.check_memories(b.network, b.network, b.placement);
        REQUIRE(wrong);
        CHECK((wrong->what == "parameter" && wrong->tile == 0 && wrong->layer == 0 && wrong->neuron == 0 && wrong->input == 1));
        CHECK((wrong->got ^ wrong->expected) == 0x40);
    }
}

TEST_CASE("what the memory map refuses changes nothing") {
    for (const std::string& name : core_names()) {
        CAPTURE(name);
        Bench b(name);
        b.load();
        const auto refused = [&](std::uint32_t address, std::uint32_t data) { return !b.bus.write(address, data); };
        using namespace map;
        for (const std::uint32_t r : {kId, kContract, kCap0, kCap1, kCap2, kCycles, kMultiplies, kSamples, kTrained}) CHECK(refused(r, 1));
        CHECK(refused(kLayers, static_cast<std::uint32_t>(b.caps.layers) + 1));
        CHECK(refused(kSteps, 0));
        CHECK(refused(kSteps, 16));
        CHECK(refused(kEta, 32768));
        CHECK(refused(kEta, 1) == b.caps.recomputes);
        CHECK(b.bus.write(kEta, static_cast<std::uint32_t>(b.learning.eta)));
        CHECK(refused(kRounding, 2));
        for (const std::uint32_t r : {kGainP, kGainI, kGainD}) CHECK(refused(r, 16384));
        CHECK(refused(kLeak, 16));
        CHECK(refused(kSets, 8));
        for (std::uint32_t r = kGainP; r <= kSets; ++r) {
            const auto value = b.bus.read(r);
            CHECK(value.has_value() == b.caps.learns_k);
            CHECK(refused(r, value.value_or(0)) == !b.caps.learns_k);
        }
        for (const std::uint32_t frame : {0u, 1u << 16, 1u, 1u << 16 | 32769u, 32769u << 16 | 1u, ~0u}) CHECK(refused(kFrame, frame));
        CHECK(refused(kShift, 1));  // there is no frame yet
        CHECK(refused(kShift, 8));
        CHECK(refused(layer_scale(0), 16));
        CHECK(refused(layer_scale(0), 3) == !b.caps.recomputes);
        CHECK(b.bus.read(layer_scale(0)).has_value() == b.caps.recomputes);
        if (b.caps.recomputes) {
            CHECK(b.bus.write(layer_scale(0), static_cast<std::uint32_t>(b.network.connection_scale(0))));
            CHECK(refused(weight(0, 0), 0));
            CHECK(!b.bus.read(weight(0, 0)));
        }
        CHECK(refused(layer_size(0), 4u << 16));                                               // no inputs
        CHECK(refused(layer_size(0), 4u << 16 | ((1u << b.caps.index_bits) + 1)));             // too many
        CHECK(refused(layer_size(0), 40));                                                     // no outputs
        CHECK(refused(layer_size(0), static_cast<std::uint32_t>(b.caps.tiles * b.caps.slots + 1) << 16 | 40));
        for (const std::uint32_t r : {0x18u, 0x1Fu, layer_size(b.caps.layers), 0xFFu}) {
            CHECK(refused(r, 0));
            CHECK(!b.bus.read(r));
        }
        for (const std::uint32_t k : {0u, 14u, 16u, 30u}) {
            CHECK(b.bus.read(state(0, 0, k)).has_value() == b.caps.learns_k);
            CHECK(refused(state(0, 0, k), 0) == !b.caps.learns_k);
        }
        for (const std::uint32_t at : {state(0, 0, 15), state(0, 0, 31), state(b.caps.tiles, 0, 0)}) {
            CHECK(!b.bus.read(at));
            CHECK(refused(at, 0));
        }
        CHECK(!b.bus.read(weight(b.caps.tiles, 0)));
        CHECK(refused(weight(b.caps.tiles, 0), 0));
        for (int k = 0; k < kParameters; ++k) {
            const ParameterRange& range = kParameterRanges[static_cast<std::size_t>(k / kElements)];
            CHECK(refused(parameter(0, 0, k), static_cast<std::uint16_t>(range.low - 1)));
            CHECK(refused(parameter(0, 0, k), static_cast<std::uint16_t>(range.high + 1)));
            CHECK(b.bus.write(parameter(0, 0, k), static_cast<std::uint16_t>(range.low)));
            CHECK(b.bus.write(parameter(0, 0, k), static_cast<std::uint16_t>(range.high)));
            CHECK(b.bus.write(parameter(0, 0, k), static_cast<std::uint16_t>(range.nominal)));
        }
        CHECK(refused(parameter(0, 0, 15), 4096));
        CHECK(b.unchanged());
    }
}

TEST_CASE("while a sample is in work writes are refused and registers can be read") {
    for (const std::string& name : core_names()) {
        CAPTURE(name);
        Bench b(name);
        b.load();
        const Sample sample = sample_of({{3, 200}, {17, 90}, {39, 255}}, 2, true);
        const auto all_refused = [&] {
            CHECK((*b.bus.read(map::kStatus) & 1) == 1);
            CHECK(*b.bus.read(map::kId) == map::kIdValue);
            for (const std::uint32_t r : {map::kLayers, map::kSteps, map::kEta, map::kRandom, map::kRounding, map::kGainP, map::kGainI,
                                          map::kGainD, map::kLeak, map::kSets})
                CHECK(!b.bus.write(r, 1));
            CHECK(!b.bus.write(map::kFrame, 8u << 16 | 5));
            CHECK(!b.bus.write(map::kShift, 0));
            CHECK(!b.bus.write(map::state(0, 0, 0), 1));
            CHECK(!b.bus.read(map::state(0, 0, 0)));
            CHECK(!b.bus.write(map::weight(0, 0), 1));
            CHECK(!b.bus.read(map::weight(0, 0)));
            CHECK(!b.bus.write(map::parameter(0, 0, 0), 4096));
        };
        b.beat(3 | 200 << 16, false);
        all_refused();  // while receiving
        b.beat(17 | 90 << 16, false);
        b.beat(39 | 255 << 16, false);
        b.beat(2 | 1 << 16, true);
        all_refused();  // while computing
        b.wait_for_result();
        all_refused();  // until the result is taken
        b.take_result();
        CHECK((*b.bus.read(map::kStatus) & 1) == 0);
        b.network.train(sample.events, sample.label, b.learning);
        CHECK(b.unchanged());
    }
}

TEST_CASE("malformed samples are answered with their code and change nothing") {
    struct Case {
        Sample sample;
        SampleError error;
    };
    const std::vector<Case> cases{
        {sample_of({{40, 1}}, 1, true), SampleError::bad_index},
        {sample_of({{65535, 0}}, 1, false), SampleError::bad_index},
        {sample_of({{3, 1}, {3, 1}}, 1, true), SampleError::bad_order},
        {sample_of({{3, 1}, {2, 1}, {99, 1}}, 9, true), SampleError::bad_order},
        {sample_of({{3, 1}, {99, 1}, {2, 1}}, 9, true), SampleError::bad_index},
        {sample_of({{3, 1}}, 4, true), SampleError::bad_label},
        {sample_of({}, 65535, true), SampleError::bad_label},
    };
    for (const std::string& name : core_names()) {
        CAPTURE(name);
        Bench b(name);
        b.load();
        for (const Case& c : cases) {
            b.send(c.sample);
            CHECK(b.take_result() == result_of(c.sample.label, c.error));
            CHECK(*b.bus.read(map::kStatus) == static_cast<std::uint32_t>(c.error) << 4);
            Network model = b.network;
            CHECK((c.sample.learn ? model.train(c.sample.events, c.sample.label, b.learning) : model.infer(c.sample.events)).error ==
                  c.error);
            CHECK(b.bus.write(map::kStatus, 0));
            CHECK(*b.bus.read(map::kStatus) == 0);
        }
        CHECK(b.unchanged());
        CHECK(*b.bus.read(map::kTrained) == 0);
    }
}

TEST_CASE("an index that comes again, or a lower one, is refused wherever it is") {
    for (const std::string& name : core_names()) {
        CAPTURE(name);
        // As many inputs as there can be.
        Bench b(name, [](const Capabilities& caps) {
            const int stored = caps.recomputes ? 1 << caps.index_bits : caps.weight_depth / (caps.tiles == 1 ? 2 : 1);
            return std::vector{std::min(1 << caps.index_bits, stored), 2};
        });
        b.load();
        const int inputs = b.network.config().sizes[0];
        int refused = 0;
        const auto refuses = [&](int first, int second) {
            b.send(sample_of({{static_cast<std::uint16_t>(first), 9}, {static_cast<std::uint16_t>(second), 9}}, 1, true));
            const std::uint64_t result = b.take_result();
            CHECK(result == result_of(1, SampleError::bad_order));
            ++refused;
        };
        // Where the lowest index that may follow is 2^k: of its bits one only.
        for (int next = 1; next < inputs; next *= 2) {
            refuses(next - 1, next - 1);
            refuses(next, next - 1);
            refuses(next, 0);
        }
        refuses(inputs - 1, inputs - 1);
        CHECK(refused >= 25);
        CHECK(b.unchanged());
    }
}

TEST_CASE("a core that is not set up says so") {
    for (const std::string& name : core_names()) {
        CAPTURE(name);
        Bench b(name);
        const Sample sample = sample_of({{3, 200}}, 2, true);
        b.send(sample);
        CHECK(b.take_result() == result_of(2, SampleError::not_ready));
        b.load();
        if (b.bus.write(map::kRandom, 0)) {
            b.send(sample);
            CHECK(b.take_result() == result_of(2, SampleError::not_ready));
            CHECK(b.bus.write(map::kRandom, b.network.random_state()));
        }
        CHECK(b.unchanged());
        b.send(sample);
        CHECK((b.take_result() >> 48 & 0xFF) == result_status(true, SampleError::ok));
    }
}

TEST_CASE("an image is moved as the contract says, at both ends of every distance") {
    PixelEvents events;
    for (std::uint16_t i = 0; i < 40; ++i) events.push_back({i, static_cast<std::uint8_t>(255 - 6 * i)});
    for (const std::string& name : core_names()) {
        CAPTURE(name);
        Bench b(name);
        b.load();
        std::set<std::uint64_t> results;
        for (bool vertical : {false, true})
            for (int most = 1; most <= 7; ++most) {
                const int columns = vertical ? 5 : 8;
                CHECK(b.bus.write(map::kFrame, static_cast<std::uint32_t>(40 / columns << 16 | columns)));
                CHECK(b.bus.write(map::kShift, static_cast<std::uint32_t>(most)));
                b.network.set_frame({columns, 40 / columns, most});
                const int distances = 2 * most + 1;
                for (int k = 1; k < distances; ++k)
                    for (int more : {-1, 0}) {
                        // The first number that moves by one more, and the last that does not; along the other axis, 0.
                        const auto half = static_cast<std::uint32_t>((k * 65536 + distances - 1) / distances + more);
                        const std::uint32_t state = vertical ? half << 16 | 0x8000 : 0x80000000u | half;
                        CHECK(b.bus.write(map::kRandom, state));
                        b.network.set_random_state(state);
                        b.send(sample_of(events, 2, false));
                        const SampleResult expected = b.network.infer(events, 2);
                        const std::uint64_t result = b.take_result();
                        CHECK((result & 0xFFFF) == expected.predicted);
                        CHECK((result >> 32 & 0xFFFF) == static_cast<std::uint16_t>(expected.displacement));
                        results.insert(result);
                    }
            }
        CHECK(results.size() >= 20);  // so distances can be told apart
        CHECK(b.unchanged());
    }
}

TEST_CASE("a label is held to the outputs of the last layer, however many there are") {
    for (const std::string& name : core_names()) {
        CAPTURE(name);
        int layers = 0;
        for (int count = 1; count <= 8; ++count) {
            CAPTURE(count);
            Bench b(name, [&](const Capabilities& caps) {
                layers = caps.layers;
                std::vector sizes(static_cast<std::size_t>(std::min(count, layers)), 2);
                sizes[0] = 40;
                sizes.push_back(4);
                return sizes;
            });
            b.load();
            b.send(sample_of({{3, 200}}, 4, true));
            CHECK(b.take_result() == result_of(4, SampleError::bad_label));
            CHECK(b.bus.write(map::kStatus, 0));
            CHECK(b.unchanged());
            b.send(sample_of({{3, 200}}, 3, true));
            CHECK((b.take_result() >> 48 & 0xFF) == result_status(true, SampleError::ok));
            b.network.train({{3, 200}}, 3, b.learning);
            CHECK(b.unchanged());
        }
        CHECK(layers <= 8);
    }
}

TEST_CASE("the phases of a sample are shown, in their order and no others") {
    for (const std::string& name : core_names()) {
        CAPTURE(name);
        Bench b(name);
        b.load();
        // Every phase until the core is idle again, once as long as it lasts.
        const auto phases = [&](const Sample& sample) {
            std::vector<int> seen{b.core->outputs().phase};
            const auto look = [&] {
                if (b.core->outputs().phase != seen.back()) seen.push_back(b.core->outputs().phase);
            };
            for_each_beat(sample, [&](Beat beat) {
                b.beat(beat.data, beat.last);
                look();
            });
            CoreInputs in;
            in.result_ready = true;
            for (int k = 0; k < 1000000 && seen.back() != kPhaseIdle; ++k) {
                b.core->tick(in);
                look();
            }
            return seen;
        };
        // One slot after the other: sums, then neurons.
        std::vector<int> inference{0, 1};
        for (int neurons : {9, 4})
            for (int slot = 0; slot * b.caps.tiles < neurons; ++slot) inference.insert(inference.end(), {2, 3});
        std::vector<int> learning = inference;
        inference.insert(inference.end(), {7, 0});
        learning.insert(learning.end(), {4, 5, 4});  // the output layer, its errors' way back, layer 0
        if (!b.caps.recomputes) learning.push_back(6);
        learning.insert(learning.end(), {7, 0});

        const PixelEvents events{{0, 200}, {3, 1}, {39, 255}};
        CHECK(phases(sample_of(events, 1, false)) == inference);
        CHECK(phases(sample_of(events, 1, true)) == learning);
        CHECK(phases(sample_of({{40, 1}}, 1, true)) == std::vector{0, 1, 7, 0});
    }
}

TEST_CASE("useful multiplications are counted, and no others") {
    int networks = 0;
    for (const std::string& name : core_names()) {
        CAPTURE(name);
        // The last input of the error sums, hidden - 1, has its bits by turns.
        for (std::uint32_t hidden : {9u, 22u, 43u, 86u}) {
            CAPTURE(hidden);
            std::optional<Bench> bench;
            try {
                bench.emplace(name, [&](const Capabilities&) { return std::vector{40, static_cast<int>(hidden), 4}; });
            } catch (const SetupError&) {
                break;  // the core is too small
            }
            Bench& b = *bench;
            if (!b.caps.all_counters) continue;
            ++networks;
            b.load();
            const auto counted = [&](const Sample& sample) {
                const std::uint32_t before = *b.bus.read(map::kMultiplies);
                b.send(sample);
                b.take_result();
                return *b.bus.read(map::kMultiplies) - before;
            };
            const PixelEvents events{{0, 200}, {3, 1}, {17, 90}, {39, 255}};
            const std::uint32_t steps = 30u * static_cast<std::uint32_t>(b.network.config().steps);

            // Without an event all y are 0; if that is what is wanted, too, there is no error, and nothing goes back.
            CHECK(counted(sample_of({}, 0, false)) == (hidden + 4) * steps);
            const std::uint32_t on = *b.bus.read(map::kTargetOn), off = *b.bus.read(map::kTargetOff);
            CHECK((b.bus.write(map::kTargetOn, 0) && b.bus.write(map::kTargetOff, 0)));
            CHECK(counted(sample_of({}, 2, true)) == (hidden + 4) * steps);
            CHECK((b.bus.write(map::kTargetOn, on) && b.bus.write(map::kTargetOff, off)));

            EventTrace trace;
            b.network.train(events, 2, b.learning, &trace);
            const auto of = [&](EventKind kind, int layer, auto which) {
                return static_cast<std::uint32_t>(std::count_if(trace.begin(), trace.end(), [&](const EventRecord& r) {
                    return r.kind == kind && r.layer == layer && which(r);
                }));
            };
            const std::array<std::uint32_t, 2> inputs{
                4, of(EventKind::neuron, 0, [](const EventRecord& r) { return r.values[1] != kOne; })};
            REQUIRE(inputs[1] > 0);
            const std::uint32_t forward = hidden * inputs[0] + 4 * inputs[1] + (hidden + 4) * steps;
            CHECK(counted(sample_of(events, 0, false)) == forward);

            // A live neuron: its way back, t, c and eta b[0], and K. Errors come through every connection of layer 1. Where g is not 0,
            // an event.
            std::uint32_t learning = hidden * 4;
            for (int layer : {0, 1}) {
                const std::uint32_t live = of(EventKind::backward, layer, [](const EventRecord&) { return true; });
                REQUIRE(live > 0);
                learning += live * (steps + 11 + (b.caps.learns_k ? 15 + 3 * 15 : 0));
                learning += inputs[static_cast<std::size_t>(layer)] *
                            of(EventKind::backward, layer, [](const EventRecord& r) { return r.values[6] != 0; });
            }
            CHECK(counted(sample_of(events, 2, true)) == forward + learning);
            CHECK(b.unchanged());
        }
    }
    CHECK(networks >= 4);
}

TEST_CASE("the mean of G1 is rounded as the contract says, however much it forgets") {
    for (const std::string& name : core_names()) {
        CAPTURE(name);
        Bench b(name);
        if (!b.caps.learns_k) continue;
        const PixelEvents events{{0, 200}, {3, 1}, {17, 90}, {39, 255}};
        for (int leak = 0; leak <= kLeakMax; ++leak) {
            CAPTURE(leak);
            b.learning.k.leak = leak;
            // G1 - S halfway between two values of S', and what a single bit more or less makes of it.
            std::vector<int> distances;
            const int half = leak > 0 ? 1 << (leak - 1) : 0;
            for (int middle : {half, 3 * half, 0})
                for (int sign : {1, -1})
                    for (int bit = -1; bit <= std::max(-1, leak - 2); ++bit)
                        for (int more : {0, 1, -1}) distances.push_back(sign * (middle + (bit < 0 ? more : more << bit)));
            // Where G1 comes from does not look at S: so it can be known before.
            EventTrace trace;
            Network(b.network).train(events, 2, b.learning, &trace);
            std::size_t next = 0;
            for (const EventRecord& r : trace) {
                if (r.kind != EventKind::parameter_write) continue;
                const int mean = r.values[2] - distances[next++ % distances.size()];
                b.network.set_controller(r.layer, r.neuron, r.input, static_cast<std::int16_t>(std::clamp(mean, -32768, 32767)), 0);
            }
            CHECK(next >= 100);
            b.load();
            b.send(sample_of(events, 2, true));
            CHECK((b.take_result() >> 48 & 0xFF) == result_status(true, SampleError::ok));
            b.network.train(events, 2, b.learning);
            CHECK(b.unchanged());
        }
    }
}

TEST_CASE("a frame is asked for before a shift, and both read back") {
    for (const std::string& name : core_names()) {
        CAPTURE(name);
        Bench b(name);
        b.load();
        CHECK(!b.bus.write(map::kShift, 3));
        CHECK(b.bus.write(map::kFrame, 5u << 16 | 8));
        CHECK(*b.bus.read(map::kFrame) == (5u << 16 | 8));
        CHECK(b.bus.write(map::kShift, 7));
        CHECK(*b.bus.read(map::kShift) == 7);
        b.network.set_frame({8, 5, 7});
        CHECK(b.unchanged());
        const Sample sample = sample_of({{3, 200}, {17, 90}, {39, 255}}, 2, true);
        b.send(sample);
        CHECK((b.take_result() >> 48 & 0xFF) == result_status(true, SampleError::ok));
        b.network.train(sample.events, sample.label, b.learning);
        CHECK(b.unchanged());
    }
}

TEST_CASE("K and its states hold what is written, whatever the bits") {
    for (const std::string& name : core_names()) {
        CAPTURE(name);
        Bench b(name);
        if (!b.caps.learns_k) continue;
        b.load();
        std::uint32_t pattern = 0x1234567;
        for (int l = 0; l < b.network.layers(); ++l)
            for (int j = 0; j < b.network.outputs(l); ++j)
                for (int k = 0; k < kParameters; ++k) {
                    const ParameterRange& range = kParameterRanges[static_cast<std::size_t>(k / kElements)];
                    pattern = xorshift32(pattern);
                    const int span = range.high - range.low + 1;
                    b.network.set_parameter(l, j, k, static_cast<std::int16_t>(range.low + static_cast<int>(pattern >> 8) % span));
                    b.network.set_controller(l, j, k, static_cast<std::int16_t>(pattern), static_cast<std::int16_t>(pattern >> 16));
                }
        b.load();
        const ReadBack all = b.host.compare(b.network, b.placement, b.learning);
        CHECK(!all.first);
        CHECK(all.parameters == 13 * 15);
        CHECK(all.states == 13 * 30);
        CHECK(b.host.read_network(Network(b.network.config()), b.placement).same_parameters(b.network));
        // The comparison finds every word.
        for (const bool last : {false, true})
            for (int k = 0; k < kParameters; ++k) {
                const std::uint32_t at = map::state(b.placement.tile(7), b.placement.slot(0, 7), static_cast<std::uint32_t>(k) + (last ? 16 : 0));
                const std::uint32_t value = *b.bus.read(at);
                CHECK(b.bus.write(at, value ^ 0x40));
                const auto found = b.host.compare(b.network, b.placement, b.learning).first;
                REQUIRE(found);
                CHECK(found->what == (last ? "last_g1" : "integral"));
                CHECK((found->layer == 0 && found->neuron == 7 && found->input == k && found->address == at));
                CHECK(b.bus.write(at, value));
            }
        CHECK(b.unchanged());
    }
}

TEST_CASE("connections, parameters and registers that differ are found") {
    for (const std::string& name : core_names()) {
        CAPTURE(name);
        Bench b(name);
        b.load();
        const auto found = [&](std::uint32_t at, std::uint32_t flip) {
            const std::uint32_t value = *b.bus.read(at);
            REQUIRE(b.bus.write(at, value ^ flip));
            const auto first = b.host.compare(b.network, b.placement, b.learning).first;
            REQUIRE(b.bus.write(at, value));
            return first ? first->what : std::string("nothing");
        };
        if (!b.caps.recomputes) {
            const WeightAddress last = b.placement.weight(1, 8, 3);
            CHECK(found(map::weight(last.tile, last.word), 1u << (b.caps.weight_bits - 1)) == "weight");
            CHECK(found(map::kEta, 4) == "ETA");
        } else {
            CHECK(found(map::layer_weights(1), 1u << 31) == "LAYER_WEIGHTS");
            CHECK(found(map::layer_scale(0), 1) == "LAYER_SCALE");
        }
        CHECK(found(map::parameter(b.placement.tile(3), b.placement.slot(1, 3), 14), 1) == "parameter");
        CHECK(found(map::kRandom, 1u << 31) == "random");
        CHECK(found(map::kSteps, 1) == "STEPS");
        CHECK(found(map::kTargetOn, 1) == "TARGET_ON");
        CHECK(found(map::kTargetOff, 1) == "TARGET_OFF");
        CHECK(found(map::kRounding, 1) == "ROUNDING");
        if (b.caps.learns_k) {
            CHECK(found(map::kGainP, 1) == "K_P");
            CHECK(found(map::kGainI, 1) == "K_I");
            CHECK(found(map::kGainD, 1) == "K_D");
            CHECK(found(map::kLeak, 1) == "K_LEAK");
            CHECK(found(map::kSets, 1) == "K_SETS");
        }
        CHECK(b.unchanged());
    }
}
