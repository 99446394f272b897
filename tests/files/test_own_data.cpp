// Data sets that are not like MNIST: pictures of their own size, any number of classes up to 256.
#include <algorithm>
#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>
#include <random>

#include "model_file.hpp"
#include "scratch.hpp"

namespace wuxing::test {
namespace {

using nlohmann::json;

void put_big_endian(Bytes& bytes, std::uint32_t value) {
    for (int shift = 24; shift >= 0; shift -= 8) bytes.push_back(static_cast<std::uint8_t>(value >> shift));
}

/// Writes a set of noisy pictures of rows x columns pixels, each class bright in its own half of the pixels or so, and
/// label k % classes; gzipped, so that the kinds of files are mixed too.
void write_pictures(const Scratch& scratch, int rows, int columns, int classes) {
    const int size = rows * columns;
    std::mt19937 generator(1);
    const auto below = [&generator](int n) { return static_cast<int>(generator() % static_cast<std::uint32_t>(n)); };
    std::vector<std::vector<bool>> bright(static_cast<std::size_t>(classes));
    for (auto& picture : bright) {
        for (int p = 0; p < size; ++p) picture.push_back(below(2) == 0);
    }
    for (const auto& [part, each] : {std::pair("train", 40), std::pair("t10k", 10)}) {
        const int count = each * classes;
        Bytes images{0, 0, 8, 3};
        for (const int n : {count, rows, columns}) put_big_endian(images, static_cast<std::uint32_t>(n));
        for (int k = 0; k < count; ++k) {
            for (const bool on : bright[static_cast<std::size_t>(k % classes)]) {
                images.push_back(static_cast<std::uint8_t>(on ? 155 + below(101) : below(3) == 0 ? below(60) : 0));
            }
        }
        scratch.write(std::string(part) + "-images-idx3-ubyte.gz", gzip(images));
        scratch.write(std::string(part) + "-labels-idx1-ubyte", idx_labels(count, classes));
    }
}

}  // namespace

TEST_CASE("a data set of its own image size and number of classes is trained on and evaluated") {
    struct Case {
        int rows, columns, classes;
        const char* layers;
    };
    int checked = 0;
    // Letters, as many classes as a label can count, and a picture of one row.
    for (const Case& c : {Case{4, 6, 3, "24-8-3"}, Case{4, 6, 3, "24-3"}, Case{6, 4, 26, "24-30-26"},
                          Case{5, 9, 256, "45-60-256"}, Case{1, 24, 2, "24-5-4-2"}}) {
        const Scratch scratch;
        write_pictures(scratch, c.rows, c.columns, c.classes);
        const CommandResult train =
            run_wuxing(scratch, std::string("train --data . --epochs 8 --eta 0.05 --decay 0.8 --layers ") + c.layers +
                                    " --out m.wux --json t.json --per-class --confusion");
        INFO(c.layers << ": " << train.out << train.err);
        REQUIRE(train.code == 0);
        const json trained = json::parse(scratch.read("t.json"));
        const auto classes = static_cast<std::size_t>(c.classes);
        CHECK(trained["train_images"] == 40 * c.classes);
        CHECK(trained["images"] == 10 * c.classes);
        CHECK(trained["accuracy"] >= 0.9);
        REQUIRE(trained["confusion"].size() >= classes);
        REQUIRE(trained["per_class"].size() >= classes);
        for (std::size_t k = 0; k < classes; ++k) {
            CHECK(trained["per_class"][k]["images"] == 10);
            int given = 0;
            for (const json& count : trained["confusion"][k]) given += count.get<int>();
            CHECK(given == 10);
        }
        CHECK(contains(train.out, "class  images"));

        const CommandResult eval = run_wuxing(scratch, "eval m.wux --data . --twin --json e.json");
        INFO(eval.err);
        REQUIRE(eval.code == 0);
        const json evaluated = json::parse(scratch.read("e.json"));
        CHECK(evaluated["confusion"] == trained["confusion"]);
        CHECK(evaluated["layers"] == trained["layers"]);
        CHECK(load_model(scratch.path("m.wux")).network.config().sizes.back() == c.classes);
        ++checked;
    }
    CHECK(checked == 5);
}

TEST_CASE("labels that count from 1 need one output more than there are classes") {
    const Scratch scratch;
    write_pictures(scratch, 4, 6, 3);
    for (const char* name : {"train-labels-idx1-ubyte", "t10k-labels-idx1-ubyte"}) {
        Bytes labels = scratch.read(name);
        std::for_each(labels.begin() + 8, labels.end(), [](std::uint8_t& label) { ++label; });
        scratch.write(name, labels);
    }
    const CommandResult refused = run_wuxing(scratch, "train --data . --epochs 1 --layers 24-8-3");
    CHECK(refused.code == 2);
    CHECK(is_one_line(refused.err));
    CHECK(contains(refused.err, "label 3 of image 2 is no output of a network with 3 outputs (0 to 2)"));
    const CommandResult train =
        run_wuxing(scratch, "train --data . --epochs 8 --eta 0.05 --layers 24-8-4 --json t.json --per-class");
    INFO(train.err);
    REQUIRE(train.code == 0);
    const json trained = json::parse(scratch.read("t.json"));
    CHECK(trained["per_class"][0]["images"] == 0);
    CHECK(trained["per_class"][0]["accuracy"].is_null());
    CHECK(trained["accuracy"] >= 0.9);
}

}  // namespace wuxing::test
