// The images of a training run: those trained on, those held out, those tested with.
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "dataset.hpp"
#include "train_options.hpp"

namespace wuxing {

struct RunData {
    ImageSet train;       ///< the first ones of the training set; none of `validation` is among them
    ImageSet validation;  ///< the last ones of the training set; may be empty
    ImageSet test;
    std::uint32_t crc = 0;  ///< CRC-32 of sizes, pixels and labels of all three, in this order
};

/// Loads and divides a data set as the options say. Throws FileError (dataset.hpp), or UsageError if it has too few
/// images.
std::shared_ptr<const RunData> load_run_data(const TrainOptions& options);

/// Loads what several runs need once. May be used by several threads.
class RunDataCache {
public:
    /// As load_run_data.
    std::shared_ptr<const RunData> get(const TrainOptions& options);

private:
    struct Loaded {
        TrainOptions options;
        std::shared_ptr<const RunData> data;
    };
    std::mutex mutex_;
    std::vector<Loaded> loaded_;
};

}  // namespace wuxing
