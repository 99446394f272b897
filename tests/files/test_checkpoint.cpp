// Checkpoint files: nothing is lost in one, and none that is damaged or foreign is taken.
#include <catch2/catch.hpp>

#include "checkpoint.hpp"
#include "learner.hpp"
#include "runs.hpp"
#include "tally.hpp"
#include "training_run.hpp"

namespace wuxing::test {
namespace {

Bytes some_checkpoint() {
    Checkpoint checkpoint;
    checkpoint.data_crc = 0x12345678;
    checkpoint.configuration = "seed = 3\n";
    checkpoint.progress = "{}";
    checkpoint.current = {1, 2, 3, 250};
    checkpoint.best = {9};
    return encode_checkpoint(checkpoint);
}

struct Kind {
    const char* learner;
    const char* arithmetic;
};
constexpr Kind kKinds[] = {{"wuxing", "integer"}, {"wuxing", "double"}, {"perceptron", "integer"}};

TrainOptions small_options(const Kind& kind) {
    TrainOptions options;
    options.learner = kind.learner;
    options.arithmetic = kind.arithmetic;
    options.layers = "16-8-3";
    options.eta = 0.05;
    options.shift = 1;
    return options;
}

}  // namespace

TEST_CASE("a checkpoint is read as it was written") {
    const Checkpoint read = decode_checkpoint(some_checkpoint(), "c");
    CHECK(read.data_crc == 0x12345678);
    CHECK(read.configuration == "seed = 3\n");
    CHECK(read.progress == "{}");
    CHECK(read.current == Bytes{1, 2, 3, 250});
    CHECK(read.best == Bytes{9});
    CHECK(encode_checkpoint(read) == some_checkpoint());
}

TEST_CASE("every flipped bit, every cut and every addition makes a checkpoint a refused one") {
    const Bytes good = some_checkpoint();
    Tally tally;
    const auto refused = [&](const Bytes& bytes, const std::string& what) {
        const std::string message = file_error([&] { decode_checkpoint(bytes, "c"); });
        tally.holds(message.rfind("c: ", 0) == 0 && is_one_line(message), [&] { return what + ": " + message; });
    };
    for (std::size_t k = 0; k < good.size(); ++k) {
        for (int bit = 0; bit < 8; ++bit) {
            Bytes bytes = good;
            bytes[k] = static_cast<std::uint8_t>(bytes[k] ^ (1 << bit));
            refused(bytes, "bit " + std::to_string(8 * k + static_cast<std::size_t>(bit)));
        }
        refused(Bytes(good.begin(), good.begin() + static_cast<std::ptrdiff_t>(k)), "cut to " + std::to_string(k));
    }
    Bytes longer = good;
    longer.push_back(0);
    refused(longer, "longer");
    tally.finish(9 * good.size() + 1);
}

TEST_CASE("a learner that went through its state learns on as if nothing had happened") {
    const Scratch scratch;
    write_small_dataset(scratch);
    const ImageSet set = load_dataset(scratch.folder()).train;
    int compared = 0;
    for (const Kind& kind : kKinds) {
        const TrainOptions options = small_options(kind);
        const auto learner = make_learner(options, nullptr);
        const Bytes untrained = learner->state({});
        for (std::uint32_t epoch = 0; epoch < 3; ++epoch) {
            const auto copy = restore_learner(options, learner->state({60 * epoch, epoch}), "c");
            CHECK(copy->state({}) == learner->state({}));
            CHECK(copy->model_file({}) == learner->model_file({}));
            learner->train_epoch(set, options, epoch, {});
            copy->train_epoch(set, options, epoch, {});
            CHECK(copy->state({}) == learner->state({}));
            CHECK(copy->evaluate(set, {}, 1).confusion == learner->evaluate(set, {}, 2).confusion);
            ++compared;
        }
        CHECK(learner->state({}) != untrained);  // it has learnt something
    }
    CHECK(compared == 9);
}

TEST_CASE("a state of another learner, or one that cannot be, is refused") {
    int refused = 0;
    for (const Kind& kind : kKinds) {
        const TrainOptions options = small_options(kind);
        const Bytes state = make_learner(options, nullptr)->state({});
        const auto says = [&](const TrainOptions& as, const Bytes& bytes) {
            const std::string message = file_error([&] { restore_learner(as, bytes, "c"); });
            INFO(message);
            CHECK(message.rfind("c: ", 0) == 0);
            CHECK(is_one_line(message));
            ++refused;
        };
        says(options, {});
        says(options, Bytes(state.begin(), state.end() - 1));
        Bytes longer = state;
        longer.insert(longer.end(), 8, std::uint8_t{0});
        says(options, longer);
        for (const Kind& other : kKinds) {
            if (&other != &kind) says(small_options(other), state);
        }
        TrainOptions wider = options;
        wider.layers = "16-9-3";
        says(wider, state);
        if (options.arithmetic == "double" || options.learner == "perceptron") {
            Bytes infinite = state;
            const std::size_t size = options.learner == "perceptron" ? 4 : 8;
            for (std::size_t k = 1; k <= size; ++k) infinite[infinite.size() - k] = 0xFF;
            says(options, infinite);
        }
    }
    CHECK(refused == 3 * 6 + 2);
}

TEST_CASE("a run that is killed in its first epoch can be resumed") {
    const Scratch scratch;
    write_small_dataset(scratch);
    TrainOptions options = small_options(kKinds[0]);
    options.data = scratch.folder();
    options.epochs = 2;
    RunDataCache cache;
    RunObserver nobody;
    TrainingRun whole(options, cache);
    whole.run(nobody);
    options.checkpoint = scratch.path("c");
    const TrainingRun killed(options, cache);  // all that is left of it is its file
    const Checkpoint checkpoint = load_checkpoint(options.checkpoint);
    TrainingRun resumed(checkpoint, options.checkpoint, checkpoint_options(checkpoint, options.checkpoint), cache);
    CHECK(resumed.epochs().empty());
    resumed.run(nobody);
    CHECK(resumed.epochs().size() == 2);
    CHECK(resumed.crc() == whole.crc());
}

TEST_CASE("an intact checkpoint whose content cannot be is refused") {
    const Scratch scratch;
    write_small_dataset(scratch);
    TrainOptions options = small_options(kKinds[0]);
    options.data = scratch.folder();
    options.validation = 10;
    options.keep = "best";
    options.epochs = 2;
    options.checkpoint = scratch.path("c");
    RunDataCache cache;
    RunObserver nobody;
    TrainingRun(options, cache).run(nobody);
    const Checkpoint good = load_checkpoint(options.checkpoint);
    const auto resume = [&](const Checkpoint& checkpoint) {
        return file_error([&] { TrainingRun(checkpoint, "c", checkpoint_options(checkpoint, "c"), cache); });
    };
    REQUIRE(resume(good) == "(no error)");
    int refused = 0;
    const auto refuse = [&](auto change) {
        Checkpoint changed = good;
        change(changed);
        const std::string message = resume(changed);
        INFO(message);
        CHECK(message.rfind("c: ", 0) == 0);
        CHECK(is_one_line(message));
        ++refused;
    };
    const auto replace = [](std::string& text, const std::string& part, const std::string& other) {
        REQUIRE(contains(text, part));
        text.replace(text.find(part), part.size(), other);
    };
    refuse([](Checkpoint& c) { c.configuration += "unknown = 1\n"; });
    refuse([](Checkpoint& c) { c.configuration = "epochs = 0\n"; });
    refuse([](Checkpoint& c) { c.progress = "{"; });
    refuse([](Checkpoint& c) { c.progress = "[]"; });
    refuse([](Checkpoint& c) { c.progress = "{\"epochs_before\":0,\"samples_before\":0,\"epochs\":[{}]}"; });
    refuse([&](Checkpoint& c) { replace(c.progress, "\"epoch\":1", "\"epoch\":3"); });
    refuse([&](Checkpoint& c) { replace(c.progress, "\"images\":50", "\"images\":51"); });
    refuse([&](Checkpoint& c) { replace(c.progress, "\"correct\":", "\"correct\":-"); });
    refuse([&](Checkpoint& c) { replace(c.progress, "\"test_correct\":", "\"test_correct\":9"); });
    refuse([](Checkpoint& c) { c.current.clear(); });
    refuse([](Checkpoint& c) { c.best.clear(); });
    refuse([](Checkpoint& c) { c.best.pop_back(); });
    CHECK(refused == 12);
}

}  // namespace wuxing::test
