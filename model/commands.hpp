// The subcommands of `wuxing`, one function each: it adds the command's options and gives back how to run it.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "training.hpp"

namespace wuxing {

constexpr int kExitDone = 0, kExitUsage = 2, kExitInterrupted = 130;
constexpr int kExitNone = 1;  ///< what was asked for does not exist (wuxing neuron)
constexpr int kExitDivergence = 1;  ///< board and golden model differ

struct Command {
    CLI::App* app;
    std::function<int()> run;  ///< returns the exit code; throws UsageError, FileError
};

Command add_train_command(CLI::App& wuxing);
Command add_experiment_command(CLI::App& wuxing);
Command add_eval_command(CLI::App& wuxing);
Command add_info_command(CLI::App& wuxing);
Command add_report_command(CLI::App& wuxing);
Command add_neuron_command(CLI::App& wuxing);
Command add_faults_command(CLI::App& wuxing);
Command add_board_command(CLI::App& wuxing);

/// What follows the results of train and eval if asked for.
void print_details(const Evaluation& evaluation, bool per_class, bool confusion);

/// A line of trouble that does not end the command: "wuxing: ...", on stderr.
void complain(std::string message);

}  // namespace wuxing
