// The host's channel to a FakeBoard in the same process, with a clock of its own: silence costs no time.
#pragma once

#include <algorithm>

#include "byte_channel.hpp"
#include "fake_board.hpp"

namespace wuxing::test {

class FakeChannel : public ByteChannel {
public:
    FakeChannel(FakeBoard& board, Noise in = Noise(), Noise out = Noise()) : board_(board), in_(in), out_(out) {}

    /// Sends as long as there is anything to send, a piece at a time, and only then lets the board answer one request:
    /// so its buffer is as full as the host lets it become.
    void exchange(std::vector<std::uint8_t>& out, std::vector<std::uint8_t>& in, Milliseconds wait) override {
        ++now_;
        if (!out.empty()) {
            constexpr std::size_t kPiece = 100;
            const auto end = out.begin() + static_cast<std::ptrdiff_t>(std::min(kPiece, out.size()));
            board_.receive(in_.pass({out.begin(), end}));
            out.erase(out.begin(), end);
        } else if (wait.count() > 0 && board_.serve()) {
            const Stream answer = out_.pass(board_.take_output());
            in.insert(in.end(), answer.begin(), answer.end());
        } else {
            now_ += wait.count();
        }
    }
    Milliseconds now() const override { return Milliseconds(now_); }
    std::string name() const override { return "fake"; }
    std::uint64_t faults() const { return in_.faults() + out_.faults(); }

private:
    FakeBoard& board_;
    Noise in_, out_;
    std::int64_t now_ = 0;
};

}  // namespace wuxing::test
