// Experiments: which runs a file means, that they are those of `wuxing train`, and that a second start goes on where
// the first one ended, however it did.
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <map>
#include <set>
#include <thread>

#include "experiment_plan.hpp"
#include "runs.hpp"
#include "tally.hpp"
#include "usage_error.hpp"

namespace wuxing::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

std::vector<PlannedRun> plan(const std::string& text, const std::vector<std::string>& only = {}) {
    return plan_experiments({parse_config(text, "f")}, only, "d");
}

std::string plan_error(const std::string& text, const std::vector<std::string>& only = {}) {
    try {
        plan(text, only);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "(no error)";
}

constexpr const char* kTwo =
    "data = \".\"\nlayers = \"16-8-3\"\neta = 0.05\nepochs = 3\n"
    "[shifts]\nshift = [0, 1]\nseed = [1, 2, 3]\n"
    "[mlp]\nlearner = \"perceptron\"\nvalidation = 12\nkeep = \"best\"\nseed = [5, 6]\n";

/// Names and contents of the files of a folder; JSON without times.
std::map<std::string, std::string> contents(const Scratch& scratch, const std::string& folder) {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::directory_iterator(scratch.path(folder))) {
        const std::string name = entry.path().filename().string();
        const Bytes bytes = scratch.read(folder + "/" + name);
        all[name] = std::string(bytes.begin(), bytes.end());
        if (entry.path().extension() != ".json") continue;
        json result = without_times(json::parse(all[name]));
        if (result.contains("model") && result["model"] != "") result["model"] = "somewhere";
        all[name] = result.dump();
    }
    return all;
}

}  // namespace

TEST_CASE("lists make one run per combination, with a name of its own") {
    const std::vector<PlannedRun> runs = plan(
        "epochs = 4\nseed = 9\n[a]\nlayers = [\"16-8-3\", \"16-9-3\"]\nseed = [1, 2]\n[b]\nepochs = 5\n[c]\neta = "
        "[0.1]\n");
    const std::vector<std::string> names{"a-seed-1-layers-16-8-3",
                                         "a-seed-1-layers-16-9-3",
                                         "a-seed-2-layers-16-8-3",
                                         "a-seed-2-layers-16-9-3",
                                         "b",
                                         "c-eta-0.1"};
    REQUIRE(runs.size() == names.size());
    for (std::size_t k = 0; k < runs.size(); ++k) {
        CHECK(runs[k].name == names[k]);
        CHECK(runs[k].options.json == "d/" + names[k] + ".json");
        CHECK(runs[k].options.out == "d/" + names[k] + ".wux");
        CHECK(runs[k].options.checkpoint == "d/" + names[k] + ".checkpoint");
        CHECK(runs[k].options.epochs == (k == 4 ? 5 : 4));
        CHECK(runs[k].options.seed == (k < 2 ? 1u : k < 4 ? 2u : 9u));
    }
    CHECK(runs[1].group == "a-layers-16-9-3");
    CHECK(runs[3].group == runs[1].group);
    CHECK(runs[1].options.layers == "16-9-3");
    CHECK(runs[5].options.eta == 0.1);
    CHECK(runs[4].experiment == "b");
    CHECK(plan("[a]\nseed = [1, 2, 3]\nshift = [0, 1, 2]\nsteps = [4, 8]\n").size() == 18);
    CHECK(plan(kTwo).size() == 8);
    CHECK(plan(kTwo, {"mlp"}).size() == 2);
    CHECK(plan(kTwo)[7].options.out.empty());  // a perceptron has no model file
    CHECK(plan("[a]\ndata = [\"x/y\"]\n")[0].name == "a-data-x_y");
    std::set<std::string> all;
    for (const PlannedRun& run : plan("[a]\nseed = [1, 2, 3]\nshift = [0, 1, 2]\n")) all.insert(run.name);
    CHECK(all.size() == 9);
}

TEST_CASE("the experiments of the results are plans that hold") {
    std::size_t files = 0, runs = 0;
    for (const auto& entry : fs::directory_iterator(WUXING_SOURCE "/experiments")) {
        if (entry.path().extension() != ".toml") continue;
        INFO(entry.path());
        const std::size_t planned = plan_experiments({read_config(entry.path().string())}, {}, "d").size();
        CHECK(planned > 0);
        runs += planned;
        ++files;
    }
    CHECK(files >= 6);
    CHECK(runs > 100);
}

TEST_CASE("every mistake in an experiment is named before anything is run") {
    struct Case {
        std::string text;
        const char* says;
    };
    const std::vector<Case> cases{
        {"seed = 1\n", "f: no experiment in it"},
        {"[a]\nsede = 1\n", "f:2: unknown key 'sede'"},
        {"[a]\nseed = [1, \"2\"]\n", "f:2: seed = \"2\": a number without quotes"},
        {"[a]\nsteps = [8, 16]\n", "f:2: steps = 16: not in range 1 to 15"},
        {"[a]\nout = \"x\"\n", "f:2: out: not for an experiment"},
        {"json = \"x\"\n[a]\n", "f:1: json: not for an experiment"},
        {"[a]\nconfusion = true\n", "f:2: confusion: not for an experiment"},
        {"[a]\nseed = [1, 1]\n", "f:1: experiment a: two runs would both be called a-seed-1"},
        {"[a]\nkeep = \"best\"\n", "f:1: experiment a: keep best: best on what?"},
        {"[a]\nmodel = \"m\"\nsteps = 4\n", "f:1: experiment a: steps goes not with a model"},
        {"[a]\nseed = 1\n[a-seed-1]\n[b]\nseed = [1]\n[b-seed-1]\n", "f:6: experiment b-seed-1: two runs would both"},
    };
    Tally tally;
    for (const Case& c : cases) {
        const std::string message = plan_error(c.text);
        tally.holds(contains(message, c.says), [&] { return c.text + " says: " + message; });
    }
    tally.finish(11);
    CHECK(contains(plan_error("[a]\n[b]\n", {"c"}), "--only c: there are a, b"));
    std::string many = "[a]\nseed = [0";
    for (int k = 1; k < 400; ++k) many += ", " + std::to_string(k);
    CHECK(contains(plan_error(many + "]\nepochs" + many.substr(many.find(" = [")).replace(4, 1, "400") + "]\n"),
                   "more than 100000 runs"));

    const Scratch scratch;
    scratch.write("f.toml", std::string("[a]\nsede = 1\n"));
    const CommandResult result = run_wuxing(scratch, "experiment f.toml --out x");
    CHECK(result.code == 2);
    CHECK(is_one_line(result.err));
    CHECK(contains(result.err, "wuxing: f.toml:2: unknown key 'sede'"));
    CHECK_FALSE(fs::exists(scratch.path("x")));
    CHECK(run_wuxing(scratch, "experiment").code == 2);
    CHECK(run_wuxing(scratch, "experiment f.toml --jobs 0").code == 2);
    CHECK(run_wuxing(scratch, "experiment none.toml").code == 2);
}

TEST_CASE("an experiment makes the runs of `train`, in parallel as one after the other, and one table") {
    const Scratch scratch;
    write_small_dataset(scratch);
    scratch.write("f.toml", std::string(kTwo));
    const CommandResult parallel = run_wuxing(scratch, "experiment f.toml --out p --jobs 4 --json s.json");
    INFO(parallel.err);
    REQUIRE(parallel.code == 0);
    CHECK(parallel.err.empty());  // no progress in a pipe
    REQUIRE(run_wuxing(scratch, "experiment f.toml --out q --jobs 1").code == 0);
    CHECK(contents(scratch, "p") == contents(scratch, "q"));
    CHECK(contents(scratch, "p").size() == 8 + 6);  // 8 results, 6 models, no checkpoint

    REQUIRE(run_wuxing(scratch,
                       "train --data . --layers 16-8-3 --eta 0.05 --epochs 3 --shift 1 --seed 2 --out m.wux "
                       "--json t.json")
                .code == 0);
    CHECK(scratch.read("m.wux") == scratch.read("p/shifts-shift-1-seed-2.wux"));
    json by_train = without_times(read_json(scratch, "t.json"));
    json by_experiment = without_times(read_json(scratch, "p/shifts-shift-1-seed-2.json"));
    by_train.erase("model");
    by_experiment.erase("model");
    CHECK(by_train == by_experiment);

    const json groups = read_json(scratch, "s.json")["groups"];
    REQUIRE(groups.size() == 3);
    CHECK(groups[1]["group"] == "shifts-shift-1");
    CHECK(groups[1]["runs"].size() == 3);
    CHECK(groups[1]["without_result"] == 0);
    CHECK(groups[1]["weights"] == 16 * 8 + 8 * 3);
    CHECK(groups[2]["weights"] == 17 * 8 + 9 * 3);
    CHECK(groups[1]["epochs"] == 3);
    std::vector<double> accuracies;
    for (const char* seed : {"1", "2", "3"}) {
        accuracies.push_back(read_json(scratch, std::string("p/shifts-shift-1-seed-") + seed + ".json")["accuracy"]);
    }
    std::sort(accuracies.begin(), accuracies.end());
    CHECK(groups[1]["accuracy"] == json({{"min", accuracies[0]}, {"median", accuracies[1]}, {"max", accuracies[2]}}));
    std::vector<double> two;
    for (const char* seed : {"5", "6"}) {
        two.push_back(read_json(scratch, std::string("p/mlp-seed-") + seed + ".json")["accuracy"]);
    }
    CHECK(groups[2]["accuracy"]["median"].get<double>() == Approx((two[0] + two[1]) / 2));
    CHECK(contains(parallel.out, "shifts-shift-0"));
    CHECK(contains(parallel.out, "median"));

    const CommandResult to_output = run_wuxing(scratch, "experiment f.toml --out p --json -");
    REQUIRE(to_output.code == 0);
    CHECK(json::parse(to_output.out)["groups"] == groups);
}

TEST_CASE("runs that are done are skipped, and changed ones refused or, if asked for, made anew") {
    const Scratch scratch;
    write_small_dataset(scratch);
    scratch.write("f.toml", std::string(kTwo));
    REQUIRE(run_wuxing(scratch, "experiment f.toml --out p").code == 0);
    const auto stamp = [&](const std::string& name) { return fs::last_write_time(scratch.path("p/" + name)); };
    const std::string one = "shifts-shift-0-seed-1.json", other = "mlp-seed-5.json";
    const auto one_before = stamp(one), other_before = stamp(other);
    const auto all_before = contents(scratch, "p");
    fs::remove(scratch.path("p/mlp-seed-6.json"));
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    REQUIRE(run_wuxing(scratch, "experiment f.toml --out p").code == 0);
    CHECK(stamp(one) == one_before);
    CHECK(stamp(other) == other_before);
    CHECK(contents(scratch, "p") == all_before);

    std::string changed = kTwo;
    changed.replace(changed.find("validation = 12"), 15, "validation = 13");
    scratch.write("f.toml", changed);
    const CommandResult refused = run_wuxing(scratch, "experiment f.toml --out p");
    CHECK(refused.code == 2);
    CHECK(contains(refused.err,
                   "wuxing: mlp-seed-5: p/mlp-seed-5.json is of another configuration: validation is 12 "
                   "there and 13 here; --redo makes it anew\n"));
    CHECK(contains(refused.err, "wuxing: mlp-seed-6: "));
    CHECK(contains(refused.out, "0 of 2"));
    CHECK(stamp(other) == other_before);
    CHECK(run_wuxing(scratch, "experiment f.toml --out p --only shifts").code == 0);

    REQUIRE(run_wuxing(scratch, "experiment f.toml --out p --redo").code == 0);
    CHECK(stamp(one) == one_before);
    CHECK(stamp(other) > other_before);
    CHECK(read_json(scratch, "p/" + other)["validation_images"] == 13);
}

TEST_CASE("a result of another contract, or of one that is not named, is refused") {
    const Scratch scratch;
    write_small_dataset(scratch);
    scratch.write("f.toml", std::string("data = \".\"\nlayers = \"16-3\"\nepochs = 1\n[a]\n"));
    REQUIRE(run_wuxing(scratch, "experiment f.toml --out p").code == 0);
    const json good = read_json(scratch, "p/a.json");
    const json made_before = {{"configuration", good["configuration"]}, {"accuracy", 0.5}};
    json other = made_before, numberless = made_before, least = made_before;
    other["versions"] = good["versions"];
    other["versions"]["contract"] = 1;
    numberless["versions"] = "2";
    least["versions"]["contract"] = good["versions"]["contract"];
    int refused = 0;
    for (const auto& [result, why] : {std::pair{other, "the contract is 1 there and 2 here"},
                                      {made_before, "it does not say for which contract it was made"},
                                      {numberless, "it does not say for which contract it was made"}}) {
        scratch.write("p/a.json", result.dump());
        const CommandResult outcome = run_wuxing(scratch, "experiment f.toml --out p");
        INFO(outcome.err);
        CHECK(outcome.code == 2);
        CHECK(is_one_line(outcome.err));
        CHECK(contains(outcome.err, std::string("wuxing: a: p/a.json is of another configuration: ") + why + "; --redo"));
        CHECK(read_json(scratch, "p/a.json") == result);
        ++refused;
    }
    CHECK(refused == 3);
    scratch.write("p/a.json", least.dump());  // all that a result needs to be taken
    CHECK(run_wuxing(scratch, "experiment f.toml --out p").code == 0);
    CHECK(read_json(scratch, "p/a.json") == least);
    scratch.write("p/a.json", other.dump());
    CHECK(run_wuxing(scratch, "experiment f.toml --out p --redo").code == 0);
    CHECK(without_times(read_json(scratch, "p/a.json")) == without_times(good));
}

TEST_CASE("a run that fails is named, the others are made all the same") {
    const Scratch scratch;
    write_small_dataset(scratch);
    scratch.write("f.toml", std::string("data = \".\"\nepochs = 2\n[good]\nlayers = \"16-8-3\"\nseed = [1, 2]\n"
                                        "[bad]\nlayers = [\"15-3\", \"16-3\"]\n[gone]\nmodel = \"none.wux\"\n"));
    fs::create_directory(scratch.path("p"));
    scratch.write("p/good-seed-2.json", std::string("no JSON"));
    const CommandResult result = run_wuxing(scratch, "experiment f.toml --out p --jobs 2 --json s.json");
    CHECK(result.code == 2);
    CHECK(contains(result.err, "wuxing: bad-layers-15-3: "));
    CHECK(contains(result.err, "do not fit a network with 15 inputs"));
    CHECK(contains(result.err, "wuxing: gone: none.wux: cannot be opened"));
    CHECK(contains(result.err, "wuxing: good-seed-2: p/good-seed-2.json: not a JSON result"));
    CHECK(std::count(result.err.begin(), result.err.end(), '\n') == 3);
    CHECK(fs::exists(scratch.path("p/good-seed-1.json")));
    CHECK(fs::exists(scratch.path("p/bad-layers-16-3.wux")));
    CHECK(contains(result.out, "1 of 2"));
    CHECK(read_json(scratch, "s.json")["groups"].size() == 4);

    scratch.write("file", std::string("x"));
    const CommandResult folder = run_wuxing(scratch, "experiment f.toml --out file");
    CHECK(folder.code == 2);
    CHECK(is_one_line(folder.err));
    const CommandResult full = run_shell(scratch, "trap '' XFSZ; ulimit -f 0; '" WUXING_COMMAND
                                                  "' experiment f.toml --only good --out r 2>.e; code=$?; "
                                                  "cat .e >&2 || true; exit $code");
    CHECK(full.code == 2);
}

TEST_CASE("killed or interrupted, an experiment goes on and ends as if it had been left alone") {
    const std::string text =
        "data = \".\"\nlayers = \"16-8-3\"\neta = 0.05\ndecay = 0.99\nepochs = 100\nvalidation = 12\nkeep = \"best\"\n"
        "[a]\nseed = [1, 2]\n[b]\narithmetic = \"double\"\nseed = [1, 2]\n[c]\nlearner = \"perceptron\"\n";
    int disturbed = 0;
    for (const int signal : {SIGKILL, SIGINT}) {
        const Scratch scratch;
        write_small_dataset(scratch);
        scratch.write("f.toml", text);
        REQUIRE(run_wuxing(scratch, "experiment f.toml --out whole").code == 0);
        for (const std::string run : {"a-seed-1", "a-seed-2", "b-seed-1", "b-seed-2", "c"}) {
            const std::string checkpoint = "parts/" + run + ".checkpoint";
            const pid_t child = start_wuxing(scratch, {"experiment", "f.toml", "--out", "parts", "--jobs", "2"});
            REQUIRE(child > 0);
            wait_for_epochs(scratch, checkpoint, epochs_in(scratch, checkpoint) + 3, child);
            const int status = end_process(child, signal);
            const Bytes error = scratch.read(".err");
            if (signal == SIGINT && WIFEXITED(status) && WEXITSTATUS(status) == 130) {
                CHECK(contains(std::string(error.begin(), error.end()), " of 5 runs done; the same command goes on\n"));
                ++disturbed;
            }
            if (WIFSIGNALED(status)) ++disturbed;
        }
        const CommandResult last = run_wuxing(scratch, "experiment f.toml --out parts");
        INFO(last.err);
        REQUIRE(last.code == 0);
        auto whole = contents(scratch, "whole"), parts = contents(scratch, "parts");
        for (auto files : {&whole, &parts}) {  // what a killed writer leaves of a temporary file is none of the results
            for (auto file = files->begin(); file != files->end();) {
                file = contains(file->first, ".tmp-") || contains(file->first, ".try-") ? files->erase(file) : ++file;
            }
        }
        CHECK(whole == parts);
        CHECK(whole.size() == 5 + 4);
    }
    CHECK(disturbed >= 6);
}

TEST_CASE("a run that was interrupted under another configuration is refused, or made anew") {
    const Scratch scratch;
    write_small_dataset(scratch);
    const std::string text = "data = \".\"\nlayers = \"16-8-3\"\nepochs = 3000\n[a]\n";
    scratch.write("f.toml", text + "eta = 0.05\n");
    const pid_t child = start_wuxing(scratch, {"experiment", "f.toml", "--out", "p"});
    REQUIRE(child > 0);
    wait_for_epochs(scratch, "p/a.checkpoint", 2, child);
    REQUIRE(WIFSIGNALED(end_process(child, SIGKILL)));
    scratch.write("f.toml", "data = \".\"\nlayers = \"16-8-3\"\nepochs = 4\n[a]\neta = 0.04\n");
    const CommandResult other = run_wuxing(scratch, "experiment f.toml --out p");
    CHECK(other.code == 2);
    CHECK(contains(other.err, "wuxing: a: p/a.checkpoint is of another configuration: "));
    CHECK(contains(other.err, "--redo makes it anew"));
    CHECK(std::filesystem::exists(scratch.path("p/a.checkpoint")));
    CHECK(run_wuxing(scratch, "experiment f.toml --out p --redo").code == 0);
    CHECK(read_json(scratch, "p/a.json")["epochs"].size() == 4);
}

TEST_CASE("who watches an experiment sees runs, a rate and the time left") {
    const Scratch scratch;
    write_small_dataset(scratch);
    scratch.write("train-images-idx3-ubyte", idx_images(20000 / kSlowdown, 4, 4));
    scratch.write("train-labels-idx1-ubyte", idx_labels(20000 / kSlowdown, 3));
    scratch.write("f.toml", std::string("data = \".\"\nlayers = \"16-300-3\"\nepochs = 3\neta = 0.05\n[a]\nseed = [1, 2]\n"));
    const CommandResult watched = run_shell(scratch, "script -qec '" WUXING_COMMAND " experiment f.toml --out p --jobs 1' watched");
    REQUIRE(watched.code == 0);
    const Bytes bytes = scratch.read("watched");
    const std::string line("\r\x1b\\[Kruns [01]/2 +[0-9]+ images/s  left [0-9:]+( s)?");
    CHECK(matches({bytes.begin(), bytes.end()}, line) >= 1);
}

}  // namespace wuxing::test
