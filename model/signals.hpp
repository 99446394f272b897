// How large the signals of a network are, layer by layer: what goes forward, and what comes back of the error.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "network.hpp"

namespace wuxing {

/// The signals of one layer over learning samples that change nothing; in units of one (4096 of Q3.12).
struct LayerSignals {
    std::uint64_t neurons = 0;    ///< neurons of the layer, all samples
    std::uint64_t live = 0;       ///< of these, with an error that can leave them (contract, section 5)
    double rms_displacement = 0;  ///< y of all of them, equation (3)
    double rms_error = 0;         ///< e of the live ones, (5) and (7)
    double rms_backward = 0;      ///< b[0] of the live ones, (6)
};

/// An entry a layer, over samples[k] with labels[k]; malformed samples are left out. `goes_on`, if given,
/// is called before every sample and ends it by false. Throws std::invalid_argument for a
/// sample without a label.
std::vector<LayerSignals> measure_signals(const Network& network, const std::vector<PixelEvents>& samples,
                                          const std::vector<std::uint16_t>& labels,
                                          const std::function<bool()>& goes_on = {});

}  // namespace wuxing
