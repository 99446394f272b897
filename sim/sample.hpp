// What travels between the modules of the bench.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <ostream>
#include <vector>

#include "contract.hpp"
#include "core.hpp"
#include "network.hpp"

namespace wuxing::sim {

/// What happens to a beat of a sample on its way.
struct BeatFault {
    std::size_t beat = 0;       ///< from 0, those lost before it counted
    std::uint32_t flipped = 0;  ///< bits of its data
    bool lost = false;
};

/// One sample of a run.
struct Sample {
    std::uint64_t number = 0;  ///< in this run, from 0
    int image = 0;             ///< in its set
    PixelEvents events;
    std::uint16_t label = 0;
    bool learn = false;
    Learning learning;       ///< rate and gains
    bool malformed = false;  ///< made wrong on purpose; counts neither as image nor for accuracy
    std::vector<BeatFault> beat_faults;  ///< only the core's
};
using SamplePtr = std::shared_ptr<const Sample>;

inline bool same(const Learning& a, const Learning& b) {
    return a.eta == b.eta && a.k.p == b.k.p && a.k.i == b.k.i && a.k.d == b.k.d && a.k.leak == b.k.leak && a.k.sets == b.k.sets;
}

/// One beat of the sample stream, offered `gap` cycles after the one before was taken.
struct Beat {
    std::uint32_t data = 0;
    bool last = false;
    std::uint16_t gap = 0;
};
/// As SystemC's channels want it.
inline std::ostream& operator<<(std::ostream& out, const Beat& beat) {
    return out << beat.data << (beat.last ? " last" : "") << " after " << beat.gap;
}

/// S and the last G1 of a parameter of K, Q3.12.
struct ControllerState {
    std::int16_t integral = 0, last_g1 = 0;
};

/// What the golden model makes of a sample, split to the lanes of a core.
struct Expectation {
    SamplePtr sample;
    std::vector<std::vector<EventRecord>> lanes;  ///< lane = neuron mod Tiles
    EventRecord result{};

    // What the sample was computed from, to explain an event and to take the sample back.
    std::uint32_t random_before = 0;  ///< R before this sample
    int weight_bits = 16;
    Rounding rounding = Rounding::stochastic;
    Frame frame;
    std::vector<std::vector<ControllerState>> controllers_before;  ///< [layer][15 neuron + k]; empty if K is not learnt
};
using ExpectationPtr = std::shared_ptr<const Expectation>;

/// Cycles of one sample, from its first beat until its result was taken.
struct SampleCost {
    std::array<std::uint64_t, kPhases> phases{};
    std::uint64_t stalled = 0;  ///< of these, cycles in which the bench held a beat back or refused the result

    std::uint64_t busy() const {
        std::uint64_t sum = 0;
        for (int p = kPhaseIdle + 1; p < kPhases; ++p) sum += phases[static_cast<std::size_t>(p)];
        return sum;
    }
    SampleCost& operator+=(const SampleCost& other) {
        for (std::size_t p = 0; p < phases.size(); ++p) phases[p] += other.phases[p];
        stalled += other.stalled;
        return *this;
    }
};

}  // namespace wuxing::sim
