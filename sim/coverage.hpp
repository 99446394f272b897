// What a verilated model has covered (docs/coverage.md), if it was built to count it: kept when the model goes, one file a model, in the
// folder that the environment variable WUXING_COVERAGE_DIR names. Include the model's header before this one.
#pragma once

#include <verilated.h>

#if VM_COVERAGE
#include <unistd.h>
#include <verilated_cov.h>

#include <cstdlib>
#include <string>
#endif

namespace wuxing::sim {

/// To be called of a new model: what settles at once, with all inputs 0 or as they are set, is no change.
template <typename Top>
void begin_coverage([[maybe_unused]] VerilatedContext& context, [[maybe_unused]] Top& top) {
#if VM_COVERAGE
    top.eval();
    context.coveragep()->zero();
#endif
}

/// To be called before a model goes, for its counters go with it.
inline void keep_coverage([[maybe_unused]] VerilatedContext& context) {
#if VM_COVERAGE
    if (const char* folder = std::getenv("WUXING_COVERAGE_DIR")) {
        std::string name = std::string(folder) + "/XXXXXX";
        const int file = ::mkstemp(name.data());
        if (file >= 0) ::close(file);
        context.coveragep()->forcePerInstance(true);  // a point is known by its place in the hierarchy
        context.coveragep()->write(name.c_str());
    }
    context.coveragep()->clear();
#endif
}

}  // namespace wuxing::sim
