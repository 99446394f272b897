// Many training runs: several at once, those that are finished skipped, those that were interrupted resumed.
#pragma once

#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "experiment_plan.hpp"

namespace wuxing {

struct RunOutcome {
    enum class Status { finished, skipped, failed, interrupted };

    Status status = Status::interrupted;
    std::string message;    ///< why it failed, what was interrupted
    std::string warning;    ///< of a run that goes on all the same; empty: none
    nlohmann::json result;  ///< its JSON, if finished or skipped
};

/// How far all runs are.
struct ExperimentProgress {
    std::size_t runs_done = 0;  ///< ended, one way or another
    double epochs_trained = 0;  ///< by this process
    double epochs_left = 0;
    double images_trained = 0;  ///< by this process
};

/// Makes the runs on `jobs` threads; outcome k is that of runs[k], and no run depends on another. A run whose JSON is
/// there with the same configuration and contract is skipped; one whose checkpoint is there with the same configuration
/// is resumed; where they are other ones the run fails, or, with `redo`, is made anew. `watch` is called from the
/// calling thread a few times a second; `goes_on`, from all threads, interrupts everything by false.
std::vector<RunOutcome> make_runs(const std::vector<PlannedRun>& runs, int jobs, bool redo,
                                  const std::function<void(const ExperimentProgress&)>& watch,
                                  const std::function<bool()>& goes_on);

/// Results by group, in order: docs/files.md, "Experiments".
nlohmann::json summarise(const std::vector<PlannedRun>& runs, const std::vector<RunOutcome>& outcomes);
std::string summary_table(const nlohmann::json& summary);

}  // namespace wuxing
