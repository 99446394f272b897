// Single accesses and samples on every built core, without SystemC: what the memory map refuses, what a sample that
// cannot be served is answered with, and that neither leaves a trace. One case a parameter set.
#define CATCH_CONFIG_MAIN
#include <catch2/catch.hpp>

#include "core_map.hpp"
#include "direct_bus.hpp"
#include "driver.hpp"

int sc_main(int, char**) { return 0; }  // SystemC's library asks for it

using namespace wuxing;
using namespace wuxing::sim;

namespace {

struct Bench {
    std::unique_ptr<Core> core;
    DirectBus bus{*core};
    CoreHost host{bus};
    Capabilities caps;
    Network network{NetworkConfig{{40, 9, 4}, 2}};
    Placement placement;

    explicit Bench(const std::string& name) : core(make_core(name, 5)) {
        bus.reset();
        caps = host.capabilities();
        network.initialise(11);
        placement = Placement(network.config(), caps);
    }
    void load() { host.load(network, placement, 8000); }

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
    bool unchanged() { return !host.compare(network, placement).first; }
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
    }
}

TEST_CASE("what the memory map refuses changes nothing") {
    for (const std::string& name : core_names()) {
        CAPTURE(name);
        Bench b(name);
        b.load();
        const auto refused = [&](std::uint32_t address, std::uint32_t data) { return !b.bus.write(address, data); };
        using namespace map;
        for (const std::uint32_t r : {kId, kContract, kCap0, kCap1, kCycles, kMultiplies, kSamples, kTrained}) CHECK(refused(r, 1));
        CHECK(refused(kLayers, static_cast<std::uint32_t>(b.caps.layers) + 1));
        CHECK(refused(kSteps, 0));
        CHECK(refused(kSteps, 16));
        CHECK(refused(kEta, 32768));
        CHECK(refused(layer_size(0), 4u << 16));                                               // no inputs
        CHECK(refused(layer_size(0), 4u << 16 | ((1u << b.caps.index_bits) + 1)));             // too many
        CHECK(refused(layer_size(0), 40));                                                     // no outputs
        CHECK(refused(layer_size(0), static_cast<std::uint32_t>(b.caps.tiles * b.caps.slots + 1) << 16 | 40));
        for (const std::uint32_t r : {0x0Fu, 0x1Fu, layer_size(b.caps.layers), 0xFFu}) {
            CHECK(refused(r, 0));
            CHECK(!b.bus.read(r));
        }
        CHECK(!b.bus.read(3u << 26));
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
            for (const std::uint32_t r : {map::kLayers, map::kSteps, map::kEta, map::kRandom}) CHECK(!b.bus.write(r, 1));
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
        b.network.train(sample.events, sample.label, 8000);
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
            CHECK((c.sample.learn ? model.train(c.sample.events, c.sample.label, 8000) : model.infer(c.sample.events)).error ==
                  c.error);
            CHECK(b.bus.write(map::kStatus, 0));
            CHECK(*b.bus.read(map::kStatus) == 0);
        }
        CHECK(b.unchanged());
        CHECK(*b.bus.read(map::kTrained) == 0);
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
