// Waveform windows and the GTKWave view that goes with them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "placement.hpp"

namespace wuxing::sim {

/// Cycles from .. to-1.
struct CycleWindow {
    std::uint64_t from = 0, to = 0;
};

/// Most cycles of waves of the first image.
constexpr std::uint64_t kFirstImageCycles = 30000;

/// What --waves asks for.
struct WaveRequest {
    bool on_divergence = true;
    bool always = false;                 ///< also on a clean run
    std::uint64_t margin = 500;          ///< cycles to both sides of a divergence
    std::optional<CycleWindow> window;  ///< these cycles, whatever happens

    CycleWindow around(std::uint64_t cycle) const;
};

/// "FROM:TO". Throws SetupError.
CycleWindow parse_window(const std::string& option, const std::string& text);
/// "" (one image), "N" (cycles to both sides), "FROM:TO", "off". Throws SetupError.
WaveRequest parse_waves(const std::string& text);

/// What a view should point at.
struct WaveFocus {
    std::optional<std::uint64_t> cycle;  ///< where the marker stands
    int tile = 0;
};

/// Writes a GTKWave save file for waves of a core: ports, and the records of one lane as real numbers.
void write_gtkwave_view(const std::string& path, const std::string& waves, const Capabilities& core, CycleWindow window,
                        const WaveFocus& focus);

}  // namespace wuxing::sim
