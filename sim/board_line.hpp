// The two wires of a board as bytes, and what can happen to a byte on them (docs/link.md, section 1).
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <random>

namespace wuxing::sim {

/// The ten bits of a byte on the line, start bit lowest, stop bit highest.
using Symbol = std::uint32_t;
constexpr int kSymbolBits = 10;
constexpr Symbol kStopBit = 1u << (kSymbolBits - 1);
constexpr Symbol symbol_of(std::uint8_t byte) {
    return kStopBit | static_cast<Symbol>(byte) << 1;
}

/// Spoils bytes at a seeded rate: every second one is lost, of the others one of the ten bits is turned over.
class LineErrors {
public:
    LineErrors(double rate, std::uint64_t seed);
    /// What is left of it; nothing if it is lost.
    std::optional<Symbol> pass(Symbol symbol);
    std::uint64_t count() const { return count_; }

private:
    std::mt19937_64 random_;
    std::uint64_t threshold_;
    std::uint64_t count_ = 0;
};

/// Symbols to levels, one a cycle.
class LineSender {
public:
    explicit LineSender(int bit_cycles) : bit_cycles_(bit_cycles) {}
    void send(Symbol symbol) { waiting_.push_back(symbol); }
    std::size_t waiting() const { return waiting_.size(); }
    bool rests() const { return left_ == 0 && waiting_.empty(); }
    /// The level of this cycle.
    bool next();

private:
    int bit_cycles_, left_ = 0;  ///< cycles of the symbol under way
    Symbol symbol_ = 0;
    std::deque<Symbol> waiting_;
};

/// Levels, one a cycle, to symbols: a bit is looked at in its middle.
class LineReceiver {
public:
    explicit LineReceiver(int bit_cycles) : bit_cycles_(bit_cycles) {}
    bool rests() const { return count_ < 0; }
    std::optional<Symbol> take(bool level);

private:
    int bit_cycles_, count_ = -1;  ///< cycles since the start bit began; -1: none has
    Symbol symbol_ = 0;
};

/// As a serial port gives a symbol to its host: one without a start bit is not seen, one without a stop bit reads as 0.
std::optional<std::uint8_t> byte_of(Symbol symbol);

}  // namespace wuxing::sim
