// Between transactions and ports: one thread steps the core a quantum of cycles at a time.
#pragma once

#include <tlm_utils/simple_target_socket.h>

#include <cstdint>
#include <optional>
#include <string>
#include <systemc>
#include <tlm>

#include "core.hpp"
#include "sample.hpp"
#include "stall.hpp"

namespace wuxing::sim {

struct TransactorOptions {
    int quantum = 1000;               ///< cycles between two returns to the SystemC kernel
    std::uint64_t watchdog = 1000000;  ///< cycles without any progress after which the core counts as stuck
    int reset_cycles = 4;              ///< length of every reset
};

/// The only place that touches the core. Beats come from a fifo, bus accesses by b_transport, records, results and the
/// cost of every sample leave by analysis ports.
class Transactor : public sc_core::sc_module {
public:
    tlm_utils::simple_target_socket<Transactor> bus;
    sc_core::sc_port<sc_core::sc_fifo_in_if<Beat>> beats;
    tlm::tlm_analysis_port<Observation> observations;
    tlm::tlm_analysis_port<SampleCost> costs;  ///< written right before the sample's result observation

    Transactor(const sc_core::sc_module_name& name, Core& core, StallSource result_stalls, TransactorOptions options);

    std::uint64_t cycle() const { return cycle_; }
    int phase() const { return core_.outputs().phase; }
    bool stuck() const { return stuck_; }
    /// The thread does nothing any more; the bus still answers.
    void halt() { halted_ = true; }
    /// The core stopped making progress, reached the end of a trace, or was reset as armed.
    const sc_core::sc_event& interrupted() const { return interrupted_; }

    /// Holds the core in reset for some cycles, and forgets the beats that were on their way.
    void reset();
    /// Resets the core once, in the count-th cycle (from 1) of a phase of the sample in work, or of all its phases.
    void arm_reset(int phase, std::uint64_t count) { armed_ = {phase, count, 0, {}}; }
    /// Takes the reset back; the phase in which it happened, if it did.
    std::optional<int> disarm_reset();
    bool armed_reset_happened() const { return armed_.happened.has_value(); }
    /// The cycle number, had every reset so far been of four cycles.
    std::uint64_t as_of_usual_resets(std::uint64_t cycle) const { return cycle - surplus_; }

    /// Waves of the cycles from .. to-1 go to a file.
    void trace(const std::string& path, std::uint64_t from, std::uint64_t to);
    /// A trace that is open ends with the cycle in work, if it would go on.
    void trace_this_cycle_last();
    /// A trace was begun and has come to its end.
    bool trace_over() const { return traced_ && next_trace_edge_ == kNever; }
    /// Closes the trace, if one is open.
    void end_trace();

private:
    struct ArmedReset {
        int phase = -1;
        std::uint64_t count = 0, seen = 0;
        std::optional<int> happened;
    };
    static constexpr std::uint64_t kNever = ~std::uint64_t{0};

    void run();
    void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
    bool busy() const;
    void step();
    void fetch_beat();
    void publish_records(const CoreOutputs& out);
    void publish_result(const CoreOutputs& out);
    void trace_edge();

    Core& core_;
    StallSource result_stalls_;
    TransactorOptions options_;
    CoreInputs in_;
    std::uint64_t cycle_ = 0, last_progress_ = 0;
    std::uint64_t surplus_ = 0;  ///< cycles of reset beyond four each, modulo 2^64
    bool stuck_ = false, halted_ = false;
    Beat beat_;
    bool have_beat_ = false;
    bool in_sample_ = false;     ///< between the first and the last beat of a sample
    std::uint64_t awaited_ = 0;  ///< samples sent completely whose result has not been taken
    std::uint16_t hold_ = 0;     ///< cycles for which the result is still refused
    SampleCost cost_;
    ArmedReset armed_;
    std::string trace_path_;
    std::uint64_t trace_from_ = kNever, trace_to_ = kNever, next_trace_edge_ = kNever;
    bool traced_ = false;
    sc_core::sc_event interrupted_;
};

}  // namespace wuxing::sim
