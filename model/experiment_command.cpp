// wuxing experiment: the command line of experiment.hpp, its progress on a terminal, its table.
#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "commands.hpp"
#include "config_file.hpp"
#include "dataset.hpp"
#include "experiment.hpp"
#include "files.hpp"
#include "interrupt.hpp"
#include "progress.hpp"
#include "report.hpp"
#include "usage_error.hpp"

namespace wuxing {
namespace {

using Status = RunOutcome::Status;

struct ExperimentOptions {
    std::vector<std::string> files, only;
    std::string folder = "experiments", json;
    int jobs = 0;  ///< 0 = as many as there are cores
    bool redo = false;
};

void make_folder(const std::string& folder) {
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (!std::filesystem::is_directory(folder)) {
        throw FileError(fmt::format("{}: the folder cannot be made: {}", folder,
                                    error ? error.message() : "something else is there"));
    }
}

/// Throws UsageError if a file that is written, be it by a run, is one that is read or written elsewhere.
void check_files(const ExperimentOptions& options, const std::vector<PlannedRun>& runs) {
    std::vector<NamedFile> inputs, models, results{{"--json", options.json}}, networks;
    for (const std::string& path : options.files) inputs.push_back({"wuxing experiment", path});
    std::set<std::string> sets;
    for (const PlannedRun& run : runs) {
        const std::string of_run = " of " + run.name;
        if (sets.insert(run.options.data).second) {
            for (NamedFile& file : dataset_files("data" + of_run, run.options.data)) inputs.push_back(std::move(file));
        }
        models.push_back({"model" + of_run, run.options.model});
        results.push_back({"json" + of_run, run.options.json});
        results.push_back({"checkpoint" + of_run, run.options.checkpoint});
        networks.push_back({"out" + of_run, run.options.out});
    }
    check_distinct(models, results);  // an earlier run may have left the model that a later one continues with
    results.insert(results.end(), networks.begin(), networks.end());
    check_distinct(inputs, results);
}

int experiment(const ExperimentOptions& options) {
    std::vector<ConfigFile> files;
    for (const std::string& path : options.files) files.push_back(read_config(path));
    const std::vector<PlannedRun> runs = plan_experiments(files, options.only, options.folder);
    check_files(options, runs);
    const bool text = options.json != "-";
    if (text && !options.json.empty()) check_writable(options.json);
    make_folder(options.folder);

    const int cores = static_cast<int>(std::max(1u, std::thread::hardware_concurrency()));
    std::vector<RunOutcome> outcomes;
    {
        RunsProgress progress(runs.size());
        outcomes = make_runs(
            runs, options.jobs > 0 ? options.jobs : cores, options.redo,
            [&progress](const ExperimentProgress& now) {
                progress.update(now.runs_done, now.images_trained, now.epochs_trained, now.epochs_left);
            },
            [] { return interrupted == 0; });
    }

    int code = kExitDone;
    std::size_t ended = 0;
    for (std::size_t k = 0; k < runs.size(); ++k) {
        const RunOutcome& outcome = outcomes[k];
        if (!outcome.warning.empty()) complain(fmt::format("warning: {}: {}", runs[k].name, outcome.warning));
        if (outcome.status == Status::failed) {
            complain(fmt::format("{}: {}", runs[k].name, outcome.message));
            code = kExitUsage;
        }
        ended += outcome.status == Status::finished || outcome.status == Status::skipped ? 1 : 0;
    }
    const nlohmann::json summary = summarise(runs, outcomes);
    if (text) fmt::print("{}", summary_table(summary));
    if (!options.json.empty()) write_json(options.json, summary);
    if (std::any_of(outcomes.begin(), outcomes.end(),
                    [](const RunOutcome& outcome) { return outcome.status == Status::interrupted; })) {
        complain(fmt::format("interrupted with {} of {} runs done; the same command goes on", ended, runs.size()));
        return kExitInterrupted;
    }
    return code;
}

}  // namespace

Command add_experiment_command(CLI::App& wuxing) {
    CLI::App* command =
        wuxing.add_subcommand("experiment", "Make the training runs of configuration files, and one table of them");
    const auto options = std::make_shared<ExperimentOptions>();
    command->add_option("files", options->files, "Configuration files: a section an experiment, lists for many runs")
        ->type_name("FILE")
        ->required();
    command->add_option("--out", options->folder, "Folder for results, models and checkpoints")
        ->type_name("DIR")
        ->capture_default_str();
    command->add_option("--jobs", options->jobs, "Runs at a time (default: as many as there are cores)")
        ->type_name("N")
        ->check(CLI::Range(1, 1024).description(""));
    command->add_option("--only", options->only, "Only the experiment NAME; may be given several times")
        ->type_name("NAME")
        ->allow_extra_args(false);
    command->add_flag("--redo", options->redo, "Make runs anew whose configuration has changed, instead of refusing");
    command->add_option("--json", options->json, "Write the table to FILE as JSON (- for standard output)")
        ->type_name("FILE");
    return {command, [options] { return experiment(*options); }};
}

}  // namespace wuxing
