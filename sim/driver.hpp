// Samples to beats, with seeded gaps between them.
#pragma once

#include <systemc>
#include <tlm>

#include "sample.hpp"
#include "stall.hpp"

namespace wuxing::sim {

/// The beats of a sample without gaps (docs/core.md, smp_data_i).
template <typename Put>
void for_each_beat(const Sample& sample, Put put) {
    for (std::size_t k = 0; k < sample.events.size(); ++k) {
        const PixelEvent& e = sample.events[k];
        std::uint32_t data = static_cast<std::uint32_t>(e.index) | static_cast<std::uint32_t>(e.value) << 16;
        bool lost = false;
        for (const BeatFault& fault : sample.beat_faults) {
            if (fault.beat != k) continue;
            data ^= fault.flipped;
            lost |= fault.lost;
        }
        if (!lost) put(Beat{data, false, 0});
    }
    put(Beat{static_cast<std::uint32_t>(sample.label) | (sample.learn ? 1u << 16 : 0u), true, 0});
}

class Driver : public sc_core::sc_module {
public:
    sc_core::sc_port<tlm::tlm_blocking_get_if<SamplePtr>> samples;
    sc_core::sc_port<sc_core::sc_fifo_out_if<Beat>> beats;

    Driver(const sc_core::sc_module_name& name, StallSource gaps);

    /// Every beat of the samples taken so far has been passed on.
    bool idle() const { return idle_; }

private:
    void run();
    bool idle_ = true;
    StallSource gaps_;
};

}  // namespace wuxing::sim
