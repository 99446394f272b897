// A verilated board, all its pins, trained, tested and read back by `wuxing board` through a pseudo-terminal: real
// MNIST.
#include <signal.h>
#include <sys/wait.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "runs.hpp"
#include "simulator.hpp"

namespace wuxing::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

const std::string kPort = "--port port ";
/// Small, so that loading and reading back take no time.
const std::string kSmall =
    "--layers 784-12-10 --train-images 50 --test-images 20 --epochs 2 --seed 3 --core-shift 1 --shift 1 ";
constexpr std::uint64_t kSmallSamples = 2 * (50 + 20), kSmallWeights = 784 * 12 + 12 * 10;

CommandResult run_board(const Scratch& scratch, const std::string& arguments) {
    return run_wuxing(scratch, "board " + arguments);
}

/// Ends with exit code 2 and one line that has `part` in it.
void check_refused(const CommandResult& result, const std::string& part) {
    INFO(result.out << result.err);
    CHECK(result.code == 2);
    CHECK(is_one_line(result.err));
    CHECK(contains(result.err, part));
}

void train_in_software(const Scratch& scratch, const std::string& run) {
    const CommandResult soft = run_wuxing(scratch, "train " + run + "--out soft.wux --json soft.json");
    INFO(soft.err);
    REQUIRE(soft.code == 0);
}

bool as_in_software(const Scratch& scratch, const std::string& model) {
    return scratch.read("soft.wux") == scratch.read(model);
}

CommandResult run_simulator(const Scratch& scratch, const std::string& options) {
    return run_shell(scratch, "timeout 20 '" WUXING_BOARD_SIM "' " + options);
}

}  // namespace

TEST_CASE("virtual board: the network of the UP5K learns, answers and is read back as the model, bit for bit") {
    const Scratch scratch;
    const std::string run =
        "--layers 784-80-10 --train-images 100 --test-images 60 --epochs 1 --seed 5 --core-shift 1 ";
    train_in_software(scratch, run);
    Simulator board(scratch, WUXING_BOARD_SIM, "");
    const CommandResult train = run_board(scratch, "train " + kPort + run + "--out hard.wux --json hard.json");
    INFO(train.out << train.err);
    REQUIRE(train.code == 0);
    CHECK(contains(train.out, "all equal"));
    CHECK(as_in_software(scratch, "hard.wux"));
    const json soft = read_json(scratch, "soft.json"), hard = read_json(scratch, "hard.json");
    for (const char* same : {"crc", "accuracy", "images", "trained_images", "data_crc"}) {
        INFO(same);
        CHECK(hard[same] == soft[same]);
    }
    CHECK(hard["accuracy"] > 0.3);  // it has learnt
    CHECK(hard["epochs"][0]["training_accuracy"] == soft["epochs"][0]["training_accuracy"]);
    CHECK(hard["divergences"] == 0);
    CHECK(hard["samples"] == 160);
    CHECK(hard["results_compared"] == 160);
    CHECK(hard["results_lost"] == 0);
    CHECK(hard["readbacks"] == 2);
    CHECK(hard["weights_compared"] == 784 * 80 + 80 * 10);
    CHECK(hard["parameters_compared"] == 15 * 90);
    CHECK(hard["registers_compared"] > 10);
    CHECK(hard["words_compared"] > 2 * (784 * 80 + 80 * 10 + 15 * 90 + 10));
    CHECK(hard["board"]["tiles"] == 4);
    CHECK(hard["board"]["slots"] == 24);
    CHECK(hard["board"]["weight_depth"] == 16384);
    CHECK(hard["board"]["buffer"] == 2046);
    CHECK(hard["link"]["frames_sent"] == hard["link"]["frames_received"]);
    CHECK(hard["link"]["retries"] == 0);
    CHECK(hard["link"]["spoilt"] == 0);

    // The next host finds the board as this one has left it.
    const CommandResult read = run_board(scratch, "read " + kPort + "--out read.wux --epochs 1 --json read.json");
    INFO(read.out << read.err);
    REQUIRE(read.code == 0);
    CHECK(as_in_software(scratch, "read.wux"));
    CHECK(read_json(scratch, "read.json")["trained_samples"] == 100);
    auto counts = board.end();
    CHECK(counts["samples"] == 160);
    CHECK(counts["line errors"] == 0);
    CHECK(counts["wrong frames"] == 0);
    CHECK(counts["cycles"] > 4 * 10 * counts["bytes in"]);
    // A sample takes some ten thousands; loading and reading back, most of all cycles, do not count.
    CHECK(counts["cycles from sample to sample"] > 12000);
    CHECK(160 * counts["cycles from sample to sample"] < counts["cycles"] / 2);
    CHECK_FALSE(fs::is_symlink(scratch.path("port")));

    // Another board, loaded with the file, answers the same.
    Simulator second(scratch, WUXING_BOARD_SIM, "");
    const CommandResult eval = run_board(scratch, "eval " + kPort + "hard.wux --test-images 60 --json eval.json");
    INFO(eval.out << eval.err);
    REQUIRE(eval.code == 0);
    const json evaluated = read_json(scratch, "eval.json");
    CHECK(evaluated["accuracy"] == soft["accuracy"]);
    CHECK(evaluated["results_compared"] == 60);
    CHECK(evaluated["divergences"] == 0);

    CHECK(second.end()["samples"] == 60);
}

TEST_CASE("virtual board: the core of the UP5K that adjusts K learns by both methods, as the model, bit for bit") {
    const Scratch scratch;
    const std::string run =
        "--layers 784-50-10 --train-images 20 --test-images 10 --epochs 2 --seed 6 --core-shift 1 --shift 1 --k-sets "
        "123 "
        "--k-i 0.01 --k-d 0.005 ";
    train_in_software(scratch, run);
    Simulator board(scratch, WUXING_BOARD_SIM, "--core up5k_k ");
    const CommandResult train = run_board(scratch, "train " + kPort + run + "--out hard.wux --json hard.json");
    INFO(train.out << train.err);
    REQUIRE(train.code == 0);
    CHECK(as_in_software(scratch, "hard.wux"));
    const json hard = read_json(scratch, "hard.json");
    CHECK(hard["divergences"] == 0);
    CHECK(hard["results_compared"] == 2 * (20 + 10));
    CHECK(hard["weights_compared"] == 784 * 50 + 50 * 10);
    CHECK(hard["parameters_compared"] == 15 * 60);
    CHECK(hard["states_compared"] == 2 * 15 * 60);
    CHECK(hard["board"]["tiles"] == 2);
    CHECK(hard["board"]["slots"] == 30);
    CHECK(hard["board"]["learns_k"] == true);
    board.end();

    // Its gains matter.
    const CommandResult other = run_wuxing(scratch, "train " + run + "--k-p 0.01 --out other.wux");
    INFO(other.err);
    REQUIRE(other.code == 0);
    CHECK_FALSE(as_in_software(scratch, "other.wux"));

    check_refused(run_board(scratch, "train " + kPort + "--layers 784-50-10"), "no such device");
    const CommandResult rate = run_simulator(scratch, "--core up5k_k --bit-cycles 8");
    check_refused(rate, "up5k_k with 4");
    check_refused(run_simulator(scratch, "--core up5k_c"), "--core");
}

TEST_CASE("virtual board: start-up values and the rate of the line do not matter") {
    const Scratch scratch;
    train_in_software(scratch, kSmall + "--decay 0.5 ");
    for (const char* options : {"--x-seed 0", "--bit-cycles 4 --x-seed 2", "--bit-cycles 8 --x-seed 77"}) {
        INFO(options);
        Simulator board(scratch, WUXING_BOARD_SIM, options);
        const CommandResult train =
            run_board(scratch, "train " + kPort + kSmall + "--decay 0.5 --out hard.wux --json hard.json");
        INFO(train.out << train.err);
        REQUIRE(train.code == 0);
        CHECK(as_in_software(scratch, "hard.wux"));
        const json hard = read_json(scratch, "hard.json");
        CHECK(hard["results_compared"] == kSmallSamples);
        CHECK(hard["readbacks"] == 3);
        CHECK(hard["weights_compared"] == kSmallWeights);
        CHECK(hard["words_compared"] > 3 * (kSmallWeights + 15 * 22));
        CHECK(board.end()["samples"] == kSmallSamples);
    }
}

TEST_CASE("virtual board: on a bad line every sample is learnt once, the model stays the same") {
    const Scratch scratch;
    train_in_software(scratch, kSmall);
    for (const char* options : {"--line-errors 0.0005 --seed 11", "--line-errors 0.002 --seed 12"}) {
        INFO(options);
        Simulator board(scratch, WUXING_BOARD_SIM, options);
        const CommandResult train =
            run_board(scratch, "train " + kPort + "--timeout 1 " + kSmall + "--out hard.wux --json hard.json");
        INFO(train.out << train.err);
        REQUIRE(train.code == 0);
        CHECK(as_in_software(scratch, "hard.wux"));
        const json hard = read_json(scratch, "hard.json");
        CHECK(hard["link"]["retries"] > 20);
        CHECK(hard["link"]["resyncs"] > 10);
        CHECK(hard["link"]["spoilt"] > 5);
        CHECK(hard["divergences"] == 0);
        CHECK(hard["results_compared"].get<std::uint64_t>() + hard["results_lost"].get<std::uint64_t>() ==
              kSmallSamples);
        CHECK(hard["weights_compared"] == kSmallWeights);
        auto counts = board.end();
        CHECK(counts["samples"] == kSmallSamples);  // answers of the board: none twice, none left out
        CHECK(counts["line errors"] > 40);
    }
}

TEST_CASE("virtual board: a board that is wrong is found out") {
    const Scratch scratch;
    const auto run = [&](const std::string& wrong) {
        Simulator board(scratch, WUXING_BOARD_SIM, "--wrong " + wrong);
        CommandResult train = run_board(scratch, "train " + kPort + kSmall + "--out hard.wux --json hard.json");
        CHECK(board.end()["wrong frames"] == (train.code == 0 ? 0 : 1));
        return train;
    };
    // A result, of any pass: 50 images are learnt, 20 tested, and so on.
    for (const auto& [n, pass, sample] :
         {std::tuple{0, "training, epoch 1", 0}, {65, "test", 15}, {112, "training, epoch 2", 42}}) {
        fs::remove(scratch.path("hard.wux"));
        const CommandResult train = run("result:" + std::to_string(n));
        INFO(n << " " << train.out << train.err);
        CHECK(train.code == 1);
        CHECK(is_one_line(train.err));
        CHECK(contains(train.err, "1 results and 0 words differ"));
        CHECK(contains(train.err, ", sample " + std::to_string(sample) + " (image "));
        const json found = read_json(scratch, "hard.json");
        CHECK(contains(found["first_result"]["pass"], pass));
        CHECK(found["first_result"]["sample"] == sample);
        CHECK((found["first_result"]["expected"]["y"].get<int>() ^ found["first_result"]["got"]["y"].get<int>()) == 1);
        CHECK(fs::exists(scratch.path("hard.wux")) == (n > 50));  // of the last epoch whose words agreed
    }
    {
        const CommandResult train = run("learn:9");
        INFO(train.out << train.err);
        CHECK(train.code == 1);
        CHECK(is_one_line(train.err));
        CHECK(contains(train.err, "training, epoch 1, sample 9 (image "));
        const json found = read_json(scratch, "hard.json");
        CHECK(found["first_result"]["expected"]["status"] == 1);
        CHECK(found["first_result"]["got"]["status"] == 0);
        CHECK(found["different_words"].size() == 8);
    }
    // Connections of pixels that are never drawn on: nothing but the comparison of words can find them.
    // They are loaded and read tile by tile: the first is 3 x 784 + 3 x 12 words, the second ends likewise.
    for (const auto& [wrong, neuron, input] : {std::tuple{"weight:0", 0, 0},
                                               {"weight:4739", 9, 783},
                                               {"read:0", 0, 0},
                                               {"read:4739", 9, 783},
                                               {"read:14267", 9, 783}}) {
        const CommandResult train = run(wrong);
        INFO(wrong << " " << train.out << train.err);
        CHECK(train.code == 1);
        CHECK(is_one_line(train.err));
        CHECK(contains(train.err, "0 results and 1 words differ"));
        CHECK(contains(train.err,
                       "weight of layer 0 neuron " + std::to_string(neuron) + " input " + std::to_string(input)));
        const json found = read_json(scratch, "hard.json");
        REQUIRE(found["different_words"].size() == 1);
        CHECK((found["different_words"][0]["expected"].get<int>() ^ found["different_words"][0]["got"].get<int>()) ==
              1);
    }
    // The counter-check: one word further than there are, and the run is clean.
    CHECK(run("weight:" + std::to_string(kSmallWeights)).code == 0);
}

TEST_CASE("virtual board: after a reset in the middle the run is resumed to the same bits") {
    const Scratch scratch;
    train_in_software(scratch, kSmall);
    for (const int samples : {1, 30, 100}) {
        INFO(samples);
        Simulator board(scratch, WUXING_BOARD_SIM, "--reset-after " + std::to_string(samples));
        const CommandResult train = run_board(
            scratch, "train " + kPort + "--timeout 1 " + kSmall + "--out hard.wux --json hard.json --checkpoint c");
        check_refused(train, "reset");
        CHECK(contains(train.err, "--resume c goes on"));
        CHECK(epochs_in(scratch, "c") == (samples > 70 ? 1 : 0));
        const CommandResult on = run_board(scratch, "train " + kPort + "--resume c --out hard.wux --json hard.json");
        INFO(on.out << on.err);
        REQUIRE(on.code == 0);
        CHECK(as_in_software(scratch, "hard.wux"));
        CHECK(read_json(scratch, "hard.json")["accuracy"] == read_json(scratch, "soft.json")["accuracy"]);
        CHECK(read_json(scratch, "hard.json")["divergences"] == 0);
        auto counts = board.end();
        CHECK(counts["resets"] == 1);
        CHECK(counts["samples"] >= kSmallSamples);
        fs::remove(scratch.path("c"));
    }
}

TEST_CASE("virtual board: unplugged, and a host that is interrupted: resumed to the same bits") {
    const Scratch scratch;
    const std::string run =
        "--layers 784-12-10 --train-images 100 --test-images 10 --epochs 6 --seed 3 --core-shift 1 ";
    train_in_software(scratch, run);
    const auto start = [&](const std::string& options) {
        std::istringstream stream("board train " + kPort + options);
        std::vector<std::string> words;
        for (std::string word; stream >> word;) words.push_back(word);
        return start_wuxing(scratch, words);
    };
    const auto err = [&] {
        const Bytes bytes = scratch.read(".err");
        return std::string(bytes.begin(), bytes.end());
    };
    {
        Simulator board(scratch, WUXING_BOARD_SIM, "");
        const pid_t host = start(run + "--out hard.wux --checkpoint c");
        wait_for_epochs(scratch, "c", 1, host);
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
        board.kill();
        int status = 0;
        ::waitpid(host, &status, 0);
        REQUIRE(WIFEXITED(status));
        check_refused({WEXITSTATUS(status), "", err()}, "the port is gone");
        CHECK(contains(err(), "--resume c goes on"));
        check_refused(run_board(scratch, "info " + kPort), "no such device");
    }
    // The link that the killed one has left is taken over.
    Simulator board(scratch, WUXING_BOARD_SIM, "");
    const std::size_t done = epochs_in(scratch, "c");
    CHECK(done >= 1);
    CHECK(done < 5);
    const pid_t host = start("--resume c --out hard.wux --timeout 2");
    wait_for_epochs(scratch, "c", done + 1, host);
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    const int status = end_process(host, SIGINT);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 130);
    const CommandResult info = run_board(scratch, "info " + kPort);  // the board is still there
    INFO(info.out << info.err);
    CHECK(info.code == 0);
    CHECK(epochs_in(scratch, "c") < 6);
    const CommandResult last = run_board(scratch, "train " + kPort + "--resume c --out hard.wux --json hard.json");
    INFO(last.out << last.err);
    REQUIRE(last.code == 0);
    CHECK(as_in_software(scratch, "hard.wux"));
    CHECK(read_json(scratch, "hard.json")["divergences"] == 0);
}

TEST_CASE("virtual board: it sleeps when nothing happens, and ends as it says") {
    const Scratch scratch;
    Simulator board(scratch, WUXING_BOARD_SIM, "--waves pins.fst");
    for (int n = 0; n < 2; ++n) CHECK(run_board(scratch, "info " + kPort).code == 0);
    std::this_thread::sleep_for(std::chrono::milliseconds(1500));
    const double before = board.processor_seconds();
    std::this_thread::sleep_for(std::chrono::milliseconds(2000));
    CHECK(board.processor_seconds() - before < 0.1);
    CHECK(run_board(scratch, "info " + kPort).code == 0);
    CHECK(fs::is_symlink(scratch.path("port")));
    auto counts = board.end();
    CHECK(counts["samples"] == 0);
    CHECK(counts["bytes in"] > 100);
    CHECK_FALSE(fs::is_symlink(scratch.path("port")));

    fs::create_symlink("/nowhere", scratch.path("port"));  // somebody else's, and long gone
    const CommandResult idle = run_simulator(scratch, "--idle-exit 0.3 --link port");
    CHECK(idle.code == 0);
    CHECK(contains(idle.out, "board at /dev/pts/"));
    CHECK(contains(idle.out, "\nsamples 0, "));
    CHECK(idle.err.empty());
    CHECK_FALSE(fs::is_symlink(scratch.path("port")));
}

TEST_CASE("virtual board: what cannot be is refused in one line") {
    const Scratch scratch;
    scratch.write("file", std::string("kept"));
    for (const auto& [options, part] : {std::pair{"--bit-cycles 5", "--bit-cycles"},
                                        {"--wrong foo", "--wrong foo"},
                                        {"--wrong result:-1", "--wrong result:-1"},
                                        {"--line-errors 1.5", "--line-errors"},
                                        {"--line-errors nan", "--line-errors"},
                                        {"--idle-exit=-1", "--idle-exit"},
                                        {"--reset-after=-1", "--reset-after"},
                                        {"--link nowhere/port", "nowhere/port"},
                                        {"--link file", "file: no link"},
                                        {"--waves nowhere/w.fst", "nowhere/w.fst"},
                                        {"--x-seed x", "--x-seed"},
                                        {"--baud 9600", "--baud"}}) {
        const CommandResult result = run_simulator(scratch, options);
        INFO(options);
        check_refused(result, part);
        CHECK(contains(result.err, "wuxing-board-sim: "));
        CHECK(result.out.empty());
    }
    fs::create_symlink("file", scratch.path("link"));
    check_refused(run_simulator(scratch, "--link link"), "link: no link");
    CHECK(fs::read_symlink(scratch.path("link")) == "file");
    const Bytes kept = scratch.read("file");
    CHECK(std::string(kept.begin(), kept.end()) == "kept");
    CHECK(run_simulator(scratch, "--help").code == 0);
    CHECK(contains(run_simulator(scratch, "--version").out, "."));
    CHECK(contains(run_simulator(scratch, "> /dev/full --idle-exit 0.1").err, "standard output"));
}

}  // namespace wuxing::test
