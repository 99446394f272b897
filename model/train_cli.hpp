// The options of a training run on the command line, and the run as text: what the commands that train share.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "checkpoint.hpp"
#include "progress.hpp"
#include "train_options.hpp"
#include "training_run.hpp"

namespace wuxing {

/// What was said on the command line.
struct SaidOptions {
    std::map<std::string, std::string> values;  ///< by name of the option, as text
    std::string config, resume;
    bool print_config = false;
};

/// Adds those options of the table that are `wanted` to a command.
void add_table_options(CLI::App& command, const std::shared_ptr<SaidOptions>& said,
                       const std::function<bool(const TrainOption&)>& wanted);
/// Puts what was said into the options. Throws UsageError.
void apply_said(TrainOptions& options, const SaidOptions& said);

/// The same, and --config, --resume and --print-config.
void add_train_options(CLI::App& command, const std::shared_ptr<SaidOptions>& said,
                       const std::function<bool(const TrainOption&)>& wanted);

/// The run that is asked for: its options, from command line, configuration file or checkpoint.
struct AskedRun {
    TrainOptions options;
    std::optional<Checkpoint> checkpoint;  ///< of --resume
};

/// Throws UsageError or FileError.
AskedRun asked_run(const SaidOptions& said);

/// A run as lines on stdout, and its progress on a terminal.
class RunPrinter : public RunObserver {
public:
    explicit RunPrinter(const TrainingRun& run) : run_(run), text_(run.options().text()) {}

    void begin(bool resumed) const;
    void pass_begins(Pass pass, int index, int images) override;
    bool pass_goes_on(int done, int correct) override;
    void pass_ends() override { progress_.reset(); }
    void epoch_done(const EpochResult& epoch) override;
    void end() const;

private:
    void print_epoch(const EpochResult& epoch) const;

    const TrainingRun& run_;
    bool text_;
    std::optional<Progress> progress_;
};

}  // namespace wuxing
