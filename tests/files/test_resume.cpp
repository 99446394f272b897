// Checkpoints at work: a run that was killed and resumed, however often, ends as the one that was left alone.
#include <signal.h>
#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <random>
#include <thread>

#include "checkpoint.hpp"
#include "runs.hpp"
#include "tally.hpp"

namespace wuxing::test {
namespace {

namespace fs = std::filesystem;

/// Learner, and whether it has a model file.
struct Learner {
    const char* options;
    bool has_model;
};

constexpr Learner kLearners[] = {{"--arithmetic integer", true},
                                 {"--arithmetic integer --validation 12 --keep best", true},
                                 {"--arithmetic double --validation 12 --keep best", true},
                                 {"--arithmetic double", true},
                                 {"--k-sets 123 --k-p 0.02 --k-i 0.02 --k-d 0.01 --weight-bits 8 --core-shift 2", true},
                                 {"--eta 0 --k-sets 13 --k-p 0.02 --k-i 0.01 --recomputed", true},
                                 {"--arithmetic double --k-sets 123 --k-p 0.02 --k-i 0.02 --k-d 0.01", true},
                                 {"--learner perceptron --validation 12 --keep best", false}};

constexpr const char* kRun = "train --data . --layers 16-8-3 --decay 0.99 --shift 1 --seed 3 --epochs 150 ";

/// Kills the run again and again with `signal`, resumes it each time, lets it finish at last, and compares it with one
/// that nobody disturbed.
void check_disturbed(const Learner& learner, int signal, int times) {
    const Scratch scratch;
    write_small_dataset(scratch);
    std::string run = kRun + std::string(learner.options) + (learner.has_model ? " --out m.wux" : "");
    if (!contains(run, "--eta ")) run += " --eta 0.05";
    REQUIRE(run_wuxing(scratch, run + " --json whole.json").code == 0);
    if (learner.has_model) fs::rename(scratch.path("m.wux"), scratch.path("whole.wux"));

    std::mt19937 random(static_cast<unsigned>(signal) + static_cast<unsigned>(std::string(learner.options).size()));
    std::string arguments = run + " --checkpoint c --json parts.json";
    int disturbed = 0;
    for (int round = 0; round < times; ++round) {
        const std::size_t before = epochs_in(scratch, "c");
        const pid_t child = start_wuxing(scratch, words_of(arguments));
        REQUIRE(child > 0);
        wait_for_epochs(scratch, "c", before + 1 + random() % 5, child);
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 3000));
        const int status = end_process(child, signal);
        const Bytes error = scratch.read(".err");
        INFO(std::string(error.begin(), error.end()));
        const std::size_t after = epochs_in(scratch, "c");
        CHECK(after >= before);
        if (after == 150) break;  // too fast for us
        if (signal == SIGKILL) {
            REQUIRE(WIFSIGNALED(status));
        } else {
            REQUIRE(WIFEXITED(status));
            CHECK(WEXITSTATUS(status) == 130);
            CHECK(is_one_line(std::string(error.begin(), error.end())));
            CHECK(contains(std::string(error.begin(), error.end()), "--resume c goes on"));
        }
        CHECK_FALSE(fs::exists(scratch.path("parts.json")));
        arguments = "train --resume c";
        ++disturbed;
    }
    CHECK(disturbed >= 4);
    const CommandResult last = run_wuxing(scratch, "train --resume c --threads 2");
    INFO(last.err);
    REQUIRE(last.code == 0);
    CHECK(contains(last.out, "resumed  after "));
    if (learner.has_model) CHECK(scratch.read("m.wux") == scratch.read("whole.wux"));
    const nlohmann::json parts = read_json(scratch, "parts.json"), whole = read_json(scratch, "whole.json");
    CHECK(parts["epochs"].size() == 150);
    CHECK(without_times(parts) == without_times(whole));
}

}  // namespace

TEST_CASE("killed at any moment and resumed, a run ends as if it had been left alone") {
    for (const Learner& learner : kLearners) {
        INFO(learner.options);
        check_disturbed(learner, SIGKILL, 6);
    }
}

TEST_CASE("interrupted and resumed, a run ends as if it had been left alone") {
    for (const Learner& learner : kLearners) {
        INFO(learner.options);
        check_disturbed(learner, SIGINT, 5);
    }
}

TEST_CASE("a continued model can be resumed without its file") {
    const Scratch scratch;
    write_small_dataset(scratch);
    REQUIRE(run_wuxing(scratch, "train --data . --layers 16-8-3 --epochs 2 --out start.wux").code == 0);
    const std::string run = "train --data . --model start.wux --out m.wux --shift 1 ";
    REQUIRE(run_wuxing(scratch, run + "--epochs 4 --json whole.json").code == 0);
    const Bytes whole = scratch.read("m.wux");
    REQUIRE(run_wuxing(scratch, run + "--epochs 2 --checkpoint c --json parts.json").code == 0);
    CHECK(scratch.read("m.wux") != whole);
    fs::remove(scratch.path("start.wux"));
    const CommandResult resumed = run_wuxing(scratch, "train --resume c --epochs 4");
    INFO(resumed.err);
    REQUIRE(resumed.code == 0);
    CHECK(contains(resumed.out, "continued after 2 epochs"));
    CHECK(scratch.read("m.wux") == whole);
    CHECK(without_times(read_json(scratch, "parts.json")) == without_times(read_json(scratch, "whole.json")));
}

TEST_CASE("a finished run can be asked for its results again, and for more epochs") {
    const Scratch scratch;
    write_small_dataset(scratch);
    const std::string run = "train --data . --layers 16-8-3 --eta 0.05 --seed 3 --validation 12 --keep best ";
    for (const std::string epochs : {"3", "9"}) {
        const std::string name = "whole" + epochs;
        REQUIRE(run_wuxing(scratch, run + "--epochs " + epochs + " --out m.wux --json " + name + ".json").code == 0);
        fs::rename(scratch.path("m.wux"), scratch.path(name + ".wux"));
    }
    REQUIRE(run_wuxing(scratch, run + "--epochs 3 --out m.wux --checkpoint c").code == 0);
    fs::remove(scratch.path("m.wux"));
    REQUIRE(run_wuxing(scratch, "train --resume c --json again.json").code == 0);
    CHECK(scratch.read("m.wux") == scratch.read("whole3.wux"));
    CHECK(without_times(read_json(scratch, "again.json")) == without_times(read_json(scratch, "whole3.json")));
    fs::rename(scratch.path("c"), scratch.path("moved"));  // its name is what --resume says
    REQUIRE(run_wuxing(scratch, "train --resume moved --epochs 9 --json more.json").code == 0);
    CHECK_FALSE(fs::exists(scratch.path("c")));
    CHECK(epochs_in(scratch, "moved") == 9);
    CHECK(scratch.read("m.wux") == scratch.read("whole9.wux"));
    CHECK(without_times(read_json(scratch, "more.json")) == without_times(read_json(scratch, "whole9.json")));
}

TEST_CASE("what a checkpoint cannot do is refused in one line, and nothing is lost") {
    const Scratch scratch;
    write_small_dataset(scratch);
    const std::string run = "train --data . --layers 16-8-3 --epochs 3 ";
    REQUIRE(run_wuxing(scratch, run + "--checkpoint c --out m.wux").code == 0);
    const Bytes checkpoint = scratch.read("c"), model = scratch.read("m.wux");
    Bytes damaged = checkpoint;
    damaged[damaged.size() / 2] = static_cast<std::uint8_t>(damaged[damaged.size() / 2] ^ 16);
    scratch.write("damaged", damaged);
    scratch.write("cut", Bytes(checkpoint.begin(), checkpoint.end() - 1));
    scratch.write("text", std::string("hello\n"));
    fs::create_directory(scratch.path("other"));
    fs::create_directory(scratch.path("folder"));
    for (const char* name : {"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte"}) {
        fs::copy_file(scratch.path(name), scratch.path("other/" + std::string(name)));
    }
    scratch.write("other/t10k-labels-idx1-ubyte", idx_labels(20, 2));
    const std::vector<std::string> names = scratch.names();
    struct Case {
        std::string arguments;
        const char* says;
    };
    const std::vector<Case> cases{
        {run + "--checkpoint c", "--checkpoint c: exists already; --resume c goes on with it"},
        {run + "--checkpoint text", "--checkpoint text: exists already"},
        {run + "--checkpoint folder", "--checkpoint folder: exists already"},
        {run + "--checkpoint none/c", "there is no folder none"},
        {"train --resume none", "none: cannot be opened"},
        {"train --resume damaged", "damaged: damaged checkpoint: its checksum is"},
        {"train --resume cut", "cut: truncated checkpoint: its parts need"},
        {"train --resume text", "text: not a checkpoint"},
        {"train --resume m.wux", "m.wux: not a checkpoint"},
        {"train --resume /dev/zero", "/dev/zero: not a checkpoint"},
        {"train --resume folder", "folder: is a folder"},
        {"train --resume c --epochs 2", "--epochs 2: 3 are done already"},
        {"train --resume c --epochs 0", "--epochs 0: not in range"},
        {"train --resume c --data other", "other: these are not the images that the run of c began with"},
        {"train --resume c --data nowhere", "nowhere: no such folder"},
        {"train --resume c --out none/m.wux", "there is no folder none"},
        {"train --resume c --out c", "name the same file"},
        {"train --resume c --checkpoint d", "--checkpoint cannot be given with --resume: c says it"},
        {"train --resume c --seed 2", "--seed cannot be given with --resume"},
        {"train --resume c --layers 16-3", "--layers cannot be given with --resume"},
        {"train --resume c --eta 0.01", "--eta cannot be given with --resume"},
        {"train --resume c --keep best", "--keep cannot be given with --resume"},
        {"train --resume c --validation 3", "--validation cannot be given with --resume"},
        {"train --resume c --model m.wux", "--model cannot be given with --resume"},
    };
    Tally tally;
    for (const Case& c : cases) {
        const CommandResult result = run_wuxing(scratch, c.arguments);
        const auto where = [&] { return c.arguments + ": code " + std::to_string(result.code) + ", " + result.err; };
        tally.holds(result.code == 2, where);
        tally.holds(contains(result.err, c.says), where);
        tally.holds(is_one_line(result.err), where);
    }
    tally.finish(3 * 24);
    CHECK(scratch.names() == names);
    CHECK(scratch.read("c") == checkpoint);
    CHECK(scratch.read("m.wux") == model);
}

TEST_CASE("a disk that fills up ends a run in one line, and the run goes on when there is room again") {
    const Scratch scratch;
    write_small_dataset(scratch);
    const std::string run = "train --data . --layers 16-8-3 --epochs 60 --decay 0.99 --out m.wux ";
    REQUIRE(run_wuxing(scratch, run + "--json whole.json").code == 0);
    const Bytes whole = scratch.read("m.wux");
    fs::remove(scratch.path("m.wux"));
    // No file may grow beyond 4 KiB: the checkpoint does so after some epochs.
    const CommandResult full = run_shell(
        scratch, "trap '' XFSZ; ulimit -f 8; '" WUXING_COMMAND "' " + run + "--checkpoint c --json parts.json");
    INFO(full.err);
    CHECK(full.code == 2);
    CHECK(is_one_line(full.err));
    CHECK(contains(full.err, "c: not written, what was there is unchanged: File too large"));
    const std::size_t done = epochs_in(scratch, "c");
    CHECK(done > 0);
    CHECK(done < 60);
    CHECK_FALSE(fs::exists(scratch.path("parts.json")));
    for (const std::string& name : scratch.names()) CHECK_FALSE(contains(name, ".tmp-"));
    REQUIRE(run_wuxing(scratch, "train --resume c").code == 0);
    CHECK(scratch.read("m.wux") == whole);
    CHECK(without_times(read_json(scratch, "parts.json")) == without_times(read_json(scratch, "whole.json")));
}

}  // namespace wuxing::test
