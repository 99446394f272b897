#include "runs.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <iterator>
#include <sstream>
#include <thread>

#include "checkpoint.hpp"

namespace wuxing::test {

using nlohmann::json;

json without_times(json value) {
    if (value.is_object()) {
        for (const char* time : {"seconds", "images_per_second", "test_images_per_second"}) value.erase(time);
    }
    if (value.is_structured()) {
        for (auto& part : value) part = without_times(part);
    }
    return value;
}

json read_json(const Scratch& scratch, const std::string& name) {
    return json::parse(scratch.read(name));
}

std::vector<std::string> words_of(const std::string& text) {
    std::istringstream stream(text);
    return {std::istream_iterator<std::string>(stream), {}};
}

pid_t start_wuxing(const Scratch& scratch, const std::vector<std::string>& arguments) {
    std::vector<std::string> words{"wuxing"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    const pid_t child = ::fork();
    if (child == 0) {
        if (::chdir(scratch.folder().c_str()) != 0 || std::freopen(".out", "w", stdout) == nullptr ||
            std::freopen(".err", "w", stderr) == nullptr) {
            ::_exit(99);
        }
        ::execv(WUXING_COMMAND, pointers.data());
        ::_exit(99);
    }
    return child;
}

std::size_t epochs_in(const Scratch& scratch, const std::string& checkpoint) {
    if (!std::filesystem::exists(scratch.path(checkpoint))) return 0;
    try {
        return json::parse(load_checkpoint(scratch.path(checkpoint)).progress).at("epochs").size();
    } catch (const FileError&) {
        if (!std::filesystem::exists(scratch.path(checkpoint))) return 0;  // a finished run has just removed it
        throw;
    }
}

void wait_for_epochs(const Scratch& scratch, const std::string& checkpoint, std::size_t epochs, pid_t process) {
    for (int wait = 0; wait < 60000 && epochs_in(scratch, checkpoint) < epochs; ++wait) {
        siginfo_t info{};
        if (::waitid(P_PID, static_cast<id_t>(process), &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid != 0) {
            return;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
}

int end_process(pid_t process, int signal) {
    ::kill(process, signal);
    int status = 0;
    ::waitpid(process, &status, 0);
    return status;
}

}  // namespace wuxing::test
