// What the cases about training runs share: results without their times, processes that can be killed.
#pragma once

#include <sys/types.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "scratch.hpp"

namespace wuxing::test {

/// A JSON result but for what differs from run to run of the same command.
nlohmann::json without_times(nlohmann::json json);
nlohmann::json read_json(const Scratch& scratch, const std::string& name);

/// What blanks divide.
std::vector<std::string> words_of(const std::string& text);

/// Starts `wuxing` with these arguments in the scratch folder, its output in .out and .err; returns its process id.
pid_t start_wuxing(const Scratch& scratch, const std::vector<std::string>& arguments);

/// Epochs in a checkpoint; 0 if there is none yet.
std::size_t epochs_in(const Scratch& scratch, const std::string& checkpoint);

/// Waits until a checkpoint has that many epochs or the process has ended.
void wait_for_epochs(const Scratch& scratch, const std::string& checkpoint, std::size_t epochs, pid_t process);

/// Sends a signal and waits; the status as of waitpid.
int end_process(pid_t process, int signal);

}  // namespace wuxing::test
