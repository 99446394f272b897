// Configuration files: what they may say, that every mistake is named with file, line and key, and that the complete
// configuration which a run writes gives the same run.
#include <catch2/catch.hpp>
#include <filesystem>

#include "config_file.hpp"
#include "runs.hpp"
#include "tally.hpp"
#include "train_options.hpp"
#include "usage_error.hpp"

namespace wuxing::test {
namespace {

std::string usage_error(const std::string& text) {
    try {
        TrainOptions options;
        apply_config(options, parse_config(text, "f"));
    } catch (const UsageError& error) {
        return error.what();
    }
    return "(no error)";
}

struct Case {
    std::string text;
    const char* says;
};

}  // namespace

TEST_CASE("a configuration file is read as TOML reads it") {
    const ConfigFile file = parse_config(
        "# comment\n a = 1 # more\r\nb=\"x # \\\"y\\\" \\\\ \\t\\u0041\"\nc = 'a\\b'\n\n[one]\nd = [1, 2,\n 3, # "
        "three\n]",
        "f");
    REQUIRE(file.entries.size() == 3);
    CHECK(file.entries[0].values[0].text == "1");
    CHECK_FALSE(file.entries[0].values[0].quoted);
    CHECK(file.entries[1].values[0].text == "x # \"y\" \\ \tA");
    CHECK(file.entries[1].values[0].quoted);
    CHECK(file.entries[2].values[0].text == "a\\b");
    REQUIRE(file.sections.size() == 1);
    CHECK(file.sections[0].name == "one");
    CHECK(file.sections[0].line == 6);
    REQUIRE(file.sections[0].entries.size() == 1);
    CHECK(file.sections[0].entries[0].list);
    CHECK(file.sections[0].entries[0].line == 7);
    CHECK(file.sections[0].entries[0].values.size() == 3);
}

TEST_CASE("every mistake in a configuration file is named with file, line and key") {
    const std::vector<Case> cases{
        {"epochs = 3\nepoch = 4\n", "f:2: unknown key 'epoch' "},
        {"in = \"m.wux\"\n", "f:1: unknown key 'in' "},
        {"\n\nepochs = 3\nseed = 1\nepochs = 4\n", "f:5: epochs is given twice, first in line 3"},
        {"epochs = \"3\"\n", "f:1: epochs = \"3\": a number without quotes is needed"},
        {"epochs = 3.5\n", "f:1: epochs = 3.5: not a whole number"},
        {"epochs = true\n", "f:1: epochs = true: not a whole number"},
        {"epochs = 0\n", "f:1: epochs = 0: not in range 1 to"},
        {"epochs = 99999999999999999999\n", "f:1: epochs = 99999999999999999999: a number of this size"},
        {"steps = 16\n", "f:1: steps = 16: not in range 1 to 15"},
        {"seed = -1\n", "f:1: seed = -1: not in range 0 to 4294967295"},
        {"eta = 0.5\n", "f:1: eta = 0.5: above 0 and below 0.5"},
        {"eta = nan\n", "f:1: eta = nan: above 0 and below 0.5"},
        {"eta = 1e\n", "f:1: eta = 1e: not a number"},
        {"decay = 1.5\n", "f:1: decay = 1.5: above 0 and at most 1"},
        {"train-images = \"some\"\n", "f:1: train-images = \"some\": not a whole number"},
        {"validation = -3\n", "f:1: validation = -3: not in range 0"},
        {"keep = \"worst\"\n", "f:1: keep = \"worst\": last or best is possible"},
        {"learner = \"oracle\"\n", "f:1: learner = \"oracle\": wuxing or perceptron"},
        {"layers = 784-80-10\n", "f:1: layers = 784-80-10: text stands in quotes"},
        {"layers = \"784--10\"\n", "f:1: layers = \"784--10\": '' is no layer size"},
        {"layers = 784\n", "f:1: layers = 784: text in quotes is needed"},
        {"per-class = 1\n", "f:1: per-class = 1: true or false"},
        {"per-class = \"true\"\n", "f:1: per-class = \"true\": true or false, without quotes"},
        {"seed = [1, 2]\n", "f:1: seed: one value is needed; lists are for wuxing experiment"},
        {"[a]\nseed = 1\n", "f:1: section a: sections are for wuxing experiment"},
        {"[a]\n[a]\n", "f:2: section a is given twice, first in line 1"},
        {"[a\n", "f:1: ']' is missing"},
        {"[]\n", "f:1: a section in brackets is expected"},
        {"epochs\n", "f:1: '=' is missing behind epochs"},
        {"epochs =\n", "f:1: epochs has no value"},
        {"epochs = 3 4\n", "f:1: the line goes on where it should end"},
        {"= 3\n", "f:1: 'key = value' is expected"},
        {"out = \"m.wux\n", "f:1: the quote behind out is not closed"},
        {"out = \"\\x\"\n", "f:1: unknown escape in the text of out"},
        {"seed = [1 2]\n", "f:1: ',' or ']' is missing in the list of seed"},
        {"seed = []\n", "f:1: the list of seed is empty"},
        {"seed = [1,\n\n2\n", "f:4: ',' or ']' is missing in the list of seed"},
        {"model = \"m.wux\"\nlayers = \"3-2\"\n", "f:2: layers: the model m.wux brings its own"},
    };
    Tally tally;
    for (const Case& c : cases) {
        const std::string message = usage_error(c.text);
        tally.holds(contains(message, c.says), [&] { return c.text + " says: " + message; });
    }
    tally.finish(38);
}

TEST_CASE("the complete configuration, read back, is the same for every option") {
    const std::vector<TrainOption> table = train_option_table();
    for (const TrainOption& option : table) {
        int changed = 0;
        for (const char* value : {"7", "8", "12", "123", "0.1234567890123456", "784-3-10", "true", "nearest", "best",
                                  "double", "perceptron", "a \"b\" \\ c\n# d"}) {
            TrainOptions options = default_train_options();
            try {
                option.set(options, value);
            } catch (const std::invalid_argument&) {
                continue;
            }
            TrainOptions read;
            apply_config(read, parse_config(config_text(options), "f"));
            CHECK(option.get(read) == option.get(options));
            CHECK(config_text(read) == config_text(options));
            changed += option.get(options) != option.get(default_train_options()) ? 1 : 0;
        }
        INFO(option.name);
        CHECK(changed > 0);  // a default says nothing of the way there and back
    }
}

TEST_CASE("a run by configuration file is that of the command line, which wins where both speak") {
    const Scratch scratch;
    write_small_dataset(scratch);
    scratch.write("c.toml",
                  std::string("data = \".\"\nlayers = \"16-8-3\"\nepochs = 2\neta = 0.05\nseed = 4\nshift = 1\n"
                              "out = \"file.wux\"\njson = \"file.json\"\n"));
    REQUIRE(run_wuxing(scratch, "train --config c.toml").code == 0);
    const std::string same = "train --data . --layers 16-8-3 --epochs 2 --eta 0.05 --shift 1 ";
    REQUIRE(run_wuxing(scratch, same + "--seed 4 --out line.wux --json line.json").code == 0);
    CHECK(scratch.read("file.wux") == scratch.read("line.wux"));

    REQUIRE(run_wuxing(scratch, "train --config c.toml --seed 5 --out both.wux").code == 0);
    REQUIRE(run_wuxing(scratch, same + "--seed 5 --out line5.wux").code == 0);
    CHECK(scratch.read("both.wux") == scratch.read("line5.wux"));
    CHECK(scratch.read("both.wux") != scratch.read("file.wux"));

    const CommandResult printed =
        run_wuxing(scratch, "train --config c.toml --seed 5 --out printed.wux --print-config");
    REQUIRE(printed.code == 0);
    CHECK_FALSE(std::filesystem::exists(scratch.path("printed.wux")));
    for (const TrainOption& option : train_option_table()) CHECK(contains(printed.out, option.name + " = "));
    scratch.write("printed.toml", printed.out);
    const CommandResult fed_back = run_wuxing(scratch, "train --config printed.toml --print-config");
    CHECK(fed_back.out == printed.out);
    REQUIRE(run_wuxing(scratch, "train --config printed.toml").code == 0);
    CHECK(scratch.read("printed.wux") == scratch.read("both.wux"));

    // A continued run: the model brings its shape.
    const CommandResult continued = run_wuxing(scratch, "train --data . --model file.wux --print-config");
    REQUIRE(continued.code == 0);
    scratch.write("continued.toml", continued.out);
    CHECK(run_wuxing(scratch, "train --config continued.toml --epochs 1").code == 0);
    const CommandResult shaped = run_wuxing(scratch, "train --config continued.toml --layers 16-8-3");
    CHECK(shaped.code == 2);
    CHECK(contains(shaped.err, "--layers excludes the model file.wux of continued.toml"));
}

TEST_CASE("mistakes around configuration files end with code 2 and one line") {
    const Scratch scratch;
    write_small_dataset(scratch);
    scratch.write("bad.toml", std::string("epochs = 3\nsede = 4\n"));
    scratch.write("keep.toml", std::string("keep = \"best\"\n"));
    scratch.write("good.toml", std::string("data = \".\"\nlayers = \"16-8-3\"\n"));
    const std::vector<Case> cases{
        {"train --config none.toml", "none.toml: cannot be opened"},
        {"train --config bad.toml", "bad.toml:2: unknown key 'sede'"},
        {"train --config /dev/zero", "/dev/zero: longer than"},
        {"train --config keep.toml", "keep best: best on what?"},
        {"train --config good.toml --keep best", "keep best: best on what?"},
        {"train --config good.toml --resume c", "excludes"},
        {"train --config good.toml --keep worst", "--keep worst: last or best is possible"},
        {"train --config good.toml --validation 60", "--validation 60: the data set has only 60 training images"},
        {"train --config good.toml --validation 10 --train-images 51", "--train-images 51: 50 are left"},
        {"train --config good.toml --threads 0", "--threads 0: not in range 1 to"},
        {"train --config good.toml --out a --checkpoint ./a", "out and checkpoint name the same file"},
        {"train --config good.toml --out a --json a", "out and json name the same file"},
        {"train --config good.toml --learner perceptron --arithmetic double", "its arithmetic is float"},
        {"train --config good.toml --learner perceptron --out p", "it has no model file"},
        {"train --data . --learner perceptron --model m.wux", "cannot continue with a model file"},
        {"train --config good.toml --print-config --eta 7", "--eta 7: above 0"},
    };
    const std::vector<std::string> names = [&] {
        run_wuxing(scratch, "--version");
        return scratch.names();
    }();
    Tally tally;
    for (const Case& c : cases) {
        const CommandResult result = run_wuxing(scratch, c.text);
        const auto where = [&] { return c.text + ": code " + std::to_string(result.code) + ", " + result.err; };
        tally.holds(result.code == 2, where);
        tally.holds(contains(result.err, c.says), where);
        tally.holds(is_one_line(result.err), where);
    }
    tally.finish(3 * 16);
    CHECK(scratch.names() == names);
}

}  // namespace wuxing::test
