// Outputs in a world of other processes: killed in the middle of a write, two at once on one file, two on one
// checkpoint. And outputs that are named as each other, or as what is read.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
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
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (scratch.names().size() < 2 && std::chrono::steady_clock::now() < deadline) {}  // it has begun to write
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 2000));
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
    const std::vector<pid_t> endless{start_writer(scratch.path("file"), 1, 1000000),
                                     start_writer(scratch.path("file"), 2, 1000000)};
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    std::array<bool, 3> seen{};
    for (int looked = 0; (looked < 100 || !seen[1] || !seen[2]) && std::chrono::steady_clock::now() < deadline; ++looked) {
        const int content = content_of(scratch, "file");
        CHECK((content >= 0 && content <= 2));
        if (content >= 0 && content <= 2) seen[static_cast<std::size_t>(content)] = true;
    }
    for (const pid_t writer : endless) end_process(writer, SIGKILL);
    CHECK((seen[1] && seen[2]));
    for (const std::string& name : scratch.names())
        if (name != "file") fs::remove(scratch.path(name));

    const pid_t one = start_writer(scratch.path("file"), 1, 20), two = start_writer(scratch.path("file"), 2, 20);
    CHECK(exit_code(one) == 0);
    CHECK(exit_code(two) == 0);
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

TEST_CASE("no output takes the place of another or of what is read, by whatever name") {
    const Scratch scratch;
    write_small_dataset(scratch);
    const std::string train = "train --data . --layers 16-8-3 --epochs 1 ";
    REQUIRE(run_wuxing(scratch, train + "--out m.wux --checkpoint c").code == 0);
    scratch.write("l.jsonl", std::string("{\"image\":0,\"kind\":\"drop\",\"event\":0}\n"));
    scratch.write("t.toml", std::string("data = \".\"\nlayers = \"16-8-3\"\nepochs = 1\n"));
    scratch.write("e.toml", std::string("data = \".\"\nlayers = \"16-8-3\"\nepochs = 1\n[e]\nseed = 1\n"));
    scratch.write("e.json", std::string("{}\n"));
    scratch.write("f.toml", std::string("data = \".\"\nepochs = 1\nmodel = \"m.wux\"\n[e]\nseed = 1\n"));
    fs::create_symlink("m.wux", scratch.path("link"));
    fs::create_symlink("new", scratch.path("link_to_nothing"));
    fs::create_directory_symlink(".", scratch.path("here"));
    fs::create_hard_link(scratch.path("m.wux"), scratch.path("hard.wux"));
    run_wuxing(scratch, "--version");
    const std::vector<std::string> names = scratch.names();
    const auto contents = [&] {
        std::vector<Bytes> all;
        for (const std::string& name : names)
            if (fs::is_regular_file(scratch.path(name)) && name[0] != '.') all.push_back(scratch.read(name));
        return all;
    };
    const std::vector<Bytes> before = contents();

    const std::string strike = "faults m.wux --data . --kind drop --rate 0.1 ";
    const std::string a_and_b = " name the same file (", reads = " would overwrite what ";
    struct Case {
        std::string arguments, first, relation, second;
    };
    const std::vector<Case> cases{
        {strike + "--list new --json ./new", "--list and --json", a_and_b, "(new, ./new)"},
        {strike + "--list new --json \"$PWD/new\"", "--list and --json", a_and_b, "/new)"},
        {strike + "--list new --json here/new", "--list and --json", a_and_b, "(new, here/new)"},
        {strike + "--list new --json link_to_nothing", "--list and --json", a_and_b, "(new, link_to_nothing)"},
        {strike + "--learn --json new --out ./new", "--json and --out", a_and_b, "(new, ./new)"},
        {train + "--out new --json here/new", "out and json", a_and_b, "(new, here/new)"},
        {train + "--out new --checkpoint link_to_nothing", "out and checkpoint", a_and_b, "(new, link_to_nothing)"},
        {train + "--out - --checkpoint -", "out and checkpoint", a_and_b, "(-)"},  // a file of that name
        {strike + "--list - --learn --out -", "--list and --out", a_and_b, "(-)"},
        {strike + "--json m.wux", "--json", reads, "--model reads: both name the same file (m.wux)"},
        {strike + "--list ./m.wux", "--list", reads, "--model reads: both name the same file (m.wux, ./m.wux)"},
        {strike + "--learn --out link", "--out", reads, "--model reads"},
        {strike + "--json here/./t10k-labels-idx1-ubyte", "--json", reads, "--data reads"},
        {"faults link --data . --faults l.jsonl --json \"$PWD/m.wux\"", "--json", reads, "--model reads"},
        {"faults m.wux --data . --faults l.jsonl --json l.jsonl", "--json", reads, "--faults reads"},
        {"faults m.wux --data . --faults l.jsonl --list ./l.jsonl", "--list", reads, "--faults reads"},
        {strike + "--list ./train-images-idx3-ubyte", "--list", reads, "--data reads"},
        {"eval m.wux --data . --json m.wux", "--json", reads, "--model reads"},
        {"eval m.wux --data here --json here/here/link", "--json", reads, "--model reads"},
        {"eval m.wux --data here --json t10k-labels-idx1-ubyte", "--json", reads, "--data reads"},
        {"eval m.wux --data . --json \"$PWD/train-images-idx3-ubyte\"", "--json", reads, "--data reads"},
        {"info m.wux --json ./m.wux", "--json", reads, "--model reads"},
        {"info link --json m.wux", "--json", reads, "--model reads"},
        {"board eval m.wux --port none --data . --json link", "--json", reads, "--model reads"},
        {"board read --port none --out new --json ./new", "--out and --json", a_and_b, "(new, ./new)"},
        {train + "--json here/t10k-images-idx3-ubyte", "json", reads, "data reads"},
        {train + "--out train-labels-idx1-ubyte", "out", reads, "data reads"},
        {"train --data . --model m.wux --epochs 1 --json link", "json", reads, "model reads"},
        {"train --data . --model m.wux --epochs 1 --checkpoint ./m.wux", "checkpoint", reads, "model reads"},
        {"train --config t.toml --out ./t.toml", "out", reads, "config reads"},
        {"train --resume c --json ./c", "checkpoint and json", a_and_b, "(c, ./c)"},
        {"experiment e.toml --out . --json e.json", "--json and json of e", a_and_b, "e.json"},
        {"experiment e.toml --out x --json ./e.toml", "--json", reads, "wuxing experiment reads"},
        {"experiment e.toml --out x --json t10k-images-idx3-ubyte", "--json", reads, "data of e reads"},
        {"experiment f.toml --out x --json link", "--json", reads, "model of e reads"},
    };
    for (const Case& c : cases) {
        const CommandResult done = run_wuxing(scratch, c.arguments);
        INFO(c.arguments << '\n' << done.out << done.err);
        CHECK(done.code == 2);
        CHECK(done.out.empty());
        CHECK(is_one_line(done.err));
        CHECK(contains(done.err, "wuxing: " + c.first + c.relation));
        CHECK(contains(done.err, c.second));
        REQUIRE(scratch.names() == names);
        REQUIRE(contents() == before);
    }
    // What is allowed: standard output, a model that is trained on in its place, another entry of the same file.
    CHECK(run_wuxing(scratch, "train --data . --model m.wux --epochs 1 --out hard.wux --json -").code == 0);
    CHECK(contents() != before);
    CHECK(run_wuxing(scratch, "train --data . --model m.wux --epochs 1 --out link").code == 0);
    CHECK(run_wuxing(scratch, "eval m.wux --data . --json ./new").code == 0);
    CHECK(scratch.read("hard.wux") == scratch.read("m.wux"));
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
