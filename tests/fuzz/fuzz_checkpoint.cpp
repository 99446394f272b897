// Checkpoint files: accepted is exactly what the writer would have written, and their configurations are options or
// refused.
#include "checkpoint.hpp"
#include "harness.hpp"
#include "training_run.hpp"

namespace wuxing::fuzz {
namespace {

constexpr std::size_t kSizes = 16, kParts = 4, kHeader = kSizes + 8 * kParts;  // docs/files.md

bool accepts(const Bytes& input) {
    const MemoryFile file(input);
    const auto decoded = accepted<FileError>("c: ", [&] { return decode_checkpoint(input, "c"); });
    const auto loaded = accepted<FileError>(file.path() + ": ", [&] { return load_checkpoint(file.path()); });
    demand(decoded.has_value() == loaded.has_value(), "a file is not what its bytes are");
    if (!decoded) return false;
    demand(encode_checkpoint(*decoded) == input, "written again, it is another file");
    demand(encode_checkpoint(*loaded) == input, "a file holds something else than its bytes");
    const auto options = accepted<FileError>("c: ", [&] { return checkpoint_options(*decoded, "c"); });
    if (options) {
        Checkpoint again = *decoded;
        again.configuration = config_text(*options);
        demand(config_text(checkpoint_options(again, "c")) == again.configuration, "other options, written again");
    }
    return true;
}

std::vector<Bytes> seeds() {
    TrainOptions options;
    options.layers = "4-3-2";
    options.data = "d";
    Checkpoint plain;
    plain.data_crc = 0x12345678;
    plain.configuration = config_text(options);
    plain.progress = "{}";
    plain.current = {1, 2, 3};
    Checkpoint other = plain;
    other.configuration = "layers = \"4-3-2\"\nkeep = \"best\"\nvalidation = 3\nlearner = \"perceptron\"\n";
    other.best = {4};
    Bytes cut = encode_checkpoint(plain);
    cut.pop_back();
    return {encode_checkpoint({}), encode_checkpoint(plain), encode_checkpoint(other), cut};
}

/// The last part takes what the others leave.
void seal(Bytes& input) {
    std::uint64_t used = kHeader + 4;
    if (input.size() < used) return;
    for (std::size_t part = 0; part + 1 < kParts; ++part) used += little_endian(input, kSizes + 8 * part, 8) & 0xFFFFFF;
    if (used <= input.size()) put_little_endian(input, kHeader - 8, input.size() - used, 8);
    seal_crc(input, 0, input.size());
}

}  // namespace

const Reader kCheckpoint{"checkpoint", accepts, seeds, seal};

}  // namespace wuxing::fuzz
