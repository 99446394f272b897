// Model files: accepted is exactly what the writer would have written.
#include "harness.hpp"
#include "model_file.hpp"
#include "report.hpp"
#include "scratch.hpp"

namespace wuxing::fuzz {
namespace {

bool accepts(const Bytes& input) {
    const MemoryFile file(input);
    const auto decoded = accepted<FileError>("some.wux: ", [&] { return decode_model(input, "some.wux"); });
    const auto loaded = accepted<FileError>(file.path() + ": ", [&] { return load_model(file.path()); });
    demand(decoded.has_value() == loaded.has_value(), "a file is not what its bytes are");
    if (!decoded) return false;
    demand(encode_model(decoded->network, decoded->history) == input, "written again, it is another file");
    demand(loaded->network.same_parameters(decoded->network), "a file holds another network than its bytes");
    demand(!model_table(model_json(*decoded, input.size(), model_crc(input))).empty(), "nothing to say of it");
    return true;
}

std::vector<Bytes> seeds() {
    std::vector<Bytes> seeds;
    for (const int bits : {16, 12, 8}) {
        for (const bool recomputed : {false, true}) {
            if (recomputed && bits != 16) continue;
            NetworkConfig config;
            config.sizes = {3, 2, 2};
            config.steps = bits == 16 ? 15 : 1;
            config.weight_bits = bits;
            config.recomputed = recomputed;
            config.rounding = bits == 12 ? Rounding::nearest : Rounding::stochastic;
            Network network(config);
            network.initialise(1);
            seeds.push_back(encode_model(network, {100, 2}));
        }
    }
    seeds.push_back(encode_model(test::small_network(), {~std::uint64_t{0}, ~std::uint32_t{0}}));
    seeds.push_back(seeds[0]);
    seeds.back().pop_back();
    return seeds;
}

void seal(Bytes& input) {
    seal_crc(input, 0, input.size());
}

}  // namespace

const Reader kModelFile{"model_file", accepts, seeds, seal};

}  // namespace wuxing::fuzz
