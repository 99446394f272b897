#include "experiment.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <exception>
#include <filesystem>
#include <mutex>
#include <new>
#include <system_error>
#include <thread>
#include <utility>

#include "contract.hpp"
#include "files.hpp"
#include "report.hpp"
#include "tables.hpp"
#include "training_run.hpp"
#include "usage_error.hpp"

namespace wuxing {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using Status = RunOutcome::Status;

bool exists(const std::string& path) {
    std::error_code error;
    return fs::exists(fs::symlink_status(path, error));
}

/// The first difference of two configurations in words; empty if they are the same.
std::string difference(const json& there, const json& here) {
    if (!there.is_object()) return "it does not say with which configuration it was made";
    for (const auto& [key, value] : here.items()) {
        const auto other = there.find(key);
        if (other == there.end()) return fmt::format("it does not know {}", key);
        if (*other != value) return fmt::format("{} is {} there and {} here", key, other->dump(), value.dump());
    }
    for (const auto& [key, value] : there.items()) {
        if (!here.contains(key)) return fmt::format("{} is {} there and nothing here", key, value.dump());
    }
    return "";
}

/// Why a result is not the one that would be made here; empty if it is. Nothing else of it is looked at.
std::string difference_of_result(const json& result, const json& configuration) {
    const std::string why = difference(result.value("configuration", json()), configuration);
    if (!why.empty()) return why;
    // The same options mean another arithmetic under another contract.
    const json::json_pointer pointer("/versions/contract");
    if (!result.contains(pointer)) return "it does not say for which contract it was made";
    const json& contract = result.at(pointer);
    if (contract == kContractVersion) return "";
    return fmt::format("the contract is {} there and {} here", contract.dump(), kContractVersion);
}

void refuse_other(const std::string& path, const std::string& why) {
    throw UsageError(fmt::format("{} is of another configuration: {}; --redo makes it anew", path, why));
}

/// What all runs add to and everybody may look at.
struct Counters {
    std::atomic<std::size_t> next{0}, done{0};
    std::atomic<long long> images{0};
    std::mutex mutex;
    std::condition_variable ended;
    double epochs_trained = 0, epochs_left = 0;  // guarded by the mutex
};

class Watcher : public RunObserver {
public:
    Watcher(Counters& counters, const std::function<bool()>& goes_on) : counters_(counters), goes_on_(goes_on) {}

    void pass_begins(Pass pass, int /*index*/, int /*images*/) override {
        training_ = pass == Pass::training;
        seen_ = 0;
    }
    bool pass_goes_on(int done, int /*correct*/) override {
        if (training_) counters_.images += done - seen_;
        seen_ = done;
        return goes_on_();
    }
    void epoch_done(const EpochResult& /*epoch*/) override {
        const std::lock_guard lock(counters_.mutex);
        counters_.epochs_trained += 1;
        counters_.epochs_left -= 1;
    }

private:
    Counters& counters_;
    const std::function<bool()>& goes_on_;
    bool training_ = false;
    int seen_ = 0;  ///< images of this pass
};

/// One run, whatever is there of it.
RunOutcome make_run(const PlannedRun& planned, bool redo, RunDataCache& cache, Counters& counters,
                    const std::function<bool()>& goes_on) {
    const TrainOptions& options = planned.options;
    const json wanted = result_configuration(options);
    RunOutcome outcome;
    if (exists(options.json)) {
        json result = read_result(options.json);
        const std::string why = difference_of_result(result, wanted);
        if (why.empty()) {
            std::error_code ignored;
            fs::remove(options.checkpoint, ignored);  // of a process that was killed just before it did so
            outcome.status = Status::skipped;
            outcome.result = std::move(result);
            return outcome;
        }
        if (!redo) refuse_other(options.json, why);
    }
    std::unique_ptr<TrainingRun> run;
    if (exists(options.checkpoint)) {
        const Checkpoint checkpoint = load_checkpoint(options.checkpoint);
        const std::string why =
            difference(result_configuration(checkpoint_options(checkpoint, options.checkpoint)), wanted);
        if (why.empty()) {
            run = std::make_unique<TrainingRun>(checkpoint, options.checkpoint, options, cache);
        } else if (redo) {
            fs::remove(options.checkpoint);
        } else {
            refuse_other(options.checkpoint, why);
        }
    }
    if (!run) run = std::make_unique<TrainingRun>(options, cache);
    outcome.warning = run->warning().value_or("");
    {
        const std::lock_guard lock(counters.mutex);
        counters.epochs_left -= static_cast<double>(run->epochs().size());
    }
    Watcher watcher(counters, goes_on);
    if (const auto interrupt = run->run(watcher)) {
        outcome.message = *interrupt;
        return outcome;
    }
    outcome.result = run->result();
    write_json(options.json, outcome.result);
    fs::remove(options.checkpoint);  // only now is it of no use
    outcome.status = Status::finished;
    return outcome;
}

RunOutcome make_run_or_say_why(const PlannedRun& planned, bool redo, RunDataCache& cache, Counters& counters,
                               const std::function<bool()>& goes_on) {
    RunOutcome outcome;
    if (!goes_on()) {
        outcome.message = "not begun";
        return outcome;
    }
    outcome.status = Status::failed;
    try {
        return make_run(planned, redo, cache, counters, goes_on);
    } catch (const std::bad_alloc&) {
        outcome.message = "not enough memory for a network of this size";
    } catch (const std::exception& error) {
        outcome.message = error.what();
    }
    return outcome;
}

/// Of an even number of values, the middle of the middle ones.
double median(std::vector<double> values) {
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

}  // namespace

std::vector<RunOutcome> make_runs(const std::vector<PlannedRun>& runs, int jobs, bool redo,
                                  const std::function<void(const ExperimentProgress&)>& watch,
                                  const std::function<bool()>& goes_on) {
    std::vector<RunOutcome> outcomes(runs.size());
    RunDataCache cache;
    Counters counters;
    for (const PlannedRun& run : runs) counters.epochs_left += run.options.epochs;
    const auto work = [&] {
        for (std::size_t k = counters.next++; k < runs.size(); k = counters.next++) {
            outcomes[k] = make_run_or_say_why(runs[k], redo, cache, counters, goes_on);
            const std::lock_guard lock(counters.mutex);
            if (outcomes[k].status == Status::skipped) counters.epochs_left -= runs[k].options.epochs;
            ++counters.done;
            counters.ended.notify_one();
        }
    };
    std::vector<std::thread> threads;
    const auto wanted = std::min(static_cast<std::size_t>(std::max(1, jobs)), runs.size());
    while (threads.size() < wanted) {
        try {
            threads.emplace_back(work);
        } catch (const std::system_error&) {
            break;  // no more to be had
        }
    }
    if (threads.empty()) work();
    {
        std::unique_lock lock(counters.mutex);
        while (counters.done < runs.size()) {
            watch({counters.done, counters.epochs_trained, counters.epochs_left,
                   static_cast<double>(counters.images.load())});
            counters.ended.wait_for(lock, std::chrono::milliseconds(200));
        }
    }
    for (std::thread& thread : threads) thread.join();
    return outcomes;
}

json summarise(const std::vector<PlannedRun>& runs, const std::vector<RunOutcome>& outcomes) {
    json groups = json::array();
    std::vector<bool> seen(runs.size(), false);
    for (std::size_t first = 0; first < runs.size(); ++first) {
        if (seen[first]) continue;
        json names = json::array();
        json of_any;  // weights and epochs are the same in all runs of a group
        std::vector<double> accuracies;
        int failed = 0;
        for (std::size_t k = first; k < runs.size(); ++k) {
            if (runs[k].experiment != runs[first].experiment || runs[k].group != runs[first].group) continue;
            seen[k] = true;
            names.push_back(runs[k].name);
            const json& result = outcomes[k].result;
            if (result.is_object() && result.value("accuracy", json()).is_number()) {
                accuracies.push_back(result["accuracy"].get<double>());
                of_any = result;
            } else {
                ++failed;
            }
        }
        json group{{"experiment", runs[first].experiment},
                   {"group", runs[first].group},
                   {"runs", names},
                   {"without_result", failed}};
        if (!accuracies.empty()) {
            const auto [low, high] = std::minmax_element(accuracies.begin(), accuracies.end());
            group["accuracy"] = {{"median", median(accuracies)}, {"min", *low}, {"max", *high}};
            group["weights"] = of_any.value("weights", json());
            group["epochs"] = of_any.value("epochs", json::array()).size();
        }
        groups.push_back(std::move(group));
    }
    return {{"command", "experiment"}, {"versions", versions_json()}, {"groups", groups}};
}

std::string summary_table(const json& summary) {
    std::vector<std::vector<std::string>> rows{{"experiment", "runs", "median", "min", "max", "weights", "epochs"}};
    for (const json& group : summary["groups"]) {
        const auto runs = static_cast<long long>(group["runs"].size());
        const auto failed = group["without_result"].get<long long>();
        std::vector<std::string> row{group["group"].get<std::string>(),
                                     failed == 0 ? grouped(runs) : fmt::format("{} of {}", runs - failed, runs)};
        for (const char* what : {"median", "min", "max"}) {
            row.push_back(group.contains("accuracy") ? percent(group["accuracy"][what].get<double>()) : "-");
        }
        for (const char* what : {"weights", "epochs"}) {
            const json value = group.value(what, json());
            row.push_back(value.is_number_integer() ? grouped(value.get<long long>()) : "-");
        }
        rows.push_back(std::move(row));
    }
    return format_table(rows, 1);
}

}  // namespace wuxing
