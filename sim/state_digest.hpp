// One number for all that a network has learnt.
#pragma once

#include <cstdint>

#include "network.hpp"

namespace wuxing::sim {

/// Of configuration, C or its keys, K, S, last G1 and R. Networks that differ in one bit have different digests, but
/// for a chance of 2^-64; it is no protection against a forger.
std::uint64_t state_digest(const Network& network);

}  // namespace wuxing::sim
