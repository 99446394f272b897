#include "experiment_plan.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <set>
#include <utility>

#include "usage_error.hpp"

namespace wuxing {
namespace {

constexpr std::size_t kMaxRuns = 100000;

/// What a file name had better not have becomes '_'.
std::string name_part(const std::string& text) {
    const std::string harmless = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.+-_";
    std::string part = text;
    for (char& c : part) {
        if (harmless.find(c) == std::string::npos) c = '_';
    }
    return part;
}

/// The keys of an experiment: those for all, replaced by its own.
std::vector<ConfigEntry> merged(const std::vector<ConfigEntry>& common, const std::vector<ConfigEntry>& own) {
    std::vector<ConfigEntry> entries = common;
    for (const ConfigEntry& entry : own) {
        const auto found = std::find_if(entries.begin(), entries.end(),
                                        [&entry](const ConfigEntry& other) { return other.key == entry.key; });
        if (found != entries.end()) {
            *found = entry;
        } else {
            entries.push_back(entry);
        }
    }
    return entries;
}

class Planner {
public:
    explicit Planner(std::string folder) : folder_(std::move(folder)), table_(train_option_table()) {}

    void add(const ConfigFile& file, const ConfigSection& section) {
        const std::vector<ConfigEntry> entries = merged(file.entries, section.entries);
        std::size_t count = 1;
        for (const ConfigEntry& entry : entries) {
            const TrainOption& option = option_of(table_, file, entry);
            if (!option.decides_result() && option.name != "threads") {
                throw UsageError(fmt::format("{}{}: not for an experiment, which says itself what it writes where",
                                             file.where(entry.line), entry.key));
            }
            count *= entry.values.size();
            if (runs_.size() + count > kMaxRuns) {
                throw UsageError(fmt::format("{}more than {} runs", file.where(section.line), kMaxRuns));
            }
        }
        for (std::size_t index = 0; index < count; ++index) runs_.push_back(combination(file, section, entries, index));
    }

    std::vector<PlannedRun> take() { return std::move(runs_); }

private:
    /// Combination `index`, counted with the values of the last list as lowest digit.
    PlannedRun combination(const ConfigFile& file, const ConfigSection& section,
                           const std::vector<ConfigEntry>& entries, std::size_t index) {
        std::vector<std::size_t> digits(entries.size());
        for (std::size_t k = entries.size(); k-- > 0;) {
            digits[k] = index % entries[k].values.size();
            index /= entries[k].values.size();
        }
        PlannedRun run;
        run.experiment = run.group = run.name = section.name;
        run.options = default_train_options();
        for (std::size_t k = 0; k < entries.size(); ++k) {
            const ConfigEntry& entry = entries[k];
            const ConfigValue& value = entry.values[digits[k]];
            apply_value(run.options, option_of(table_, file, entry), file, entry, value);
            if (!entry.list) continue;
            const std::string part = fmt::format("-{}-{}", entry.key, name_part(value.text));
            run.name += part;
            if (entry.key != "seed") run.group += part;
        }
        const auto where = [&] { return fmt::format("{}experiment {}: ", file.where(section.line), section.name); };
        for (const ConfigEntry& entry : entries) {
            if (run.options.continues() && find_option(table_, entry.key)->shape) {
                throw UsageError(fmt::format("{}{} goes not with a model to continue with", where(), entry.key));
            }
        }
        if (!names_.insert(run.name).second) {
            throw UsageError(fmt::format("{}two runs would both be called {}", where(), run.name));
        }
        const std::string stem = folder_ + "/" + run.name;
        run.options.json = stem + ".json";
        run.options.checkpoint = stem + ".checkpoint";
        if (run.options.learner != "perceptron") run.options.out = stem + ".wux";
        try {
            check_combination(run.options);
        } catch (const UsageError& error) {
            throw UsageError(where() + error.what());
        }
        return run;
    }

    std::string folder_;
    std::vector<TrainOption> table_;
    std::vector<PlannedRun> runs_;
    std::set<std::string> names_;
};

}  // namespace

std::vector<PlannedRun> plan_experiments(const std::vector<ConfigFile>& files, const std::vector<std::string>& only,
                                         const std::string& folder) {
    Planner planner(folder);
    std::set<std::string> missing(only.begin(), only.end());
    std::string known;
    for (const ConfigFile& file : files) {
        if (file.sections.empty()) {
            throw UsageError(file.name + ": no experiment in it ([name], and its keys in the lines below)");
        }
        for (const ConfigSection& section : file.sections) {
            known += (known.empty() ? "" : ", ") + section.name;
            missing.erase(section.name);
            if (!only.empty() && std::find(only.begin(), only.end(), section.name) == only.end()) continue;
            planner.add(file, section);
        }
    }
    if (!missing.empty()) throw UsageError(fmt::format("--only {}: there are {}", *missing.begin(), known));
    return planner.take();
}

}  // namespace wuxing
