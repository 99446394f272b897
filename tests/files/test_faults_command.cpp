// wuxing faults: runs without and with faults, lists, learning on; what is refused, and how.
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "fault_run.hpp"
#include "model_file.hpp"
#include "runs.hpp"
#include "scratch.hpp"

namespace wuxing::test {
namespace {

using nlohmann::json;

/// A small data set and a network trained on it.
void prepare(const Scratch& scratch) {
    write_small_dataset(scratch);
    REQUIRE(run_wuxing(scratch, "train --data . --layers 16-8-3 --epochs 2 --eta 0.05 --out m.wux").code == 0);
}

CommandResult faults(const Scratch& scratch, const std::string& arguments) {
    return run_wuxing(scratch, "faults m.wux --data . " + arguments);
}

json result(const Scratch& scratch, const std::string& arguments) {
    const CommandResult done = faults(scratch, arguments + " --json f.json");
    INFO(arguments << '\n' << done.out << done.err);
    REQUIRE(done.code == 0);
    CHECK(done.err.empty());
    return read_json(scratch, "f.json");
}

}  // namespace

TEST_CASE("faults: at rate 0 nothing differs from a run without, bit for bit") {
    const Scratch scratch;
    prepare(scratch);
    CHECK(run_wuxing(scratch, "faults m.wux --data . --kind k --rate 1e-9").err == "wuxing: nothing was struck: the rate times the places is less than one half\n");
    CHECK(run_wuxing(scratch, "faults m.wux --data . --kind k --rate 0").err.empty());
    for (const char* kind : {"c", "k", "pid", "state", "events", "drop", "tile"}) {
        const std::string of_kind = std::string("--rate 0 --kind ") + kind;
        REQUIRE(run_wuxing(scratch, "eval m.wux --data . --json e.json").code == 0);
        const json still = result(scratch, of_kind);
        CHECK(still["faults"] == 0);
        CHECK(still["correct"] == read_json(scratch, "e.json")["correct"]);
        // A third epoch at the rate of the first: what `wuxing train` makes of it.
        REQUIRE(
            run_wuxing(scratch, "train --data . --model m.wux --epochs 1 --eta 0.05 --decay 1 --k-sets 123 --out t.wux")
                .code == 0);
        result(scratch, of_kind + " --learn --eta 0.05 --k-sets 123 --out f.wux");
        const Network learnt = load_model(scratch.path("f.wux")).network;
        CHECK(learnt.same_parameters(load_model(scratch.path("t.wux")).network));
    }
}

TEST_CASE("faults: a list says all, and gives the same run again") {
    const Scratch scratch;
    prepare(scratch);
    for (const char* plan : {"--kind c --rate 0.01", "--kind c --rate 0.001 --each-image --bits 3-9",
                             "--kind pid --rate 0.02", "--kind state --rate 0.01", "--kind events --rate 0.003",
                             "--kind drop --rate 0.1", "--kind tile --rate 0.5"}) {
        const std::string learn = " --learn --eta 0.05 --k-sets 123 --images 90 --seed 3 ";
        json drawn = result(scratch, plan + learn + "--list l.jsonl --out a.wux");
        json listed = result(scratch, "--faults l.jsonl" + learn + "--list again.jsonl --out b.wux");
        CHECK(drawn["faults"] > 0);
        CHECK(scratch.read("l.jsonl") == scratch.read("again.jsonl"));
        CHECK(scratch.read("a.wux") == scratch.read("b.wux"));
        for (const char* same : {"correct", "refused", "learnt", "faults"}) CHECK(drawn[same] == listed[same]);
        const json other =
            result(scratch, plan + std::string(" --learn --eta 0.05 --images 90 --seed 4 --list other.jsonl"));
        if (std::string(plan).find("tile") == std::string::npos)
            CHECK(scratch.read("l.jsonl") != scratch.read("other.jsonl"));
    }
}

TEST_CASE("faults: tests come when they are due") {
    const Scratch scratch;
    prepare(scratch);
    const json learnt = result(scratch, "--kind c --rate 0.05 --learn --eta 0.05 --images 70 --tests 0,1,64,70");
    REQUIRE(learnt["tests"].size() == 4);
    CHECK(learnt["tests"][2]["images"] == 64);
    // Struck, and nothing learnt yet: what the test images alone give.
    CHECK(learnt["tests"][0]["accuracy"] == result(scratch, "--kind c --rate 0.05")["accuracy"]);
    const json frozen = result(scratch, "--kind k --rate 0.05 --learn --eta 0 --images 70 --tests 0,70");
    CHECK(frozen["tests"][0]["accuracy"] == frozen["tests"][1]["accuracy"]);
    // What strikes a sample strikes those of the tests, too: without any event all images are the same.
    const json blind = result(scratch, "--kind drop --rate 1 --learn --eta 0 --images 40 --tests 0,40");
    CHECK(blind["tests"][0]["accuracy"] == blind["tests"][1]["accuracy"]);
    CHECK(blind["tests"][0]["accuracy"] == result(scratch, "--kind drop --rate 1")["accuracy"]);
    const json struck = result(scratch, "--kind events --rate 0.2 --learn --eta 0 --images 40 --tests 0");
    CHECK(struck["tests"][0]["accuracy"] != blind["tests"][0]["accuracy"]);
}

TEST_CASE("faults: an event out of order makes the image refused, and nothing is learnt from it") {
    const Scratch scratch;
    prepare(scratch);
    scratch.write("l.jsonl", std::string("{\"image\":4,\"kind\":\"events\",\"event\":0,\"bit\":15}\n"));
    const json learnt = result(scratch, "--faults l.jsonl --learn --eta 0.05 --images 10");
    CHECK(learnt["refused"] == 1);
    CHECK(learnt["learnt"] == 9);
}

TEST_CASE("faults: K out of its range goes into no model file") {
    const Scratch scratch;
    prepare(scratch);
    scratch.write("l.jsonl",
                  std::string("{\"image\":0,\"kind\":\"k\",\"layer\":0,\"neuron\":0,\"parameter\":0,\"bit\":15}\n"));
    const CommandResult done = faults(scratch, "--faults l.jsonl --learn --out x.wux");
    CHECK(done.code == 2);
    CHECK(is_one_line(done.err));
    CHECK(contains(done.err, "out of its range"));
    const std::vector<std::string> names = scratch.names();
    CHECK(std::find(names.begin(), names.end(), "x.wux") == names.end());
}

TEST_CASE("faults: what does not go together is refused in one line") {
    const Scratch scratch;
    prepare(scratch);
    scratch.write("beyond.jsonl", std::string("{\"image\":99,\"kind\":\"drop\",\"event\":0}\n"));
    scratch.write("no_event.jsonl", std::string("{\"image\":0,\"kind\":\"drop\",\"event\":900}\n"));
    scratch.write("no_kind.jsonl", std::string("{\"image\":0,\"kind\":\"x\"}\n"));
    scratch.write("no_json.jsonl", std::string("bit 3\n"));
    scratch.write("no_place.jsonl",
                  std::string("{\"image\":0,\"kind\":\"c\",\"layer\":0,\"neuron\":8,\"input\":0,\"bit\":0}\n"));
    scratch.write("too_much.jsonl", std::string("{\"image\":0,\"kind\":\"drop\",\"event\":0,\"bit\":0}\n"));
    scratch.write("missing.jsonl", std::string("{\"image\":0,\"kind\":\"c\",\"layer\":0,\"neuron\":1,\"bit\":0}\n"));
    scratch.write(
        "twice.jsonl",
        std::string("{\"image\":0,\"kind\":\"drop\",\"event\":0}\n{\"image\":0,\"kind\":\"drop\",\"event\":0}\n"));
    const std::string sound = "{\"image\":0,\"kind\":\"drop\",\"event\":0}";
    scratch.write("key_twice.jsonl",
                  sound + "\n{\"image\":1,\"kind\":\"c\",\"layer\":0,\"neuron\":1,\"input\":0,\"bit\":1,\"bit\":2}\n");
    scratch.write("kind_twice.jsonl",
                  std::string("{\"image\":0,\"kind\":\"drop\",\"event\":0,\"kind\":\"drop\"}\n"));
    scratch.write("nul_at_end.jsonl", sound + '\0' + "\n");
    scratch.write("nul_before_more.jsonl", sound + "\n" + sound + '\0' + "more\n");
    scratch.write("nul_alone.jsonl", sound + "\n" + '\0');
    scratch.write("nested.jsonl",
                  "{\"image\":" + std::string(200000, '[') + std::string(200000, ']') + ",\"kind\":\"drop\",\"event\":0}\n");
    const std::vector<std::pair<std::string, std::string>> wrong{
        {"", "--kind and --rate"},
        {"--kind c", "--rate"},
        {"--kind x --rate 0", "--kind x"},
        {"--kind c --rate 0 --test-images 21", "has only 20"},
        {"--kind c --rate 2", "0 to 1"},
        {"--kind c --rate nan", "0 to 1"},
        {"--kind c --rate 1e", "--rate 1e"},
        {"--kind c --rate 0 --bits 16", "0-15"},
        {"--kind c --rate 0 --bits 9-3", "0-15"},
        {"--kind c --rate 0 --bits 3-99", "0-15"},
        {"--kind drop --rate 0 --bits 3", "have none"},
        {"--kind state --rate 0 --each-image", "anyway"},
        {"--kind tile --rate 0 --each-image", "stay"},
        {"--kind c --rate 0 --tiles 3", "--tiles"},
        {"--kind c --rate 0 --eta 0.1", "--learn is missing"},
        {"--kind c --rate 0 --k-sets 123", "--learn is missing"},
        {"--kind c --rate 0 --learn --k-p 0.1", "--k-sets"},
        {"--kind c --rate 0 --tests 0", "--learn is missing"},
        {"--kind c --rate 0 --out x", "--learn is missing"},
        {"--kind c --rate 0 --learn --images 5 --tests 6", "only 5 images"},
        {"--kind c --rate 0 --learn --tests 3,3", "ascending"},
        {"--kind c --rate 0 --images 21", "the test set has 20"},
        {"--kind c --rate 0 --list same --json same", "--list and --json name the same file (same)"},
        {"--kind c --rate 0 --json /nowhere/x", "nowhere"},
        {"--kind c --rate 0 --faults beyond.jsonl", "--kind"},
        {"--faults beyond.jsonl", "beyond.jsonl:1: image 99 is struck, but the run has only 20 images"},
        {"--faults no_event.jsonl", "event 900"},
        {"--faults no_kind.jsonl", "no_kind.jsonl:1: no kind"},
        {"--faults no_json.jsonl", "no_json.jsonl:1"},
        {"--faults no_place.jsonl", "neuron 8 is outside 0..7"},
        {"--faults too_much.jsonl", "has no bit"},
        {"--faults missing.jsonl", "input is missing"},
        {"--faults twice.jsonl", "twice.jsonl:2: the same fault twice"},
        {"--faults key_twice.jsonl", "key_twice.jsonl:2: bit is given twice"},
        {"--faults kind_twice.jsonl", "kind_twice.jsonl:1: kind is given twice"},
        {"--faults nul_at_end.jsonl", "nul_at_end.jsonl:1: a NUL byte"},
        {"--faults nul_before_more.jsonl", "nul_before_more.jsonl:2: a NUL byte"},
        {"--faults nul_alone.jsonl", "nul_alone.jsonl:2: a NUL byte"},
        {"--faults nested.jsonl", "nested.jsonl:1: JSON within JSON"},
        {"--faults nowhere.jsonl", "nowhere.jsonl"},
    };
    for (const auto& [arguments, message] : wrong) {
        const CommandResult done = faults(scratch, arguments);
        INFO(arguments << '\n' << done.err);
        CHECK(done.code == 2);
        CHECK(is_one_line(done.err));
        CHECK(contains(done.err, message));
    }
}

TEST_CASE("faults: a list with any bit of it turned over is a list or refused by file and line") {
    const Scratch scratch;
    const std::string text =
        "{\"image\":0,\"kind\":\"c\",\"layer\":0,\"neuron\":2,\"input\":4,\"bit\":13}\n"
        "{\"image\":3,\"kind\":\"pid\",\"layer\":1,\"neuron\":1,\"word\":16,\"bit\":3}\n"
        "{\"image\":9,\"kind\":\"tile\",\"tile\":2,\"tiles\":4}\n";
    NetworkConfig network;
    network.sizes = {16, 8, 3};
    int refused = 0, accepted = 0;
    for (std::size_t k = 0; k < text.size(); ++k)
        for (int bit = 0; bit < 8; ++bit) {
            std::string damaged = text;
            damaged[k] = static_cast<char>(damaged[k] ^ static_cast<char>(1 << bit));
            const std::string path = scratch.write("l.jsonl", damaged);
            const std::string error = file_error([&] { FaultList list(path, network); });
            ++(error == "(no error)" ? accepted : refused);
            if (error != "(no error)") CHECK(contains(error, "l.jsonl:"));
        }
    CHECK(refused > 900);
    CHECK(accepted > 10);
}

TEST_CASE("faults: an observer that says no ends the run") {
    const Scratch scratch;
    prepare(scratch);
    Network network = load_model(scratch.path("m.wux")).network;
    const Dataset data = load_dataset(scratch.folder());
    FaultRunOptions options;
    options.learn = true;
    options.images = 1000;
    const FaultRunResult stopped = run_with_faults(network, data.train, data.test, options,
                                                   [](std::uint64_t done, std::uint64_t) { return done < 128; });
    CHECK(!stopped.completed);
    CHECK(stopped.images == 128);
    options.plan = FaultPlan{};
    options.plan->kind = FaultKind::drop;
    options.tests = {64};
    const FaultRunResult in_test = run_with_faults(network, data.train, data.test, options,
                                                   [](std::uint64_t done, std::uint64_t) { return done < 64; });
    CHECK(!in_test.completed);
    CHECK(in_test.images == 64);
    CHECK(in_test.tests.empty());
}

}  // namespace wuxing::test
