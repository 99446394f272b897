#include "board_link.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "bytes.hpp"

namespace wuxing {
namespace {

using Milliseconds = ByteChannel::Milliseconds;

enum class Status : std::uint8_t { ok, corrupt, length, unknown, sequence, overflow, refused };

constexpr std::uint8_t kReply = 0x80;
constexpr std::size_t kRequestHead = 2;             // command, sequence
constexpr std::size_t kReplyHead = 3;               // command, sequence, next; status stands at the end
constexpr std::size_t kLongestReply = 4 + 4 * 255;  // READ of registers
constexpr std::size_t kPerRequest = 4;              // what a request takes of the board's buffer beside its payload
constexpr std::size_t kReserve = 96;                // of the buffer, for the HELLOs of a resynchronisation
constexpr std::size_t kSmallestBuffer = 256;
constexpr std::size_t kMostUnderWay = 64;  // a quarter of the sequence numbers: none is ambiguous
constexpr Milliseconds kSlice{100};        // how often an interrupt is looked for
constexpr int kHelloAttempts = 4;          // each ends with a silence
constexpr int kMostHellos = 100;           // in one resynchronisation
constexpr int kMostFruitless = 32;
constexpr std::uint64_t kMostFrames = 1100;  // before the answer to HELLO: more than the buffer holds

std::uint8_t code(BoardRequest::Command command) {
    return static_cast<std::uint8_t>(command);
}

std::size_t room_for(const BoardRequest& request) {
    return kRequestHead + request.body.size() + kPerRequest;
}

}  // namespace

BoardLink::BoardLink(ByteChannel& channel, LinkSettings settings)
    : channel_(channel), settings_(std::move(settings)), decoder_(kLongestReply) {
    // Another one than that of a program that has just been here: its answer may still be under way.
    token_ = static_cast<std::uint8_t>(channel_.now().count() * 37);
}

void BoardLink::fail(const std::string& why) const {
    throw BoardError(fmt::format("{}: {}", channel_.name(), why));
}

std::size_t BoardLink::longest_body() const {
    return buffer_ - kReserve - kRequestHead - kPerRequest;
}

void BoardLink::connect() {
    // Twice: the first answer might be one to a program that was here before.
    const Milliseconds wait = std::max(Milliseconds(1), settings_.timeout / kHelloAttempts);
    for (int round = 0; round < 2; ++round) {
        if (ask(wait, kHelloAttempts)) continue;
        if (heard_garbage_)
            fail("something answers, but not as a Wuxing board does: is this its port, and --baud its rate?");
        fail("no answer: is this the board's port, is --baud its rate, and has it been configured?");
    }
    const std::vector<std::uint8_t>& data = hello_->data;
    if (data.size() < 4 || data[0] != 'W' || data[1] != 'U' || data[2] != 'X') fail("this is no Wuxing board");
    if (data[3] != kLinkVersion) {
        fail(fmt::format(
            "the board speaks version {} of the link, this program version {}: use the release that fits it", data[3],
            kLinkVersion));
    }
    if (data.size() != 6) fail("this is no Wuxing board: its greeting has the wrong length");
    buffer_ = static_cast<std::size_t>(data[4] | data[5] << 8);
    if (buffer_ < kSmallestBuffer)
        fail(fmt::format("a board with a buffer of {} bytes: {} are needed", buffer_, kSmallestBuffer));
    base_ = hello_->next;
}

void BoardLink::submit(BoardRequest request, Done done) {
    if (request.body.size() > longest_body()) {
        fail(fmt::format("a request of {} bytes, the board's buffer has room for {}", request.body.size(),
                         longest_body()));
    }
    queue_.push_back({std::move(request), std::move(done)});
    fill();
    while (!queue_.empty() || trouble_) advance();
}

void BoardLink::finish() {
    while (!window_.empty() || !queue_.empty()) advance();
}

void BoardLink::send(BoardRequest::Command command, std::uint8_t sequence, const std::vector<std::uint8_t>& body) {
    ByteWriter payload;
    payload.put(code(command), 1);
    payload.put(sequence, 1);
    payload.append(body);
    append_frame(out_, payload.bytes);
    ++counts_.frames_sent;
}

bool BoardLink::fits(const Pending& pending) const {
    return window_.size() < kMostUnderWay && window_bytes_ + room_for(pending.request) + kReserve <= buffer_;
}

/// Sends what there is room for.
void BoardLink::fill() {
    while (!trouble_ && !queue_.empty() && fits(queue_.front())) {
        if (window_.empty()) deadline_ = channel_.now() + settings_.timeout;
        window_.push_back(std::move(queue_.front()));
        queue_.pop_front();
        const BoardRequest& request = window_.back().request;
        window_bytes_ += room_for(request);
        send(request.command, static_cast<std::uint8_t>(base_ + window_.size() - 1), request.body);
    }
    if (!out_.empty()) receive(Milliseconds(0));
}

/// One step towards the answers: sends, receives, or finds out what the board has taken.
void BoardLink::advance() {
    if (settings_.stopped && settings_.stopped()) throw LinkStopped();
    if (trouble_) {
        resync();
    } else if (!window_.empty()) {
        const Milliseconds deadline = deadline_, left = std::max(deadline - channel_.now(), Milliseconds(0));
        receive(std::min(left, kSlice));
        // Over, and not because this program was held up: then there would have been something to receive.
        if (left.count() == 0 && deadline_ == deadline && !window_.empty()) {
            ++counts_.timeouts;
            trouble_ = true;
        }
    }
    fill();
}

void BoardLink::receive(Milliseconds wait) {
    if (at_ == in_.size()) {
        in_.clear();
        at_ = 0;
        channel_.exchange(out_, in_, wait);
    }
    while (at_ < in_.size()) {  // an answer may be thrown at: what is behind it is for the next call
        switch (decoder_.take(in_[at_++])) {
            case FrameDecoder::Event::none:
                heard_garbage_ = true;
                break;
            case FrameDecoder::Event::spoilt:
                ++counts_.spoilt;
                heard_garbage_ = true;
                in_doubt();
                break;
            case FrameDecoder::Event::frame:
                ++counts_.frames_received;
                deadline_ = channel_.now() + settings_.timeout;
                take_frame(decoder_.payload());
                break;
        }
    }
    if (window_.empty()) trouble_ = false;  // nothing is under way: noise between two requests
}

/// Something has come that may have been, or may be about, a request under way or the HELLO that is waited for.
void BoardLink::in_doubt() {
    (asking_ ? ask_again_ : trouble_) = true;
}

void BoardLink::take_frame(const std::vector<std::uint8_t>& payload) {
    heard_garbage_ = payload.size() <= kReplyHead;
    if (heard_garbage_) return in_doubt();
    const std::uint8_t command = payload[0], sequence = payload[1], next = payload[2];
    const auto status = static_cast<Status>(payload.back());
    const std::vector<std::uint8_t> data(payload.begin() + kReplyHead, payload.end() - 1);
    if (command == (code(BoardRequest::Command::hello) | kReply)) {
        const bool asked =
            static_cast<std::uint8_t>(sequence - first_token_) <= static_cast<std::uint8_t>(token_ - first_token_);
        if (asking_ && asked && status == Status::ok) hello_ = Hello{next, data};
        return;  // an old one otherwise
    }
    const std::size_t index = static_cast<std::uint8_t>(sequence - base_);
    const bool taken = status == Status::ok || status == Status::refused;
    if (taken && index < window_.size() && command == (code(window_[index].request.command) | kReply)) {
        complete(index, {status == Status::ok ? BoardReply::Outcome::ok : BoardReply::Outcome::refused, data});
        return;
    }
    ++counts_.refused;
    // While asking, the refusals of what was sent before are no news; only a corrupt frame may have been the HELLO.
    if (!asking_ || status == Status::corrupt) in_doubt();
}

/// The request `index` places behind the first of the window has been answered: so those before it have been taken.
void BoardLink::complete(std::size_t index, const BoardReply& reply) {
    std::deque<Pending> ended = take_from_window(index + 1);
    const Pending answered = std::move(ended.back());
    ended.pop_back();
    give_up(std::move(ended));
    answered.done(reply);
}

/// The first `count` requests of the window, which the board has taken; the window begins behind them.
std::deque<BoardLink::Pending> BoardLink::take_from_window(std::size_t count) {
    std::deque<Pending> first;
    for (; count > 0; --count) {
        window_bytes_ -= room_for(window_.front().request);
        first.push_back(std::move(window_.front()));
        window_.pop_front();
        ++base_;
        fruitless_ = 0;
    }
    return first;
}

/// Of requests that have been taken the answers are lost: what was to be read is read once more.
void BoardLink::give_up(std::deque<Pending> lost) {
    const auto is_read = [](const Pending& pending) { return pending.request.command == BoardRequest::Command::read; };
    for (std::size_t k = lost.size(); k-- > 0;) {
        if (!is_read(lost[k])) continue;
        ++counts_.retries;
        queue_.push_front(lost[k]);
    }
    for (const Pending& pending : lost) {
        if (is_read(pending)) continue;
        ++counts_.lost;
        pending.done({BoardReply::Outcome::lost, {}});
    }
}

/// Asks the board which requests it has taken, and puts the others back into the queue.
void BoardLink::resync() {
    ++counts_.resyncs;
    if (++fruitless_ > kMostFruitless) {
        fail(fmt::format("the line is too bad: asked {} times, and no request got through", kMostFruitless));
    }
    if (!ask(settings_.timeout, kHelloAttempts)) fail("the board does not answer any more");
    trouble_ = false;
    const std::uint8_t next = hello_->next;
    const std::size_t taken = static_cast<std::uint8_t>(next - base_);
    if (taken > window_.size()) {
        if (next == 0) fail("the board has been reset: what it had learnt since it was last read back is lost");
        fail(fmt::format("the board expects request {}, which it has not been sent: is another program using it?",
                         next));
    }
    std::deque<Pending> lost = take_from_window(taken);
    counts_.retries += window_.size();
    while (!window_.empty()) {
        queue_.push_front(std::move(window_.back()));
        window_.pop_back();
    }
    window_bytes_ = 0;
    give_up(std::move(lost));
}

/// Sends HELLO until it is answered; false after `attempts` silences of `wait`.
bool BoardLink::ask(Milliseconds wait, int attempts) {
    asking_ = true;
    hello_.reset();
    first_token_ = static_cast<std::uint8_t>(token_ + 1);
    int silences = 0;
    const std::uint64_t frames = counts_.frames_received;
    const auto babbles = [&] { return counts_.frames_received - frames > kMostFrames; };
    for (int hellos = 0; hellos < kMostHellos && silences < attempts && !hello_ && !babbles(); ++hellos) {
        send(BoardRequest::Command::hello, ++token_, {});
        ask_again_ = false;
        deadline_ = channel_.now() + wait;
        while (!hello_ && !ask_again_ && !babbles()) {
            if (settings_.stopped && settings_.stopped()) throw LinkStopped();
            const Milliseconds left = deadline_ - channel_.now();
            if (left.count() <= 0) {
                ++silences;
                ++counts_.timeouts;
                break;
            }
            receive(std::min(left, kSlice));
        }
    }
    asking_ = false;
    if (babbles()) heard_garbage_ = true;
    return hello_.has_value();
}

}  // namespace wuxing
