// The simulator behind the cores, by name and version.
#pragma once

#include <string>

namespace wuxing::sim {
std::string simulator_version();
}  // namespace wuxing::sim
