// Outputs in a world of other processes: killed in the middle of a write, two at once on one file, two on one
// checkpoint.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <random>
#include <thread>

#include "files.hpp"
#include "runs.hpp"

namespace wuxing::test {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kSize = 1 << 20;  // long enough to be killed in the middle

/// A process that writes `bytes` to `path` `times` times; its exit code is the number of failures.
pid_t start_writer(const std::string& path, std::uint8_t content, int times) {
    const pid_t child = ::fork();
    if (child != 0) return child;
    const Bytes bytes(kSize, content);
    int failures = 0;
    for (int k = 0; k < times; ++k) {
        try {
            write_file_atomically(path, bytes.data(), bytes.size());
        } catch (const FileError&) {
            failures = 1;
        }
    }
    ::_exit(failures);
}

/// The byte that a file is full of; -1 if it is anything but a whole one.
int content_of(const Scratch& scratch, const std::string& name) {
    const Bytes bytes = scratch.read(name);
    return bytes.size() == kSize && bytes == Bytes(kSize, bytes[0]) ? bytes[0] : -1;
}

int exit_code(pid_t process) {
    int status = 0;
    ::waitpid(process, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string text(const Scratch& scratch, const std::string& name) {
    const Bytes bytes = scratch.read(name);
    return {bytes.begin(), bytes.end()};
}

}  // namespace

TEST_CASE("killed at any moment of a write, it leaves the old file or the new one") {
    const Scratch scratch;
    std::mt19937 random(1);
    int in_the_middle = 0, old_kept = 0;
    scratch.write("file", Bytes(kSize, 0));
    for (int round = 1; round <= 200; ++round) {
        const int before = content_of(scratch, "file");
        const auto content = static_cast<std::uint8_t>(round);
        const pid_t child = start_writer(scratch.path("file"), content, 1000000);
        std::this_thread::sleep_for(std::chrono::microseconds(500 + random() % 6000));
        end_process(child, SIGKILL);
        const int after = content_of(scratch, "file");
        CHECK((after == before || after == content));
        if (after == before) ++old_kept;
        for (const std::string& name : scratch.names()) {
            if (name == "file") continue;
            REQUIRE(contains(name, "file.tmp-"));
            if (fs::file_size(scratch.path(name)) > 0) ++in_the_middle;
            fs::remove(scratch.path(name));
        }
    }
    CHECK(in_the_middle >= 20);  // or this has shown nothing
    CHECK(old_kept < 200);
}

TEST_CASE("of two processes that write one file, each leaves a whole one, and nothing else") {
    const Scratch scratch;
    scratch.write("file", Bytes(kSize, 0));
    const pid_t one = start_writer(scratch.path("file"), 1, 100), two = start_writer(scratch.path("file"), 2, 100);
    bool seen[3] = {};
    int looked = 0;
    siginfo_t info{};
    for (; ::waitid(P_PID, static_cast<id_t>(one), &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == 0;
         ++looked) {
        const int content = content_of(scratch, "file");
        REQUIRE((content >= 0 && content <= 2));
        seen[content] = true;
    }
    CHECK(exit_code(one) == 0);
    CHECK(exit_code(two) == 0);
    CHECK(looked >= 20);
    CHECK((seen[1] && seen[2]));
    CHECK(content_of(scratch, "file") >= 1);
    CHECK(scratch.names() == std::vector<std::string>{"file"});
}

TEST_CASE("of two runs that begin on one checkpoint at once, one is refused") {
    const Scratch shared, first, second;
    write_small_dataset(shared);
    const std::string run =
        "train --data " + shared.folder() + " --layers 16-8-3 --epochs 3 --checkpoint " + shared.path("c");
    for (int round = 0; round < 20; ++round) {
        const pid_t one = start_wuxing(first, words_of(run + " --seed 1")),
                    two = start_wuxing(second, words_of(run + " --seed 2"));
        const int code_one = exit_code(one), code_two = exit_code(two);
        INFO(text(first, ".err") << text(second, ".err"));
        REQUIRE(((code_one == 0 && code_two == 2) || (code_one == 2 && code_two == 0)));
        const std::string error = text(code_one == 2 ? first : second, ".err");
        CHECK(is_one_line(error));
        CHECK((contains(error, "exists already") ||
               contains(error, "c: not written, what was there is unchanged: File exists")));
        CHECK(epochs_in(shared, "c") == 3);
        fs::remove(shared.path("c"));
    }
}

TEST_CASE("two runs that resume one checkpoint at once both end as if they had been alone") {
    const Scratch shared, first, second;
    write_small_dataset(shared);
    const std::string run = "train --data " + shared.folder() + " --layers 16-8-3 --out " + shared.path("m.wux");
    REQUIRE(run_wuxing(first, run + " --epochs 40").code == 0);
    const Bytes whole = shared.read("m.wux");
    REQUIRE(run_wuxing(first, run + " --epochs 5 --checkpoint " + shared.path("c")).code == 0);
    REQUIRE(shared.read("m.wux") != whole);
    const std::vector<std::string> resume{"train", "--resume", shared.path("c"), "--epochs", "40"};
    const pid_t one = start_wuxing(first, resume), two = start_wuxing(second, resume);
    CHECK(exit_code(one) == 0);
    CHECK(exit_code(two) == 0);
    CHECK(shared.read("m.wux") == whole);
    CHECK(epochs_in(shared, "c") == 40);
}

TEST_CASE("two experiments in one folder spoil no result") {
    const Scratch shared, first, second;
    write_small_dataset(shared);
    shared.write("e.toml",
                 "data = \"" + shared.folder() + "\"\nlayers = \"16-8-3\"\nepochs = 10\n[e]\nseed = [1, 2, 3, 4]\n");
    const auto make = [&](const std::string& folder) {
        return words_of("experiment " + shared.path("e.toml") + " --jobs 1 --out " + shared.path(folder) + " --json " +
                        shared.path(folder + ".json"));
    };
    REQUIRE(exit_code(start_wuxing(first, make("alone"))) == 0);
    const pid_t one = start_wuxing(first, make("both")), two = start_wuxing(second, make("both"));
    for (const int code : {exit_code(one), exit_code(two)}) CHECK((code == 0 || code == 2));  // met, a run is refused
    REQUIRE(exit_code(start_wuxing(first, make("both"))) == 0);                               // what is still missing
    CHECK(shared.read("both.json") == shared.read("alone.json"));
    for (int seed = 1; seed <= 4; ++seed) {
        const std::string name = "/e-seed-" + std::to_string(seed);
        CHECK(shared.read("both" + name + ".wux") == shared.read("alone" + name + ".wux"));
        CHECK_FALSE(fs::exists(shared.path("both" + name + ".checkpoint")));
    }
}

}  // namespace wuxing::test
