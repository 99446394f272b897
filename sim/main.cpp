// wuxing-cosim: see options.cpp for what it takes, docs/core.md and docs/contract.md for what it compares.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <systemc>

#include "cosim.hpp"

int main(int argc, char** argv) {
    setenv("SYSTEMC_DISABLE_COPYRIGHT_MESSAGE", "1", 1);  // standard output belongs to the results
    return sc_core::sc_elab_and_sim(argc, argv);
}

int sc_main(int argc, char** argv) {
    using namespace wuxing::sim;
    sc_core::sc_report_handler::set_actions(sc_core::SC_INFO, sc_core::SC_DO_NOTHING);
    const ParsedOptions parsed = parse_options(argc, argv);
    const int code = parsed.exit_code ? *parsed.exit_code : run_cosim(parsed.options, argv[0]);
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return code;
    std::fprintf(stderr, "wuxing-cosim: cannot write to standard output: %s\n", std::strerror(errno));
    return code == 0 ? 2 : code;
}
