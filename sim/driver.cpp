#include "driver.hpp"

namespace wuxing::sim {

Driver::Driver(const sc_core::sc_module_name& name, StallSource gaps) : sc_module(name), gaps_(gaps) {
    SC_HAS_PROCESS(Driver);
    SC_THREAD(run);
}

void Driver::run() {
    for (;;) {
        idle_ = true;
        const SamplePtr sample = samples->get();
        idle_ = false;
        for_each_beat(*sample, [&](Beat beat) {
            beat.gap = gaps_.next();
            beats->write(beat);
        });
    }
}

}  // namespace wuxing::sim
