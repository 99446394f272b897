#include "board.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

#include "bytes.hpp"

namespace wuxing {
namespace {

using Command = BoardRequest::Command;
using Outcome = BoardReply::Outcome;

constexpr std::size_t kAddressSize = 4;
constexpr std::size_t kMostRead = 255;   // words of a READ
constexpr std::size_t kMostWrite = 240;  // words of a WRITE: several fit the buffer
constexpr std::size_t kShownDifferences = 8;
constexpr std::uint16_t kLearnFlag = 0x8000;

/// Bytes of a word at `address`.
std::size_t word_size(std::uint32_t address) {
    return address < map::kWeightRegion ? 4 : 2;
}

std::uint32_t extended(std::int16_t value) {
    return static_cast<std::uint32_t>(std::int32_t{value});
}

/// Calls run(first, count) for every longest row of consecutive addresses of one size of word, at most `most` long.
/// address(k) for k = 0 .. count - 1.
template <typename Address, typename Run>
void for_each_run(std::size_t count, std::size_t most, Address address, Run run) {
    for (std::size_t first = 0; first < count;) {
        std::size_t next = first + 1;
        while (next < count && next - first < most && address(next) == address(first) + (next - first) &&
               word_size(address(next)) == word_size(address(first))) {
            ++next;
        }
        run(first, next - first);
        first = next;
    }
}

/// All words of a network, in the order of their addresses.
std::vector<MemoryWord> sorted_words(const Network& network, const Placement& placement) {
    std::vector<MemoryWord> words = memory_words(network, placement);
    std::sort(words.begin(), words.end(),
              [](const MemoryWord& a, const MemoryWord& b) { return a.address < b.address; });
    return words;
}

std::vector<std::uint32_t> addresses_of(const std::vector<MemoryWord>& words) {
    std::vector<std::uint32_t> addresses;
    for (const MemoryWord& word : words) addresses.push_back(word.address);
    return addresses;
}

}  // namespace

std::vector<std::uint8_t> sample_body(const PixelEvents& events, std::uint16_t label, bool learn) {
    if ((label & kLearnFlag) != 0) throw std::invalid_argument(fmt::format("label {} has more than 15 bits", label));
    ByteWriter body;
    body.put(learn ? label | kLearnFlag : label, 2);
    int before = -1;
    for (const PixelEvent& event : events) {
        int skip = event.index - before - 1;
        constexpr int kMostSkip = 255;
        for (; skip > kMostSkip; skip -= kMostSkip + 1) {  // a pixel of 0 moves the place by skip + 1
            body.put(kMostSkip, 1);
            body.put(0, 1);
        }
        body.put(static_cast<std::uint64_t>(skip), 1);
        body.put(event.value, 1);
        before = event.index;
    }
    return std::move(body.bytes);
}

Board::Board(BoardLink& link) : link_(link) {
    const std::vector<std::uint32_t> is = read({map::kId, map::kContract, map::kCap0, map::kCap1, map::kCap2});
    if (is[0] != map::kIdValue) fail(fmt::format("this is no Wuxing core: its register ID reads 0x{:08X}", is[0]));
    if (is[1] != kContractVersion) {
        fail(fmt::format(
            "the core follows version {} of the contract, this program version {}: use those that fit each other",
            is[1], kContractVersion));
    }
    core_ = decode_capabilities(is[2], is[3], is[4]);
    if (core_.tiles < 1 || core_.index_bits < 1 || core_.index_bits > 16)
        fail("its capability registers say what cannot be");
}

void Board::fail(const std::string& why) const {
    throw BoardError(fmt::format("{}: {}", link_.name(), why));
}

std::uint32_t Board::read_register(std::uint32_t address) {
    return read({address}).front();
}

std::vector<std::uint32_t> Board::read(const std::vector<std::uint32_t>& addresses) {
    const auto values = std::make_shared<std::vector<std::uint32_t>>(addresses.size());
    const auto address = [&](std::size_t k) { return addresses[k]; };
    for_each_run(addresses.size(), kMostRead, address, [&](std::size_t first, std::size_t count) {
        const std::uint32_t at = addresses[first];
        ByteWriter body;
        body.put(at, kAddressSize);
        body.put(count, 1);
        link_.submit({Command::read, std::move(body.bytes)}, [this, values, first, count, at](const BoardReply& reply) {
            if (reply.outcome == Outcome::refused)
                fail(fmt::format("the board refused to read {} words from 0x{:07X}", count, at));
            const auto size = static_cast<int>(word_size(at));
            if (reply.data.size() != count * word_size(at)) fail("a reply to READ of the wrong length");
            ByteReader in(reply.data);
            for (std::size_t k = 0; k < count; ++k) {
                const auto value = static_cast<std::uint32_t>(in.get(size));
                (*values)[first + k] = size == 2 ? extended(static_cast<std::int16_t>(value)) : value;
            }
        });
    });
    link_.finish();
    return std::move(*values);
}

/// Words in their order; consecutive ones of a memory go together.
void Board::write(const std::vector<std::pair<std::uint32_t, std::uint32_t>>& words) {
    const std::size_t most = std::min(kMostWrite, (link_.longest_body() - kAddressSize) / 4);
    const auto address = [&](std::size_t k) { return words[k].first; };
    for_each_run(words.size(), most, address, [&](std::size_t first, std::size_t count) {
        const std::uint32_t at = words[first].first;
        ByteWriter body;
        body.put(at, kAddressSize);
        for (std::size_t k = first; k < first + count; ++k) body.put(words[k].second, static_cast<int>(word_size(at)));
        link_.submit({Command::write, std::move(body.bytes)}, [this, count, at](const BoardReply& reply) {
            // Lost: it has been carried out, and what is read back later says how.
            if (reply.outcome == Outcome::lost) return;
            if (reply.outcome == Outcome::refused)
                fail(fmt::format("the board refused to write {} words to 0x{:07X}", count, at));
            if (reply.data.size() != 1 || reply.data[0] != (count & 0xFF))
                fail("a reply to WRITE with another count of words");
        });
    });
    link_.finish();
}

void Board::load(const Network& network, const Learning& learning) {
    link_.finish();
    const Placement placement(network.config(), core_);
    check_learning(learning, core_);
    configure(network, learning);
    const std::vector<MemoryWord> memory = sorted_words(network, placement);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> words;
    words.reserve(memory.size() + 1);
    for (const MemoryWord& word : memory) words.emplace_back(word.address, static_cast<std::uint16_t>(word.value));
    words.emplace_back(map::kRandom, network.random_state());
    write(words);
}

void Board::configure(const Network& network, const Learning& learning) {
    link_.finish();
    const Placement placement(network.config(), core_);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> words;
    for (const RegisterValue& r : configuration_registers(network, placement)) words.emplace_back(r.address, r.value);
    for (const RegisterValue& r : learning_registers(learning, placement)) words.emplace_back(r.address, r.value);
    write(words);
}

void Board::sample(const PixelEvents& events, std::uint16_t label, bool learn, Take take) {
    link_.submit({Command::sample, sample_body(events, label, learn)},
                 [this, take = std::move(take)](const BoardReply& reply) {
                     if (reply.outcome == Outcome::lost) return take(nullptr);
                     if (reply.outcome == Outcome::refused || reply.data.size() != 8)
                         fail("a reply to SAMPLE that is no result");
                     ByteReader in(reply.data);
                     BoardResult result;
                     result.predicted = static_cast<std::uint16_t>(in.get(2));
                     result.label = static_cast<std::uint16_t>(in.get(2));
                     result.displacement = static_cast<std::int16_t>(in.get(2));
                     result.status = static_cast<std::uint16_t>(in.get(2));
                     take(&result);
                 });
}

BoardComparison Board::compare(const Network& network, const Learning& learning) {
    link_.finish();
    const Placement placement(network.config(), core_);
    BoardComparison result;
    const auto differs = [&](WordDifference difference) {
        ++result.differences;
        if (result.first.size() < kShownDifferences) result.first.push_back(std::move(difference));
    };
    std::vector<RegisterValue> registers{{map::kRandom, network.random_state(), "RANDOM"}};
    for (const auto& some : {configuration_registers(network, placement), learning_registers(learning, placement)}) {
        registers.insert(registers.end(), some.begin(), some.end());
    }
    std::vector<std::uint32_t> addresses;
    for (const RegisterValue& r : registers) addresses.push_back(r.address);
    std::vector<std::uint32_t> got = read(addresses);
    for (std::size_t k = 0; k < registers.size(); ++k) {
        const RegisterValue& r = registers[k];
        if (r.address == map::kLayers && got[k] == 0) fail("the board has lost its configuration: it has been reset");
        ++result.registers;
        if (got[k] != r.value) differs({r.name, -1, -1, -1, -1, r.address, r.value, got[k]});
    }

    const std::vector<MemoryWord> memory = sorted_words(network, placement);
    got = read(addresses_of(memory));
    for (std::size_t k = 0; k < memory.size(); ++k) {
        const MemoryWord& word = memory[k];
        switch (word.kind) {
            case MemoryWord::Kind::weight:
                ++result.weights;
                break;
            case MemoryWord::Kind::parameter:
                ++result.parameters;
                break;
            default:
                ++result.states;
        }
        const std::uint32_t expected = extended(word.value);
        if (got[k] == expected) continue;
        differs({to_string(word.kind), word.layer, word.neuron, word.input, placement.tile(word.neuron), word.address,
                 expected, got[k]});
    }
    return result;
}

Network Board::read_network() {
    link_.finish();
    const auto layers = static_cast<int>(read_register(map::kLayers));
    if (layers == 0) fail("the board holds no network: it has been reset, or was never loaded");
    const std::vector<std::uint32_t> set =
        read({map::kSteps, map::kTargetOn, map::kTargetOff, map::kRandom, map::kRounding});
    NetworkConfig config;
    config.sizes.clear();
    for (int l = 0; l < layers; ++l) {
        const std::uint32_t size = read_register(map::layer_size(l));
        const auto inputs = static_cast<int>(size & 0xFFFF);
        if (l > 0 && inputs != config.sizes.back())
            fail(fmt::format("layer {} has not as many inputs as the one before has outputs", l));
        if (l == 0) config.sizes.push_back(inputs);
        config.sizes.push_back(static_cast<int>(size >> 16));
    }
    config.steps = static_cast<int>(set[0]);
    config.target_on = static_cast<std::int16_t>(set[1]);
    config.target_off = static_cast<std::int16_t>(set[2]);
    config.rounding = set[4] != 0 ? Rounding::nearest : Rounding::stochastic;
    config.weight_bits = core_.weight_bits;
    config.recomputed = core_.recomputes;
    try {
        Network network(config);
        const Placement placement(config, core_);
        for (int l = 0; l < layers && config.recomputed; ++l) {
            network.set_connection(l, read_register(map::layer_weights(l)),
                                   static_cast<int>(read_register(map::layer_scale(l))));
        }
        for (int l = 0; l < layers; ++l) {
            const Placement::Layer& expected = placement.layers()[static_cast<std::size_t>(l)];
            const bool base =
                read_register(map::layer_base(l)) ==
                (static_cast<std::uint32_t>(expected.slot_base) << 16 | static_cast<std::uint32_t>(expected.slots));
            if (!base || (!config.recomputed && read_register(map::layer_weights(l)) != expected.weight_base)) {
                fail(fmt::format("layer {} lies elsewhere than this program puts it: another one has loaded the board",
                                 l));
            }
        }
        const std::vector<MemoryWord> memory = sorted_words(network, placement);
        const std::vector<std::uint32_t> got = read(addresses_of(memory));
        for (std::size_t k = 0; k < memory.size(); ++k)
            store_word(network, memory[k], static_cast<std::int16_t>(got[k]));
        network.set_random_state(set[3]);
        return network;
    } catch (const std::invalid_argument& error) {
        fail(fmt::format("what the board holds is no network: {}", error.what()));
    }
}

}  // namespace wuxing
