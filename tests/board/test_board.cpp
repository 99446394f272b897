// Loading, training, testing and reading back a core over the link: bit for bit what the golden model does, on every
// kind of core and on bad lines; and that every kind of difference is found and named.
#include <catch2/catch.hpp>
#include <memory>
#include <string>

#include "board.hpp"
#include "board_learner.hpp"
#include "fake_channel.hpp"
#include "samples.hpp"
#include "scratch.hpp"
#include "setup_error.hpp"
#include "tally.hpp"
#include "training.hpp"

namespace wuxing::test {
namespace {

/// A board with all that leads to it.
struct Bench {
    explicit Bench(const FakeCore& core = {}, const FakeFaults& faults = {}, Noise in = Noise(), Noise out = Noise())
        : fake(core, faults), channel(fake, in, out), link(channel, {}) {
        link.connect();
        board = std::make_unique<Board>(link);
        session = std::make_unique<BoardSession>(*board);
    }

    FakeBoard fake;
    FakeChannel channel;
    BoardLink link;
    std::unique_ptr<Board> board;
    std::unique_ptr<BoardSession> session;
};

template <typename Error, typename Action>
std::string error_of(Action action) {
    try {
        action();
    } catch (const Error& error) {
        return error.what();
    }
    return "(no error)";
}

ImageSet images() {
    const Scratch scratch;
    write_small_dataset(scratch);
    return load_dataset(scratch.folder()).train;
}

/// A case: core, network, what is learnt.
struct Kind {
    FakeCore core;
    std::vector<int> sizes;
    Learning learning;
    Rounding rounding = Rounding::stochastic;
    int core_shift = 0;
};

std::vector<Kind> kinds() {
    const PidGains gains{700, 300, 200, 3, 7};
    return {{{4, 8, 4, 4096, 10, 16, true, false}, {16, 8, 3}, {900, gains}},
            {{1, 16, 4, 4096, 10, 16, false, false}, {16, 8, 3}, {900, {}}},
            {{3, 8, 4, 4096, 10, 12, true, false}, {16, 7, 5, 3}, {900, gains}, Rounding::nearest, 1},
            {{16, 4, 2, 64, 5, 8, false, false}, {16, 8, 3}, {900, {}}, Rounding::stochastic, 2},
            {{2, 16, 8, 1, 7, 16, true, true}, {16, 9, 4, 3}, {0, gains}, Rounding::stochastic, 1},
            {{5, 8, 3, 600, 6, 16, true, false}, {16, 12, 6, 3}, {300, {0, 500, 0, 0, 5}}}};
}

Network network_of(const Kind& kind, std::uint32_t seed) {
    NetworkConfig config;
    config.sizes = kind.sizes;
    config.weight_bits = kind.core.weight_bits;
    config.recomputed = kind.core.recomputes;
    config.rounding = kind.rounding;
    config.steps = 6;
    config.target_on = 4000;
    config.target_off = -700;
    Network network(config);
    network.initialise(seed);
    return network;
}

/// Two epochs on the board, tested in between; the golden model trained alone by train_epoch must be the same.
void check_kind(const Kind& kind, Bench& bench, Tally& tally) {
    const ImageSet set = images();
    Network alone = network_of(kind, 5), golden = alone;
    Evaluation tested;
    for (std::uint32_t epoch = 0; epoch < 2; ++epoch) {
        golden.set_frame({set.columns, set.rows, kind.core_shift});
        bench.session->prepare(golden, kind.learning);
        const std::vector<EpochSample> order = epoch_samples(set.count(), 9, epoch, 1);
        const auto next = [&](int position, BoardSession::Sample& sample) {
            const EpochSample& drawn = order[static_cast<std::size_t>(position)];
            sample.label = set.labels[static_cast<std::size_t>(drawn.image)];
            pixel_events(set, drawn.image, drawn.shift, sample.events);
        };
        const PassResult pass = bench.session->run(golden, set.count(), "training", &kind.learning, next, {});
        bench.session->verify(golden, kind.learning);
        golden.set_frame({});
        tested = evaluate_on_board(*bench.session, golden, set, kind.learning, {});
        bench.session->verify_last();

        alone.set_frame({set.columns, set.rows, kind.core_shift});
        const PassResult software = train_epoch(alone, set, 9, epoch, 1, kind.learning);
        alone.set_frame({});
        tally.equal(pass.correct, software.correct, [] { return "right in training"; });
        tally.equal(pass.images, software.images, [] { return "images"; });
    }
    const Evaluation software = evaluate(alone, set);
    tally.equal(tested.pass.correct, software.pass.correct, [] { return "right in the test"; });
    tally.holds(tested.confusion == software.confusion, [] { return "another confusion matrix"; });
    const Network read = bench.board->read_network();
    tally.holds(read.same_parameters(alone), [] { return "the network that was read back is another"; });
    tally.holds(!read.same_parameters(network_of(kind, 5)), [] { return "nothing was learnt"; });
    const BoardFindings& findings = bench.session->findings();
    tally.add(findings.results + findings.words_compared, findings.divergences());
    CHECK(findings.samples == 240);
    CHECK(findings.results + findings.lost_results == 240);
    CHECK(findings.comparisons == 4);
    CHECK(bench.fake.overflows() == 0);
    CHECK(bench.fake.samples() == 240);
}

}  // namespace

TEST_CASE("a board of every kind learns what the golden model learns") {
    for (const Kind& kind : kinds()) {
        Tally tally;
        INFO(kind.core.tiles << " tiles");
        Bench bench(kind.core);
        check_kind(kind, bench, tally);
        CHECK(bench.session->findings().lost_results == 0);
        CHECK(bench.link.counts().retries == 0);
        tally.finish(1500);
    }
}

TEST_CASE("a bad line changes nothing of what a board learns") {
    std::uint64_t retries = 0, lost = 0;
    Tally tally;
    unsigned seed = 100;
    for (const Kind& kind : kinds()) {
        for (const double rate : {0.0005, 0.003}) {
            Bench bench(kind.core, {}, Noise(rate, rate / 2, seed), Noise(rate, rate / 2, seed + 1));
            seed += 2;
            check_kind(kind, bench, tally);
            CHECK(bench.channel.faults() > 0);
            CHECK(bench.link.counts().retries > 0);
            retries += bench.link.counts().retries;
            lost += bench.session->findings().lost_results;
        }
    }
    CHECK(retries > 500);
    CHECK(lost > 50);
    tally.finish(20000);
}

TEST_CASE("every word that is loaded can be read back, and a wrong one is found and named") {
    Tally tally;
    for (const Kind& kind : kinds()) {
        Network network = network_of(kind, 3);
        for (int l = 0; l < network.layers() && kind.core.learns_k; ++l) {
            for (int j = 0; j < network.outputs(l); ++j) {
                for (int k = 0; k < kParameters; ++k) {
                    network.set_controller(l, j, k, static_cast<std::int16_t>(l * 1000 + j * 20 + k),
                                           static_cast<std::int16_t>(-j * 20 - k));
                }
            }
        }
        Bench bench(kind.core);
        bench.board->load(network, kind.learning);
        BoardComparison same = bench.board->compare(network, kind.learning);
        CHECK(same.differences == 0);
        std::uint64_t weights = 0, neurons = 0;
        for (int l = 0; l < network.layers(); ++l) {
            weights += static_cast<std::uint64_t>(network.inputs(l) * network.outputs(l));
            neurons += static_cast<std::uint64_t>(network.outputs(l));
        }
        CHECK(same.weights == (kind.core.recomputes ? 0 : weights));
        CHECK(same.parameters == 15 * neurons);
        CHECK(same.states == (kind.core.learns_k ? 30 * neurons : 0));
        CHECK(same.registers >= 9);
        const Network read = bench.board->read_network();
        CHECK(read.same_parameters(network));
        tally.add(same.words(), same.differences);

        // Each word of the golden model in turn made another one.
        const Placement placement(network.config(), bench.board->core());
        const std::vector<MemoryWord> words = memory_words(network, placement);
        for (std::size_t k = 0; k < words.size(); k += 11) {
            const MemoryWord& word = words[k];
            Network other = network;
            const auto changed = static_cast<std::int16_t>(word.value ^ 1);
            store_word(other, word, changed);
            const BoardComparison found = bench.board->compare(other, kind.learning);
            tally.equal(found.differences, 1u, [] { return "differences"; });
            if (found.first.size() != 1) continue;
            const WordDifference& first = found.first.front();
            tally.holds(first.what == to_string(word.kind) && first.layer == word.layer &&
                            first.neuron == word.neuron && first.input == word.input && first.address == word.address &&
                            first.tile == placement.tile(word.neuron),
                        [] { return "another word was named"; });
            tally.equal(static_cast<std::int32_t>(first.expected), changed, [] { return "expected"; });
            tally.equal(static_cast<std::int32_t>(first.got), word.value, [] { return "got"; });
        }
        Network other = network;
        other.set_random_state(network.random_state() ^ 64);
        CHECK(bench.board->compare(other, kind.learning).differences == 1);
        Learning more = kind.learning;
        more.k.p += 1;
        CHECK(bench.board->compare(network, more).differences == (kind.core.learns_k ? 1 : 0));
    }
    tally.finish(2000);
}

TEST_CASE("a wrong result is a divergence, and named") {
    const ImageSet set = images();
    for (const int sample : {0, 17, 59}) {
        const Kind kind = kinds()[0];
        FakeFaults faults;
        faults.wrong_result = sample;
        Bench bench(kind.core, faults);
        Network golden = network_of(kind, 5);
        bench.session->prepare(golden, kind.learning);
        const auto next = [&](int position, BoardSession::Sample& s) {
            s.image = 1000 + position;
            s.label = set.labels[static_cast<std::size_t>(position)];
            pixel_events(set, position, Shift{}, s.events);
        };
        const std::string error = error_of<DivergenceError>(
            [&] { bench.session->run(golden, set.count(), "training, epoch 1", &kind.learning, next, {}); });
        CHECK(contains(error, "1 results and 0 words differ"));
        CHECK(contains(
            error, "training, epoch 1, sample " + std::to_string(sample) + " (image " + std::to_string(1000 + sample)));
        CHECK(is_one_line(error));
        const BoardFindings& findings = bench.session->findings();
        REQUIRE(findings.first_result);
        CHECK((findings.first_result->expected.displacement ^ findings.first_result->got.displacement) == 4);
        CHECK(findings.comparisons == 1);  // the memories are right, and that is said
        CHECK(findings.different_words == 0);
    }
}

TEST_CASE("every field of a result is compared") {
    const ImageSet set = images();
    const Kind kind = kinds()[0];
    for (const int field : {0, 1, 2, 3}) {
        INFO(field);
        FakeFaults faults;
        faults.wrong_result = 9;
        faults.wrong_field = field;
        Bench bench(kind.core, faults);
        Network golden = network_of(kind, 5);
        const std::string error =
            error_of<DivergenceError>([&] { evaluate_on_board(*bench.session, golden, set, kind.learning, {}); });
        CHECK(contains(error, "1 results and 0 words differ"));
        CHECK(contains(error, "sample 9 "));
    }
}

TEST_CASE("a reply that does not fit its request ends the work") {
    const ImageSet set = images();
    const Kind kind = kinds()[0];
    const auto error_with = [&](int FakeFaults::*which) {
        FakeFaults faults;
        faults.*which = 60;  // the core has been asked what it is
        Bench bench(kind.core, faults);
        Network golden = network_of(kind, 5);
        return error_of<BoardError>([&] {
            for (int k = 0; k < 3; ++k) bench.board->load(golden, kind.learning);
            evaluate_on_board(*bench.session, golden, set, kind.learning, {});
        });
    };
    CHECK(error_with(&FakeFaults::wrong_count) == "fake: a reply to WRITE with another count of words");
    CHECK(error_with(&FakeFaults::short_result) == "fake: a reply to SAMPLE that is no result");
}

TEST_CASE("a word that the board refuses ends the work") {
    const Kind kind = kinds()[0];
    const Network network = network_of(kind, 5);
    for (const std::uint32_t address : {0x07u, 0x4000003u, 0x8040001u, 0xC000012u}) {
        FakeFaults faults;
        faults.refused = address;
        Bench bench(kind.core, faults);
        CHECK(error_of<BoardError>([&] { bench.board->load(network, kind.learning); }) == "(no error)");
        CHECK(contains(error_of<BoardError>([&] { bench.board->compare(network, kind.learning); }), "refused to read"));
    }
    FakeFaults faults;
    faults.refused_write = 0x4000003;
    Bench bench(kind.core, faults);
    CHECK(contains(error_of<BoardError>([&] { bench.board->load(network, kind.learning); }), "refused to write"));
}

TEST_CASE("a wrong word is a divergence, and named") {
    const ImageSet set = images();
    const Kind kind = kinds()[0];
    const auto message = [&](const FakeFaults& faults) {
        Bench bench(kind.core, faults);
        Network golden = network_of(kind, 5);
        bench.session->prepare(golden, kind.learning);
        const auto next = [&](int position, BoardSession::Sample& s) {
            s.label = set.labels[static_cast<std::size_t>(position)];
            pixel_events(set, position, Shift{}, s.events);
        };
        return error_of<DivergenceError>([&] {
            bench.session->run(golden, set.count(), "training", &kind.learning, next, {});
            bench.session->verify(golden, kind.learning);
        });
    };
    FakeFaults weight;
    weight.wrong_weight = 59;  // after the last sample: only the memory tells
    CHECK(contains(message(weight), "0 results and 1 words differ"));
    CHECK(contains(message(weight), "weight of layer 0 neuron 1 input 5 (tile 1, address 0x4040005): expected "));
    FakeFaults parameter;
    parameter.wrong_parameter = 59;
    CHECK(contains(message(parameter), "parameter of layer 0 neuron 2 k 3 (tile 2, address 0x8080003): expected "));
    FakeFaults random;
    random.wrong_random = 59;
    CHECK(contains(message(random), "register RANDOM (address 0x000000A)"));
    FakeFaults early;
    early.wrong_random = 3;  // spoils the rounding of all that follows
    CHECK(contains(message(early), "divergence: "));
    CHECK_FALSE(contains(message(early), " 0 words"));
    CHECK(message({}) == "(no error)");
}

TEST_CASE("events become the bytes of the page") {
    CHECK(sample_body({}, 7, false) == Stream{7, 0});
    CHECK(sample_body({}, 0x1234, true) == Stream{0x34, 0x92});
    CHECK(sample_body({{0, 9}, {1, 8}, {5, 255}}, 3, true) == Stream{3, 0x80, 0, 9, 0, 8, 3, 255});
    CHECK(sample_body({{255, 1}}, 0, false) == Stream{0, 0, 255, 1});
    CHECK(sample_body({{256, 1}}, 0, false) == Stream{0, 0, 255, 0, 0, 1});
    CHECK(sample_body({{511, 1}, {1024, 2}}, 0, false) == Stream{0, 0, 255, 0, 255, 1, 255, 0, 255, 0, 0, 2});
    CHECK_THROWS_AS(sample_body({}, 0x8000, false), std::invalid_argument);

    // And the other side finds the same events in them.
    Tally tally;
    std::mt19937 random(3);
    for (int round = 0; round < 300; ++round) {
        PixelEvents events;
        for (int index = static_cast<int>(random() % 600); index < 4096;
             index += 1 + static_cast<int>(random() % (random() % 9 == 0 ? 900 : 20))) {
            events.push_back({static_cast<std::uint16_t>(index), static_cast<std::uint8_t>(1 + random() % 255)});
        }
        const Stream body = sample_body(events, 1, false);
        int place = -1;
        std::size_t at = 0;
        for (std::size_t k = 2; k < body.size(); k += 2) {
            place += body[k] + 1;
            if (body[k + 1] == 0) continue;
            if (at < events.size()) {
                tally.equal(place, +events[at].index, [] { return "index"; });
                tally.equal(+body[k + 1], +events[at].value, [] { return "pixel"; });
            }
            ++at;
        }
        tally.equal(at, events.size(), [] { return "events"; });
    }
    tally.finish(20000);
}

TEST_CASE("a device that is no such core is refused with one line") {
    const auto refusal = [](const FakeFaults& faults) {
        const std::string error = error_of<BoardError>([&] { Bench bench({}, faults); });
        CHECK(is_one_line(error));
        return error;
    };
    FakeFaults other;
    other.id = 0x12345678;
    CHECK(contains(refusal(other), "fake: this is no Wuxing core: its register ID reads 0x12345678"));
    FakeFaults contract;
    contract.contract = 3;
    CHECK(contains(refusal(contract), "version 3 of the contract, this program version 2"));
    CHECK(refusal({}) == "(no error)");
}

TEST_CASE("a network that does not fit the core is refused before anything is sent") {
    const Kind kind = kinds()[0];
    const auto refusal = [&](const FakeCore& core, const Learning& learning) {
        Bench bench(core);
        const std::uint64_t frames = bench.link.counts().frames_sent;
        const std::string error = error_of<SetupError>([&] { bench.board->load(network_of(kind, 1), learning); });
        CHECK(bench.link.counts().frames_sent == frames);
        return error;
    };
    CHECK(contains(refusal({4, 2, 4, 4096, 10, 16, true, false}, {}), "slots"));
    CHECK(contains(refusal({4, 8, 1, 4096, 10, 16, true, false}, {}), "layers"));
    CHECK(contains(refusal({4, 8, 4, 20, 10, 16, true, false}, {}), "weight words"));
    CHECK(contains(refusal({4, 8, 4, 4096, 10, 8, true, false}, {}), "16 bits"));
    CHECK(contains(refusal({4, 8, 4, 4096, 10, 16, true, true}, {}), "recomputed"));
    CHECK(contains(refusal({4, 8, 4, 4096, 10, 16, false, false}, kind.learning), "cannot learn K"));
}

TEST_CASE("a board without a network, or with one of somebody else, cannot be read") {
    const Kind kind = kinds()[0];
    Bench bench(kind.core);
    CHECK(contains(error_of<BoardError>([&] { bench.board->read_network(); }), "holds no network"));
    bench.board->load(network_of(kind, 2), kind.learning);
    CHECK(bench.board->read_network().same_parameters(network_of(kind, 2)));
    const auto write = [&](std::uint32_t address, std::uint32_t value) {
        BoardRequest request{BoardRequest::Command::write, {}};
        for (const std::uint32_t word : {address, value}) {
            for (int k = 0; k < 4; ++k) request.body.push_back(static_cast<std::uint8_t>(word >> 8 * k));
        }
        bench.link.submit(std::move(request),
                          [](const BoardReply& reply) { CHECK(reply.outcome == BoardReply::Outcome::ok); });
        bench.link.finish();
    };
    write(0x22, 7);  // layer 0 begins seven words further on
    CHECK(contains(error_of<BoardError>([&] { bench.board->read_network(); }), "layer 0 lies elsewhere"));
    write(0x22, 0);
    CHECK(bench.board->read_network().same_parameters(network_of(kind, 2)));
    const std::uint32_t size = bench.fake.bus_value(0x24);
    write(0x24, size + 1);
    CHECK(contains(error_of<BoardError>([&] { bench.board->read_network(); }), "layer 1 has not as many inputs as"));
}

TEST_CASE("a reset among the samples is told, not taken for a divergence") {
    const ImageSet set = images();
    const Kind kind = kinds()[0];
    int resets = 0;
    std::vector<int> moments{258, 514};  // the next number is 0 anyway: only the answers tell
    for (int after = 40; after < 400; after += 9) moments.push_back(after);
    for (const int after : moments) {
        FakeFaults faults;
        faults.reset_after = after;
        Bench bench(kind.core, faults);
        Network golden = network_of(kind, 5);
        const auto next = [&](int position, BoardSession::Sample& s) {
            s.label = set.labels[static_cast<std::size_t>(position % set.count())];
            pixel_events(set, position % set.count(), Shift{}, s.events);
        };
        const std::string error = error_of<BoardError>([&] {
            bench.session->prepare(golden, kind.learning);
            bench.session->run(golden, 600, "training", &kind.learning, next, {});
            bench.session->verify(golden, kind.learning);
        });
        INFO(after);
        CHECK(contains(error, "reset"));
        resets += contains(error, "reset") ? 1 : 0;
    }
    CHECK(resets >= 40);
}

}  // namespace wuxing::test
