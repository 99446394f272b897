// Samples against values worked out without this project's code: a Mersenne twister written from the paper of
// M. Matsumoto and T. Nishimura (1998), in another language, followed by the mapping and shuffle of the contract.
#include <zlib.h>

#include <algorithm>
#include <catch2/catch.hpp>

#include "samples.hpp"
#include "scratch.hpp"
#include "tally.hpp"

namespace wuxing::test {
namespace {

struct Expected {
    int count;
    std::uint32_t seed, epoch;
    int max_shift;
    std::vector<EpochSample> samples;
};

const std::vector<Expected>& expected_epochs() {
    static const std::vector<Expected> epochs{
        {10, 1, 0, 0, {{2, {}}, {7, {}}, {5, {}}, {8, {}}, {9, {}}, {3, {}}, {6, {}}, {0, {}}, {1, {}}, {4, {}}}},
        {10,
         1,
         0,
         1,
         {{2, {-1, -1}},
          {7, {-1, -1}},
          {5, {1, 0}},
          {8, {-1, -1}},
          {9, {0, -1}},
          {3, {0, 0}},
          {6, {1, 0}},
          {0, {1, -1}},
          {1, {0, 0}},
          {4, {0, -1}}}},
        {10,
         1,
         1,
         2,
         {{4, {0, 2}},
          {3, {-2, -2}},
          {6, {-2, -1}},
          {2, {-1, -2}},
          {8, {-2, 0}},
          {1, {1, -2}},
          {7, {-2, 0}},
          {9, {0, 1}},
          {0, {-1, -1}},
          {5, {-1, 1}}}},
        // seed + 1 + epoch wraps around 2^32.
        {10,
         4294967295u,
         0,
         1,
         {{1, {0, 0}},
          {0, {0, 0}},
          {6, {-1, 1}},
          {2, {-1, 1}},
          {4, {-1, 0}},
          {3, {0, 1}},
          {7, {1, 0}},
          {8, {0, 0}},
          {9, {0, 1}},
          {5, {1, -1}}}},
        {12,
         4294967290u,
         9,
         3,
         {{6, {-3, 3}},
          {0, {-2, -3}},
          {8, {1, -2}},
          {2, {3, 0}},
          {3, {1, 2}},
          {4, {-3, -2}},
          {10, {1, 3}},
          {7, {-1, 3}},
          {1, {1, -2}},
          {5, {-1, 1}},
          {9, {2, -3}},
          {11, {1, -1}}}},
    };
    return epochs;
}

/// The definition, pixel by pixel: each source pixel goes dx right and dy down, if it stays within the frame.
PixelEvents naive_events(const std::vector<std::uint8_t>& pixels, int rows, int columns, Shift shift) {
    std::vector<std::uint8_t> moved(pixels.size(), 0);
    for (int row = 0; row < rows; ++row) {
        for (int column = 0; column < columns; ++column) {
            const int r = row + shift.dy, c = column + shift.dx;
            if (r < 0 || r >= rows || c < 0 || c >= columns) continue;
            moved[static_cast<std::size_t>(r * columns + c)] = pixels[static_cast<std::size_t>(row * columns + column)];
        }
    }
    PixelEvents events;
    for (std::size_t k = 0; k < moved.size(); ++k) {
        if (moved[k] != 0) events.push_back({static_cast<std::uint16_t>(k), moved[k]});
    }
    return events;
}

}  // namespace

TEST_CASE("order and shifts of an epoch are those of the contract") {
    Tally tally;
    for (const Expected& e : expected_epochs()) {
        const std::vector<EpochSample> got = epoch_samples(e.count, e.seed, e.epoch, e.max_shift);
        REQUIRE(got.size() == e.samples.size());
        for (std::size_t k = 0; k < got.size(); ++k) {
            const auto where = [&] { return "seed " + std::to_string(e.seed) + " sample " + std::to_string(k); };
            tally.equal(got[k].image, e.samples[k].image, where);
            tally.equal(got[k].shift.dx, e.samples[k].shift.dx, where);
            tally.equal(got[k].shift.dy, e.samples[k].shift.dy, where);
        }
    }
    tally.finish(3 * 52);
}

TEST_CASE("a whole MNIST epoch is the one worked out elsewhere") {
    const std::vector<EpochSample> samples = epoch_samples(60000, 1, 3, 1);
    REQUIRE(samples.size() == 60000);
    CHECK(samples[0].image == 7606);
    CHECK(samples[1].image == 12903);
    CHECK(samples[2].image == 52343);
    uLong crc = 0;
    std::vector<int> seen(60000, 0);
    for (const EpochSample& sample : samples) {
        const Bytef bytes[4]{static_cast<Bytef>(sample.image & 255), static_cast<Bytef>(sample.image >> 8),
                             static_cast<Bytef>(sample.shift.dx & 255), static_cast<Bytef>(sample.shift.dy & 255)};
        crc = crc32(crc, bytes, 4);
        ++seen[static_cast<std::size_t>(sample.image)];
    }
    CHECK(crc == 0x207ab2ad);
    CHECK(std::all_of(seen.begin(), seen.end(), [](int times) { return times == 1; }));
}

TEST_CASE("epochs of no and of one image") {
    CHECK(epoch_samples(0, 1, 0, 1).empty());
    REQUIRE(epoch_samples(1, 1, 0, 1).size() == 1);
    CHECK(epoch_samples(1, 1, 0, 0)[0].image == 0);
}

TEST_CASE("a moved image has the events that its definition gives") {
    std::mt19937 random(5);
    Tally tally;
    PixelEvents events;  // kept from image to image, as in training
    struct Size {
        int rows, columns;
    };
    for (const Size size : {Size{28, 28}, Size{5, 9}, Size{1, 1}, Size{1, 40}, Size{17, 1}}) {
        for (int image = 0; image < 3; ++image) {
            std::vector<std::uint8_t> pixels(static_cast<std::size_t>(size.rows * size.columns));
            for (std::uint8_t& pixel : pixels) {
                const auto word = static_cast<std::uint32_t>(random());
                pixel = static_cast<std::uint8_t>(image == 2 || word % 3 == 0 ? 1 + (word >> 8) % 255 : 0);
            }
            for (int dy = -size.rows - 1; dy <= size.rows + 1; ++dy) {
                for (int dx = -size.columns - 1; dx <= size.columns + 1; ++dx) {
                    pixel_events(pixels.data(), size.rows, size.columns, Shift{dx, dy}, events);
                    const PixelEvents expected = naive_events(pixels, size.rows, size.columns, Shift{dx, dy});
                    const bool same = std::equal(events.begin(), events.end(), expected.begin(), expected.end(),
                                                 [](const PixelEvent& a, const PixelEvent& b) {
                                                     return a.index == b.index && a.value == b.value;
                                                 });
                    tally.holds(same, [&] { return "shift " + std::to_string(dx) + ", " + std::to_string(dy); });
                }
            }
        }
    }
    tally.finish(3 * (59 * 59 + 13 * 21 + 5 * 5 + 5 * 83 + 37 * 5));
}

TEST_CASE("the learning rate follows its schedule") {
    struct Case {
        LearningRate rate;
        std::uint32_t epoch;
        int eta;
    };
    const std::vector<Case> cases{
        {{0.014, 0.82, 1}, 0, 918},   {{0.014, 0.82, 1}, 1, 752},    {{0.014, 0.82, 1}, 7, 229},
        {{0.014, 0.82, 1}, 15, 47},   {{1. / 128, 0.5, 2}, 0, 512},  {{1. / 128, 0.5, 2}, 1, 512},
        {{1. / 128, 0.5, 2}, 2, 256}, {{1. / 128, 0.5, 2}, 5, 128},  {{0.4999999, 1, 1}, 9, 32767},
        {{0.7, 1, 1}, 0, 32767},      {{0.01, 0.85, 3}, 11, 402},    {{0, 1, 1}, 0, 0},
        {{1. / 131072, 1, 1}, 0, 1},  {{0.99 / 131072, 1, 1}, 0, 0},
    };
    Tally tally;
    for (const Case& c : cases) {
        tally.equal(c.rate.at(c.epoch), c.eta, [&] { return "eta0 " + std::to_string(c.rate.eta0); });
    }
    tally.finish(14);
}

TEST_CASE("the first epoch without a learning rate is found") {
    Tally tally;
    for (const LearningRate rate : {LearningRate{0.001, 0.01, 1},
                                    {0.014, 0.82, 1},
                                    {0.014, 0.5, 3},
                                    {0.4, 0.99, 2},
                                    {0.01, 1.0, 1},
                                    {1e-7, 0.5, 1}}) {
        for (const std::uint32_t begin : {0u, 1u, 7u, 50u}) {
            for (const std::uint32_t end : {0u, 1u, 2u, 3u, 8u, 51u, 52u, 400u, 3000u}) {
                std::optional<std::uint32_t> expected;
                for (std::uint32_t epoch = begin; epoch < end && !expected; ++epoch) {
                    if (rate.at(epoch) == 0) expected = epoch;
                }
                tally.holds(rate.first_zero(begin, end) == expected,
                            [&] { return std::to_string(begin) + " to " + std::to_string(end); });
            }
        }
    }
    tally.finish(6 * 4 * 9);
}

}  // namespace wuxing::test
