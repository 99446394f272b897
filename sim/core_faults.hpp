// Faults of a core (docs/faults.md): bits of its memories by the host port, what that does not reach by the simulator,
// beats of the sample stream. Written from the same page as the golden model's faults (model/faults.*), of which it
// uses the list alone.
#pragma once

#include <cstdint>
#include <set>
#include <systemc>
#include <tlm>
#include <vector>

#include "core.hpp"
#include "fault_list.hpp"
#include "host.hpp"
#include "placement.hpp"
#include "sample.hpp"

namespace wuxing::sim {

/// `sample` as the core gets it: the same, with the faults that its beats have on their way.
SamplePtr with_beat_faults(const SamplePtr& sample, const Faults& faults);

class CoreFaults : public sc_core::sc_module, public tlm::tlm_analysis_if<Observation> {
public:
    sc_core::sc_export<tlm::tlm_analysis_if<Observation>> in;

    CoreFaults(const sc_core::sc_module_name& name, Core& core, CoreHost& host)
        : sc_module(name), in("in"), core_(core), host_(host) {
        in.bind(*this);
    }
    /// To be called before anything else.
    void start(const Placement& placement) { placement_ = placement; }

    /// Before a sample, while the core is idle. Throws SetupError for a fault that this core cannot have.
    void strike(const Faults& faults);
    /// Some tile is stuck: strike() is wanted before every sample.
    bool stuck() const { return !stuck_tiles_.empty(); }

    void write(const Observation& observation) override;

private:
    void turn_over(std::uint32_t address, int bit);
    void strike_parameter(const Fault& fault);
    void stick(const Fault& fault);

    Core& core_;
    CoreHost& host_;
    Placement placement_;
    Faults armed_;  ///< of E in the sample in work
    std::set<int> stuck_tiles_;
    std::vector<WeightAddress> stuck_words_;  ///< of these tiles, that may hold something else than 0
};

}  // namespace wuxing::sim
