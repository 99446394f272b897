// Faults in the field (docs/faults.md): what they are, where they fall, what they do to the golden model.
#pragma once

#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include "network.hpp"

namespace wuxing {

enum class FaultKind {
    connection,  ///< "c": a bit of a word of C
    parameter,   ///< "k": a bit of K
    controller,  ///< "pid": a bit of S or the last G1
    state,       ///< "state": a bit of E, after the forward integration
    event,       ///< "events": a bit of an input event
    drop,        ///< "drop": an input event that is lost
    tile         ///< "tile": the connection memory of a tile reads 0 from now on
};
constexpr std::array<FaultKind, 7> kFaultKinds{FaultKind::connection, FaultKind::parameter, FaultKind::controller,
                                               FaultKind::state,      FaultKind::event,     FaultKind::drop,
                                               FaultKind::tile};
const char* to_string(FaultKind kind);
/// What Fault::index counts: "input", "parameter", "word", "element", "event", "event", "tile".
const char* index_name(FaultKind kind);
/// Faults of this kind are gone with their sample.
constexpr bool is_transient(FaultKind kind) {
    return kind == FaultKind::state || kind == FaultKind::event || kind == FaultKind::drop;
}

/// One fault. What its kind does not have is 0.
struct Fault {
    FaultKind kind = FaultKind::connection;
    std::uint64_t image = 0;  ///< before, or in, which sample of the run, from 0
    int layer = 0, neuron = 0;
    int index = 0;
    int bit = 0;
    int tiles = 0;  ///< of the core that a tile belongs to
};
using Faults = std::vector<Fault>;

/// Throws std::invalid_argument, saying why, if the network has no such place. Of an event, whose number the sample
/// limits, only the bit is looked at.
void check_fault(const Fault& fault, const NetworkConfig& network);

/// Which faults are wanted.
struct FaultPlan {
    FaultKind kind = FaultKind::connection;
    double rate = 0;          ///< faults a place: a bit, an event (drop), a tile; 0..1
    bool each_image = false;  ///< anew at every image; else at the first. Transient ones always fall at every image
    int tiles = 4;
    int first_bit = 0, last_bit = -1;  ///< only these bits of a word or event are places; -1: up to the last
    std::uint32_t seed = 1;

    /// Throws std::invalid_argument: a rate that is none, bits there are not, a network without such places, or with
    /// more than 2^32.
    void validate(const NetworkConfig& network) const;
    bool has_bits() const { return kind != FaultKind::drop && kind != FaultKind::tile; }
};

/// Draws the faults of a plan, image by image.
class FaultSource {
public:
    /// Throws as FaultPlan::validate.
    FaultSource(const FaultPlan& plan, const NetworkConfig& network);
    /// Those of image `image`, of `events` input events; to be called for 0, 1, 2, ...
    Faults draw(std::uint64_t image, std::size_t events);

private:
    std::uint64_t layer_places(int layer) const;
    std::uint64_t places(std::size_t events) const;
    Fault place(std::uint64_t number) const;

    FaultPlan plan_;
    NetworkConfig network_;
    std::uint64_t bits_;  ///< of a word or event that are places
    std::mt19937 generator_;
    double expected_ = 0;  ///< faults so far, were they not whole
};

/// The input events of a sample as they arrive: bits turned over, events lost. Throws SetupError for an event there is
/// not.
PixelEvents faulty_events(const PixelEvents& events, const Faults& faults);

/// A network that faults happen to.
class FaultyNetwork {
public:
    explicit FaultyNetwork(Network& network) : network_(network) {}
    /// Before a sample: what its faults do to the network, and what tiles are stuck.
    void strike(const Faults& faults);

private:
    Network& network_;
    Faults stuck_;
};

}  // namespace wuxing
