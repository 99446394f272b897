// A training run on disk, between two epochs. The format, byte by byte, is in docs/files.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "file_error.hpp"
#include "files.hpp"

namespace wuxing {

constexpr int kCheckpointVersion = 1;

/// Everything a run needs to go on; what is in the parts, training_run.hpp and learner.hpp know.
struct Checkpoint {
    std::uint32_t data_crc = 0;         ///< of the images trained on and tested with (RunData)
    std::string configuration;          ///< all options, as a configuration file
    std::string progress;               ///< epochs done, JSON
    std::vector<std::uint8_t> current;  ///< the learner after the last epoch
    std::vector<std::uint8_t> best;     ///< and after the best one; empty if the last one is kept
};

std::vector<std::uint8_t> encode_checkpoint(const Checkpoint& checkpoint);

/// Throws FileError, with `name` in front, for bytes that are damaged, truncated, too long, of another version, or no
/// checkpoint at all.
Checkpoint decode_checkpoint(const std::vector<std::uint8_t>& bytes, const std::string& name);

/// Writes a checkpoint atomically (files.hpp); throws FileError, and then the old one is still there.
void save_checkpoint(const std::string& path, const Checkpoint& checkpoint, Existing existing = Existing::replace);

/// Throws FileError as decode_checkpoint, or if the file cannot be read.
Checkpoint load_checkpoint(const std::string& path);

}  // namespace wuxing
