// One run: the modules, how they are connected, and the thread that leads them.
#pragma once

#include <cstdint>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <systemc>
#include <tlm>
#include <vector>

#include "bus_master.hpp"
#include "core.hpp"
#include "core_faults.hpp"
#include "digest.hpp"
#include "driver.hpp"
#include "faults.hpp"
#include "injection.hpp"
#include "predictor.hpp"
#include "sample_source.hpp"
#include "scoreboard.hpp"
#include "transactor.hpp"
#include "waves.hpp"

namespace wuxing::sim {

/// A reset in the count-th cycle (from 1) of a phase of a sample, or of any; the sample is then given again.
struct ResetPoint {
    std::uint64_t sample = 0;
    int phase = 0;
    std::uint64_t count = 1;
    std::optional<int> happened;  ///< in which phase
};
inline bool same_point(const ResetPoint& a, const ResetPoint& b) {
    return a.sample == b.sample && a.phase == b.phase && a.count == b.count;
}

struct SessionOptions {
    std::uint64_t images = 0;  ///< good samples to run
    std::uint32_t seed = 1;    ///< of the stalls
    double stall = 0;          ///< probability of a pause
    TransactorOptions transactor;
    Injection injection;
    FaultList faults, core_faults;  ///< of the golden model; of the core
    std::uint64_t further = 5;       ///< diverging images to find after the first; the core is loaded anew before each
    std::vector<ResetPoint> resets;  ///< ascending samples
    std::uint64_t reset_sweep = 0;   ///< a reset in every sample, each so many cycles later in it; 0: none
    std::string trace_path;
    std::optional<CycleWindow> trace_cycles;  ///< absolute; the run ends with it
    std::optional<CycleWindow> trace_window;   ///< absolute; the run goes on
    std::optional<std::uint64_t> trace_first;  ///< trace the first sample, at most so many cycles
};

struct SessionResult {
    Capabilities core;
    EventCounts events{};
    EventCounts limited{};  ///< of these, writes of a value at an end of its range
    std::uint64_t images = 0, trained = 0, inferred = 0, malformed = 0, correct = 0;
    SampleCost cost, trained_cost, inferred_cost;
    std::uint64_t cycles = 0;      ///< register CYCLES, accumulated
    std::uint64_t multiplies = 0;  ///< register MULTIPLIES, accumulated
    std::uint64_t total_cycles = 0;  ///< all, with set-up and read-back
    bool counters_read = false;    ///< to the end, so that the two lines above are of all images
    ReadBack read_back;
    std::uint64_t start_digest = 0;  ///< of the model before the first sample
    std::uint64_t digest = 0;  ///< of all observed records and their cycles
    double seconds = 0;        ///< from the first sample to the last result
    std::uint64_t stream_cycles = 0;  ///< cycles in that time
    std::vector<ResetPoint> resets;
    std::optional<Divergence> divergence;  ///< the first
    std::vector<Divergence> further;       ///< of later images, each found by a core loaded anew
    std::uint64_t images_given = 0;
    std::uint64_t faults = 0;  ///< of the core
    std::optional<CycleWindow> traced;
    std::vector<std::string> wave_files;  ///< of a clean run
    std::optional<Network> network;  ///< as read from the core at the end of a clean run
    bool interrupted = false;
    bool injected = false;
};

/// A digest of everything the core showed, for runs that must be identical; the length of resets does not count.
class TraceDigest : public sc_core::sc_module, public tlm::tlm_analysis_if<Observation> {
public:
    sc_core::sc_export<tlm::tlm_analysis_if<Observation>> in;
    TraceDigest(const sc_core::sc_module_name& name, const Transactor& transactor)
        : sc_module(name), in("in"), transactor_(transactor) {
        in.bind(*this);
    }
    void write(const Observation& observation) override;
    std::uint64_t value() const { return digest_.value(); }

private:
    const Transactor& transactor_;
    Digest digest_;
};

class Session : public sc_core::sc_module, public tlm::tlm_analysis_if<SampleCost>, public tlm::tlm_analysis_if<Observation> {
public:
    /// Called after every image with images done and correct ones; false ends the run.
    using Observer = std::function<bool(std::uint64_t done, std::uint64_t correct)>;

    /// `network` is the golden model; it is what the core is loaded with, and it learns along.
    Session(const sc_core::sc_module_name& name, Core& core, Network& network, SampleSource& samples, SessionOptions options,
            Observer observer);

    /// After sc_start() has returned. Throws what stopped the run, if something did.
    SessionResult result();

    void write(const SampleCost& cost) override { last_cost_ = cost; }
    void write(const Observation& observation) override;

private:
    static constexpr std::uint64_t kMostInFlight = 4;
    static constexpr std::uint64_t kCounterInterval = 256;  ///< samples between two readings of the counters

    void run();
    void lead();
    void set_up();
    void stream();
    void give(const SamplePtr& sample);
    SamplePtr next_sample();
    /// Waits until at most `in_flight` samples are under way; false if the run is over.
    bool wait_for(std::uint64_t in_flight);
    bool over() const;
    /// The stream ended with a divergence, and the run goes on with the next image.
    bool goes_on() const;
    /// Keeps a divergence that the checker holds.
    void note_divergence();
    /// The core is reset and loaded with the model's state after the diverging sample; what came later is given again.
    void resynchronise();
    void check_injection() const;
    void inject_memory();
    /// The sample's faults happen to the model and to what it gets; and those of the core.
    SamplePtr strike_model(const SamplePtr& sample);
    void strike_core(const Faults& faults);
    bool core_is_struck(std::uint64_t sample) const;
    std::optional<ResetPoint> reset_in(std::uint64_t sample);
    void give_with_reset(const SamplePtr& sample, ResetPoint point);
    void read_counters();
    void check_counters();
    void finish();
    void account(const Sample& sample, const Observation& result);

    Network& network_;
    SampleSource& source_;
    SessionOptions options_;
    Observer observer_;

    Driver driver_;
    Transactor transactor_;
    Predictor predictor_;
    Scoreboard scoreboard_;
    TraceDigest digest_;
    std::unique_ptr<Injector> injector_;
    BusMaster bus_;
    CoreHost host_;
    FaultyNetwork faulty_network_;
    CoreFaults core_faults_;
    tlm::tlm_fifo<SamplePtr> samples_;
    sc_core::sc_fifo<Beat> beats_;
    tlm::tlm_analysis_port<SamplePtr> given_;
    sc_core::sc_export<tlm::tlm_analysis_if<SampleCost>> costs_;
    sc_core::sc_export<tlm::tlm_analysis_if<Observation>> results_;

    Placement placement_;
    std::deque<SamplePtr> in_flight_, again_;
    std::vector<Divergence> found_;
    std::size_t next_reset_ = 0;
    std::uint64_t sweep_cycle_ = 1, sweep_start_ = 1;
    sc_core::sc_event result_seen_;
    SampleCost last_cost_;
    Learning learning_;
    std::uint32_t cycles_register_ = 0, multiplies_register_ = 0;
    std::uint64_t samples_since_reset_ = 0, trained_since_reset_ = 0, samples_read_ = 0;
    SessionResult result_;
    std::exception_ptr failure_;
};

}  // namespace wuxing::sim
