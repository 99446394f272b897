// A network on disk. The format, byte by byte, is in docs/files.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "file_error.hpp"
#include "network.hpp"

namespace wuxing {

constexpr int kModelFileVersion = 2;

/// What a network has been through; stored with it, and where continued training goes on from.
struct TrainingHistory {
    std::uint64_t samples = 0;  ///< samples trained
    std::uint32_t epochs = 0;   ///< epochs finished; the next one has this number
};

struct StoredModel {
    Network network;
    TrainingHistory history;
};

/// The bytes of a model file.
std::vector<std::uint8_t> encode_model(const Network& network, const TrainingHistory& history);

/// A network from the bytes of a model file. Throws FileError, with `name` in front, if they are damaged, truncated,
/// too long, of another version or hold what cannot be (K out of range, R = 0, impossible sizes).
StoredModel decode_model(const std::vector<std::uint8_t>& bytes, const std::string& name);

/// The checksum at the end of a model file: CRC-32 (zlib) of all bytes before it.
std::uint32_t model_crc(const std::vector<std::uint8_t>& bytes);

/// Writes a model file atomically (files.hpp): after any failure the file of that name is what it was before.
void save_model(const std::string& path, const Network& network, const TrainingHistory& history);

/// The bytes of a model file for decode_model, at most one more than its layers ask for. Throws FileError if the file
/// cannot be read, or as decode_model for what its header says.
std::vector<std::uint8_t> read_model(const std::string& path);

/// Throws FileError as decode_model, or if the file cannot be read.
StoredModel load_model(const std::string& path);

}  // namespace wuxing
