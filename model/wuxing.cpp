// The command `wuxing`: trains, evaluates and describes the golden model, strikes it with faults, and works with a board.
// Exit codes: 0 done, 1 what `wuxing neuron` looks for does not exist, or a divergence (of `wuxing board` as of wuxing-cosim),
// 2 usage or set-up error, 130 interrupted.
#include <fmt/core.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>
#include <new>
#include <string>
#include <utility>

#include "commands.hpp"
#include "contract.hpp"
#include "interrupt.hpp"
#include "model_file.hpp"
#include "one_line.hpp"
#include "usage_error.hpp"

namespace wuxing {

void complain(std::string message) {
    // Where this cannot be said there is nobody to tell: it must not throw.
    std::fputs(("wuxing: " + one_line(std::move(message)) + '\n').c_str(), stderr);
}

namespace {

int run(int argc, char** argv) {
    CLI::App app("Trains, evaluates and describes the golden model of the Wuxing network.", "wuxing");
    app.set_version_flag("--version", fmt::format("wuxing {}, contract {}, model file {}", WUXING_VERSION,
                                                  kContractVersion, kModelFileVersion));
    app.require_subcommand(1);
    const std::vector<Command> commands{add_train_command(app), add_experiment_command(app), add_eval_command(app),
                                        add_info_command(app), add_report_command(app),
                                        add_neuron_command(app), add_faults_command(app), add_board_command(app)};
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& asked_for) {  // --help, --version
        return app.exit(asked_for);
    } catch (const CLI::ParseError& error) {
        const auto named = std::find_if(commands.begin(), commands.end(), [&](const Command& c) {
            return argc > 1 && c.app->get_name() == argv[1];
        });
        const std::string command = named != commands.end() ? named->app->get_name() + " " : "";
        throw UsageError(fmt::format("{} (wuxing {}--help)", error.what(), command));
    }
    catch_interrupts();
    return std::find_if(commands.begin(), commands.end(), [](const Command& c) { return c.app->parsed(); })->run();
}

int fail(const std::string& message) {
    complain(message);
    return kExitUsage;
}

}  // namespace
}  // namespace wuxing

int main(int argc, char** argv) {
    try {
        const int code = wuxing::run(argc, argv);
        if (std::fflush(stdout) != 0) {
            return wuxing::fail(std::string("cannot write to standard output: ") + std::strerror(errno));
        }
        return code;
    } catch (const std::bad_alloc&) {
        return wuxing::fail("not enough memory for a network of this size");
    } catch (const std::exception& error) {
        return wuxing::fail(error.what());
    }
}
