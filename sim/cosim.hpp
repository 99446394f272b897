// The command wuxing-cosim, from options to exit code.
#pragma once

#include "options.hpp"

namespace wuxing::sim {

constexpr int kExitMatch = 0, kExitDivergence = 1, kExitUsage = 2, kExitInterrupted = 130;

/// To be called from sc_main. `program` is the command's name for the line that reproduces a divergence.
int run_cosim(Options options, const std::string& program);

}  // namespace wuxing::sim
