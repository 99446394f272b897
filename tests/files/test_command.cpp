// The built command: exit codes, one line on stderr for every mistake, and no file lost whatever happens.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "model_file.hpp"
#include "progress.hpp"
#include "runs.hpp"
#include "scratch.hpp"
#include "tally.hpp"

namespace wuxing::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kTrain = "train --data . --layers 16-8-3 ";

/// Starts `wuxing train` on the small data set for more epochs than anybody waits for; returns its process id.
pid_t start_endless_training(const Scratch& scratch) {
    const pid_t child = ::fork();
    if (child == 0) {
        if (::chdir(scratch.folder().c_str()) != 0 || std::freopen(".out", "w", stdout) == nullptr ||
            std::freopen(".err", "w", stderr) == nullptr) {
            ::_exit(99);
        }
        ::execl(WUXING_COMMAND, "wuxing", "train", "--data", ".", "--epochs", "1000000000", "--decay", "1", "--in",
                "model.wux", "--out", "model.wux", static_cast<char*>(nullptr));
        ::_exit(99);
    }
    return child;
}

}  // namespace

TEST_CASE("training, evaluation and info work together") {
    const Scratch scratch;
    write_small_dataset(scratch);
    const CommandResult train = run_wuxing(
        scratch, std::string(kTrain) +
                     "--epochs 3 --eta 0.05 --shift 1 --seed 7 --out m.wux --json t.json --per-class --confusion");
    INFO(train.out << train.err);
    REQUIRE(train.code == 0);
    CHECK(train.err.empty());  // no progress in a pipe
    CHECK(contains(train.out, "label \\ given"));
    CHECK(contains(train.out, "class  images"));
    const json trained = read_json(scratch, "t.json");
    CHECK(trained["command"] == "train");
    CHECK(trained["layers"] == json({16, 8, 3}));
    CHECK(trained["seed"] == 7);
    CHECK(trained["trained_images"] == 180);
    CHECK(trained["images"] == 20);
    CHECK(trained["epochs"].size() == 3);
    CHECK(trained["epochs"][2]["epoch"] == 3);
    CHECK(trained["confusion"].size() == 3);

    const StoredModel model = load_model(scratch.path("m.wux"));
    CHECK(model.history.samples == 180);
    CHECK(model.history.epochs == 3);

    const CommandResult eval = run_wuxing(scratch, "eval m.wux --data . --json e.json");
    INFO(eval.out << eval.err);
    REQUIRE(eval.code == 0);
    const json evaluated = read_json(scratch, "e.json");
    CHECK(evaluated["accuracy"] == trained["accuracy"]);
    CHECK(evaluated["confusion"] == trained["confusion"]);
    CHECK(evaluated["crc"] == trained["crc"]);

    const CommandResult info = run_wuxing(scratch, "info m.wux --json i.json");
    REQUIRE(info.code == 0);
    CHECK(contains(info.out, "16-8-3"));
    const json described = read_json(scratch, "i.json");
    CHECK(described["trained_samples"] == 180);
    CHECK(described["crc"] == trained["crc"]);
    CHECK(described["random_state"] == model.network.random_state());
    CHECK(described["weight_layers"][0]["weights"]["count"] == 128);
    CHECK(described["file_size"] == fs::file_size(scratch.path("m.wux")));

    const CommandResult to_output = run_wuxing(scratch, "info m.wux --json -");
    REQUIRE(to_output.code == 0);
    CHECK(json::parse(to_output.out) == described);

    const CommandResult report = run_wuxing(scratch, "report t.json e.json");
    REQUIRE(report.code == 0);
    CHECK(contains(report.out, "accuracy"));
    CHECK(contains(report.out, "16-8-3"));
}

TEST_CASE("eval --signals tells how large the signals of every layer are") {
    const Scratch scratch;
    write_small_dataset(scratch);
    REQUIRE(run_wuxing(scratch, std::string(kTrain) + "--epochs 2 --eta 0.05 --out m.wux").code == 0);
    REQUIRE(run_wuxing(scratch, "eval m.wux --data . --json plain.json").code == 0);
    CHECK_FALSE(read_json(scratch, "plain.json").contains("signals"));
    const CommandResult eval = run_wuxing(scratch, "eval m.wux --signals --data . --json e.json");
    INFO(eval.out << eval.err);
    REQUIRE(eval.code == 0);
    CHECK(contains(eval.out, "rms b[0] of live"));
    const json signals = read_json(scratch, "e.json")["signals"];
    REQUIRE(signals.size() == 2);
    for (const json& layer : signals) {
        CHECK(layer["live"] > 0);
        CHECK(layer["live"] <= 1);
        for (const char* name : {"y", "e", "b"}) {
            INFO(name);
            CHECK(layer[name] > 0);
            CHECK(layer[name] < 8);
        }
    }
}

TEST_CASE("eval --twin tells the quantisation error, the same every time") {
    const Scratch scratch;
    write_small_dataset(scratch);
    REQUIRE(run_wuxing(scratch, std::string(kTrain) + "--epochs 2 --eta 0.05 --out m.wux").code == 0);
    const CommandResult plain = run_wuxing(scratch, "eval m.wux --data . --json plain.json");
    REQUIRE(plain.code == 0);
    CHECK_FALSE(contains(plain.out, "quantisation"));
    CHECK_FALSE(read_json(scratch, "plain.json").contains("twin"));

    std::vector<std::string> tables;
    for (const std::string name : {"a.json", "b.json"}) {
        const CommandResult eval = run_wuxing(scratch, "eval m.wux --twin --data . --json " + name);
        INFO(eval.out << eval.err);
        REQUIRE(eval.code == 0);
        for (const char* row : {"20 images: model ", "quantisation error in LSB (1/4096)", "u, drive",
                                "y, displacement", "e, error of live neurons", "b[0], backward signal"}) {
            CHECK(contains(eval.out, row));
        }
        tables.push_back(eval.out.substr(eval.out.find("20 images: model ")));
    }
    CHECK(tables[0] == tables[1]);
    const json evaluated = read_json(scratch, "a.json"), twin = evaluated["twin"];
    CHECK(twin == read_json(scratch, "b.json")["twin"]);
    CHECK(twin["model_accuracy"] == evaluated["accuracy"]);
    for (const char* share : {"twin_accuracy", "same_class"}) {
        CHECK(twin[share] >= 0);
        CHECK(twin[share] <= 1);
    }
    CHECK(twin["error"]["u"]["count"] == 20 * 11);  // every neuron of every image
    CHECK(twin["error"]["y"]["count"] == 20 * 11);
    CHECK(twin["error"]["b"]["count"] == 20 * 11);
    CHECK(twin["error"]["e"]["count"] > 0);
    CHECK(twin["error"]["e"]["count"] <= 20 * 11);
    for (const char* name : {"u", "y", "e", "b"}) {
        CHECK(twin["error"][name]["rms"] > 0);  // integers and reals are not the same
        CHECK(twin["error"][name]["rms"] <= twin["error"][name]["max"]);
    }

    const CommandResult to_output = run_wuxing(scratch, "eval m.wux --twin --data . --json -");
    REQUIRE(to_output.code == 0);
    CHECK(json::parse(to_output.out)["twin"] == twin);
}

TEST_CASE("the twin can be trained in the model's stead, the same every time") {
    const Scratch scratch;
    write_small_dataset(scratch);
    const std::string train = std::string(kTrain) + "--epochs 2 --eta 0.05 --seed 4 --shift 1 ";
    for (const std::string name : {"a", "b"}) {
        const CommandResult result =
            run_wuxing(scratch, train + "--arithmetic double --out " + name + ".wux --json " + name + ".json");
        INFO(result.out << result.err);
        REQUIRE(result.code == 0);
        CHECK(contains(result.out, "16-8-3, N = 8, double precision"));
        CHECK(contains(result.out, "right    "));
    }
    CHECK(scratch.read("a.wux") == scratch.read("b.wux"));
    json a = read_json(scratch, "a.json"), b = read_json(scratch, "b.json");
    CHECK(a["arithmetic"] == "double");
    CHECK(a["trained_images"] == 120);
    CHECK(a["epochs"].size() == 2);
    CHECK(a["crc"] == b["crc"]);
    CHECK(a["confusion"] == b["confusion"]);

    REQUIRE(run_wuxing(scratch, train + "--out integer.wux --json integer.json").code == 0);
    REQUIRE(run_wuxing(scratch, train + "--arithmetic integer --out named.wux").code == 0);
    CHECK(read_json(scratch, "integer.json")["arithmetic"] == "integer");
    CHECK(scratch.read("integer.wux") == scratch.read("named.wux"));
    CHECK(scratch.read("integer.wux") != scratch.read("a.wux"));
    const StoredModel model = load_model(scratch.path("a.wux"));
    CHECK(model.history.samples == 120);
    CHECK(model.history.epochs == 2);
    CHECK(run_wuxing(scratch, "eval a.wux --data .").code == 0);
    const CommandResult refused = run_wuxing(scratch, train + "--arithmetic single");
    CHECK(refused.code == 2);
    CHECK(is_one_line(refused.err));
    CHECK(contains(refused.err, "--arithmetic"));
}

TEST_CASE("report --no-rates gives the same table for two runs of the same commands") {
    const Scratch scratch;
    write_small_dataset(scratch);
    std::vector<std::string> tables;
    for (int run = 0; run < 2; ++run) {
        REQUIRE(run_wuxing(scratch, std::string(kTrain) + "--epochs 2 --out m.wux --json t.json").code == 0);
        REQUIRE(run_wuxing(scratch, "eval m.wux --data . --json e.json").code == 0);
        const CommandResult report = run_wuxing(scratch, "report --no-rates t.json e.json");
        REQUIRE(report.code == 0);
        for (const char* row : {"network", "Heun steps", "seed", "images trained", "images classified", "accuracy",
                                "CRC-32 of the model"}) {
            CHECK(contains(report.out, row));
        }
        CHECK_FALSE(contains(report.out, "images/s"));
        CHECK_FALSE(contains(report.out, "divergences"));  // a row that no file has
        tables.push_back(report.out);
    }
    CHECK(tables[0] == tables[1]);
    const CommandResult with_rates = run_wuxing(scratch, "report t.json e.json");
    REQUIRE(with_rates.code == 0);
    CHECK(contains(with_rates.out, "images/s"));
    const auto lines = [](const std::string& text) { return std::count(text.begin(), text.end(), '\n'); };
    CHECK(lines(with_rates.out) == lines(tables[0]) + 1);
}

TEST_CASE("continued training is the same as training in one go") {
    const Scratch scratch;
    write_small_dataset(scratch);
    const std::string rate = "--data . --seed 5 --shift 1 --eta 0.05 --decay 0.7 --decay-every 2 ";
    REQUIRE(run_wuxing(scratch, "train --layers 16-8-3 " + rate + "--epochs 5 --out whole.wux").code == 0);
    REQUIRE(run_wuxing(scratch, "train --layers 16-8-3 " + rate + "--epochs 3 --out part.wux").code == 0);
    CHECK(scratch.read("whole.wux") != scratch.read("part.wux"));
    REQUIRE(run_wuxing(scratch, "train --in part.wux " + rate + "--epochs 2 --out part.wux").code == 0);
    CHECK(scratch.read("whole.wux") == scratch.read("part.wux"));
    REQUIRE(run_wuxing(scratch, "train --layers 16-8-3 " + rate + "--epochs 5 --seed 6 --out whole.wux").code == 2);
    REQUIRE(run_wuxing(scratch, "train --layers 16-8-3 --data . --epochs 5 --seed 6 --out other.wux").code == 0);
    CHECK(scratch.read("whole.wux") != scratch.read("other.wux"));
}

TEST_CASE("every mistake on the command line ends with code 2 and one line that says what") {
    const Scratch scratch;
    write_small_dataset(scratch);
    REQUIRE(run_wuxing(scratch, std::string(kTrain) + "--epochs 1 --out m.wux --json r.json").code == 0);
    fs::create_directory(scratch.path("folder"));
    scratch.write("text", std::string("hello\n"));
    Bytes damaged = scratch.read("m.wux");
    damaged[100] = static_cast<std::uint8_t>(damaged[100] ^ 4);
    scratch.write("damaged.wux", damaged);
    scratch.write("gain.toml", std::string("eta = 0.01\nk-i = 0.1\n"));
    scratch.write("empty.json", std::string("{}\n"));
    const std::vector<std::string> names = scratch.names();

    struct Case {
        std::string arguments;
        const char* says;
    };
    const std::string train = kTrain;
    const std::vector<Case> cases{
        {"", "subcommand is required"},
        {"paint", "required"},
        {train + "--unknown", "--unknown"},
        {train + "extra", "extra"},
        {train + "--epochs", "--epochs"},
        {train + "--epochs 0", "not in range"},
        {train + "--epochs two", "--epochs"},
        {train + "--steps 0", "not in range 1 to 15"},
        {train + "--steps 16", "not in range 1 to 15"},
        {train + "--shift -1", "not in range"},
        {train + "--decay-every 0", "not in range"},
        {train + "--eta 0", "eta 0: nothing would be learnt; above 0 and below 0.5"},
        {train + "--eta -1", "--eta -1: above 0 and below 0.5"},
        {train + "--eta 0.5", "--eta 0.5: above 0 and below 0.5"},
        {train + "--eta nan", "--eta nan"},
        {train + "--eta 1e-7", "nothing would be learnt"},
        {train + "--recomputed", "recomputed: connections that are not stored cannot be learnt; it needs eta 0 and k-sets"},
        {train + "--recomputed --eta 0 --k-sets 3 --weight-bits 8", "recomputed: it needs weight-bits 16"},
        {train + "--weight-bits 10", "--weight-bits 10: 16 or 12 or 8 is possible"},
        {train + "--k-sets 3 --k-p 0.25", "--k-p 0.25: 0 and above, but below 0.25, is possible"},
        {train + "--k-sets 3 --k-i 0.25", "--k-i 0.25: 0 and above"},
        {train + "--k-sets 3 --k-d -0.01", "--k-d -0.01: 0 and above"},
        {train + "--k-sets 124", "--k-sets 124: none, 123 or some of these digits is possible"},
        {train + "--k-sets 3 --k-p 0", "K cannot move if k-p, k-i and k-d are all 0"},
        {train + "--arithmetic double --core-shift 1", "core-shift is for the integers"},
        {train + "--learner perceptron --k-p 0.1", "learner perceptron: it has no k-p"},
        {train + "--learner perceptron --k-p 0.02", "learner perceptron: it has no k-p"},
        {train + "--learner perceptron --steps 2", "learner perceptron: it has no steps"},
        {train + "--learner perceptron --steps 8", "learner perceptron: it has no steps"},
        {train + "--k-p 0.1", "--k-p: of which parameters? --k-sets 123, 3, ... or none"},
        {train + "--k-leak 2", "--k-leak: of which parameters?"},
        {train + "--config gain.toml", "gain.toml:2: k-i: of which parameters? k-sets = \"123\", \"3\", ... or \"none\""},
        {train + "--decay 0", "--decay 0: above 0 and at most 1"},
        {train + "--decay 1.5", "--decay 1.5"},
        {train + "--seed -1", "--seed"},
        {train + "--seed 4294967296", "--seed"},
        {train + "--train-images 61", "--train-images 61: the data set has only 60"},
        {train + "--test-images 21", "--test-images 21: the data set has only 20"},
        {train + "--train-images 0", "not in range"},
        {"train --data . --layers 16", "--layers 16: inputs and 1 to 255 layers"},
        {"train --data . --layers 16--3", "'' is no layer size"},
        {"train --data . --layers 16-3-", "'' is no layer size"},
        {"train --data . --layers 16-x-3", "'x' is no layer size"},
        {"train --data . --layers 16-0-3", "'0' is no layer size"},
        {"train --data . --layers 16-65536-3", "'65536' is no layer size"},
        {"train --data . --layers 16-99999999999999999999-3", "is no layer size"},
        {"train --data . --layers 16,8,3", "'16,8,3' is no layer size"},
        {"train --data . --layers 15-8-3", "4 x 4 = 16 pixels do not fit a network with 15 inputs"},
        {"train --data . --layers 16-8-2", "label 2 of image 2 is no output of a network with 2 outputs"},
        {"train --data . --layers 65535-65535-65535", "do not fit a network with 65535 inputs"},
        {"train --data . --in m.wux --layers 16-8-3", "excludes"},
        {"train --data . --in m.wux --steps 8", "excludes"},
        {"train --data . --in none.wux", "none.wux: cannot be opened"},
        {"train --data . --in damaged.wux", "damaged.wux: damaged model file"},
        {"train --data nowhere", "nowhere: no such folder"},
        {"train --data folder", "train-images-idx3-ubyte: not found"},
        {train + "--out none/m.wux", "there is no folder none"},
        {train + "--out folder", "is a folder, not a file"},
        {train + "--json none/r.json", "there is no folder none"},
        {train + "--json /dev/full", "is not a regular file"},
        {"eval", "required"},
        {"eval none.wux --data .", "none.wux: cannot be opened"},
        {"eval text --data .", "text: not a Wuxing model file"},
        {"eval /dev/zero --data .", "/dev/zero: not a Wuxing model file"},
        {"train --data . --in /dev/zero", "/dev/zero: not a Wuxing model file"},
        {"info /dev/zero", "/dev/zero: not a Wuxing model file"},
        {"report /dev/zero", "/dev/zero: longer than"},
        {"eval damaged.wux --data .", "its checksum is"},
        {"eval m.wux --data nowhere", "nowhere: no such folder"},
        {"eval m.wux --data . --test-images 21", "has only 20"},
        {"eval m.wux m.wux --data .", "not expected"},
        {"info", "required"},
        {"info text", "not a Wuxing model file"},
        {"info folder", "is a folder"},
        {"info m.wux --json none/i.json", "there is no folder none"},
        {"info m.wux >/dev/full", "cannot write to standard output"},
        {"report", "required"},
        {"report none.json", "none.json: cannot be opened"},
        {"report text", "text: not a JSON result"},
        {"report m.wux", "not a JSON result"},
        {"report empty.json", "empty.json: no result of wuxing or wuxing-cosim: no command"},
        {"eval --threads", "(wuxing eval --help)"},
        {"info", "(wuxing info --help)"},
        {"report", "(wuxing report --help)"},
        {"experiment", "(wuxing experiment --help)"},
        {"train --epochs", "(wuxing train --help)"},
        {"paint", "(wuxing --help)"},
    };
    Tally tally;
    for (const Case& c : cases) {
        const CommandResult result = run_wuxing(scratch, c.arguments);
        const auto where = [&] { return c.arguments + ": code " + std::to_string(result.code) + ", " + result.err; };
        tally.holds(result.code == 2, where);
        tally.holds(contains(result.err, c.says), where);
        tally.holds(is_one_line(result.err) && result.err.rfind("wuxing: ", 0) == 0, where);
    }
    tally.finish(3 * 87);
    std::vector<std::string> after = scratch.names();
    CHECK(after == names);  // nothing was left behind
}

TEST_CASE("files without an end are refused, packed or not") {
    const Scratch scratch;
    write_small_dataset(scratch);
    REQUIRE(run_wuxing(scratch, std::string(kTrain) + "--epochs 1 --out m.wux").code == 0);
    const std::string wuxing = "'" WUXING_COMMAND "' ";
    const CommandResult model = run_shell(scratch, "cat m.wux /dev/zero | " + wuxing + "info /dev/stdin");
    CHECK(model.code == 2);
    CHECK(contains(model.err, "/dev/stdin: too long a model file"));
    CHECK(is_one_line(model.err));
    int refused = 0;
    for (const char* pack : {"cat", "gzip -1"}) {
        const CommandResult images = run_shell(
            scratch, "mv t10k-images-idx3-ubyte images; mkfifo t10k-images-idx3-ubyte; { cat images /dev/zero | " +
                         std::string(pack) + " >t10k-images-idx3-ubyte; } 2>/dev/null & " + wuxing +
                         "eval m.wux --data .; code=$?; wait; mv -f images t10k-images-idx3-ubyte; exit $code");
        INFO(images.err);
        CHECK(images.code == 2);
        CHECK(contains(images.err, "t10k-images-idx3-ubyte: too long: 20 images need 336 bytes, there are more"));
        CHECK(is_one_line(images.err));
        ++refused;
    }
    CHECK(refused == 2);
}

TEST_CASE("training that comes to a learning rate of 0 says so once, beforehand") {
    const Scratch scratch;
    write_small_dataset(scratch);
    const std::string train = std::string(kTrain) + "--eta 0.001 --decay 0.01 --out m.wux ";
    const CommandResult warned = run_wuxing(scratch, train + "--epochs 4");
    CHECK(warned.code == 0);
    CHECK(is_one_line(warned.err));
    CHECK(contains(warned.err, "wuxing: warning: the learning rate is 0 from epoch 3 on: nothing is learnt there"));
    CHECK(contains(warned.out, "right"));
    const CommandResult learning = run_wuxing(scratch, train + "--epochs 2");
    CHECK(learning.code == 0);
    CHECK(learning.err.empty());
    const CommandResult continued = run_wuxing(scratch, "train --data . --in m.wux --eta 0.001 --decay 0.1 --epochs 3");
    CHECK(continued.code == 0);
    CHECK(contains(continued.err, "from epoch 4 on"));
}

TEST_CASE("gains of K that come to 0 are an error in the first epoch and a warning later, as the learning rate is") {
    const Scratch scratch;
    write_small_dataset(scratch);
    const auto train = [&](const std::string& arguments) { return run_wuxing(scratch, kTrain + arguments); };
    const CommandResult none = train("--epochs 2 --eta 0 --k-sets 123 --k-p 0.0000001 --checkpoint c");
    CHECK(none.code == 2);
    CHECK(is_one_line(none.err));
    CHECK(contains(none.err, "every gain of K of epoch 1 is below 1/131072: nothing would be learnt"));
    CHECK(contains(train("--epochs 2 --eta 1e-7 --k-sets 3 --k-p 1e-7").err, "the learning rate and every gain of K of"));
    CHECK_FALSE(fs::exists(scratch.path("c")));

    const CommandResult decayed = train("--epochs 4 --eta 0 --k-sets 123 --k-p 0.001 --decay 0.01");
    CHECK(decayed.code == 0);
    CHECK(is_one_line(decayed.err));
    CHECK(contains(decayed.err, "wuxing: warning: every gain of K is 0 from epoch 3 on: nothing is learnt there"));
    for (const char* other : {"--k-i 0.2", "--k-d 0.2", "--eta 0.2"}) {  // whatever lasts longest counts
        INFO(other);
        const std::string eta = std::string(other) == "--eta 0.2" ? "" : "--eta 0 ";
        const CommandResult longer =
            train("--epochs 4 --k-sets 123 --k-p 0.001 --decay 0.01 " + eta + other);
        CHECK(longer.code == 0);
        CHECK(contains(longer.err, " is 0 from epoch 4 on"));
    }
    CHECK(train("--epochs 2 --eta 0 --k-sets 123 --k-p 0.001 --decay 0.01").err.empty());
}

TEST_CASE("recomputed connections of a model refuse a learning rate before anything is written") {
    const Scratch scratch;
    write_small_dataset(scratch);
    const std::string frozen = "--eta 0 --k-sets 13 --epochs 1 ";
    REQUIRE(run_wuxing(scratch, kTrain + frozen + "--recomputed --out r.wux").code == 0);
    const std::string train = "train --data . --model r.wux --checkpoint c ";
    const CommandResult refused = run_wuxing(scratch, train + "--epochs 1 --k-sets 13");
    CHECK(refused.code == 2);
    CHECK(is_one_line(refused.err));
    CHECK(contains(refused.err, "--eta 0.014: the connections of r.wux are recomputed and cannot be learnt; it needs "
                                "--eta 0 and --k-sets"));
    CHECK_FALSE(fs::exists(scratch.path("c")));
    const CommandResult right = run_wuxing(scratch, train + frozen);  // the command put right
    INFO(right.err);
    CHECK(right.code == 0);
}

TEST_CASE("the first line names what is not as usual, gains may be given with k-sets none, perceptrons keep their file") {
    const Scratch scratch;
    write_small_dataset(scratch);
    const auto first_line = [&](const std::string& arguments) {
        const std::string out = run_wuxing(scratch, kTrain + arguments + " --epochs 1").out;
        return out.substr(0, out.find('\n'));
    };
    CHECK(first_line("") == "network  16-8-3, N = 8, seed 1");
    CHECK(first_line("--weight-bits 12 --rounding nearest --k-sets 13 --k-i 0.01") ==
          "network  16-8-3, N = 8, 12 bits, rounding to nearest, K13: P 0.02 I 0.01 D 0, seed 1");
    CHECK(first_line("--recomputed --eta 0 --k-sets 3") ==
          "network  16-8-3, N = 8, recomputed, K3: P 0.02 I 0 D 0, seed 1");
    CHECK(first_line("--arithmetic double --weight-bits 8") == "network  16-8-3, N = 8, double precision, 8 bits, seed 1");
    CHECK(run_wuxing(scratch, std::string(kTrain) + "--k-sets none --k-p 0.1 --epochs 1").code == 0);
    const CommandResult printed = run_wuxing(scratch, std::string(kTrain) + "--learner perceptron --print-config");
    REQUIRE(printed.code == 0);
    scratch.write("p.toml", printed.out);
    CHECK(run_wuxing(scratch, "train --config p.toml --epochs 1").code == 0);
}

TEST_CASE("help and version are no mistakes") {
    const Scratch scratch;
    for (const char* arguments : {"--help", "train --help", "eval --help", "info -h", "report -h", "--version"}) {
        const CommandResult result = run_wuxing(scratch, arguments);
        CHECK(result.code == 0);
        CHECK(contains(result.out, "wuxing"));
        CHECK(result.err.empty());
    }
}

TEST_CASE("the data set is looked for where the environment says") {
    const Scratch scratch;
    write_small_dataset(scratch);
    const std::string train = "'" WUXING_COMMAND "' train --layers 16-8-3 --epochs 1";
    CHECK(run_shell(scratch, "WUXING_DATA=. " + train).code == 0);
    CHECK(run_shell(scratch, "WUXING_DATA=nowhere " + train + " --data .").code == 0);
    fs::create_directories(scratch.path("cache/wuxing"));
    fs::create_directories(scratch.path("home/.cache/wuxing"));
    fs::create_directory_symlink(scratch.folder(), scratch.path("cache/wuxing/mnist"));
    fs::create_directory_symlink(scratch.folder(), scratch.path("home/.cache/wuxing/mnist"));
    CHECK(run_shell(scratch, "unset WUXING_DATA; XDG_CACHE_HOME=\"$PWD/cache\" " + train).code == 0);
    CHECK(run_shell(scratch, "unset WUXING_DATA XDG_CACHE_HOME; HOME=\"$PWD/home\" " + train).code == 0);
    const CommandResult nowhere = run_shell(scratch, "unset WUXING_DATA XDG_CACHE_HOME; HOME=\"$PWD/folder\" " + train);
    CHECK(nowhere.code == 2);
    CHECK(contains(nowhere.err, "folder/.cache/wuxing/mnist: no such folder"));
}

TEST_CASE("the time left is written in seconds, minutes or hours, and never too short") {
    CHECK(format_duration(0) == "0 s");
    CHECK(format_duration(0.1) == "1 s");
    CHECK(format_duration(59.01) == "1:00");
    CHECK(format_duration(3599) == "59:59");
    CHECK(format_duration(3600) == "1:00:00");
    CHECK(format_duration(360009) == "100:00:09");
}

TEST_CASE("who watches sees progress, a rate and the time left, and a pipe sees nothing") {
    const Scratch scratch;
    write_small_dataset(scratch);
    constexpr int kImages = 60000 / kSlowdown;
    scratch.write("train-images-idx3-ubyte", idx_images(kImages, 4, 4));
    scratch.write("train-labels-idx1-ubyte", idx_labels(kImages, 3));
    const std::string arguments = "train --data . --layers 16-300-3 --epochs 2 --out model.wux";
    CHECK(run_wuxing(scratch, arguments).err.empty());
    const CommandResult watched = run_shell(scratch, "script -qec '" WUXING_COMMAND " " + arguments + "' watched");
    INFO(watched.out << watched.err);
    REQUIRE(watched.code == 0);
    const Bytes bytes = scratch.read("watched");
    const std::string screen(bytes.begin(), bytes.end());
    const std::string line("\r\x1b\\[K[^\r]* +[0-9]+ %  [0-9]+/" + std::to_string(kImages) + "  right [0-9.]+ %  [0-9]+ images/s  left [0-9:]+( s)?");
    CHECK(matches(screen, line) >= 2);
}

TEST_CASE("an interrupt ends training with code 130 and a whole model file") {
    const Scratch scratch;
    write_small_dataset(scratch);
    REQUIRE(run_wuxing(scratch, std::string(kTrain) + "--epochs 1 --out model.wux").code == 0);
    int interrupts = 0;
    for (const int signal : {SIGINT, SIGTERM}) {
        const std::uint32_t epochs_before = load_model(scratch.path("model.wux")).history.epochs;
        const pid_t child = start_endless_training(scratch);
        REQUIRE(child > 0);
        for (int wait = 0; wait < 1000 && load_model(scratch.path("model.wux")).history.epochs < epochs_before + 3;
             ++wait) {
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        ::kill(child, signal);
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        CHECK(WIFEXITED(status));
        CHECK(WEXITSTATUS(status) == 130);
        const StoredModel model = load_model(scratch.path("model.wux"));
        CHECK(model.history.epochs >= epochs_before + 3);
        CHECK(model.history.samples == 60u * model.history.epochs);
        const Bytes error = scratch.read(".err");
        CHECK(contains(std::string(error.begin(), error.end()), "interrupted"));
        CHECK(is_one_line(std::string(error.begin(), error.end())));
        for (const std::string& name : scratch.names()) CHECK_FALSE(contains(name, ".tmp-"));
        ++interrupts;
    }
    CHECK(interrupts == 2);
}

TEST_CASE("an interrupt ends whatever only measures, and leaves its output alone") {
    const Scratch scratch;
    write_small_dataset(scratch);
    scratch.write("t10k-images-idx3-ubyte", idx_images(60000, 4, 4));
    scratch.write("t10k-labels-idx1-ubyte", idx_labels(60000, 3));
    REQUIRE(run_wuxing(scratch, "train --data . --layers 16-300-3 --epochs 1 --test-images 1 --out m.wux").code == 0);
    scratch.write("r.json", std::string("old"));
    const Bytes old = scratch.read("r.json");
    for (const std::string action : {"eval m.wux", "eval m.wux --signals", "eval m.wux --twin", "faults m.wux --kind drop --rate 0.1"}) {
        INFO(action);
        int interrupted = 0;
        for (int wait = 20; interrupted < 2 && wait < 20000; wait += wait / 2) {
            const pid_t child = start_wuxing(scratch, words_of(action + " --data . --json r.json"));
            std::this_thread::sleep_for(std::chrono::milliseconds(wait));
            const int status = end_process(child, SIGINT);
            if (!WIFEXITED(status)) continue;  // it had not begun
            if (WEXITSTATUS(status) == 0) break;
            REQUIRE(WEXITSTATUS(status) == 130);
            const Bytes error = scratch.read(".err");
            const std::string said(error.begin(), error.end());
            CHECK(is_one_line(said));
            CHECK(contains(said, "wuxing: interrupted"));
            CHECK(scratch.read("r.json") == old);
            ++interrupted;
        }
        CHECK(interrupted > 0);
        scratch.write("r.json", std::string("old"));
    }
}

TEST_CASE("a model file that is written all the time is whole whenever the writer is killed") {
    const Scratch scratch;
    write_small_dataset(scratch);
    REQUIRE(run_wuxing(scratch, std::string(kTrain) + "--epochs 1 --out model.wux").code == 0);
    int kills = 0;
    std::uint32_t epochs = 1;
    for (int round = 0; round < 20; ++round) {
        const pid_t child = start_endless_training(scratch);
        REQUIRE(child > 0);
        // Once it writes, however busy the machine is, at any moment; who reads meanwhile finds a whole file, too.
        const auto latest = std::chrono::steady_clock::now() + std::chrono::minutes(1);
        while (load_model(scratch.path("model.wux")).history.epochs == epochs && std::chrono::steady_clock::now() < latest)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        std::this_thread::sleep_for(std::chrono::microseconds(3700 * round));
        ::kill(child, SIGKILL);
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        REQUIRE(WIFSIGNALED(status));
        const StoredModel model = load_model(scratch.path("model.wux"));  // throws if it is not whole
        CHECK(model.history.samples == 60u * model.history.epochs);
        CHECK(model.history.epochs > epochs);
        epochs = model.history.epochs;
        ++kills;
    }
    CHECK(kills == 20);
}

}  // namespace wuxing::test
