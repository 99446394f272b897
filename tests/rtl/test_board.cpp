// wuxing_board from pin to pin: a small network is configured, loaded, trained and read back over the line, beside the model.
#include <Vboard.h>
#include <Vstart.h>

#include "contract.hpp"
#include "link_bench.hpp"
#include "network.hpp"

namespace wuxing::test {
namespace {

constexpr int kBit = 4, kTiles = 2;

class Board {
public:
    explicit Board(Tally& tally) : line_(kBit), listener_(kBit, tally), tally_(tally) {
        dut_->rx_i = 1;
        dut_.reset();
    }
    int busy = 0;

    /// Data of the reply to a request; the status is the first byte of what comes back.
    Bytes request(int command, const Bytes& body) {
        Bytes p{static_cast<std::uint8_t>(command), next_};
        line_.bytes(Bytes{0x7E} + frame_of(p + body));
        auto& frames = listener_.deframer.frames;
        for (int n = 0; n < 200000 && frames.empty(); ++n) {
            dut_->rx_i = line_.next();
            dut_.settle();
            busy += dut_->busy_o;
            listener_.cycle(dut_->tx_o != 0);
            dut_.tick();
        }
        tally_.equal(frames.size(), 1u, [] { return "replies"; });
        if (frames.empty()) return {9};
        const Bytes reply = frames[0];
        frames.clear();
        if (command != 1) ++next_;
        tally_.holds(reply.size() >= 4 && reply[0] == command + 0x80 && reply[1] == p[1] && reply[2] == next_,
                     [] { return "head of a reply"; });
        return Bytes{reply.back()} + Bytes(reply.begin() + 3, reply.end() - 1);
    }
    static Bytes number(std::uint32_t v, int bytes) {
        Bytes out;
        for (int b = 0; b < bytes; ++b) out.push_back(static_cast<std::uint8_t>(v >> 8 * b));
        return out;
    }
    void write(std::uint32_t address, const std::vector<std::int64_t>& words) {
        Bytes body = number(address, 4);
        for (const std::int64_t w : words) body = body + number(static_cast<std::uint32_t>(w), address >> 26 == 0 ? 4 : 2);
        const Bytes reply = request(3, body);
        tally_.holds(reply == Bytes{0, static_cast<std::uint8_t>(words.size())}, [&] { return "WRITE to " + std::to_string(address); });
    }
    std::vector<std::int64_t> read(std::uint32_t address, int count) {
        const Bytes reply = request(2, number(address, 4) + number(static_cast<std::uint32_t>(count), 1));
        const int size = address >> 26 == 0 ? 4 : 2;
        std::vector<std::int64_t> words;
        tally_.equal(reply.size(), static_cast<std::size_t>(1 + count * size), [] { return "length of a READ"; });
        for (std::size_t at = 1; at + static_cast<std::size_t>(size) <= reply.size(); at += static_cast<std::size_t>(size)) {
            std::uint64_t w = 0;
            for (int b = 0; b < size; ++b) w |= std::uint64_t{reply[at + static_cast<std::size_t>(b)]} << 8 * b;
            words.push_back(size == 2 ? signed_value(w, 16) : static_cast<std::int64_t>(w));
        }
        words.resize(static_cast<std::size_t>(count));
        return words;
    }
    Bytes sample(const PixelEvents& events, int label, bool learn) {
        Bytes body = number(static_cast<std::uint32_t>(label | (learn ? 0x8000 : 0)), 2);
        int place = 0;
        for (const auto& e : events) {
            body.push_back(static_cast<std::uint8_t>(e.index - place));
            body.push_back(e.value);
            place = e.index + 1;
        }
        return request(4, body);
    }

private:
    Device<Vboard> dut_;
    Line line_;
    Listener listener_;
    Tally& tally_;
    std::uint8_t next_ = 0;
};

}  // namespace

TEST_CASE("board: configured, loaded, trained and read back over the line as the model is") {
    Tally tally;
    Cases cases(31);
    Board board(tally);
    NetworkConfig config;
    config.sizes = {9, 4, 2};
    Network model(config);
    model.initialise(5, 1.0, 1.0);
    constexpr int kEta = 20000;
    const auto tile = [](int region, int j, int word) {
        return static_cast<std::uint32_t>(region) << 26 | static_cast<std::uint32_t>(j % kTiles) << 18 | static_cast<std::uint32_t>(word);
    };
    constexpr std::array<int, 2> kSlotBase{0, 2}, kWeightBase{0, 18};
    const auto each = [&](auto f) {
        for (std::size_t l = 0; l < 2; ++l)
            for (int j = 0; j < config.sizes[l + 1]; ++j)
                f(static_cast<int>(l), j, config.sizes[l], tile(1, j, kWeightBase[l] + j / kTiles * config.sizes[l]),
                  tile(2, j, (kSlotBase[l] + j / kTiles) << 4));
    };
    tally.holds(board.request(1, {}) == Bytes{0, 'W', 'U', 'X', 1, 0xFE, 0x07}, [] { return "HELLO"; });
    tally.equal(board.read(0, 2)[0], 0x57555831, [] { return "ID"; });
    {
        const Bytes reply = board.sample({{1, 5}}, 1, true);
        tally.holds(reply == Bytes{0, 255, 255, 1, 0, 0, 0, 0x40, 0}, [] { return "sample before it is configured"; });
    }
    {
        const Bytes reply = board.sample({}, 0x7FFF, true);  // bit 15 is none of the label
        tally.holds(reply == Bytes{0, 255, 255, 0xFF, 0x7F, 0, 0, 0x40, 0}, [] { return "the greatest label"; });
    }
    board.write(0x20, {4 << 16 | 9, 0 << 16 | 2, 0});
    board.write(0x24, {2 << 16 | 4, 2 << 16 | 1, 18});
    board.write(0x05, {2, config.steps, kEta});
    board.write(0x0A, {static_cast<std::int64_t>(model.random_state())});
    each([&](int l, int j, int inputs, std::uint32_t weights, std::uint32_t parameters) {
        std::vector<std::int64_t> w, k;
        for (int i = 0; i < inputs; ++i) w.push_back(model.weight(l, i, j));
        for (int i = 0; i < 15; ++i) k.push_back(model.parameter(l, j, i));
        board.write(weights, w);
        board.write(parameters, k);
    });
    int changed = 0;
    for (int n = 0; n < 60; ++n) {
        const PixelEvents events = cases.image(9, 140);
        const int label = cases.between(0, 1);
        const bool learn = !cases.one_in(5);
        const Network before = model;
        const SampleResult expected = learn ? model.train(events, static_cast<std::uint16_t>(label), kEta)
                                            : model.infer(events, static_cast<std::uint16_t>(label));
        const Bytes reply = board.sample(events, label, learn);
        const auto y = static_cast<std::uint16_t>(expected.displacement);
        const Bytes wanted{0, static_cast<std::uint8_t>(expected.predicted), static_cast<std::uint8_t>(expected.predicted >> 8),
                           static_cast<std::uint8_t>(label), 0, static_cast<std::uint8_t>(y), static_cast<std::uint8_t>(y >> 8),
                           static_cast<std::uint8_t>(expected.learned), 0};
        tally.holds(reply == wanted, [&] { return "result of sample " + std::to_string(n); });
        changed += !model.same_parameters(before);
        if (n % 10 != 9) continue;
        each([&](int l, int j, int inputs, std::uint32_t weights, std::uint32_t parameters) {
            const auto w = board.read(weights, inputs), k = board.read(parameters, 15);
            for (int i = 0; i < inputs; ++i)
                tally.equal(w[static_cast<std::size_t>(i)], model.weight(l, i, j), [] { return "weight read back"; });
            for (int i = 0; i < 15; ++i)
                tally.equal(k[static_cast<std::size_t>(i)], model.parameter(l, j, i), [] { return "K read back"; });
        });
        tally.equal(board.read(0x0A, 1)[0], static_cast<std::int64_t>(model.random_state()), [] { return "R"; });
    }
    // The first address decides how long words are; the core has no words at the end of region 0 and none in region 3.
    const auto read_bytes = [&](std::uint32_t address) { return board.request(2, Board::number(address, 4) + Bytes{2}); };
    const auto first = static_cast<std::uint32_t>(board.read(1u << 26, 1)[0]);
    tally.holds(read_bytes((1u << 26) - 1) == Bytes{6, 0, 0, 0, 0} + Board::number(first, 4), [] { return "READ into region 1"; });
    tally.holds(read_bytes(0xFFFFFFF) == Bytes{6, 0, 0, 0x31, 0x58}, [] { return "READ from the last address on"; });
    for (std::uint32_t region = 1; region <= 4; ++region)
        tally.holds(board.request(3, Board::number((region << 26) - 1, 4) + Bytes(8, 0x11)) == Bytes{6, 0},
                    [] { return "WRITE from the last address of a region on"; });
    tally.equal(board.read(1u << 26, 1)[0], static_cast<std::int64_t>(static_cast<std::int32_t>(first)), [] { return "not written"; });
    CHECK(changed > 20);
    CHECK(board.busy > 10000);
    tally.finish(900);
}

TEST_CASE("start: reset is held for 2^Bits cycles of a good clock, and back at once when the clock is lost") {
    Device<Vstart> dut;
    for (int lost = 0; lost < 20; ++lost) {
        dut->locked_i = 1;
        dut.settle();
        dut->locked_i = 0;
        dut.settle();
        CHECK(dut->rst_no == 0);
        for (int cycle = 0; cycle < 3; ++cycle) dut.tick();
        dut->locked_i = 1;
        for (int cycle = 1; cycle <= lost; ++cycle) {
            dut.tick();
            CHECK(dut->rst_no == (cycle >= 16));
        }
    }
}

}  // namespace wuxing::test
