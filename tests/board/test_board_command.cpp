// The command `wuxing board` as it is built, over a real serial port (a pseudo-terminal): what it learns, what it
// writes, its exit codes, and one line for everything that goes wrong.
#include <signal.h>
#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "model_file.hpp"
#include "pty_board.hpp"
#include "runs.hpp"
#include "scratch.hpp"

namespace wuxing::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const std::string kLearning =
    "--data . --layers 16-8-3 --eta 0.05 --decay 0.9 --shift 1 --core-shift 1 --seed 7 "
    "--k-sets 13 --k-p 0.02 --k-i 0.01 ";
const std::string kRun = kLearning + "--epochs 3 ";
constexpr std::uint64_t kWords = 16 * 8 + 8 * 3 + 45 * 11;  // connections; K, S and last G1 of eleven neurons

std::string on(const PtyBoard& board, const std::string& action) {
    return "board " + action + " --port " + board.device() + " ";
}

/// The network in memory words, for eyes and comparisons.
bool same_file(const Scratch& scratch, const std::string& a, const std::string& b) {
    return scratch.read(a) == scratch.read(b);
}

FakeFaults faults_with(int FakeFaults::*which, int when) {
    FakeFaults faults;
    faults.*which = when;
    return faults;
}

/// Ends with exit code 2 and one line that has `part` in it.
void check_refused(const CommandResult& result, const std::string& part) {
    INFO(result.out << result.err);
    CHECK(result.code == 2);
    CHECK(is_one_line(result.err));
    CHECK(contains(result.err, "wuxing: "));
    CHECK(contains(result.err, part));
}

}  // namespace

TEST_CASE("a board is trained as wuxing train trains, and its files are the same") {
    const Scratch scratch;
    write_small_dataset(scratch);
    REQUIRE(run_wuxing(scratch, "train " + kRun + "--out soft.wux --json soft.json").code == 0);
    const json soft = read_json(scratch, "soft.json");

    PtyBoard board;
    const CommandResult train =
        run_wuxing(scratch, on(board, "train") + kRun + "--out hard.wux --json hard.json --confusion");
    INFO(train.out << train.err);
    REQUIRE(train.code == 0);
    CHECK(train.err.empty());
    CHECK(contains(train.out, "4 tiles"));
    CHECK(contains(train.out, "all equal"));
    CHECK(same_file(scratch, "soft.wux", "hard.wux"));
    const json hard = read_json(scratch, "hard.json");
    CHECK(hard["command"] == "board train");
    for (const char* same :
         {"crc", "accuracy", "images", "confusion", "layers", "seed", "configuration", "trained_images", "data_crc"}) {
        INFO(same);
        CHECK(hard[same] == soft[same]);
    }
    REQUIRE(hard["epochs"].size() == 3);
    for (std::size_t k = 0; k < 3; ++k) {
        CHECK(hard["epochs"][k]["test_accuracy"] == soft["epochs"][k]["test_accuracy"]);
        CHECK(hard["epochs"][k]["training_accuracy"] == soft["epochs"][k]["training_accuracy"]);
    }
    CHECK(hard["divergences"] == 0);
    CHECK(hard["results_compared"] == 3 * (60 + 20));
    CHECK(hard["results_lost"] == 0);
    CHECK(hard["readbacks"] == 4);
    CHECK(hard["words_compared"] >= 4 * kWords);
    CHECK(hard["weights_compared"] == 16 * 8 + 8 * 3);
    CHECK(hard["parameters_compared"] == 15 * 11);
    CHECK(hard["states_compared"] == 30 * 11);
    CHECK(hard["board"]["tiles"] == 4);
    CHECK(hard["link"]["frames_sent"] > 240);
    CHECK(hard["link"]["frames_sent"] == hard["link"]["frames_received"]);
    CHECK(hard["link"]["retries"] == 0);
    CHECK(board.stop().samples() == 240);

    const CommandResult report = run_wuxing(scratch, "report hard.json soft.json");
    CHECK(report.code == 0);
    CHECK(contains(report.out, "divergences"));
}

TEST_CASE("a line that loses and spoils bytes changes no bit of the model") {
    const Scratch scratch;
    write_small_dataset(scratch);
    REQUIRE(run_wuxing(scratch, "train " + kRun + "--out soft.wux").code == 0);
    PtyOptions options;
    options.in = Noise(0.0015, 0.0005, 21);
    options.out = Noise(0.0015, 0.0005, 22);
    PtyBoard board({}, {}, options);
    const CommandResult train =
        run_wuxing(scratch, on(board, "train") + "--timeout 1 " + kRun + "--out hard.wux --json hard.json");
    INFO(train.out << train.err);
    REQUIRE(train.code == 0);
    CHECK(same_file(scratch, "soft.wux", "hard.wux"));
    const json hard = read_json(scratch, "hard.json");
    CHECK(hard["link"]["retries"] > 10);
    CHECK(hard["link"]["resyncs"] > 5);
    CHECK(hard["divergences"] == 0);
    CHECK(hard["results_compared"].get<int>() + hard["results_lost"].get<int>() == 240);
    CHECK(board.stop().samples() == 240);  // none twice, none left out
    CHECK(board.faults() > 20);
}

TEST_CASE("real digits: the board learns what the model learns") {
    const Scratch scratch;
    const std::string run = "--layers 784-20-10 --train-images 300 --test-images 150 --epochs 2 --shift 1 --seed 3 ";
    const CommandResult soft = run_wuxing(scratch, "train " + run + "--out soft.wux --json soft.json");
    INFO(soft.err);
    REQUIRE(soft.code == 0);
    PtyBoard board({4, 8, 2, 8192, 10, 16, false, false});
    const CommandResult hard = run_wuxing(scratch, on(board, "train") + run + "--out hard.wux --json hard.json");
    INFO(hard.out << hard.err);
    REQUIRE(hard.code == 0);
    CHECK(same_file(scratch, "soft.wux", "hard.wux"));
    const json result = read_json(scratch, "hard.json");
    CHECK(result["accuracy"] == read_json(scratch, "soft.json")["accuracy"]);
    CHECK(result["accuracy"] > 0.3);
    CHECK(result["results_compared"] == 900);
    CHECK(result["words_compared"] >= 3 * (784 * 20 + 200 + 450));
    CHECK(result["states_compared"] == 0);  // this core does not adjust K

    // The model that the board holds is that of the file, but for what only the host knows.
    const CommandResult read = run_wuxing(scratch, on(board, "read") + "--out read.wux --epochs 2 --json read.json");
    INFO(read.out << read.err);
    REQUIRE(read.code == 0);
    CHECK(same_file(scratch, "read.wux", "hard.wux"));
    CHECK(read_json(scratch, "read.json")["crc"] == result["crc"]);
    CHECK(read_json(scratch, "read.json")["trained_samples"] == 600);

    // Another board, loaded with the file, classifies as the model does.
    PtyBoard second({16, 8, 2, 4096, 10, 16, true, false});
    const CommandResult eval =
        run_wuxing(scratch, on(second, "eval") + "--model hard.wux --test-images 150 --json eval.json --per-class");
    INFO(eval.out << eval.err);
    REQUIRE(eval.code == 0);
    CHECK(contains(eval.out, "all equal"));
    const json evaluated = read_json(scratch, "eval.json");
    CHECK(evaluated["command"] == "board eval");
    CHECK(evaluated["accuracy"] == result["accuracy"]);
    CHECK(evaluated["confusion"] == result["confusion"]);
    CHECK(evaluated["results_compared"] == 150);
    CHECK(evaluated["divergences"] == 0);
    CHECK(evaluated["crc"] == result["crc"]);
}

TEST_CASE("a run on a board that was interrupted, killed or unplugged is resumed, bit for bit") {
    const Scratch scratch;
    write_small_dataset(scratch);
    const std::string run = kLearning + "--epochs 20 --validation 10 --keep best --json parts.json --out m.wux ";
    REQUIRE(run_wuxing(scratch, "train " + run).code == 0);
    fs::rename(scratch.path("m.wux"), scratch.path("whole.wux"));
    fs::rename(scratch.path("parts.json"), scratch.path("whole.json"));

    PtyOptions slow;
    slow.sample_millis = 1;
    int codes_of_interrupt = 0, killed = 0, unplugged = 0;
    std::string command = run + "--checkpoint c ";
    for (int round = 0; round < 6; ++round) {
        const std::size_t done = epochs_in(scratch, "c");
        if (round % 3 == 2) {  // the port goes away
            PtyOptions going = slow;
            going.hang_up_after = 330;
            PtyBoard board({}, {}, going);
            const CommandResult result = run_wuxing(scratch, on(board, "train") + command);
            INFO(result.out << result.err);
            CHECK(result.code == 2);
            CHECK(contains(result.err, "the port is gone"));
            CHECK(contains(result.err, "--resume c goes on"));
            CHECK(is_one_line(result.err));
            ++unplugged;
        } else {
            PtyBoard board({}, {}, slow);
            const pid_t child = start_wuxing(scratch, words_of(on(board, "train") + command));
            wait_for_epochs(scratch, "c", done + 1, child);
            std::this_thread::sleep_for(std::chrono::milliseconds(40));
            const int status = end_process(child, round % 3 == 0 ? SIGINT : SIGKILL);
            const Bytes err = scratch.read(".err");
            INFO(std::string(err.begin(), err.end()));
            if (WIFSIGNALED(status)) ++killed;
            if (WIFEXITED(status) && WEXITSTATUS(status) == 130) ++codes_of_interrupt;
        }
        REQUIRE(epochs_in(scratch, "c") > 0);
        command = "--resume c --out m.wux --json parts.json ";
    }
    CHECK(codes_of_interrupt == 2);
    CHECK(killed == 2);
    CHECK(unplugged == 2);
    const std::size_t done = epochs_in(scratch, "c");
    CHECK(done >= 4);
    CHECK(done < 20);
    PtyBoard board;
    const CommandResult last = run_wuxing(scratch, on(board, "train") + command);
    INFO(last.out << last.err);
    REQUIRE(last.code == 0);
    CHECK(contains(last.out, "resumed"));
    CHECK(same_file(scratch, "m.wux", "whole.wux"));
    const json parts = without_times(read_json(scratch, "parts.json")),
               whole = without_times(read_json(scratch, "whole.json"));
    CHECK(parts["epochs"] == whole["epochs"]);
    CHECK(parts["accuracy"] == whole["accuracy"]);
    CHECK(parts["kept_epoch"] == whole["kept_epoch"]);
    CHECK(parts["crc"] == whole["crc"]);
}

TEST_CASE("a run goes on in software where it stopped on a board, and the other way round") {
    const Scratch scratch;
    write_small_dataset(scratch);
    const std::string run = "--data . --layers 16-8-3 --eta 0.05 --seed 4 ";
    REQUIRE(run_wuxing(scratch, "train " + run + "--epochs 4 --out whole.wux").code == 0);
    PtyBoard board;
    REQUIRE(run_wuxing(scratch, on(board, "train") + run + "--epochs 2 --checkpoint a").code == 0);
    REQUIRE(run_wuxing(scratch, "train --resume a --epochs 4 --out a.wux").code == 0);
    CHECK(same_file(scratch, "a.wux", "whole.wux"));
    REQUIRE(run_wuxing(scratch, "train " + run + "--epochs 2 --checkpoint b").code == 0);
    REQUIRE(run_wuxing(scratch, on(board, "train") + "--resume b --epochs 4 --out b.wux").code == 0);
    CHECK(same_file(scratch, "b.wux", "whole.wux"));
    // As does a model file.
    REQUIRE(run_wuxing(scratch, on(board, "train") + run + "--epochs 3 --out three.wux").code == 0);
    REQUIRE(run_wuxing(scratch,
                       on(board, "train") + "--data . --eta 0.05 --seed 4 --model three.wux --epochs 1 --out four.wux")
                .code == 0);
    CHECK(same_file(scratch, "four.wux", "whole.wux"));
}

TEST_CASE("info says what the board is") {
    const Scratch scratch;
    PtyBoard board({7, 9, 3, 1234, 9, 12, true, false});
    const CommandResult info = run_wuxing(scratch, on(board, "info") + "--json i.json");
    INFO(info.out << info.err);
    REQUIRE(info.code == 0);
    CHECK(contains(info.out, "1,234"));
    const json said = read_json(scratch, "i.json");
    CHECK(said["command"] == "board info");
    CHECK(said["port"] == board.device());
    CHECK(said["tiles"] == 7);
    CHECK(said["slots"] == 9);
    CHECK(said["layers"] == 3);
    CHECK(said["weight_depth"] == 1234);
    CHECK(said["index_bits"] == 9);
    CHECK(said["weight_bits"] == 12);
    CHECK(said["learns_k"] == true);
    CHECK(said["recomputes"] == false);
    CHECK(said["buffer"] == 2048);
    CHECK(said["contract"] == 2);
    CHECK(said["link"] == 1);
    CHECK(said["configured_layers"] == 0);
    CHECK(json::parse(run_wuxing(scratch, on(board, "info") + "--json -").out) == said);
}

TEST_CASE("what is no board, or not to be reached, is one line and exit code 2") {
    const Scratch scratch;
    const std::string quick = "--timeout 0.3 ";
    check_refused(run_wuxing(scratch, "board info --port /dev/no-such-device"), "no such device");
    scratch.write("file", std::string("x"));
    check_refused(run_wuxing(scratch, "board info --port file"), "not a serial port");
    const auto refused_by = [&](const FakeFaults& faults, PtyOptions::Kind kind, const std::string& part) {
        PtyOptions options;
        options.kind = kind;
        PtyBoard device({}, faults, options);
        check_refused(run_wuxing(scratch, on(device, "info") + (kind == PtyOptions::Kind::board ? "" : quick)), part);
    };
    using Kind = PtyOptions::Kind;
    refused_by({}, Kind::mute, "no answer");
    refused_by({}, Kind::echo, "not as a Wuxing board does");
    refused_by({}, Kind::babble, "not as a Wuxing board does");
    FakeFaults id, contract, version;
    id.id = 0x11223344;
    contract.contract = 9;
    version.link_version = 7;
    refused_by(id, Kind::board, "0x11223344");
    refused_by(contract, Kind::board, "version 9 of the contract");
    refused_by(version, Kind::board, "version 7 of the link");

    PtyBoard board;
    check_refused(run_wuxing(scratch, "board"), "--help");
    check_refused(run_wuxing(scratch, "board info"), "--port");
    check_refused(run_wuxing(scratch, on(board, "info") + "--baud 10"), "--baud");
    check_refused(run_wuxing(scratch, on(board, "info") + "--timeout nan"), "--timeout");
    check_refused(run_wuxing(scratch, on(board, "read") + "--out m.wux"), "holds no network");
    check_refused(run_wuxing(scratch, on(board, "read")), "--out");
    check_refused(run_wuxing(scratch, on(board, "eval") + "--model none.wux"), "none.wux");
    CHECK_FALSE(fs::exists(scratch.path("m.wux")));

    FakeFaults small;
    small.buffer = 64;
    refused_by(small, Kind::board, "a board with a buffer of 64 bytes");
}

TEST_CASE("the settings of a board's run are printed as a file that gives them again, and no port is opened for it") {
    const Scratch scratch;
    const std::string print = "board train --port nowhere --data . --layers 16-4-3 --print-config ";
    const CommandResult printed = run_wuxing(scratch, print + "--seed 5 --out m.wux");
    REQUIRE(printed.code == 0);
    CHECK(contains(printed.out, "seed = 5"));
    CHECK(printed.err.empty());
    scratch.write("c.toml", printed.out);
    CHECK(run_wuxing(scratch, print + "--config c.toml").out == printed.out);
    CHECK_FALSE(fs::exists(scratch.path("m.wux")));
}

TEST_CASE("a run that a board cannot do is refused, and leaves no checkpoint behind") {
    const Scratch scratch;
    write_small_dataset(scratch);
    REQUIRE(run_wuxing(scratch, "train --data . --layers 16-4-3 --epochs 1 --out m.wux").code == 0);
    PtyBoard board({2, 8, 2, 64, 5, 16, false, false});
    const auto refused = [&](const std::string& options, const std::string& part) {
        INFO(options);
        check_refused(run_wuxing(scratch, on(board, "train") + "--data . --checkpoint c " + options), part);
        CHECK_FALSE(fs::exists(scratch.path("c")));
    };
    refused("--layers 16-40-3", "slots");
    refused("--layers 16-4-4-3", "layers");
    refused("--layers 16-8-3", "weight words");
    refused("--layers 16-4-3 --weight-bits 8", "8 bits");
    refused("--layers 16-4-3 --k-sets 1 --k-p 0.01", "cannot learn K");
    refused("--layers 16-4-3 --threads 2", "--threads");
    refused("--layers 16-4-3 --learner perceptron", "--learner");
    scratch.write("p.toml", std::string("learner = \"perceptron\"\n"));
    refused("--layers 16-4-3 --config p.toml", "a board learns as wuxing does");
    scratch.write("d.toml", std::string("arithmetic = \"double\"\n"));
    refused("--layers 16-4-3 --config d.toml", "integers");
    refused("--layers 784-4-3", "16");
    check_refused(run_wuxing(scratch, on(board, "eval") + "--data . --model m.wux --test-images 21"), "has only 20");
    // An image without a black pixel has more events than the board's buffer holds.
    Bytes bright = idx_images(20, 32, 32);
    std::fill(bright.begin() + 16, bright.end(), std::uint8_t{9});
    for (const char* set : {"train", "t10k"}) {
        scratch.write(set + std::string("-images-idx3-ubyte"), bright);
        scratch.write(set + std::string("-labels-idx1-ubyte"), idx_labels(20, 3));
    }
    PtyBoard wide({4, 8, 2, 8192, 11, 16, false, false});
    check_refused(run_wuxing(scratch, on(wide, "train") + "--data . --layers 1024-4-3 --checkpoint c"), "the board's buffer has room for");
    refused("--layers 16-4-3 --port /dev/no-such-device", "");
}

TEST_CASE("a divergence ends with exit code 1, is named, and no file is overwritten") {
    const Scratch scratch;
    write_small_dataset(scratch);
    const std::string run = kRun + "--out m.wux --json d.json ";
    const auto diverged = [&](const FakeFaults& faults, const std::string& part) {
        scratch.write("m.wux", std::string("as it was"));
        PtyBoard board({}, faults);
        const CommandResult result = run_wuxing(scratch, on(board, "train") + run);
        INFO(result.out << result.err);
        CHECK(result.code == 1);
        CHECK(is_one_line(result.err));
        CHECK(contains(result.err, "divergence: "));
        CHECK(contains(result.err, part));
        const json json = read_json(scratch, "d.json");
        CHECK(json["divergences"] >= 1);
        CHECK(json["command"] == "board train");
        return json;
    };
    const Bytes before{'a', 's', ' ', 'i', 't', ' ', 'w', 'a', 's'};
    json found = diverged(faults_with(&FakeFaults::wrong_result, 30), "training, epoch 1, sample 30 (image ");
    CHECK(found["first_result"]["sample"] == 30);
    CHECK(found["first_result"]["expected"]["class"] == found["first_result"]["got"]["class"]);
    CHECK(found["first_result"]["expected"]["y"] != found["first_result"]["got"]["y"]);
    CHECK(scratch.read("m.wux") == before);
    found = diverged(faults_with(&FakeFaults::wrong_weight, 59),
                     "weight of layer 0 neuron 1 input 5 (tile 1, address 0x4040005)");
    CHECK(found["different_words"].size() == 1);
    CHECK(found["different_words"][0]["address"] == 0x4040005);
    CHECK(scratch.read("m.wux") == before);
    diverged(faults_with(&FakeFaults::wrong_parameter, 59), "parameter of layer 0 neuron 2");
    diverged(faults_with(&FakeFaults::wrong_random, 59), "RANDOM");
    // In the test behind the first epoch, whose model is good and has been kept.
    diverged(faults_with(&FakeFaults::wrong_result, 65), "test, sample 5 (image 5)");
    CHECK(load_model(scratch.path("m.wux")).history.epochs == 1);
    // After the last sample of all.
    diverged(faults_with(&FakeFaults::wrong_weight, 239), "weight of layer 0 neuron 1 input 5");

    REQUIRE(run_wuxing(scratch, "train " + kRun + "--out good.wux").code == 0);
    PtyBoard board({}, faults_with(&FakeFaults::wrong_result, 7));
    const CommandResult eval = run_wuxing(scratch, on(board, "eval") + "--model good.wux --data . --json e.json");
    CHECK(eval.code == 1);
    CHECK(contains(eval.err, "test, sample 7 (image 7)"));
    CHECK(read_json(scratch, "e.json")["divergences"] == 1);
    PtyBoard second({}, faults_with(&FakeFaults::wrong_weight, 19));
    CHECK(run_wuxing(scratch, on(second, "eval") + "--model good.wux --data .").code == 1);
}

TEST_CASE("a reset or a silence in between is one line, exit code 2, and tells how to go on") {
    const Scratch scratch;
    write_small_dataset(scratch);
    const std::string run = kRun + "--timeout 0.5 --out m.wux --checkpoint ";
    REQUIRE(run_wuxing(scratch, "train " + kRun + "--out whole.wux").code == 0);
    {
        PtyBoard board({}, faults_with(&FakeFaults::reset_after, 400));
        check_refused(run_wuxing(scratch, on(board, "train") + run + "reset"), "reset");
    }
    {
        PtyBoard board({}, faults_with(&FakeFaults::silent_after, 400));
        const CommandResult result = run_wuxing(scratch, on(board, "train") + run + "silent");
        check_refused(result, "the board does not answer any more");
        CHECK(contains(result.err, "--resume silent goes on"));
    }
    for (const std::string checkpoint : {"reset", "silent"}) {
        const std::size_t done = epochs_in(scratch, checkpoint);
        CHECK(done >= 1);
        CHECK(done < 3);
        PtyBoard board;
        REQUIRE(run_wuxing(scratch, on(board, "train") + "--resume " + checkpoint + " --out m.wux").code == 0);
        CHECK(same_file(scratch, "m.wux", "whole.wux"));
    }
}

TEST_CASE("Ctrl-C ends every action with exit code 130 and leaves its files alone") {
    const Scratch scratch;
    write_small_dataset(scratch);
    REQUIRE(run_wuxing(scratch, "train " + kRun + "--out m.wux").code == 0);
    const Bytes model = scratch.read("m.wux");
    const auto interrupted = [&](PtyOptions options, const std::string& action, int after) {
        PtyBoard board({}, {}, options);
        const pid_t child = start_wuxing(scratch, words_of(on(board, action) + "--timeout 60 "));
        for (int wait = 0; wait < 30000 && (board.served() < after || !board.heard()); ++wait)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        const int status = end_process(child, SIGINT);
        const Bytes err = scratch.read(".err");
        INFO(action << std::string(err.begin(), err.end()));
        CHECK(WIFEXITED(status));
        CHECK(WEXITSTATUS(status) == 130);
        CHECK(is_one_line(std::string(err.begin(), err.end())));
        CHECK(scratch.read("m.wux") == model);
    };
    PtyOptions slow, mute;
    slow.sample_millis = 5;
    mute.kind = PtyOptions::Kind::mute;
    interrupted(slow, "train --out m.wux " + kRun, 80);  // among the samples
    interrupted(slow, "train --out m.wux " + kRun, 12);  // while it is loaded
    interrupted(mute, "train --out m.wux " + kRun, 0);   // before anybody has answered
    interrupted(mute, "read --out m.wux", 0);
    slow.sample_millis = 50;
    interrupted(slow, "eval --data . --model m.wux", 20);  // one second of samples
}

}  // namespace wuxing::test
