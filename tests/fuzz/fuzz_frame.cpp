// Frames of the host link, compared with an obvious second decoder. Input: the longest payload, then what the line
// gives.
#include "board_frame.hpp"
#include "harness.hpp"

namespace wuxing::fuzz {
namespace {

constexpr std::uint8_t kFlag = 0x7E, kEscape = 0x7D, kFlip = 0x20;

/// The payload between two flags; nothing if it cannot be read (docs/link.md, section 2).
std::optional<Bytes> payload_of(const Bytes& body, std::size_t most) {
    Bytes plain;
    for (std::size_t k = 0; k < body.size(); ++k) {
        if (body[k] != kEscape) {
            plain.push_back(body[k]);
        } else if (++k == body.size()) {
            return std::nullopt;
        } else {
            plain.push_back(body[k] ^ kFlip);
        }
    }
    if (plain.size() < 3 || plain.size() > most + 2) return std::nullopt;
    const std::uint64_t check = little_endian(plain, plain.size() - 2, 2);
    plain.resize(plain.size() - 2);
    if (frame_check(plain.data(), plain.size()) != check) return std::nullopt;
    return plain;
}

bool accepts(const Bytes& input) {
    if (input.empty()) return false;
    const std::size_t most = input[0];
    FrameDecoder decoder(most);
    Bytes body;
    bool any = false;
    for (std::size_t k = 1; k < input.size(); ++k) {
        const auto event = decoder.take(input[k]);
        if (input[k] != kFlag) {
            demand(event == FrameDecoder::Event::none, "a frame without a flag");
            body.push_back(input[k]);
            continue;
        }
        const auto expected = payload_of(body, most);
        demand((event == FrameDecoder::Event::none) == body.empty(), "flags alone are a frame, or a frame is none");
        demand((event == FrameDecoder::Event::frame) == expected.has_value(), "another verdict on a frame");
        body.clear();
        if (!expected) continue;
        any = true;
        demand(decoder.payload() == *expected, "another payload");
        Bytes again;
        append_frame(again, *expected);
        FrameDecoder fresh(most);
        for (std::size_t n = 0; n < again.size(); ++n) {
            const auto end = n + 1 < again.size() ? FrameDecoder::Event::none : FrameDecoder::Event::frame;
            demand(fresh.take(again[n]) == end, "sent again, it is no frame");
        }
        demand(fresh.payload() == *expected, "sent again, another payload");
    }
    return any;
}

std::vector<Bytes> seeds() {
    std::vector<Bytes> seeds{{255, kFlag, 1, 2, 3, kFlag}};
    for (const std::uint8_t most : {std::uint8_t{4}, std::uint8_t{255}}) {
        Bytes seed{most};
        append_frame(seed, {1, 2, 3, 4});
        append_frame(seed, {kFlag, kEscape, 0});
        append_frame(seed, Bytes(20, 7));
        seed.insert(seed.end(), {kFlag, kEscape, kFlag, 5, kFlag});
        append_frame(seed, {9});
        seeds.push_back(seed);
    }
    return seeds;
}

/// The check sequences of all frames that have room for them and need no escape there.
void seal(Bytes& input) {
    Bytes plain;
    bool escaped = false;
    std::size_t length = 0;
    for (std::size_t k = 1; k < input.size(); ++k) {
        if (input[k] == kFlag) {
            if (plain.size() > 2 && !escaped && length >= 2) {
                const std::uint16_t check = frame_check(plain.data(), plain.size() - 2);
                const auto low = static_cast<std::uint8_t>(check), high = static_cast<std::uint8_t>(check >> 8);
                const auto special = [](std::uint8_t byte) { return byte == kFlag || byte == kEscape; };
                if (!special(low) && !special(high)) put_little_endian(input, k - 2, check, 2);
            }
            plain.clear();
            length = 0;
            escaped = false;
            continue;
        }
        if (input[k] == kEscape && !escaped) {
            escaped = true;
            length = 0;
            continue;
        }
        plain.push_back(escaped ? input[k] ^ kFlip : input[k]);
        length = escaped ? 0 : length + 1;  // unescaped bytes in a row
        escaped = false;
    }
}

}  // namespace

const Reader kFrame{"frame", accepts, seeds, seal};

}  // namespace wuxing::fuzz
