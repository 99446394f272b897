// The checker as a module: subscribes to expectations and observations, tells when they part.
#pragma once

#include <systemc>
#include <tlm>

#include "checker.hpp"

namespace wuxing::sim {

class Scoreboard : public sc_core::sc_module,
                   public tlm::tlm_analysis_if<ExpectationPtr>,
                   public tlm::tlm_analysis_if<Observation> {
public:
    sc_core::sc_export<tlm::tlm_analysis_if<ExpectationPtr>> expectations;
    sc_core::sc_export<tlm::tlm_analysis_if<Observation>> observations;

    explicit Scoreboard(const sc_core::sc_module_name& name)
        : sc_module(name), expectations("expectations"), observations("observations") {
        expectations.bind(*this);
        observations.bind(*this);
    }

    Checker& checker() { return checker_; }
    const Checker& checker() const { return checker_; }
    const sc_core::sc_event& diverged() const { return diverged_; }

    void write(const ExpectationPtr& expectation) override { checker_.expect(expectation); }
    void write(const Observation& observation) override {
        checker_.observe(observation);
        if (checker_.divergence()) diverged_.notify(sc_core::SC_ZERO_TIME);
    }

private:
    Checker checker_;
    sc_core::sc_event diverged_;
};

}  // namespace wuxing::sim
