// Frames: check sequence, escapes, finding the place again after anything.
#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "board_frame.hpp"
#include "tally.hpp"

namespace wuxing::test {
namespace {

using Bytes = std::vector<std::uint8_t>;
using Event = FrameDecoder::Event;

constexpr std::size_t kMost = 2000;

/// Payloads of the sound frames in a stream, and how many were spoilt.
struct Found {
    std::vector<Bytes> payloads;
    int spoilt = 0;
};

Found frames_in(const Bytes& stream, std::size_t most = kMost) {
    FrameDecoder decoder(most);
    Found found;
    for (const std::uint8_t byte : stream) {
        const Event event = decoder.take(byte);
        if (event == Event::frame) found.payloads.push_back(decoder.payload());
        if (event == Event::spoilt) ++found.spoilt;
    }
    return found;
}

Bytes frame(const Bytes& payload) {
    Bytes bytes;
    append_frame(bytes, payload);
    return bytes;
}

Bytes operator+(Bytes a, const Bytes& b) {
    a.insert(a.end(), b.begin(), b.end());
    return a;
}

}  // namespace

TEST_CASE("the check sequence has the value of the page") {
    const std::string digits = "123456789";
    CHECK(frame_check(reinterpret_cast<const std::uint8_t*>(digits.data()), digits.size()) == 0x906E);
    CHECK(frame_check(nullptr, 0) == 0x0000);
}

TEST_CASE("a frame is the bytes of the page") {
    const std::string digits = "123456789";
    CHECK(frame({digits.begin(), digits.end()}) ==
          Bytes{0x7E, '1', '2', '3', '4', '5', '6', '7', '8', '9', 0x6E, 0x90, 0x7E});
    const Bytes escaped = frame({0x7E, 0x7D, 0x20});
    CHECK(Bytes(escaped.begin(), escaped.begin() + 6) == Bytes{0x7E, 0x7D, 0x5E, 0x7D, 0x5D, 0x20});
}

TEST_CASE("every payload comes back, whatever it holds") {
    Tally tally;
    std::mt19937 random(5);
    const auto check = [&tally](const Bytes& payload) {
        const Bytes bytes = frame(payload);
        const Found found = frames_in(bytes);
        tally.holds(found.spoilt == 0 && found.payloads == std::vector<Bytes>{payload},
                    [] { return "another payload"; });
        int flags = 0;
        for (const std::uint8_t byte : bytes) flags += byte == 0x7E ? 1 : 0;
        tally.equal(flags, 2, [] { return "flags"; });
    };
    for (int a = 0; a < 256; ++a) {
        for (const int b : {0x00, 0x5D, 0x5E, 0x7D, 0x7E, 0xFF}) {
            check({static_cast<std::uint8_t>(a), static_cast<std::uint8_t>(b)});
        }
    }
    for (const std::uint8_t byte : Bytes{0x7E, 0x7D, 0x5E, 0x5D, 0x00, 0xFF}) {
        for (const std::size_t size : {1u, 2u, 17u, 500u, 2000u}) check(Bytes(size, byte));
    }
    for (int round = 0; round < 3000; ++round) {
        Bytes payload(1 + random() % 60);
        for (std::uint8_t& byte : payload)
            byte = static_cast<std::uint8_t>(random() % 4 == 0 ? 0x7D + random() % 2 : random());
        check(payload);
    }
    tally.finish(9000);
}

TEST_CASE("no frame with one wrong bit is taken, and the next one is") {
    Tally tally;
    std::mt19937 random(6);
    const Bytes next{0x81, 1, 2, 0};
    for (int round = 0; round < 200; ++round) {
        Bytes payload(4 + random() % 20);
        for (std::uint8_t& byte : payload)
            byte = static_cast<std::uint8_t>(random() % 3 == 0 ? 0x7D + random() % 2 : random());
        const Bytes sound = frame(payload);
        for (std::size_t k = 0; k + 1 < sound.size(); ++k) {
            for (int bit = 0; bit < 8; ++bit) {
                Bytes spoilt = sound;
                spoilt[k] = static_cast<std::uint8_t>(spoilt[k] ^ 1u << bit);
                const Found found = frames_in(Bytes{0x7E} + spoilt + frame(next));
                tally.holds(!found.payloads.empty() && found.payloads.back() == next,
                            [] { return "the next one is lost"; });
                // A wrong first flag joins the noise before it: what is left may be sound only as it was sent.
                for (std::size_t n = 0; n + 1 < found.payloads.size(); ++n) {
                    tally.holds(found.payloads[n] == payload, [] { return "a wrong payload"; });
                }
            }
        }
    }
    tally.finish(20000);
}

TEST_CASE("a receiver finds its place again") {
    const Bytes good{1, 2, 3, 4, 5};
    const std::vector<Bytes> only{good};
    CHECK(frames_in({0x7E, 0x7E, 0x7E}).spoilt == 0);  // nothing between flags is no frame
    Found found = frames_in(Bytes{9, 8, 7} + frame(good));
    CHECK(found.payloads == only);
    CHECK(found.spoilt == 1);
    found = frames_in(Bytes{0x7E, 1, 2, 0x7D} + frame(good));  // an escape before the flag
    CHECK(found.payloads == only);
    CHECK(found.spoilt == 1);
    found = frames_in(Bytes{0x7D} + frame(good));
    CHECK(found.payloads == only);
    CHECK(found.spoilt == 1);
    found = frames_in(Bytes{0x7E, 0x00} + frame(good));  // too short for a check sequence
    CHECK(found.payloads == only);
    CHECK(found.spoilt == 1);
    found = frames_in(Bytes{0x7E, 0x00, 0x00} + frame(good));  // a check sequence of nothing
    CHECK(found.payloads == only);
    CHECK(found.spoilt == 1);
    found = frames_in(Bytes(100000, 0x55) + frame(good));
    CHECK(found.payloads == only);
    CHECK(found.spoilt == 1);
    Bytes aborted = frame({6, 7, 8});  // sound, but for the escape before its flag
    aborted.insert(aborted.end() - 1, 0x7D);
    found = frames_in(aborted + frame(good));
    CHECK(found.payloads == only);
    CHECK(found.spoilt == 1);
    // One flag may end a frame and begin the next.
    Bytes shared = frame(good);
    const Bytes second = frame({6, 7});
    shared.insert(shared.end(), second.begin() + 1, second.end());
    CHECK(frames_in(shared).payloads == std::vector<Bytes>{good, {6, 7}});
    CHECK(frames_in(shared).spoilt == 0);
}

TEST_CASE("a payload longer than there can be is spoilt") {
    CHECK(frames_in(frame(Bytes(20, 1)), 20).payloads.size() == 1);
    CHECK(frames_in(frame(Bytes(21, 1)), 20).payloads.empty());
    CHECK(frames_in(frame(Bytes(21, 1)), 20).spoilt == 1);
    CHECK(frames_in(frame(Bytes(21, 1)) + frame({5}), 20).payloads.size() == 1);
}

}  // namespace wuxing::test
