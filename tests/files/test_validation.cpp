// Validation images are never trained on, the network that is kept is the one that was asked for, and the number of
// threads changes nothing.
#include <algorithm>
#include <catch2/catch.hpp>
#include <filesystem>

#include "model_file.hpp"
#include "runs.hpp"
#include "training.hpp"

namespace wuxing::test {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

constexpr const char* kRun = "train --data . --layers 16-8-3 --eta 0.05 --shift 1 --seed 2 ";

/// Inverts an image of the training set: every pixel, so that it looks like no other.
void invert_image(const Scratch& scratch, std::size_t image) {
    Bytes bytes = scratch.read("train-images-idx3-ubyte");
    for (std::size_t p = 0; p < 16; ++p) {
        std::uint8_t& pixel = bytes[16 + 16 * image + p];
        pixel = static_cast<std::uint8_t>(255 - pixel);
    }
    scratch.write("train-images-idx3-ubyte", bytes);
}

template <typename AnyNetwork>
void check_threads(AnyNetwork network, const ImageSet& set) {
    const Evaluation one = evaluate(network, set);
    CHECK(one.pass.images == set.count());
    for (const int threads : {1, 2, 3, 8, 100}) {
        int last = 0;
        const auto watch = [&last](int done, int) {
            CHECK(done >= last);
            last = done;
            return true;
        };
        const Evaluation many = evaluate(network, set, watch, threads);
        CHECK(many.confusion == one.confusion);
        CHECK(many.pass.images == one.pass.images);
        CHECK(many.pass.correct == one.pass.correct);
        CHECK(many.pass.completed);
        CHECK(last == set.count());
        CHECK_FALSE(evaluate(
                        network, set, [](int, int) { return false; }, threads)
                        .pass.completed);
    }
}

}  // namespace

TEST_CASE("the last training images are held out and never trained on") {
    const Scratch scratch;
    write_small_dataset(scratch);
    const auto model = [&](const std::string& options) {
        const CommandResult result = run_wuxing(scratch, kRun + options + " --epochs 4 --out m.wux --json t.json");
        INFO(result.err);
        REQUIRE(result.code == 0);
        return scratch.read("m.wux");
    };
    const Bytes held_out = model("--validation 15");
    const json before = read_json(scratch, "t.json");
    CHECK(before["validation_images"] == 15);
    CHECK(before["train_images"] == 45);
    CHECK(before["trained_images"] == 180);
    CHECK(before["epochs"].size() == 4);
    for (const json& epoch : before["epochs"]) CHECK(epoch["validation_accuracy"].is_number());
    CHECK(before["validation_accuracy"] == before["epochs"][3]["validation_accuracy"]);
    CHECK(model("--train-images 45") == held_out);  // the same as if they did not exist
    CHECK(model("--validation 15 --train-images 45") == held_out);
    CHECK(model("") != held_out);

    for (std::size_t image = 45; image < 60; ++image) invert_image(scratch, image);
    CHECK(model("--validation 15") == held_out);
    CHECK(read_json(scratch, "t.json")["data_crc"] != before["data_crc"]);
    Bytes labels = scratch.read("train-labels-idx1-ubyte");
    std::fill(labels.end() - 15, labels.end(), std::uint8_t{0});
    scratch.write("train-labels-idx1-ubyte", labels);
    CHECK(model("--validation 15") == held_out);
    const json after = read_json(scratch, "t.json");
    CHECK(after["validation_accuracy"] != before["validation_accuracy"]);  // they are what is validated on
    CHECK(after["accuracy"] == before["accuracy"]);
    invert_image(scratch, 44);
    CHECK(model("--validation 15") != held_out);  // the last one that is trained on
}

TEST_CASE("the accuracy on the validation images is that of an evaluation on them") {
    const Scratch scratch;
    write_small_dataset(scratch);
    REQUIRE(run_wuxing(scratch, kRun + std::string("--epochs 3 --validation 15 --out m.wux --json t.json")).code == 0);
    ImageSet held = load_dataset(scratch.folder()).train;
    held.pixels.erase(held.pixels.begin(), held.pixels.begin() + 45 * 16);
    held.labels.erase(held.labels.begin(), held.labels.begin() + 45);
    REQUIRE(held.count() == 15);
    Network network = load_model(scratch.path("m.wux")).network;
    CHECK(read_json(scratch, "t.json")["validation_accuracy"] == evaluate(network, held).pass.accuracy());
}

TEST_CASE("the best network is kept, the first of equals") {
    int not_last = 0, compared = 0;
    for (const std::string learner : {"integer", "double"}) {
        for (const std::string seed : {"1", "2", "3"}) {
            const Scratch scratch;
            write_small_dataset(scratch);
            const std::string run = "train --data . --layers 16-8-3 --eta 0.1 --decay 1 --validation 20 --seed " +
                                    seed + " --arithmetic " + learner + " ";
            const CommandResult result =
                run_wuxing(scratch, run + "--epochs 12 --keep best --out best.wux --json best.json");
            INFO(result.out);
            REQUIRE(result.code == 0);
            const json best = read_json(scratch, "best.json");
            double highest = -1;
            int expected = 0;
            for (const json& epoch : best["epochs"]) {
                if (epoch["validation_accuracy"].get<double>() <= highest) continue;
                highest = epoch["validation_accuracy"].get<double>();
                expected = epoch["epoch"].get<int>();
            }
            CHECK(best["kept_epoch"] == expected);
            CHECK(best["validation_accuracy"] == highest);
            CHECK(best["accuracy"] == best["epochs"][static_cast<std::size_t>(expected) - 1]["test_accuracy"]);
            CHECK(contains(result.out, "best     epoch " + std::to_string(expected) + "\n"));
            // Its model is the one of a run that ended there.
            const std::string shorter = run + "--epochs " + std::to_string(expected);
            REQUIRE(run_wuxing(scratch, shorter + " --keep last --out last.wux --json last.json").code == 0);
            CHECK(scratch.read("best.wux") == scratch.read("last.wux"));
            const json last = read_json(scratch, "last.json");
            CHECK(last["kept_epoch"] == expected);
            CHECK(last["confusion"] == best["confusion"]);
            CHECK(last["crc"] == best["crc"]);
            not_last += expected < 12 ? 1 : 0;
            ++compared;
        }
    }
    CHECK(compared == 6);
    CHECK(not_last >= 2);  // where the last one is the best, nothing is shown
}

TEST_CASE("an evaluation gives the same on any number of threads") {
    const Scratch scratch;
    write_small_dataset(scratch);
    ImageSet set = load_dataset(scratch.folder()).train;
    while (set.count() < 2500) {
        set.pixels.insert(set.pixels.end(), set.pixels.begin(), set.pixels.begin() + 60 * 16);
        set.labels.insert(set.labels.end(), set.labels.begin(), set.labels.begin() + 60);
    }
    NetworkConfig config;
    config.sizes = {16, 8, 3};
    Network network(config);
    network.initialise(4);
    train_epoch(network, set, 1, 0, 0, 700);
    Perceptron perceptron(PerceptronConfig{config.sizes});
    perceptron.initialise(4);
    train_epoch(perceptron, set, 1, 0, 0, 700);
    check_threads(network, set);
    check_threads(RealNetwork(network), set);
    check_threads(perceptron, set);
    set.keep_first(2);
    check_threads(network, set);
}

TEST_CASE("a run gives the same on any number of threads") {
    int compared = 0;
    for (const std::string learner : {"", "--arithmetic double ", "--learner perceptron "}) {
        const Scratch scratch;
        write_small_dataset(scratch);
        json first;
        for (const std::string threads : {"1", "2", "3", "8"}) {
            const CommandResult result = run_wuxing(scratch, kRun + learner +
                                                                 "--epochs 3 --validation 15 --keep best --json t.json "
                                                                 "--threads " +
                                                                 threads);
            INFO(result.err);
            REQUIRE(result.code == 0);
            const json run = without_times(read_json(scratch, "t.json"));
            if (threads == "1") first = run;
            CHECK(run == first);
            ++compared;
        }
    }
    CHECK(compared == 12);
    const Scratch scratch;
    write_small_dataset(scratch);
    REQUIRE(run_wuxing(scratch, kRun + std::string("--epochs 1 --out m.wux")).code == 0);
    REQUIRE(run_wuxing(scratch, "eval m.wux --data . --json one.json").code == 0);
    REQUIRE(run_wuxing(scratch, "eval m.wux --data . --threads 3 --json three.json").code == 0);
    CHECK(without_times(read_json(scratch, "one.json")) == without_times(read_json(scratch, "three.json")));
}

}  // namespace wuxing::test
