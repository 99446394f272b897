// From configuration files with sections to training runs: which there are, how they are named and grouped.
#pragma once

#include <string>
#include <vector>

#include "config_file.hpp"
#include "train_options.hpp"

namespace wuxing {

struct PlannedRun {
    std::string experiment;  ///< name of the section
    std::string group;       ///< the same with every list key but the seed and its value
    std::string name;        ///< the same with the seed too; what the files of the run are called
    TrainOptions options;    ///< with the files it writes
};

/// Every section is an experiment, whose keys are those of `wuxing train` but for the files it writes; keys before the
/// first section hold for all of them. A list makes one run per value, several lists one per combination, the last one
/// changing first. `only`: names of experiments; empty: all. Files go to `folder`: NAME.json, NAME.checkpoint and, of
/// learners that have one, NAME.wux.
/// Throws UsageError, naming file and line, for whatever cannot be, and for runs of equal names.
std::vector<PlannedRun> plan_experiments(const std::vector<ConfigFile>& files, const std::vector<std::string>& only,
                                         const std::string& folder);

}  // namespace wuxing
