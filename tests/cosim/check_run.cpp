// Runs wuxing-cosim and holds its exit code, result and report to what a case expects.
//
//   check_run [CHECK...] -- COMMAND ARGUMENT...
//
//   exit=N                the command's exit code (default 0)
//   /path/in/json OP V    one argument such as "/events/drive>=90"; OP is one of == != >= <=, V a JSON value, a word, or a multiple
//                         of another number there, as 15*/events/backward
//   keep=FILE             the JSON is kept there
//   stderr=TEXT           standard error is one line that holds TEXT
//   exists=/path/in/json  every file that a list in the JSON names exists and is not empty
//   report=TEXT           the text report holds TEXT
//   same=ARGUMENTS        run again with these further arguments: identical trace
//   one_image_of_waves    the waves hold the run's only image, from the cycle before its first beat to its result
//   waves_of_divergence   the file of waves has every cycle that is said of it, also those after the divergence
//   resets_to=N           the resets met every cycle of a sample up to the N-th
//   reproduce             the line that reproduces a divergence does
#include <sys/wait.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

using nlohmann::json;
namespace fs = std::filesystem;

int failures = 0;

void expect(bool condition, const std::string& what) {
    if (condition) return;
    std::cerr << "FAILED: " << what << '\n';
    ++failures;
}

std::string quoted(const std::string& text) {
    std::string q = "'";
    for (const char c : text) q += c == '\'' ? std::string("'\\''") : std::string(1, c);
    return q + "'";
}

std::string content(const fs::path& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
}

bool begins(const std::string& text, const std::string& prefix) {
    return text.compare(0, prefix.size(), prefix) == 0;
}

struct Outcome {
    int exit_code;
    json result;
    std::string err;
};

Outcome run(const fs::path& folder, const std::string& command) {
    fs::create_directories(folder);
    const std::string line = command + " --json " + quoted((folder / "result.json").string()) + " --report " +
                             quoted((folder / "report.txt").string()) + " --wave-dir " + quoted(folder.string()) + " >" +
                             quoted((folder / "stdout").string()) + " 2>" + quoted((folder / "stderr").string());
    const int status = std::system(line.c_str());
    const std::string text = content(folder / "result.json");
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, text.empty() ? json::object() : json::parse(text, nullptr, false),
            content(folder / "stderr")};
}

/// A check such as /events/drive>=90.
void check_value(const json& result, const std::string& check) {
    for (const std::string op : {"==", "!=", ">=", "<="}) {
        const std::size_t at = check.find(op);
        if (at == std::string::npos) continue;
        const json::json_pointer path(check.substr(0, at));
        const std::string word = check.substr(at + 2);
        if (result.is_null() || !result.contains(path)) return expect(false, check + ": there is no such value");
        json value = json::parse(word, nullptr, false);
        if (const std::size_t times = word.find("*/"); times != std::string::npos)
            value = std::stoull(word) * result.value(json::json_pointer(word.substr(times + 1)), std::uint64_t{0});
        if (value.is_discarded()) value = word;
        const json& got = result.at(path);
        const bool ok = op == "==" ? got == value : op == "!=" ? got != value : op == ">=" ? got >= value : got <= value;
        return expect(ok, check + ", got " + got.dump());
    }
    expect(false, check + ": not a check");
}

void check_files(const json& result, const std::string& path) {
    const json files = result.value(json::json_pointer(path), json::array());
    expect(!files.empty(), path + ": no files");
    for (const std::string file : files)
        expect(fs::exists(file) && fs::file_size(file) > 0, file + ": missing or empty");
}

/// The header of an FST file: a byte, the block's length, first and last time, big-endian.
void check_waves(const json& waves) {
    constexpr std::uint64_t kNanoseconds = 10;  // of a cycle
    const std::string header = content(waves.at("files").at(0).get<std::string>()).substr(0, 25);
    if (header.size() < 25) return expect(false, "no waves");
    const auto time = [&](std::size_t at) {
        std::uint64_t value = 0;
        for (std::size_t k = 0; k < 8; ++k) value = value << 8 | static_cast<unsigned char>(header[at + k]);
        return value / kNanoseconds;
    };
    expect(time(9) == waves.at("from") && time(17) + 1 == waves.at("to"),
           "waves of cycles " + std::to_string(time(9)) + " to " + std::to_string(time(17) + 1) + ", said is " + waves.dump());
}

void check_resets(const json& resets, std::uint64_t last) {
    std::set<std::uint64_t> met;
    for (const json& reset : resets)
        if (reset.at("happened").get<bool>()) met.insert(reset.at("cycle").get<std::uint64_t>());
    for (std::uint64_t cycle = 1; cycle <= last; ++cycle)
        if (met.count(cycle) == 0) return expect(false, "no reset in cycle " + std::to_string(cycle));
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::string> checks;
    std::string command;
    int k = 1;
    for (; k < argc && std::string(argv[k]) != "--"; ++k) checks.emplace_back(argv[k]);
    for (++k; k < argc; ++k) command += quoted(argv[k]) + " ";

    const char* base = std::getenv("TMPDIR");
    std::string pattern = std::string(base ? base : "/tmp") + "/wuxing-cosim-XXXXXX";
    if (!mkdtemp(pattern.data())) return 1;
    const fs::path folder = pattern;

    const Outcome first = run(folder / "first", command);
    int exit_code = 0;
    for (const std::string& check : checks)
        if (begins(check, "exit=")) exit_code = std::stoi(check.substr(5));
    expect(first.exit_code == exit_code, "exit code " + std::to_string(first.exit_code) + " instead of " +
                                             std::to_string(exit_code) + "\n" + content(folder / "first/stdout") + first.err);
    for (const std::string& check : checks) {
        if (begins(check, "/")) {
            check_value(first.result, check);
        } else if (begins(check, "stderr=")) {
            const std::string& text = first.err;
            expect(text.find(check.substr(7)) != std::string::npos, check + ", got: " + text);
            expect(!text.empty() && text.find('\n') == text.size() - 1, "one line on stderr, got: " + text);
        } else if (begins(check, "keep=")) {
            fs::copy_file(folder / "first/result.json", check.substr(5), fs::copy_options::overwrite_existing);
        } else if (begins(check, "exists=")) {
            check_files(first.result, check.substr(7));
        } else if (begins(check, "report=")) {
            const std::string report = content(folder / "first/report.txt");
            expect(report.find(check.substr(7)) != std::string::npos, check + ", got:\n" + report);
        } else if (begins(check, "same=")) {
            const Outcome other = run(folder / "same", command + check.substr(5));
            expect(other.exit_code == first.exit_code && other.result.is_object() &&
                       other.result.value("trace_digest", "b") == first.result.value("trace_digest", "a"),
                   "another trace with " + check.substr(5));
        } else if (check == "one_image_of_waves") {
            const json waves = first.result.value("waves", json{{"from", 0}, {"to", 0}});
            const auto length = waves.at("to").get<long long>() - waves.at("from").get<long long>();
            expect(length == first.result.value("busy_cycles", -1LL) + 1, check + ", got: " + first.result.dump());
            check_waves(waves);
        } else if (check == "waves_of_divergence") {
            check_waves(first.result.at(json::json_pointer("/divergence/waves")));
        } else if (begins(check, "resets_to=")) {
            check_resets(first.result.at("resets"), std::stoull(check.substr(10)));
        } else if (check == "reproduce") {
            const Outcome again =
                run(folder / "again", first.result.value(json::json_pointer("/divergence/reproduce"), "false"));
            json a = first.result.value("divergence", json("a")), b = again.result.value("divergence", json("b"));
            if (a.is_object()) a.erase("waves");
            if (b.is_object()) b.erase("waves");
            for (const char* member : {"further", "divergences", "events"})
                expect(first.result.value(member, json("a")) == again.result.value(member, json("b")),
                       std::string("the reproduction has other ") + member);
            expect(a == b, "the reproduction differs:\n" + a.dump(2) + "\n" + b.dump(2));
        } else if (!begins(check, "exit=")) {
            expect(false, check + ": not a check");
        }
    }
    if (failures == 0) fs::remove_all(folder);
    return failures == 0 ? 0 : 1;
}
