// Faults (docs/faults.md): how many fall, where, and what they do, against the page and the second integer reference.
#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <string>

#include "cases.hpp"
#include "fault_list.hpp"
#include "faults.hpp"
#include "pair.hpp"
#include "tally.hpp"

using namespace wuxing;
using namespace wuxing::test;

namespace {

NetworkConfig shape(std::vector<int> sizes, int bits = 16) {
    NetworkConfig config;
    config.sizes = std::move(sizes);
    config.weight_bits = bits;
    return config;
}

FaultPlan plan(FaultKind kind, double rate, std::uint32_t seed = 1) {
    FaultPlan p;
    p.kind = kind;
    p.rate = rate;
    p.seed = seed;
    return p;
}

Faults drawn(const FaultPlan& p, const NetworkConfig& network, std::uint64_t images, std::size_t events) {
    FaultSource source(p, network);
    Faults all;
    for (std::uint64_t m = 0; m < images; ++m) {
        const Faults faults = source.draw(m, events);
        all.insert(all.end(), faults.begin(), faults.end());
    }
    return all;
}

std::set<std::string> lines(const Faults& faults) {
    std::set<std::string> text;
    for (const Fault& fault : faults) text.insert(fault_line(fault));
    return text;
}

/// Places of a kind, counted from the page.
std::uint64_t places(FaultKind kind, const NetworkConfig& n, std::size_t events, int tiles) {
    std::uint64_t connections = 0, neurons = 0;
    for (std::size_t l = 1; l < n.sizes.size(); ++l) {
        connections += static_cast<std::uint64_t>(n.sizes[l - 1]) * static_cast<std::uint64_t>(n.sizes[l]);
        neurons += static_cast<std::uint64_t>(n.sizes[l]);
    }
    switch (kind) {
        case FaultKind::connection:
            return connections * static_cast<std::uint64_t>(n.weight_bits);
        case FaultKind::parameter:
            return neurons * 15 * 16;
        case FaultKind::controller:
            return neurons * 30 * 16;
        case FaultKind::state:
            return neurons * 5 * 16;
        case FaultKind::event:
            return events * 24;
        case FaultKind::drop:
            return events;
        case FaultKind::tile:
            return static_cast<std::uint64_t>(tiles);
    }
    return 0;
}

}  // namespace

TEST_CASE("faults: rate 1 strikes every place once, and each is one that there is") {
    Tally tally;
    for (const NetworkConfig& network : {shape({5, 3}), shape({7, 4, 3}, 12), shape({6, 5, 4, 2}, 8)})
        for (const FaultKind kind : kFaultKinds) {
            FaultPlan p = plan(kind, 1);
            p.tiles = 3;
            const Faults faults = drawn(p, network, 1, 11);
            const std::uint64_t expected = places(kind, network, 11, 3);
            tally.equal(std::uint64_t{faults.size()}, expected,
                        [&] { return std::string(to_string(kind)) + ": faults"; });
            tally.equal(std::uint64_t{lines(faults).size()}, expected,
                        [&] { return std::string(to_string(kind)) + ": places"; });
            for (const Fault& fault : faults) CHECK_NOTHROW(check_fault(fault, network));
        }
    tally.finish(42);
}

TEST_CASE("faults: as many as the rate says, to one, over any number of images") {
    Tally tally;
    const NetworkConfig network = shape({20, 15, 10});
    for (const FaultKind kind : kFaultKinds) {
        if (kind == FaultKind::tile) continue;
        for (const double rate : {0.0, 1e-5, 0.0003, 0.01, 0.2})
            for (const std::uint64_t images : {1, 7, 50}) {
                FaultPlan p = plan(kind, rate);
                p.each_image = true;
                const double wanted = rate * static_cast<double>(images * places(kind, network, 30, 4));
                const auto got = static_cast<double>(drawn(p, network, images, 30).size());
                tally.holds(got >= wanted - 1 && got <= wanted + 1, [&] {
                    return std::string(to_string(kind)) + ": " + std::to_string(got) + " instead of " +
                           std::to_string(wanted);
                });
            }
    }
    tally.finish(90);
}

TEST_CASE("faults: a one-time upset falls at the first image alone, transient ones at all") {
    const NetworkConfig network = shape({20, 15, 10});
    for (const FaultKind kind : kFaultKinds) {
        const Faults faults = drawn(plan(kind, 0.5), network, 3, 30);
        REQUIRE(!faults.empty());
        CHECK((faults.back().image == 2) == is_transient(kind));
    }
}

TEST_CASE("faults: the same seed the same faults, another seed others, all places alike") {
    const NetworkConfig network = shape({20, 15, 10});
    CHECK(lines(drawn(plan(FaultKind::connection, 0.01, 5), network, 1, 0)) ==
          lines(drawn(plan(FaultKind::connection, 0.01, 5), network, 1, 0)));
    CHECK(lines(drawn(plan(FaultKind::connection, 0.01, 5), network, 1, 0)) !=
          lines(drawn(plan(FaultKind::connection, 0.01, 6), network, 1, 0)));
    FaultPlan p = plan(FaultKind::connection, 0.1);
    p.each_image = true;
    std::map<int, int> bits, neurons;
    const Faults faults = drawn(p, network, 100, 0);  // 72,000 of them
    for (const Fault& fault : faults) {
        ++bits[fault.bit];
        ++neurons[100 * fault.layer + fault.neuron];
    }
    REQUIRE(bits.size() == 16);
    REQUIRE(neurons.size() == 25);
    for (const auto& [bit, count] : bits) CHECK(std::abs(count - 4500) < 350);  // over 5 standard deviations
}

TEST_CASE("faults: chosen bits alone") {
    FaultPlan p = plan(FaultKind::parameter, 1);
    p.first_bit = 13;
    p.last_bit = 14;
    const Faults faults = drawn(p, shape({5, 3}), 1, 0);
    CHECK(faults.size() == 3 * 15 * 2);
    CHECK(std::all_of(faults.begin(), faults.end(), [](const Fault& f) { return f.bit == 13 || f.bit == 14; }));
}

TEST_CASE("faults: what cannot be is refused") {
    const NetworkConfig network = shape({5, 3}, 8);
    for (const double rate : {-0.1, 1.1, 0.0 / 0.0})
        CHECK_THROWS_AS(plan(FaultKind::state, rate).validate(network), std::invalid_argument);
    FaultPlan bits = plan(FaultKind::connection, 0.1);
    bits.last_bit = 8;
    CHECK_THROWS_AS(bits.validate(network), std::invalid_argument);
    NetworkConfig recomputed = shape({5, 3});
    recomputed.recomputed = true;
    CHECK_THROWS_AS(plan(FaultKind::connection, 0).validate(recomputed), std::invalid_argument);
    CHECK_THROWS_AS(plan(FaultKind::tile, 0).validate(recomputed), std::invalid_argument);
    CHECK_NOTHROW(plan(FaultKind::parameter, 0).validate(recomputed));
    Fault fault;
    fault.index = 4;
    fault.bit = 7;
    CHECK_NOTHROW(check_fault(fault, network));
    for (int Fault::*member : {&Fault::layer, &Fault::neuron, &Fault::index, &Fault::bit}) {
        Fault wrong = fault;
        wrong.*member += 100;
        CHECK_THROWS_AS(check_fault(wrong, network), std::invalid_argument);
        wrong.*member = -1;
        CHECK_THROWS_AS(check_fault(wrong, network), std::invalid_argument);
    }
    fault.kind = FaultKind::controller;
    for (const int word : {0, 14, 16, 30}) {
        fault.index = word;
        CHECK_NOTHROW(check_fault(fault, network));
    }
    for (const int word : {15, 31}) {
        fault.index = word;
        CHECK_THROWS_AS(check_fault(fault, network), std::invalid_argument);
    }
}

TEST_CASE("faults: one bit of the word named, and back when it is struck again") {
    for (const int width : {16, 12, 8}) {
        Network network(shape({9, 6, 4}, width));
        network.initialise(3);
        const Network before = network;
        FaultyNetwork faulty(network);
        for (const FaultKind kind : {FaultKind::connection, FaultKind::parameter, FaultKind::controller}) {
            const Faults faults = drawn(plan(kind, 0.2), network.config(), 1, 0);
            faulty.strike(faults);
            CHECK(!network.same_parameters(before));
            const Fault& f = faults.front();
            if (kind == FaultKind::connection) {
                int difference = 0;
                for (const Fault& g : faults)
                    if (g.layer == f.layer && g.neuron == f.neuron && g.index == f.index) difference |= 1 << g.bit;
                const int mask = (1 << width) - 1;
                CHECK(((network.weight(f.layer, f.index, f.neuron) ^ before.weight(f.layer, f.index, f.neuron)) &
                       mask) == difference);
            }
            faulty.strike(faults);
            CHECK(network.same_parameters(before));
            CHECK(network.parameters_in_range());
        }
    }
}

TEST_CASE("faults: events are turned over and lost by their number as sent") {
    const PixelEvents events{{1, 10}, {5, 20}, {9, 30}};
    Fault value, index, lost;
    value.kind = index.kind = FaultKind::event;
    lost.kind = FaultKind::drop;
    value.index = 2;
    value.bit = 16;
    index.index = 0;
    index.bit = 1;
    lost.index = 1;
    const PixelEvents arrived = faulty_events(events, {value, lost, index});
    REQUIRE(arrived.size() == 2);
    CHECK(arrived[0].index == 3);
    CHECK(arrived[0].value == 10);
    CHECK(arrived[1].index == 9);
    CHECK(arrived[1].value == 31);
    lost.index = 3;
    CHECK_THROWS(faulty_events(events, {lost}));
}

TEST_CASE("faults: a stuck tile reads 0 whatever it has learnt, the others learn on") {
    Network network(shape({12, 7, 5}));
    network.initialise(1);
    FaultyNetwork faulty(network);
    Fault tile;
    tile.kind = FaultKind::tile;
    tile.index = 1;
    tile.tiles = 3;
    faulty.strike({tile});
    const PixelEvents events{{0, 200}, {3, 250}, {7, 90}, {11, 255}};
    for (int k = 0; k < 20; ++k) {
        network.train(events, 1, 3000);
        faulty.strike({});
        for (int l = 0; l < 2; ++l)
            for (int i = 0; i < network.inputs(l); ++i)
                for (int j = 1; j < network.outputs(l); j += 3) REQUIRE(network.weight(l, i, j) == 0);
    }
    CHECK(network.weight(1, 0, 0) != 0);
}

TEST_CASE("faults: K with any bits is computed as the contract reads") {
    Tally tally;
    Cases cases(7);
    for (int round = 0; round < 60; ++round) {
        NetworkConfig config = shape({12, 18, 10});
        config.steps = 1 + round % 15;
        Network network(config);
        network.initialise(cases.bits(), 2, 2);
        for (int l = 0; l < network.layers(); ++l)
            for (int j = 0; j < network.outputs(l); ++j)
                for (int k = 0; k < kParameters; ++k)
                    // Not at the very ends, where (10) goes round: the reference does not.
                    if (cases.one_in(4))
                        network.upset_parameter(l, j, k, std::clamp<std::int16_t>(cases.word(), -32000, 32000));
        REQUIRE(!network.parameters_in_range());
        Pair pair(network, "round " + std::to_string(round), tally);
        Learning learning;
        learning.eta = 2000;
        if (round % 2 == 1) learning.k = {600, 300, 100, 3, 7};
        for (int k = 0; k < 3; ++k) {
            PixelEvents events;
            for (std::uint16_t i = 0; i < 12; ++i)
                if (cases.one_in(2)) events.push_back({i, static_cast<std::uint8_t>(cases.between(1, 255))});
            pair.train(events, static_cast<std::uint16_t>(cases.between(0, 9)), learning);
        }
        pair.compare_parameters();
    }
    tally.finish(10000);
}

TEST_CASE("faults: K out of its range is known until it is written again, and a neuron there is not cannot be hit") {
    Network network(shape({3, 16, 2}));  // 16: as many as are computed together, so the arrays have no padding
    CHECK(network.parameters_in_range());
    for (int k : {0, 14}) {
        const std::int16_t before = network.parameter(0, 15, k);
        network.upset_parameter(0, 15, k, -1);
        CHECK(!network.parameters_in_range());
        network.set_parameter(0, 15, k, before);
        CHECK(network.parameters_in_range());
    }
    CHECK_THROWS_AS(network.upset_element(2, 0, 0, 0), std::out_of_range);
    CHECK_THROWS_AS(network.upset_element(0, 16, 0, 0), std::out_of_range);
    CHECK_THROWS_AS(network.upset_element(0, -1, 0, 0), std::out_of_range);
    CHECK_THROWS_AS(network.upset_element(0, 0, 5, 0), std::invalid_argument);
    CHECK_THROWS_AS(network.upset_element(0, 0, 0, 16), std::invalid_argument);
}

TEST_CASE("faults: E with any bits goes forward and back as the contract reads") {
    // One neuron a layer, so that the reference can be asked neuron by neuron.
    Tally tally;
    Cases cases(11);
    for (int round = 0; round < 400; ++round) {
        Network network(shape({3, 1, 1}));
        network.initialise(cases.bits(), 3, 3);
        const std::int16_t weight = cases.word();
        network.set_weight(1, 0, 0, weight);
        const int element = cases.between(0, 4), bit = cases.between(0, 15);
        network.upset_element(0, 0, element, bit);
        EventTrace trace;
        network.train({{0, 200}, {1, 100}, {2, 255}}, 0, 1000, &trace);
        reference::Parameters k{};
        for (int p = 0; p < kParameters; ++p) k[static_cast<std::size_t>(p)] = network.parameter(0, 0, p);
        reference::Elements e{};
        for (const EventRecord& r : trace) {
            if (r.kind == EventKind::neuron && r.layer == 0) {
                for (std::size_t i = 0; i < 5; ++i) e[i] = r.values[i];
                auto& hit = e[static_cast<std::size_t>(element)];
                hit = static_cast<std::int16_t>(hit ^ static_cast<std::int16_t>(1 << bit));
            }
            const auto y = static_cast<std::int16_t>(e[1] - 4096);
            if (r.kind == EventKind::drive && r.layer == 1)
                tally.equal(r.values[0], y == 0 ? std::int16_t{0} : reference::weighted_sum({{weight, y}}),
                            [] { return "u"; });
            if (r.kind == EventKind::backward && r.layer == 0) {
                const reference::Elements b = reference::backward(k, e, r.values[5], 8);
                for (std::size_t i = 0; i < 5; ++i) tally.equal(r.values[i], b[i], [] { return "b"; });
            }
        }
        EventTrace next;
        network.infer({{0, 200}}, 0, &next);
        Network clean = network;
        EventTrace again;
        clean.infer({{0, 200}}, 0, &again);
        tally.holds(next == again, [] { return "a fault of E that stayed"; });
    }
    tally.finish(1000);
}
