// A board that is wrong on purpose, so that its host must find it: frames are changed on their way, with a right FCS.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "board_frame.hpp"

namespace wuxing::sim {

/// What is changed, once: the one with this ordinal, counted from 0.
struct Wrong {
    enum class Kind {
        none,
        result,  ///< of a sample: the lowest bit of y
        learn,   ///< of a learning sample: it is not learnt
        weight,  ///< a connection that is written: its lowest bit
        read,    ///< a connection that is read: its lowest bit
    } kind = Kind::none;
    std::uint64_t ordinal = 0;
};

/// "KIND:N". Throws SetupError.
Wrong parse_wrong(const std::string& text);

/// Stands in both directions. Bytes come out frame by frame; a frame that is not changed, as it came in.
class Tamper {
public:
    explicit Tamper(Wrong wrong) : wrong_(wrong) {}
    std::vector<std::uint8_t> to_board(std::uint8_t byte) { return pass(request_, byte, &Tamper::change_request); }
    std::vector<std::uint8_t> to_host(std::uint8_t byte) { return pass(reply_, byte, &Tamper::change_reply); }
    std::uint64_t samples() const { return samples_; }  ///< answers to samples that have come by
    std::uint64_t replies() const { return replies_; }  ///< answers to anything
    std::uint64_t changed() const { return changed_; }

private:
    static constexpr std::size_t kLongest = 4096;
    struct Direction {
        FrameDecoder decoder{kLongest};
        std::vector<std::uint8_t> held;
    };
    using Change = bool (Tamper::*)(std::vector<std::uint8_t>& payload);

    std::vector<std::uint8_t> pass(Direction& direction, std::uint8_t byte, Change change);
    bool change_request(std::vector<std::uint8_t>& payload);
    bool change_reply(std::vector<std::uint8_t>& payload);
    bool change_words(std::vector<std::uint8_t>& payload, std::size_t first, std::size_t end);
    bool met() { return seen_++ == wrong_.ordinal; }

    Wrong wrong_;
    Direction request_, reply_;
    std::array<bool, 256> reads_connections_{};  ///< the READ of this sequence number does
    std::uint64_t seen_ = 0, samples_ = 0, replies_ = 0, changed_ = 0;
};

}  // namespace wuxing::sim
