// A core on a board: what it is, loading it, samples, reading it back (docs/core.md over docs/link.md).
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "board_link.hpp"
#include "contract.hpp"
#include "core_words.hpp"
#include "network.hpp"
#include "placement.hpp"

namespace wuxing {

/// A result as the core's result stream has it.
struct BoardResult {
    std::uint16_t predicted = 0, label = 0;
    std::int16_t displacement = 0;  ///< y of the class, Q3.12
    std::uint16_t status = 0;

    bool operator==(const BoardResult& o) const {
        return predicted == o.predicted && label == o.label && displacement == o.displacement && status == o.status;
    }
};

/// One word that is not what the golden model has.
struct WordDifference {
    std::string what;                ///< "weight", "parameter", "integral", "last_g1" or the name of a register
    int layer, neuron, input, tile;  ///< -1 for a register; input: 0..14 of a parameter, integral, last G1
    std::uint32_t address;           ///< on the bus
    std::uint32_t expected, got;     ///< of a memory word its 16 bits, sign-extended
};

/// Words that were read back and compared.
struct BoardComparison {
    std::uint64_t weights = 0, parameters = 0, states = 0, registers = 0;  ///< states: S and last G1
    std::uint64_t differences = 0;
    std::vector<WordDifference> first;  ///< of the differences, in order of address

    std::uint64_t words() const { return weights + parameters + states + registers; }
};

/// The body of a SAMPLE request. Events in ascending order of index; label below 2^15.
std::vector<std::uint8_t> sample_body(const PixelEvents& events, std::uint16_t label, bool learn);

class Board {
public:
    /// `link` is connected. Reads what the core is; throws BoardError if it is none, or one of another contract.
    explicit Board(BoardLink& link);

    const Capabilities& core() const { return core_; }
    BoardLink& link() { return link_; }
    const BoardLink& link() const { return link_; }
    std::uint32_t read_register(std::uint32_t address);

    // All of these throw BoardError and LinkStopped as BoardLink does, and BoardError if the board refuses.

    /// Layer table, constants, C or keys, K and its states, R, eta and gains. Throws SetupError if the network does not
    /// fit the core.
    void load(const Network& network, const Learning& learning);
    /// The registers alone: constants, FRAME and SHIFT, eta and gains. Waits for all samples first.
    void configure(const Network& network, const Learning& learning);

    /// Called once a sample, in their order: its result, or nullptr if that was lost on the line.
    using Take = std::function<void(const BoardResult*)>;
    void sample(const PixelEvents& events, std::uint16_t label, bool learn, Take take);
    /// Waits for the results of all samples.
    void finish() { link_.finish(); }

    /// Reads all that was loaded back, and compares it. Waits for all samples first.
    BoardComparison compare(const Network& network, const Learning& learning);

    /// The network that the board holds. Throws BoardError if it holds none, one in another placement than load()'s, or
    /// values that no network can have.
    Network read_network();

private:
    std::vector<std::uint32_t> read(const std::vector<std::uint32_t>& addresses);
    void write(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& words);
    [[noreturn]] void fail(const std::string& why) const;

    BoardLink& link_;
    Capabilities core_;
};

}  // namespace wuxing
