// The golden model's side: sample in, expected records out, split to lanes.
#pragma once

#include <systemc>
#include <tlm>

#include "network.hpp"
#include "sample.hpp"

namespace wuxing::sim {

/// Runs the model on a sample and splits its trace to `tiles` lanes. The network learns if the sample says so.
ExpectationPtr predict(Network& network, const SamplePtr& sample, int tiles, EventTrace& scratch);

/// Takes back what a sample changed; samples are to be taken back in reverse order.
void undo(Network& network, const Expectation& expectation);

class Predictor : public sc_core::sc_module, public tlm::tlm_analysis_if<SamplePtr> {
public:
    sc_core::sc_export<tlm::tlm_analysis_if<SamplePtr>> samples;
    tlm::tlm_analysis_port<ExpectationPtr> expectations;

    Predictor(const sc_core::sc_module_name& name, Network& network)
        : sc_module(name), samples("samples"), expectations("expectations"), network_(network) {
        samples.bind(*this);
    }
    /// Lanes to split to, as the core tells; to be set before the first sample.
    void set_tiles(int tiles) { tiles_ = tiles; }
    void write(const SamplePtr& sample) override {
        expectations.write(predict(network_, sample, tiles_, scratch_));
    }

private:
    Network& network_;
    int tiles_ = 1;
    EventTrace scratch_;
};

}  // namespace wuxing::sim
