#include "state_digest.hpp"

#include "digest.hpp"
#include "model_file.hpp"

namespace wuxing::sim {

std::uint64_t state_digest(const Network& network) {
    Digest digest;
    for (const std::uint8_t byte : encode_model(network, {})) digest.mix(byte);  // a model file holds all of it
    return digest.value();
}

}  // namespace wuxing::sim
