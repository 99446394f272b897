// Requests to a board and their replies (docs/link.md): many under way at once, none carried out twice or left out,
// whatever the line loses or spoils.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "board_frame.hpp"
#include "byte_channel.hpp"

namespace wuxing {

constexpr int kLinkVersion = 1;

/// What went over a line, and what went wrong on it.
struct LinkCounts {
    std::uint64_t frames_sent = 0, frames_received = 0;  ///< the second: sound ones
    std::uint64_t spoilt = 0;                            ///< frames received that could not be read
    std::uint64_t refused = 0;                           ///< frames that the board could not read or take
    std::uint64_t timeouts = 0;                          ///< silences in which a reply was due
    std::uint64_t resyncs = 0;                           ///< times that the board was asked what it has taken
    std::uint64_t retries = 0;                           ///< requests sent again
    std::uint64_t lost = 0;                              ///< WRITE and SAMPLE carried out whose answer never came
};

struct LinkSettings {
    std::chrono::milliseconds timeout{5000};  ///< longest silence while a reply is due
    /// Asked while waiting, about ten times a second; true ends the wait by LinkStopped.
    std::function<bool()> stopped;
};

/// The wait for a board was ended from outside.
class LinkStopped : public std::runtime_error {
public:
    LinkStopped() : std::runtime_error("interrupted") {}
};

struct BoardRequest {
    enum class Command : std::uint8_t { hello = 1, read = 2, write = 3, sample = 4 };

    Command command;
    std::vector<std::uint8_t> body;
};

/// How a request ended.
struct BoardReply {
    enum class Outcome {
        ok,
        refused,  ///< the bus refused a word
        lost      ///< carried out, but the answer was lost; never of a READ, which is sent once more
    };

    Outcome outcome;
    std::vector<std::uint8_t> data;
};

class BoardLink {
public:
    /// Called once a request, in the order of the requests; only a READ whose answer was lost comes later than it
    /// should. It must not use the link.
    using Done = std::function<void(const BoardReply&)>;

    BoardLink(ByteChannel& channel, LinkSettings settings);

    /// Finds the board and the request that it expects next. Throws BoardError if nobody answers, or another than a
    /// board of this link version.
    void connect();

    /// Bytes of requests that the board takes before it has answered them.
    std::size_t buffer() const { return buffer_; }
    /// Longest body of a request.
    std::size_t longest_body() const;

    /// Sends a request, as soon as there is room for it; answers to earlier ones may come in the meantime. Throws
    /// BoardError if the board does not answer any more or has been reset, LinkStopped, and whatever `done` throws.
    void submit(BoardRequest request, Done done);
    /// Waits for the answers to all requests. Throws as submit().
    void finish();

    const LinkCounts& counts() const { return counts_; }
    std::string name() const { return channel_.name(); }

private:
    struct Pending {
        BoardRequest request;
        Done done;
    };

    void send(BoardRequest::Command command, std::uint8_t sequence, const std::vector<std::uint8_t>& body);
    bool fits(const Pending& pending) const;
    void fill();
    void advance();
    void receive(ByteChannel::Milliseconds wait);
    void take_frame(const std::vector<std::uint8_t>& payload);
    void in_doubt();
    void complete(std::size_t index, const BoardReply& reply);
    std::deque<Pending> take_from_window(std::size_t count);
    void give_up(std::deque<Pending> lost);
    void resync();
    bool ask(ByteChannel::Milliseconds wait, int attempts);
    [[noreturn]] void fail(const std::string& why) const;

    ByteChannel& channel_;
    LinkSettings settings_;
    FrameDecoder decoder_;
    std::vector<std::uint8_t> out_, in_;
    std::size_t at_ = 0;          ///< how much of in_ has been looked at
    std::deque<Pending> window_;  ///< sent and not answered; the first has sequence number base_
    std::deque<Pending> queue_;   ///< to be sent
    std::size_t window_bytes_ = 0;
    std::uint8_t base_ = 0, token_ = 0, first_token_ = 0;
    std::size_t buffer_ = 0;
    bool trouble_ = false;        ///< something was lost or refused: the board must be asked
    bool heard_garbage_ = false;  ///< bytes that made no frame, since the last sound one
    int fruitless_ = 0;           ///< times asked since a request was last answered
    ByteChannel::Milliseconds deadline_{0};

    /// The answer to HELLO that is waited for.
    struct Hello {
        std::uint8_t next;
        std::vector<std::uint8_t> data;
    };
    std::optional<Hello> hello_;
    bool asking_ = false, ask_again_ = false;

    LinkCounts counts_;
};

}  // namespace wuxing
