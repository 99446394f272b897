// Facts about the real Fashion-MNIST. Missing files fail these cases: published figures rest on this data.
#include <algorithm>
#include <array>
#include <catch2/catch.hpp>

#include "dataset.hpp"
#include "samples.hpp"
#include "scratch.hpp"

namespace wuxing::test {

TEST_CASE("Fashion-MNIST is Fashion-MNIST") {
    const Dataset data = load_dataset("fashion-mnist");
    REQUIRE(data.train.count() == 60000);
    REQUIRE(data.test.count() == 10000);
    for (const ImageSet* set : {&data.train, &data.test}) {
        CHECK(set->rows == 28);
        CHECK(set->columns == 28);
        CHECK_NOTHROW(check_fits(*set, 784, 10, "set"));
        std::array<int, 10> counts{};
        for (const std::uint8_t label : set->labels) ++counts.at(label);
        for (const int count : counts) CHECK(count == set->count() / 10);  // unlike MNIST's, all the same
    }
    CHECK(data.classes == 10);
    CHECK(Bytes(data.train.labels.begin(), data.train.labels.begin() + 10) == Bytes{9, 0, 0, 3, 0, 2, 7, 2, 5, 5});
    CHECK(Bytes(data.test.labels.begin(), data.test.labels.begin() + 10) == Bytes{9, 2, 1, 1, 6, 1, 4, 6, 5, 7});
    const std::uint8_t* boot = data.train.image(0) + 3 * 28 + 12;  // its first pixels that are not all zero
    CHECK(std::all_of(data.train.image(0), boot, [](std::uint8_t pixel) { return pixel == 0; }));
    CHECK(Bytes(boot, boot + 8) == Bytes{1, 0, 0, 13, 73, 0, 0, 1});

    PixelEvents events;
    long long total = 0;
    std::size_t most = 0;
    for (int k = 0; k < data.train.count(); ++k) {
        pixel_events(data.train, k, Shift{}, events);
        total += static_cast<long long>(events.size());
        most = std::max(most, events.size());
    }
    CHECK(static_cast<double>(total) / data.train.count() == Approx(390.4).margin(0.05));
    CHECK(most == 725);
}

}  // namespace wuxing::test
