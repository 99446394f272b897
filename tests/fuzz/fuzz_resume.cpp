// What intact checkpoints hold: progress and state of every learner. Input: kind of learner, two bytes with the size of
// the progress, the progress, the state.
#include <algorithm>
#include <array>

#include "harness.hpp"
#include "scratch.hpp"
#include "training_run.hpp"

namespace wuxing::fuzz {
namespace {

constexpr std::size_t kHeader = 3;
constexpr std::array<std::uint8_t, 8> kMagic{'W', 'U', 'X', 'M', 'O', 'D', 'E', 'L'};

TrainOptions options_of(std::uint8_t kind) {
    TrainOptions options;
    options.learner = kind % 3 == 2 ? "perceptron" : "wuxing";
    options.arithmetic = kind % 3 == 1 ? "double" : "integer";
    options.layers = "4-3-2";
    options.eta = 0.05;
    options.decay = 1;
    if (kind / 3 % 2 == 1) {
        options.keep = "best";
        options.validation = 2;
    }
    return options;
}

/// Six training and two test images of 2 x 2 pixels.
void write_images(const test::Scratch& scratch) {
    scratch.write("train-images-idx3-ubyte", test::idx_images(6, 2, 2));
    scratch.write("train-labels-idx1-ubyte", test::idx_labels(6, 2));
    scratch.write("t10k-images-idx3-ubyte", test::idx_images(2, 2, 2));
    scratch.write("t10k-labels-idx1-ubyte", test::idx_labels(2, 2));
}

/// Resumed and, if there is an epoch, at its end: tested, with a result.
void finish(const Checkpoint& checkpoint, const std::string& name, TrainOptions options, RunDataCache& cache) {
    const std::size_t epochs = TrainingRun(checkpoint, name, options, cache).epochs().size();
    if (epochs == 0) return;
    options.epochs = static_cast<int>(epochs);
    TrainingRun run(checkpoint, name, options, cache);
    RunObserver nobody;
    demand(!run.run(nobody), "interrupted by nobody");
    const nlohmann::json result = run.result();
    demand(result["epochs"].size() == epochs && result["accuracy"] >= 0 && result["accuracy"] <= 1,
           "an impossible result");
}

bool accepts(const Bytes& input) {
    if (input.size() < kHeader) return false;
    const test::Scratch scratch;
    write_images(scratch);
    TrainOptions options = options_of(input[0]);
    options.data = scratch.folder();
    RunDataCache cache;
    const auto all = static_cast<std::ptrdiff_t>(input.size());
    const auto border =
        std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(kHeader + little_endian(input, 1, 2)), all);
    Checkpoint checkpoint;
    checkpoint.data_crc = cache.get(options)->crc;
    checkpoint.progress = std::string(input.begin() + kHeader, input.begin() + border);
    checkpoint.current = Bytes(input.begin() + border, input.end());
    if (options.keep == "best") checkpoint.best = checkpoint.current;
    const auto finished = accepted<FileError>(scratch.path("c"), [&] {
        // Nothing left to learn, by what it says of the epochs before.
        const auto resumed = accepted<UsageError>("", [&] {
            finish(checkpoint, scratch.path("c"), options, cache);
            return true;
        });
        return resumed.has_value();
    });
    return finished.value_or(false);
}

std::vector<Bytes> seeds() {
    std::vector<Bytes> seeds;
    const test::Scratch scratch;
    write_images(scratch);
    for (std::uint8_t kind = 0; kind < 6; ++kind) {
        for (const int epochs : {0, 2}) {
            TrainOptions options = options_of(kind);
            options.data = scratch.folder();
            options.checkpoint = scratch.path("c" + std::to_string(kind) + std::to_string(epochs));
            options.epochs = std::max(1, epochs);
            RunDataCache cache;
            RunObserver nobody;
            TrainingRun run(options, cache);
            if (epochs > 0) run.run(nobody);
            const Checkpoint checkpoint = load_checkpoint(options.checkpoint);
            Bytes seed{kind, 0, 0};
            put_little_endian(seed, 1, checkpoint.progress.size(), 2);
            seed.insert(seed.end(), checkpoint.progress.begin(), checkpoint.progress.end());
            seed.insert(seed.end(), checkpoint.current.begin(), checkpoint.current.end());
            seeds.push_back(seed);
        }
    }
    return seeds;
}

/// The checksum of a model file in the state: that of the integers, or the one at the beginning of the twin's.
void seal(Bytes& input) {
    const auto found = std::search(input.begin(), input.end(), kMagic.begin(), kMagic.end());
    if (found == input.end()) return;
    const auto begin = static_cast<std::size_t>(found - input.begin());
    const std::uint64_t left = input.size() - begin;
    const std::uint64_t size = begin >= 8 && input[0] % 3 == 1 ? little_endian(input, begin - 8, 8) : left;
    if (size <= left) seal_crc(input, begin, begin + static_cast<std::size_t>(size));
}

}  // namespace

const Reader kResume{"resume", accepts, seeds, seal};

}  // namespace wuxing::fuzz
