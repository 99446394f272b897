// Expected against observed records, lane by lane, in order, all fields. Knows no simulator.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "divergence.hpp"
#include "placement.hpp"
#include "sample.hpp"

namespace wuxing::sim {

/// The core finishes a sample before it shows records of the next, so observations belong to the oldest expectation.
class Checker {
public:
    /// To be called before anything else; `placement` gives the address expected of a write.
    void start(const Placement& placement);

    void expect(ExpectationPtr expectation);
    void observe(const Observation& observation);
    /// After a divergence: forgets it and everything that is expected, and returns that, the diverging sample first.
    std::vector<ExpectationPtr> restart();
    /// The sample in work is given up (reset): its records so far count, the rest is not waited for.
    void abandon();
    /// End of the run: whatever is still expected is missing.
    void finish(std::uint64_t cycle);
    /// The core stopped in a phase.
    void time_out(std::uint64_t cycle, int phase);
    /// A word of the core is not what it should be.
    void report_memory(const MemoryMismatch& word, std::uint64_t cycle);

    const std::optional<Divergence>& divergence() const { return divergence_; }
    /// Samples whose result has not come yet.
    std::size_t pending() const { return expectations_.size(); }
    const EventCounts& matched() const { return matched_; }
    /// Of these, writes of a value at an end of its range.
    const EventCounts& limited() const { return limited_; }
    std::uint64_t samples() const { return samples_; }

private:
    const EventRecord* next_expected(std::size_t lane) const;
    void observe_result(const Observation& observation);
    void compare(const EventRecord& expected, const Observation& observation);
    void mismatch(const EventRecord& expected, const Observation& observation);
    /// Reports the first record of the sample in work that is still expected; false if there is none.
    bool report_missing(std::uint64_t cycle);
    Divergence& report(DivergenceType type, std::uint64_t cycle, const EventRecord* event, int lane);

    Placement placement_;
    std::deque<ExpectationPtr> expectations_;
    std::vector<std::size_t> seen_;  ///< records matched of the oldest expectation, by lane
    EventCounts matched_{}, limited_{};
    std::uint64_t samples_ = 0;
    std::optional<Divergence> divergence_;
};

}  // namespace wuxing::sim
