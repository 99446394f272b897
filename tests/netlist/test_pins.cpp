// The board's netlist, the file that is placed and routed, behind its pins: trained, tested and read back by `wuxing
// board` through a pseudo-terminal. What a faulty synthesis would leave behind is found there.
#include <catch2/catch.hpp>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "runs.hpp"
#include "simulator.hpp"

namespace wuxing::test {
namespace {

// A second of this board's time takes two minutes: no silence of a busy machine is to be taken for one of the board.
const std::string kTrain = "board train --port port --out hard.wux --json hard.json ", kPatient = "--timeout 60 ",
                  kHasty = "--timeout 3 ";
/// All tiles, and several slots of one, in little time: 160 cycles bring a connection, 160 read it back.
const std::string kSmall = "--data . --layers 16-9-3 --eta 0.05 --seed 7 --core-shift 1 ";

/// The model file is that of `wuxing train`, and every result and word has been compared.
void check_trained(const Scratch& scratch, const std::string& run, std::uint64_t samples, std::uint64_t words) {
    const CommandResult soft = run_wuxing(scratch, "train " + run + "--out soft.wux");
    INFO(soft.err);
    REQUIRE(soft.code == 0);
    const nlohmann::json hard = read_json(scratch, "hard.json");
    CHECK(scratch.read("soft.wux") == scratch.read("hard.wux"));
    CHECK(hard["divergences"] == 0);
    CHECK(hard["results_compared"] == samples);
    CHECK(hard["weights_compared"] == words);
    CHECK(hard["readbacks"] == 2);
}

}  // namespace

TEST_CASE("netlist of the board: learns MNIST, answers and is read back over its pins as the model, bit for bit") {
    const Scratch scratch;
    const std::string run = "--layers 784-4-10 --train-images 8 --test-images 3 --epochs 1 --seed 5 --core-shift 1 ";
    Simulator board(scratch, WUXING_NETLIST_BOARD, "--x-seed 5");
    const CommandResult train = run_wuxing(scratch, kTrain + kPatient + run);
    INFO(train.out << train.err);
    REQUIRE(train.code == 0);
    check_trained(scratch, run, 11, 784 * 4 + 4 * 10);
    CHECK(board.end()["samples"] == 11);
}

TEST_CASE("netlist of the board: the network of the UP5K over its pins, MNIST", "[campaign]") {
    const Scratch scratch;
    const std::string run =
        "--layers 784-80-10 --train-images 200 --test-images 50 --epochs 1 --seed 5 --core-shift 1 ";
    Simulator board(scratch, WUXING_NETLIST_BOARD, "--x-seed 6");
    const CommandResult train = run_wuxing(scratch, kTrain + kPatient + run);
    INFO(train.out << train.err);
    REQUIRE(train.code == 0);
    check_trained(scratch, run, 250, 784 * 80 + 80 * 10);
}

TEST_CASE("netlist of the board that learns K: both methods over its pins, MNIST", "[campaign]") {
    const Scratch scratch;
    const std::string run =
        "--layers 784-50-10 --train-images 100 --test-images 20 --epochs 1 --seed 5 --core-shift 1 --k-sets 123 --k-i "
        "0.01 --k-d 0.01 ";
    Simulator board(scratch, WUXING_NETLIST_BOARD_K, "--x-seed 6");
    const CommandResult train = run_wuxing(scratch, kTrain + kPatient + run);
    INFO(train.out << train.err);
    REQUIRE(train.code == 0);
    check_trained(scratch, run, 120, 784 * 50 + 50 * 10);
    CHECK(read_json(scratch, "hard.json")["board"]["learns_k"] == true);
}

TEST_CASE(
    "netlist of the board: start-up values do not matter, switched off and on, over a bad line, the run is resumed") {
    const Scratch scratch;
    write_small_dataset(scratch);
    const std::string run = kSmall + "--epochs 1 --train-images 12 --test-images 3 ";
    for (const std::string options : {"--x-seed 0", "--x-seed 2 --line-errors 0.001", "--x-seed 77 --reset-after 7"}) {
        INFO(options);
        std::filesystem::remove(scratch.path("c"));
        Simulator board(scratch, WUXING_NETLIST_BOARD, options);
        CommandResult train = run_wuxing(scratch, kTrain + kHasty + run + "--checkpoint c");
        INFO(train.out << train.err);
        const bool switched = contains(options, "--reset-after");
        REQUIRE(train.code == (switched ? 2 : 0));
        if (switched) {
            CHECK(contains(train.err, "reset"));
            train = run_wuxing(scratch, kTrain + kHasty + "--resume c");
            INFO(train.out << train.err);
            REQUIRE(train.code == 0);
        }
        check_trained(scratch, run, 15, 16 * 9 + 9 * 3);
        CHECK(board.end()["resets"] == (switched ? 1 : 0));
    }
}

TEST_CASE("netlist of the board: planted faults are found over its pins") {
    const Scratch scratch;
    write_small_dataset(scratch);
    const std::string run = kSmall + "--epochs 1 --train-images 8 --test-images 2 ";
    const auto train = [&](int fault) {
        ::setenv("WUXING_FAULT", std::to_string(fault).c_str(), 1);
        Simulator board(scratch, WUXING_BOARD_OF_FAULTS, "--x-seed 3");
        const CommandResult result = run_wuxing(scratch, kTrain + kHasty + run);
        board.kill();
        return result;
    };
    CHECK(train(0).code == 0);
    std::map<std::string, int> found;
    std::istringstream planted(WUXING_FAULTS);
    int fault = 0, count = 0;
    for (std::string type; planted >> type >> count;)
        for (int k = 0; k < count; ++k) {
            const CommandResult result = train(++fault);
            INFO(type << ", fault " << fault << ": " << result.code << " " << result.out << result.err);
            if (result.code == 0) continue;  // the one bit does not matter
            ++found[type];
            CHECK(is_one_line(result.err));
            // Or a board that cannot be spoken with.
            if (result.code == 1)
                CHECK(contains(result.err, "divergence"));
            else
                CHECK((result.code == 2 && (contains(result.err, "answer") || contains(result.err, "line is too bad") ||
                                            contains(result.err, "refused") || contains(result.err, "board has"))));
        }
    // A table's first bit, a carry or the enable of a register may never matter here; the others always do.
    CHECK(found["SB_LUT4"] >= 1);
    CHECK(found["SB_DFFE"] >= 2);
    CHECK(found["SB_MAC16"] == 1);
    CHECK(found["SB_SPRAM256KA"] == 1);
    CHECK(found["SB_RAM40_4K"] >= 1);
    for (const auto& [type, number] : found) std::printf("%s: %d found\n", type.c_str(), number);
}

}  // namespace wuxing::test
