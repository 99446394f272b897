// A virtual board as a process of its own.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>

#include "scratch.hpp"

namespace wuxing::test {

class Simulator {
public:
    /// A program that is wuxing-board-sim, or takes its options, started with these; it serves the port "port" of the
    /// scratch folder.
    Simulator(const Scratch& scratch, const std::string& program, const std::string& options);
    ~Simulator();
    Simulator(const Simulator&) = delete;
    Simulator& operator=(const Simulator&) = delete;

    /// What its last line counts: "samples", "cycles", "line errors", ... It has ended with exit code 130.
    std::map<std::string, std::uint64_t> end();
    /// It is gone, as a board whose plug is pulled.
    void kill();
    double processor_seconds() const;

private:
    const Scratch& scratch_;
    pid_t process_;
};

}  // namespace wuxing::test
