#include "faults.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <unordered_set>

#include "core_map.hpp"
#include "samples.hpp"
#include "setup_error.hpp"

namespace wuxing {
namespace {

constexpr int kWordBits = 16;
constexpr int kEventBits = 24;  // index and value, as in a beat
constexpr int kIndexBits = 16;
constexpr int kControllerWords = 2 * kParameters;

/// A word of the K states (docs/core.md): S first, then the last G1.
int controller_word(int number) {
    return number < kParameters ? number : static_cast<int>(map::kLastG1Words) + number - kParameters;
}

/// Words that a neuron has of a kind, of C one for each input; 0 if it has none.
int neuron_words(FaultKind kind, const NetworkConfig& network, int layer) {
    switch (kind) {
        case FaultKind::connection:
            return network.recomputed ? 0 : network.sizes[static_cast<std::size_t>(layer)];
        case FaultKind::parameter:
            return kParameters;
        case FaultKind::controller:
            return kControllerWords;
        case FaultKind::state:
            return kElements;
        default:
            return 0;
    }
}

int bits_of(FaultKind kind, const NetworkConfig& network) {
    return kind == FaultKind::event ? kEventBits : kind == FaultKind::connection ? network.weight_bits : kWordBits;
}

void require(bool condition, const std::string& why) {
    if (!condition) throw std::invalid_argument(why);
}

std::int16_t turned_over(std::int16_t value, int bit) {
    return static_cast<std::int16_t>(value ^ static_cast<std::int16_t>(1 << bit));
}

/// The same in a word of `bits` bits, which is signed: the bits above repeat its sign.
std::int16_t turned_over(std::int16_t value, int bit, int bits) {
    const int low = (value ^ 1 << bit) & ((1 << bits) - 1);
    return static_cast<std::int16_t>(low - ((low >> (bits - 1)) << bits));
}

}  // namespace

const char* to_string(FaultKind kind) {
    constexpr std::array<const char*, kFaultKinds.size()> names{"c", "k", "pid", "state", "events", "drop", "tile"};
    return names[static_cast<std::size_t>(kind)];
}

const char* index_name(FaultKind kind) {
    constexpr std::array<const char*, kFaultKinds.size()> names{"input", "parameter", "word", "element",
                                                                "event", "event",     "tile"};
    return names[static_cast<std::size_t>(kind)];
}

void check_fault(const Fault& fault, const NetworkConfig& network) {
    const auto below = [](int value, int limit, const char* what) {
        require(value >= 0 && value < limit, fmt::format("{} {} is outside 0..{}", what, value, limit - 1));
    };
    switch (fault.kind) {
        case FaultKind::event:
            below(fault.bit, bits_of(fault.kind, network), "bit");
            [[fallthrough]];
        case FaultKind::drop:
            require(fault.index >= 0, fmt::format("event {} is below 0", fault.index));
            return;
        case FaultKind::tile:
            require(!network.recomputed, "the connections are recomputed: there is no memory of them");
            require(fault.tiles >= 1, fmt::format("{} tiles", fault.tiles));
            below(fault.index, fault.tiles, "tile");
            return;
        default:
            break;
    }
    below(fault.layer, network.layers(), "layer");
    below(fault.neuron, network.sizes[static_cast<std::size_t>(fault.layer) + 1], "neuron");
    const int words = neuron_words(fault.kind, network, fault.layer);
    require(words > 0, "the connections are recomputed: there is no memory of them");
    below(fault.bit, bits_of(fault.kind, network), "bit");
    if (fault.kind == FaultKind::controller) {
        const int last = fault.index - static_cast<int>(map::kLastG1Words);
        require((fault.index >= 0 && fault.index < kParameters) || (last >= 0 && last < kParameters),
                fmt::format("word {} is neither in 0..14 nor in 16..30", fault.index));
    } else {
        below(fault.index, words, index_name(fault.kind));
    }
}

void FaultPlan::validate(const NetworkConfig& network) const {
    require(rate >= 0 && rate <= 1, fmt::format("rate {}: 0 to 1 is possible", rate));
    require(tiles >= 1, fmt::format("{} tiles", tiles));
    require(!network.recomputed || (kind != FaultKind::connection && kind != FaultKind::tile),
            "the connections are recomputed: there is no memory of them");
    const int bits = bits_of(kind, network), last = last_bit == -1 ? bits - 1 : last_bit;
    require(first_bit >= 0 && first_bit <= last && last < bits,
            fmt::format("bits {}-{}: there are 0-{}", first_bit, last, bits - 1));
    std::uint64_t words = 0;
    for (int l = 0; l < network.layers(); ++l)
        words += static_cast<std::uint64_t>(network.sizes[static_cast<std::size_t>(l) + 1]) *
                 static_cast<std::uint64_t>(neuron_words(kind, network, l));
    require(words < (std::uint64_t{1} << 32) / kEventBits, "the network has more such bits than can be numbered");
}

FaultSource::FaultSource(const FaultPlan& plan, const NetworkConfig& network)
    : plan_(plan), network_(network), generator_(plan.seed + 0xFA17u) {
    plan_.validate(network);
    if (plan.last_bit == -1) plan_.last_bit = bits_of(plan.kind, network) - 1;
    bits_ = static_cast<std::uint64_t>(plan_.last_bit - plan_.first_bit + 1);
}

std::uint64_t FaultSource::layer_places(int layer) const {
    const auto neurons = static_cast<std::uint64_t>(network_.sizes[static_cast<std::size_t>(layer) + 1]);
    return neurons * static_cast<std::uint64_t>(neuron_words(plan_.kind, network_, layer)) * bits_;
}

std::uint64_t FaultSource::places(std::size_t events) const {
    switch (plan_.kind) {
        case FaultKind::event:
            return bits_ * events;
        case FaultKind::drop:
            return events;
        case FaultKind::tile:
            return static_cast<std::uint64_t>(plan_.tiles);
        default:
            break;
    }
    std::uint64_t all = 0;
    for (int l = 0; l < network_.layers(); ++l) all += layer_places(l);
    return all;
}

Fault FaultSource::place(std::uint64_t number) const {
    Fault fault;
    fault.kind = plan_.kind;
    if (plan_.has_bits()) {
        while (plan_.kind != FaultKind::event && number >= layer_places(fault.layer))
            number -= layer_places(fault.layer++);
        fault.bit = plan_.first_bit + static_cast<int>(number % bits_);
        number /= bits_;
    }
    if (const auto words = static_cast<std::uint64_t>(neuron_words(plan_.kind, network_, fault.layer)); words > 0) {
        fault.neuron = static_cast<int>(number / words);
        number %= words;
    }
    fault.index = static_cast<int>(number);
    if (plan_.kind == FaultKind::controller) fault.index = controller_word(fault.index);
    if (plan_.kind == FaultKind::tile) fault.tiles = plan_.tiles;
    return fault;
}

Faults FaultSource::draw(std::uint64_t image, std::size_t events) {
    Faults faults;
    if (image > 0 && !plan_.each_image && !is_transient(plan_.kind)) return faults;
    const std::uint64_t all = places(events);
    const double before = std::floor(expected_ + 0.5);
    expected_ += plan_.rate * static_cast<double>(all);
    const auto count = static_cast<std::size_t>(std::floor(expected_ + 0.5) - before);
    std::unordered_set<std::uint64_t> taken;
    while (faults.size() < std::min<std::uint64_t>(count, all)) {
        const std::uint64_t number = all * (generator_() & 0xFFFFFFFFu) >> 32;
        if (!taken.insert(number).second) continue;
        faults.push_back(place(number));
        faults.back().image = image;
    }
    return faults;
}

PixelEvents faulty_events(const PixelEvents& events, const Faults& faults) {
    PixelEvents arrived = events;
    std::vector<bool> lost(events.size(), false);
    for (const Fault& fault : faults) {
        if (fault.kind != FaultKind::event && fault.kind != FaultKind::drop) continue;
        const auto at = static_cast<std::size_t>(fault.index);
        if (at >= events.size())
            throw SetupError(
                fmt::format("fault of event {} of image {}: it has only {} events", at, fault.image, events.size()));
        if (fault.kind == FaultKind::drop) {
            lost[at] = true;
            continue;
        }
        PixelEvent& event = arrived[at];
        if (fault.bit < kIndexBits)
            event.index = static_cast<std::uint16_t>(event.index ^ 1u << fault.bit);
        else
            event.value = static_cast<std::uint8_t>(event.value ^ 1u << (fault.bit - kIndexBits));
    }
    std::size_t kept = 0;
    for (std::size_t k = 0; k < arrived.size(); ++k)
        if (!lost[k]) arrived[kept++] = arrived[k];
    arrived.resize(kept);
    return arrived;
}

void FaultyNetwork::strike(const Faults& faults) {
    for (const Fault& f : faults) {
        switch (f.kind) {
            case FaultKind::connection:
                network_.set_weight(
                    f.layer, f.index, f.neuron,
                    turned_over(network_.weight(f.layer, f.index, f.neuron), f.bit, network_.config().weight_bits));
                break;
            case FaultKind::parameter:
                network_.upset_parameter(f.layer, f.neuron, f.index,
                                         turned_over(network_.parameter(f.layer, f.neuron, f.index), f.bit));
                break;
            case FaultKind::controller: {
                const bool last = f.index >= static_cast<int>(map::kLastG1Words);
                const int k = last ? f.index - static_cast<int>(map::kLastG1Words) : f.index;
                const std::int16_t mean = network_.integral(f.layer, f.neuron, k),
                                   g1 = network_.last_g1(f.layer, f.neuron, k);
                network_.set_controller(f.layer, f.neuron, k, last ? mean : turned_over(mean, f.bit),
                                        last ? turned_over(g1, f.bit) : g1);
                break;
            }
            case FaultKind::state:
                network_.upset_element(f.layer, f.neuron, f.index, f.bit);
                break;
            case FaultKind::event:
            case FaultKind::drop:
                break;  // of the stream: faulty_events
            case FaultKind::tile:
                stuck_.push_back(f);
                break;
        }
    }
    for (const Fault& f : stuck_)
        for (int l = 0; l < network_.layers(); ++l)
            for (int j = f.index; j < network_.outputs(l); j += f.tiles)
                for (int i = 0; i < network_.inputs(l); ++i) network_.set_weight(l, i, j, 0);
}

}  // namespace wuxing
