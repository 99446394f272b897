#include "board_line.hpp"

namespace wuxing::sim {

LineErrors::LineErrors(double rate, std::uint64_t seed)
    : random_(seed), threshold_(static_cast<std::uint64_t>(rate * 0x1p62)) {}

std::optional<Symbol> LineErrors::pass(Symbol symbol) {
    if (threshold_ == 0 || random_() >> 2 >= threshold_) return symbol;
    ++count_;
    const std::uint64_t kind = random_() % (2 * kSymbolBits);
    if (kind >= kSymbolBits) return std::nullopt;
    return symbol ^ 1u << kind;
}

bool LineSender::next() {
    if (left_ == 0) {
        if (waiting_.empty()) return true;
        symbol_ = waiting_.front();
        waiting_.pop_front();
        left_ = kSymbolBits * bit_cycles_;
    }
    const int bit = kSymbolBits - 1 - (--left_) / bit_cycles_;
    return (symbol_ >> bit & 1) != 0;
}

std::optional<Symbol> LineReceiver::take(bool level) {
    if (count_ < 0) {
        if (level) return std::nullopt;
        count_ = 0;
        symbol_ = 0;
    }
    if (count_ % bit_cycles_ == bit_cycles_ / 2 && level) symbol_ |= 1u << count_ / bit_cycles_;
    // The next start bit may come as soon as the stop bit is over.
    if (++count_ < kSymbolBits * bit_cycles_) return std::nullopt;
    count_ = -1;
    return symbol_;
}

std::optional<std::uint8_t> byte_of(Symbol symbol) {
    if ((symbol & 1) != 0) return std::nullopt;
    return (symbol & kStopBit) != 0 ? static_cast<std::uint8_t>(symbol >> 1) : std::uint8_t{0};
}

}  // namespace wuxing::sim
