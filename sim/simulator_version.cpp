#include "simulator_version.hpp"

#include <verilated.h>

namespace wuxing::sim {
std::string simulator_version() {
    return std::string(Verilated::productName()) + " " + Verilated::productVersion();
}
}  // namespace wuxing::sim
