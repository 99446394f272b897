// What wuxing-board-sim puts between board and port: bytes on a wire, seeded errors, wrong frames.
#include <algorithm>
#include <catch2/catch.hpp>

#include "board_frame.hpp"
#include "board_line.hpp"
#include "board_tamper.hpp"
#include "scratch.hpp"
#include "setup_error.hpp"

namespace wuxing::test {

using namespace wuxing::sim;

TEST_CASE("virtual board: bytes on the line are those of docs/link.md, section 1") {
    for (const int cycles : {4, 8, 13}) {
        LineSender sender(cycles);
        LineReceiver receiver(cycles);
        CHECK(sender.rests());
        // By hand: 0xB2 = 10110010, least significant bit first, start 0, stop 1.
        sender.send(symbol_of(0xB2));
        std::string levels;
        for (int n = 0; n < 10 * cycles; ++n) {
            CHECK_FALSE(sender.rests());
            const bool level = sender.next();
            if (n % cycles == 0) levels += level ? '1' : '0';
        }
        CHECK(levels == "0010011011");
        CHECK(sender.rests());
        CHECK(sender.next());

        // Every byte comes through, back to back, or after a pause.
        int come = 0;
        for (int b = 0; b < 512; ++b) sender.send(symbol_of(static_cast<std::uint8_t>(b)));
        for (int n = 0; n < 5130 * cycles; ++n) {
            if (n % (1000 * cycles) == 5) {
                for (int pause = 0; pause < 3 && receiver.rests(); ++pause) CHECK_FALSE(receiver.take(true));
            }
            if (const auto symbol = receiver.take(sender.next())) {
                CHECK(byte_of(*symbol) == static_cast<std::uint8_t>(come));
                ++come;
            }
        }
        CHECK(come == 512);
    }
    CHECK_FALSE(byte_of(symbol_of(7) | 1));
    CHECK(byte_of(symbol_of(7) ^ kStopBit) == std::uint8_t{0});
}

TEST_CASE("virtual board: errors of the line come at their rate, all kinds, the same for a seed") {
    for (const double rate : {0.0, 0.01, 0.5, 1.0}) {
        LineErrors errors(rate, 5), same(rate, 5), other(rate, 6);
        constexpr int kBytes = 20000;
        int lost = 0, different = 0;
        std::array<int, kSymbolBits> turned{};
        for (int n = 0; n < kBytes; ++n) {
            const Symbol symbol = symbol_of(static_cast<std::uint8_t>(n));
            const auto left = errors.pass(symbol);
            CHECK(left == same.pass(symbol));
            different += left != other.pass(symbol);
            lost += !left;
            for (int bit = 0; left && bit < kSymbolBits; ++bit)
                turned[static_cast<std::size_t>(bit)] += *left == (symbol ^ 1u << bit);
        }
        int all = lost;
        for (const int count : turned) all += count;
        CHECK(errors.count() == static_cast<std::uint64_t>(all));
        CHECK(all == Approx(rate * kBytes).epsilon(0.15));
        CHECK(lost == Approx(rate * kBytes / 2).epsilon(0.25));
        CHECK((different > 0) == (rate > 0));
        if (rate >= 0.5) CHECK(*std::min_element(turned.begin(), turned.end()) > rate * kBytes / 20 * 0.8);
    }
}

namespace {

Bytes through(Tamper& tamper, bool to_board, const Bytes& bytes) {
    Bytes out;
    for (const std::uint8_t byte : bytes)
        for (const std::uint8_t passed : to_board ? tamper.to_board(byte) : tamper.to_host(byte)) out.push_back(passed);
    return out;
}
Bytes frame(const Bytes& payload) {
    Bytes out;
    append_frame(out, payload);
    return out;
}

}  // namespace

TEST_CASE("virtual board: --wrong changes what it says, once, and nothing else") {
    const Bytes junk{0x7E, 1, 2, 3, 0x7D, 0x7E};  // no sound frame: passed on as it is
    const Bytes write_register = frame({3, 0, 5, 0, 0, 0, 1, 0, 0, 0}), write_k = frame({3, 1, 0, 0, 0, 8, 9, 0});
    const Bytes write_c = frame({3, 2, 0x40, 0, 0, 4, 0x7E, 0, 0x10, 0, 0x20, 0});
    const Bytes learn = frame({4, 3, 7, 0x80, 0, 9}), ask = frame({4, 4, 7, 0, 0, 9});
    const Bytes read_c = frame({2, 5, 0, 0, 0, 4, 2}), read_k = frame({2, 6, 0, 0, 0, 8, 2});
    const Bytes result = frame({0x84, 3, 4, 1, 0, 7, 0, 0x30, 0x02, 1, 0, 0}), refused = frame({0x84, 3, 4, 4});
    const Bytes words_c = frame({0x82, 5, 6, 1, 0, 2, 0, 0}), words_k = frame({0x82, 6, 7, 1, 0, 2, 0, 0});
    const auto requests = [&](Tamper& t) {
        Bytes all;
        for (const Bytes& f : {junk, write_register, write_k, write_c, write_c, ask, learn, learn, read_c, read_k})
            for (const std::uint8_t b : through(t, true, f)) all.push_back(b);
        return all;
    };
    const auto replies = [&](Tamper& t) {
        Bytes all;
        for (const Bytes& f : {junk, refused, result, result, words_k, words_c, words_c})
            for (const std::uint8_t b : through(t, false, f)) all.push_back(b);
        return all;
    };
    Tamper none{Wrong()};
    const Bytes all_requests = requests(none), all_replies = replies(none);
    CHECK(all_requests.size() == 6 + 14 + 12 + 2 * 17 + 3 * 10 + 2 * 11);
    CHECK(none.samples() == 2);
    CHECK(none.changed() == 0);

    const auto check = [&](const char* text, bool in_request, const Bytes& from, const Bytes& to, int which) {
        INFO(text);
        Tamper tamper(parse_wrong(text));
        const Bytes requested = requests(tamper), replied = replies(tamper);
        CHECK(tamper.changed() == 1);
        CHECK((in_request ? replied : requested) == (in_request ? all_replies : all_requests));
        Bytes expected = in_request ? all_requests : all_replies;
        auto at = expected.begin();
        for (int n = 0; n <= which; ++n)
            at = std::search(n == 0 ? at : at + 1, expected.end(), from.begin(), from.end());
        REQUIRE(at != expected.end());
        at = expected.erase(at, at + static_cast<std::ptrdiff_t>(from.size()));
        expected.insert(at, to.begin(), to.end());
        CHECK((in_request ? requested : replied) == expected);
    };
    check("weight:0", true, write_c, frame({3, 2, 0x40, 0, 0, 4, 0x7F, 0, 0x10, 0, 0x20, 0}), 0);
    check("weight:4", true, write_c, frame({3, 2, 0x40, 0, 0, 4, 0x7E, 0, 0x11, 0, 0x20, 0}), 1);
    check("learn:1", true, learn, frame({4, 3, 7, 0, 0, 9}), 1);
    check("result:1", false, result, frame({0x84, 3, 4, 1, 0, 7, 0, 0x31, 0x02, 1, 0, 0}), 1);
    check("read:1", false, words_c, frame({0x82, 5, 6, 1, 0, 3, 0, 0}), 0);
    check("read:2", false, words_c, frame({0x82, 5, 6, 0, 0, 2, 0, 0}), 1);

    for (const char* text :
         {"", "result", "result:", ":1", "weights:1", "result:-1", "read:1x", "read:9999999999999999999"})
        CHECK_THROWS_AS(parse_wrong(text), SetupError);
}

}  // namespace wuxing::test
