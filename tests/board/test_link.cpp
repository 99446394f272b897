// The link: nothing twice, nothing left out, whatever the line does; and what is said of boards that are none.
#include <catch2/catch.hpp>
#include <numeric>
#include <stdexcept>
#include <string>

#include "board_frame.hpp"
#include "board_link.hpp"
#include "fake_channel.hpp"
#include "scratch.hpp"
#include "tally.hpp"

namespace wuxing::test {
namespace {

using Command = BoardRequest::Command;
using Outcome = BoardReply::Outcome;

template <typename Action>
std::string board_error(Action action) {
    try {
        action();
    } catch (const BoardError& error) {
        return error.what();
    }
    return "(no error)";
}

Stream sample(int label) {
    return {static_cast<std::uint8_t>(label), static_cast<std::uint8_t>(label >> 8 & 0x7F), 3, 9, 200, 0, 7, 1};
}

/// Sends samples of labels 0, 1, ... over a line; they must be carried out once each and in order, and so answered.
LinkCounts check_samples(int count, double flip, double drop, unsigned seed, Tally& tally) {
    FakeBoard board;
    FakeChannel channel(board, Noise(flip, drop, seed), Noise(flip, drop, seed + 1000));
    BoardLink link(channel, {});
    link.connect();
    int answered = 0, lost = 0;
    for (int k = 0; k < count; ++k) {
        link.submit({Command::sample, sample(k)}, [&, k](const BoardReply& reply) {
            tally.equal(answered, k, [] { return "answer out of order"; });
            ++answered;
            if (reply.outcome == Outcome::lost) {
                ++lost;
                return;
            }
            tally.holds(
                reply.outcome == Outcome::ok && reply.data.size() == 8 && (reply.data[2] | reply.data[3] << 8) == k,
                [k] { return "another result for sample " + std::to_string(k); });
        });
    }
    link.finish();
    std::vector<int> all(static_cast<std::size_t>(count));
    std::iota(all.begin(), all.end(), 0);
    tally.holds(board.labels() == all,
                [&] { return std::to_string(board.samples()) + " samples carried out, or in another order"; });
    tally.equal(answered, count, [] { return "answers"; });
    tally.equal(static_cast<int>(link.counts().lost), lost, [] { return "lost"; });
    tally.equal(board.overflows(), 0, [] { return "overflows"; });
    CHECK(board.most_waiting() > 20);  // many were under way at once
    if (flip > 0 || drop > 0) CHECK(channel.faults() > 0);
    return link.counts();
}

}  // namespace

TEST_CASE("on a good line every request goes once") {
    Tally tally;
    const LinkCounts counts = check_samples(2000, 0, 0, 1, tally);
    CHECK(counts.retries == 0);
    CHECK(counts.resyncs == 0);
    CHECK(counts.lost == 0);
    CHECK(counts.spoilt == 0);
    CHECK(counts.frames_sent == 2002);  // and two HELLOs
    CHECK(counts.frames_received == 2002);
    tally.finish(4000);
}

TEST_CASE("whatever the line does, every request is carried out once and in order") {
    Tally tally;
    LinkCounts all;
    for (unsigned seed = 1; seed <= 12; ++seed) {
        for (const double rate : {0.0003, 0.002, 0.006, 0.02}) {
            for (const bool drop : {false, true}) {
                INFO("seed " << seed << ", rate " << rate << ", drop " << drop);
                const LinkCounts counts = check_samples(400, drop ? 0 : rate, drop ? rate : 0, seed, tally);
                if (rate > 0.001) CHECK(counts.retries > 0);
                all.retries += counts.retries;
                all.lost += counts.lost;
                all.resyncs += counts.resyncs;
                all.spoilt += counts.spoilt;
                all.refused += counts.refused;
                all.timeouts += counts.timeouts;
            }
        }
    }
    UNSCOPED_INFO(all.retries << " retries, " << all.lost << " lost, " << all.resyncs << " resyncs, " << all.spoilt
                              << " spoilt, " << all.refused << " refused, " << all.timeouts << " timeouts");
    CHECK(all.retries > 1000);
    CHECK(all.lost > 100);
    CHECK(all.resyncs > 300);
    CHECK(all.spoilt > 100);
    CHECK(all.refused > 300);
    CHECK(all.timeouts > 0);
    CHECK(20 * all.timeouts < all.resyncs);  // what is wrong is mostly seen at once, not after a silence
    tally.finish(40000);
}

TEST_CASE("what was read and lost is read again") {
    Tally tally;
    std::uint64_t retries = 0;
    for (unsigned seed = 1; seed <= 5; ++seed) {
        FakeBoard board;
        FakeChannel channel(board, Noise(), Noise(0.004, 0.002, seed));
        BoardLink link(channel, {});
        link.connect();
        std::vector<int> seen(300);
        for (std::size_t k = 0; k < seen.size(); ++k) {
            const auto address = static_cast<std::uint8_t>(k % 4);
            link.submit({Command::read, {address, 0, 0, 0, 1}}, [&, k, address](const BoardReply& reply) {
                ++seen[k];
                std::uint32_t value = 0;
                for (std::size_t n = 0; n < 4 && reply.data.size() == 4; ++n)
                    value |= static_cast<std::uint32_t>(reply.data[n]) << 8 * n;
                tally.equal(value, board.bus_value(address), [] { return "word"; });
            });
        }
        link.finish();
        for (const int times : seen) tally.equal(times, 1, [] { return "answers of a READ"; });
        retries += link.counts().retries;
        CHECK(link.counts().lost == 0);
    }
    CHECK(retries > 20);
    tally.finish(3000);
}

TEST_CASE("a refused access is told as such and goes once") {
    FakeBoard board;
    FakeChannel channel(board);
    BoardLink link(channel, {});
    link.connect();
    std::vector<Outcome> outcomes;
    const auto note = [&](const BoardReply& reply) { outcomes.push_back(reply.outcome); };
    link.submit({Command::read, {0x1F, 0, 0, 0, 1}}, note);
    link.submit({Command::write, {0, 0, 0, 0, 1, 2, 3, 4}}, note);
    link.submit({Command::read, {0, 0, 0, 0, 1}}, note);
    link.finish();
    CHECK(outcomes == std::vector<Outcome>{Outcome::refused, Outcome::refused, Outcome::ok});
    CHECK(link.counts().retries == 0);
}

TEST_CASE("the answers to a program that was here before are not taken for others") {
    FakeBoard board;
    {
        FakeChannel channel(board);
        BoardLink link(channel, {});
        link.connect();
        for (int k = 0; k < 30; ++k) link.submit({Command::sample, sample(k)}, [](const BoardReply&) {});
    }
    Tally tally;
    FakeChannel channel(board);
    BoardLink link(channel, {});
    link.connect();
    const int before = board.samples();
    CHECK(before == 30);
    for (int k = 0; k < 300; ++k) {
        link.submit({Command::sample, sample(1000 + k)}, [&, k](const BoardReply& reply) {
            tally.equal(reply.data.at(2) | reply.data.at(3) << 8, 1000 + k, [] { return "label"; });
        });
    }
    link.finish();
    CHECK(board.samples() == before + 300);
    tally.finish(300);
}

TEST_CASE("nobody there is said after the time that was given") {
    FakeBoard board({}, [] {
        FakeFaults f;
        f.silent_after = 0;
        return f;
    }());
    FakeChannel channel(board);
    BoardLink link(channel, {std::chrono::milliseconds(2000), {}});
    const std::string error = board_error([&] { link.connect(); });
    CHECK(contains(error, "fake: no answer"));
    CHECK(is_one_line(error));
    CHECK(channel.now().count() >= 2000);
    CHECK(channel.now().count() < 3000);
}

TEST_CASE("a board that falls silent is missed") {
    FakeFaults faults;
    faults.silent_after = 50;
    FakeBoard board({}, faults);
    FakeChannel channel(board);
    BoardLink link(channel, {std::chrono::milliseconds(1000), {}});
    link.connect();
    const std::string error = board_error([&] {
        for (int k = 0; k < 500; ++k) link.submit({Command::sample, sample(k)}, [](const BoardReply&) {});
    });
    CHECK(error == "fake: the board does not answer any more");
    CHECK(link.counts().timeouts >= 4);
}

TEST_CASE("a reset in between is told") {
    for (const int after : {5, 100, 255, 400}) {
        FakeFaults faults;
        faults.reset_after = after;
        FakeBoard board({}, faults);
        FakeChannel channel(board);
        BoardLink link(channel, {});
        link.connect();
        const std::string error = board_error([&] {
            for (int k = 0; k < 1000; ++k) link.submit({Command::sample, sample(k)}, [](const BoardReply&) {});
            link.finish();
        });
        INFO(after);
        // After 255 requests 0 may as well be the next number: then only the results tell.
        if (after != 255) CHECK(contains(error, "the board has been reset"));
    }
}

TEST_CASE("a board that sends sound frames without end, but no answer, is given up") {
    /// From its n-th request on.
    class Babbler : public FakeChannel {
    public:
        Babbler(FakeBoard& board, int after) : FakeChannel(board), left_(after) {}
        void exchange(Stream& out, Stream& in, Milliseconds wait) override {
            if (!out.empty()) --left_;
            if (left_ >= 0) return FakeChannel::exchange(out, in, wait);
            out.clear();
            append_frame(in, {0x80, 0, 0, 3});
            babbled_ += babbled_ < 100000 ? 1 : throw std::runtime_error("nobody gives up");
            FakeChannel::exchange(out, in, Milliseconds(0));
        }

    private:
        int left_, babbled_ = 0;
    };
    for (const auto& [after, message] :
         {std::pair{0, "not as a Wuxing board does"}, {1, "not as a Wuxing board does"}, {8, "does not answer"}}) {
        FakeBoard board;
        Babbler channel(board, after);
        BoardLink link(channel, {});
        const std::string error = board_error([&] {
            link.connect();
            for (int k = 0; k < 1000; ++k) link.submit({Command::sample, sample(k)}, [](const BoardReply&) {});
            link.finish();
        });
        INFO(after << ": " << error);
        CHECK(contains(error, message));
    }
}

TEST_CASE("another version of the link is refused") {
    FakeFaults faults;
    faults.link_version = 2;
    FakeBoard board({}, faults);
    FakeChannel channel(board);
    BoardLink link(channel, {});
    CHECK(contains(board_error([&] { link.connect(); }), "version 2 of the link, this program version 1"));
}

TEST_CASE("a board that has taken requests of somebody else is told") {
    FakeFaults faults;
    faults.other_program = 50;
    FakeBoard board({}, faults);
    FakeChannel channel(board);
    BoardLink link(channel, {});
    link.connect();
    const std::string error = board_error([&] {
        for (int k = 0; k < 200; ++k) {
            link.submit({Command::sample, sample(k)}, [](const BoardReply&) {});
            link.finish();
        }
    });
    CHECK(contains(error, "which it has not been sent: is another program using it?"));
}

TEST_CASE("a line on which only greetings get through is given up") {
    FakeFaults faults;
    faults.deaf = true;
    FakeBoard board({}, faults);
    FakeChannel channel(board);
    BoardLink link(channel, {});
    link.connect();
    const std::string error = board_error([&] {
        link.submit({Command::sample, sample(1)}, [](const BoardReply&) {});
        link.finish();
    });
    CHECK(error == "fake: the line is too bad: asked 32 times, and no request got through");
}

TEST_CASE("a request that fits no buffer is refused here") {
    FakeBoard board;
    FakeChannel channel(board);
    BoardLink link(channel, {});
    link.connect();
    CHECK(link.longest_body() > 1900);
    const auto nothing = [](const BoardReply&) {};
    CHECK(contains(board_error([&] {
                       link.submit({Command::sample, Stream(link.longest_body() + 1)}, nothing);
                   }),
                   "buffer"));
    Stream longest(link.longest_body() / 2 * 2);
    for (std::size_t k = 2; k < longest.size(); ++k) longest[k] = static_cast<std::uint8_t>(k % 2);
    int answers = 0;
    for (int k = 0; k < 5; ++k)
        link.submit({Command::sample, longest}, [&](const BoardReply& r) { answers += r.outcome == Outcome::ok; });
    link.finish();
    CHECK(answers == 5);
    CHECK(board.overflows() == 0);
}

TEST_CASE("a wait can be ended from outside") {
    FakeFaults faults;
    faults.silent_after = 20;
    FakeBoard board({}, faults);
    FakeChannel channel(board);
    bool stop = false;
    BoardLink link(channel, {std::chrono::milliseconds(100000), [&] { return stop; }});
    link.connect();
    for (int k = 0; k < 30; ++k) link.submit({Command::sample, sample(k)}, [](const BoardReply&) {});
    stop = true;
    CHECK_THROWS_AS(link.finish(), LinkStopped);
    CHECK(channel.now().count() < 1000);
}

}  // namespace wuxing::test
