#include "run_data.hpp"

#include <fmt/core.h>
#include <zlib.h>

#include <algorithm>
#include <string>
#include <utility>

#include "usage_error.hpp"

namespace wuxing {
namespace {

void limit_images(ImageSet& set, int limit, const std::string& option) {
    if (limit > set.count())
        throw UsageError(fmt::format("{} {}: the data set has only {}", option, limit, set.count()));
    set.keep_first(limit);
}

/// The last `count` images, which the set then no longer has.
ImageSet hold_out(ImageSet& set, int count) {
    ImageSet held;
    held.rows = set.rows;
    held.columns = set.columns;
    if (count == 0) return held;
    if (count >= set.count()) {
        throw UsageError(
            fmt::format("--validation {}: the data set has only {} training images, and some are needed "
                        "to train",
                        count, set.count()));
    }
    const int kept = set.count() - count;
    const auto first_pixel = set.pixels.begin() + static_cast<std::ptrdiff_t>(kept) * set.image_size();
    held.pixels.assign(first_pixel, set.pixels.end());
    held.labels.assign(set.labels.begin() + kept, set.labels.end());
    set.keep_first(kept);
    return held;
}

void add_to_crc(std::uint32_t& crc, const ImageSet& set) {
    const std::string head = fmt::format("{} {} {};", set.count(), set.rows, set.columns);
    const auto add = [&crc](const void* data, std::size_t size) {
        if (size == 0) return;  // to zlib, no data is the wish to begin again
        crc = static_cast<std::uint32_t>(crc32_z(crc, static_cast<const Bytef*>(data), size));
    };
    add(head.data(), head.size());
    add(set.pixels.data(), set.pixels.size());
    add(set.labels.data(), set.labels.size());
}

}  // namespace

std::shared_ptr<const RunData> load_run_data(const TrainOptions& options) {
    Dataset all = load_dataset(options.data);
    auto data = std::make_shared<RunData>();
    data->validation = hold_out(all.train, options.validation);
    if (options.train_images > all.train.count() && options.validation > 0) {
        throw UsageError(fmt::format("--train-images {}: {} are left beside --validation {}", options.train_images,
                                     all.train.count(), options.validation));
    }
    limit_images(all.train, options.train_images, "--train-images");
    limit_images(all.test, options.test_images, "--test-images");
    data->train = std::move(all.train);
    data->test = std::move(all.test);
    for (const ImageSet* set : {&data->train, &data->validation, &data->test}) add_to_crc(data->crc, *set);
    return data;
}

std::shared_ptr<const RunData> RunDataCache::get(const TrainOptions& options) {
    const std::lock_guard lock(mutex_);
    for (const Loaded& loaded : loaded_) {
        const TrainOptions& o = loaded.options;
        if (o.data == options.data && o.train_images == options.train_images && o.test_images == options.test_images &&
            o.validation == options.validation) {
            return loaded.data;
        }
    }
    loaded_.push_back({options, load_run_data(options)});
    return loaded_.back().data;
}

}  // namespace wuxing
