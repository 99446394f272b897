// Facts about the real MNIST. Missing files fail these cases: the figures of the project rest on this data.
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <filesystem>

#include "dataset.hpp"
#include "samples.hpp"
#include "scratch.hpp"
#include "tally.hpp"

namespace wuxing::test {

TEST_CASE("MNIST is MNIST") {
    const Dataset data = load_dataset(default_data_directory());
    REQUIRE(data.train.count() == 60000);
    REQUIRE(data.test.count() == 10000);
    CHECK(data.train.rows == 28);
    CHECK(data.train.columns == 28);
    CHECK(data.classes == 10);

    const auto per_class = [](const ImageSet& set) {
        std::array<int, 10> counts{};
        for (const std::uint8_t label : set.labels) ++counts.at(label);
        return counts;
    };
    CHECK(per_class(data.train) == std::array<int, 10>{5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949});
    CHECK(per_class(data.test) == std::array<int, 10>{980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009});
    CHECK(Bytes(data.train.labels.begin(), data.train.labels.begin() + 6) == Bytes{5, 0, 4, 1, 9, 2});

    PixelEvents events;
    long long total = 0;
    std::size_t most = 0;
    for (int k = 0; k < data.train.count(); ++k) {
        pixel_events(data.train, k, Shift{}, events);
        total += static_cast<long long>(events.size());
        most = std::max(most, events.size());
    }
    CHECK(static_cast<double>(total) / data.train.count() == Approx(149.9).margin(0.05));
    CHECK(most == 351);
}

TEST_CASE("gzipped MNIST test images are the same ones") {
    const std::string folder = default_data_directory();
    const ImageSet plain = load_dataset(folder, DatasetPart::test_only).test;
    REQUIRE(plain.count() == 10000);
    const Scratch scratch;
    Bytes images{0, 0, 8, 3, 0, 0, 0x27, 0x10, 0, 0, 0, 28, 0, 0, 0, 28}, labels{0, 0, 8, 1, 0, 0, 0x27, 0x10};
    images.insert(images.end(), plain.pixels.begin(), plain.pixels.end());
    labels.insert(labels.end(), plain.labels.begin(), plain.labels.end());
    scratch.write("t10k-images.idx3-ubyte.gz", gzip(images));
    scratch.write("t10k-labels.idx1-ubyte.gz", gzip(labels));
    const ImageSet packed = load_dataset(scratch.folder(), DatasetPart::test_only).test;
    CHECK(packed.pixels == plain.pixels);
    CHECK(packed.labels == plain.labels);
}

}  // namespace wuxing::test
