#include "simulator.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "runs.hpp"

namespace wuxing::test {
namespace {

constexpr const char *kOut = ".sim_out", *kErr = ".sim_err";

std::string text_of(const Scratch& scratch, const char* name) {
    const Bytes bytes = scratch.read(name);
    return std::string(bytes.begin(), bytes.end());
}

}  // namespace

Simulator::Simulator(const Scratch& scratch, const std::string& program, const std::string& options)
    : scratch_(scratch) {
    scratch.write(kOut, std::string());
    const std::string link = scratch.path("port"), out = scratch.path(kOut), err = scratch.path(kErr);
    // It ends by itself if the test that started it is killed.
    std::vector<std::string> words{program, "--link", link, "--idle-exit", "120"};
    for (const std::string& word : words_of(options)) words.push_back(word);
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    std::fflush(nullptr);  // what is still in a buffer is not the child's
    process_ = ::fork();
    if (process_ == 0) {
        if (std::freopen(out.c_str(), "w", stdout) != nullptr && std::freopen(err.c_str(), "w", stderr) != nullptr)
            ::execv(program.c_str(), pointers.data());
        ::_exit(99);
    }
    for (int wait = 0; wait < 10000; ++wait) {
        if (contains(text_of(scratch, kOut), "\n")) return;
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    kill();
    throw std::runtime_error("no virtual board: " + text_of(scratch, kErr));
}

Simulator::~Simulator() {
    kill();
}

std::map<std::string, std::uint64_t> Simulator::end() {
    const int status = end_process(process_, SIGTERM);
    process_ = 0;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 130 || !text_of(scratch_, kErr).empty())
        throw std::runtime_error("the virtual board has not ended as it should: " + text_of(scratch_, kErr));
    std::string line = text_of(scratch_, kOut);
    line = line.substr(line.find('\n') + 1);
    std::map<std::string, std::uint64_t> counts;
    std::istringstream parts(line);
    for (std::string part; std::getline(parts, part, ',');) {
        const std::size_t start = part.find_first_not_of(' '), number = part.find_first_of("0123456789");
        if (number == std::string::npos) throw std::runtime_error("the virtual board's last line: " + line);
        counts[part.substr(start, number - start - 1)] = std::stoull(part.substr(number));
    }
    return counts;
}

void Simulator::kill() {
    if (process_ > 0) end_process(process_, SIGKILL);
    process_ = 0;
}

double Simulator::processor_seconds() const {
    std::ifstream file("/proc/" + std::to_string(process_) + "/stat");
    std::string text;
    std::getline(file, text);
    std::istringstream fields(text.substr(text.rfind(')') + 1));
    std::string word;
    for (int k = 0; k < 11; ++k) fields >> word;
    double user = 0, system = 0;
    fields >> user >> system;
    return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

}  // namespace wuxing::test
