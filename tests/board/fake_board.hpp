// A board without a board: the link and the memory map, written from docs/link.md and docs/core.md alone and sharing no
// line with the host, around a golden network. It can be made to fail in all the ways that a real one might.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <vector>

#include "network.hpp"

namespace wuxing::test {

using Stream = std::vector<std::uint8_t>;

/// A line that loses and spoils bytes at a rate, from a seed.
class Noise {
public:
    explicit Noise(double flip = 0, double drop = 0, unsigned seed = 1) : flip_(flip), drop_(drop), random_(seed) {}

    Stream pass(const Stream& bytes);
    std::uint64_t faults() const { return faults_; }

private:
    double flip_, drop_;
    std::mt19937 random_;
    std::uint64_t faults_ = 0;
};

struct FakeCore {
    int tiles = 4, slots = 8, layers = 4, weight_depth = 4096, index_bits = 10, weight_bits = 16;
    bool learns_k = true, recomputes = false;
};

/// What is wrong with it; numbers count from 0, -1 is never.
struct FakeFaults {
    int silent_after = -1;                             ///< requests served before it says nothing any more
    int reset_after = -1;                              ///< requests served before a reset
    int wrong_result = -1;                             ///< sample whose result has a flipped bit
    int wrong_weight = -1;                             ///< sample after which a bit of a connection flips
    int wrong_parameter = -1;                          ///< the same of a K
    int wrong_random = -1;                             ///< the same of R
    int wrong_field = 2;                               ///< of wrong_result: 0 class, 1 label, 2 y, 3 status
    std::uint32_t refused = ~0u, refused_write = ~0u;  ///< addresses that the bus refuses to read, to write
    std::uint32_t id = 0x57555831, contract = 2;
    std::uint8_t link_version = 1;
    int buffer = 2048;           ///< bytes, as the greeting says
    int other_program = -1;      ///< requests served before it has taken three of somebody else
    int wrong_count = -1;        ///< requests served before a reply to WRITE counts a word too many
    int short_result = -1;       ///< the same, a reply to SAMPLE is a byte short
    bool deaf = false;           ///< takes nothing but greetings for sound
};

class FakeBoard {
public:
    explicit FakeBoard(const FakeCore& core = {}, const FakeFaults& faults = {});

    /// Bytes as they arrive.
    void receive(const Stream& bytes);
    /// Answers the oldest request; false if there is none.
    bool serve();
    /// Bytes that it has sent since the last call.
    Stream take_output();
    void reset();

    const std::vector<int>& labels() const { return labels_; }  ///< of the samples carried out, in order
    int samples() const { return static_cast<int>(labels_.size()); }
    int overflows() const { return overflows_; }
    int most_waiting() const { return most_waiting_; }  ///< requests in the buffer at once
    int served() const { return served_; }
    /// The word of a tile's connection memory, for a test to look at.
    std::uint32_t bus_value(std::uint32_t address) { return bus_read(address).value_or(0xDEADBEEF); }

private:
    struct Request {
        Stream content;  ///< without the check sequence
        bool sound, overflow;
    };
    void end_frame();
    Stream answer(const Request& request);
    std::optional<std::uint32_t> bus_read(std::uint32_t address);
    bool bus_write(std::uint32_t address, std::uint32_t data);
    bool register_write(std::uint32_t address, std::uint32_t data);
    bool layer_register_write(std::uint32_t address, std::uint32_t data);
    std::int16_t* memory(std::uint32_t address);
    Stream sample(std::uint16_t label_word, const Stream& body);
    void spoil_memories(int sample);
    void to_network();
    void to_memory();
    template <typename Visit>
    void for_each_place(Visit visit);

    FakeCore core_;
    FakeFaults faults_;
    Stream raw_, output_;
    std::deque<Request> waiting_;
    int occupied_ = 0, overflows_ = 0, most_waiting_ = 0, served_ = 0;
    std::uint8_t next_ = 0;
    std::vector<std::uint32_t> registers_;
    std::vector<std::int16_t> weights_, parameters_, states_;
    std::optional<Network> network_;  ///< what the memories hold, while samples run
    bool network_ahead_ = false;      ///< the memories have yet to be written from it
    std::vector<int> labels_;
};

}  // namespace wuxing::test
