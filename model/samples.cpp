#include "samples.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

namespace wuxing {

std::vector<EpochSample> epoch_samples(int count, std::uint32_t seed, std::uint32_t epoch, int max_shift) {
    std::vector<EpochSample> samples(static_cast<std::size_t>(count));
    for (std::size_t k = 0; k < samples.size(); ++k) samples[k].image = static_cast<int>(k);
    RandomSource random(seed + 1 + epoch);
    for (std::size_t k = samples.size(); k-- > 1;) {
        std::swap(samples[k], samples[random.below(static_cast<std::uint32_t>(k + 1))]);
    }
    if (max_shift == 0) return samples;
    const std::uint32_t span = 2 * static_cast<std::uint32_t>(max_shift) + 1;
    for (EpochSample& sample : samples) {
        sample.shift.dx = static_cast<int>(random.below(span)) - max_shift;
        sample.shift.dy = static_cast<int>(random.below(span)) - max_shift;
    }
    return samples;
}

void pixel_events(const std::uint8_t* pixels, int rows, int columns, Shift shift, PixelEvents& events) {
    events.resize(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns));
    PixelEvent* out = events.data();
    const int first_row = std::max(0, shift.dy), last_row = std::min(rows, rows + shift.dy);
    const int first_column = std::max(0, shift.dx), last_column = std::min(columns, columns + shift.dx);
    for (int row = first_row; row < last_row; ++row) {
        const std::uint8_t* source = pixels + (row - shift.dy) * columns - shift.dx;
        const auto take = [&out, source, index = row * columns](int column) {
            // Written always, kept only if not zero: a branch here would be mispredicted at every stroke's edge.
            const std::uint8_t value = source[column];
            *out = PixelEvent{static_cast<std::uint16_t>(index + column), value};
            out += value != 0;
        };
        constexpr int kBlock = 8;  // most of an image is background: left out eight pixels at a time
        int column = first_column;
        for (; column + kBlock <= last_column; column += kBlock) {
            std::uint64_t block = 0;
            std::memcpy(&block, source + column, kBlock);
            if (block == 0) continue;
            for (int k = 0; k < kBlock; ++k) take(column + k);
        }
        for (; column < last_column; ++column) take(column);
    }
    events.resize(static_cast<std::size_t>(out - events.data()));
}

SampleError check_sample(const PixelEvents& events, int inputs, int outputs, bool learn, std::uint16_t label) {
    int before = -1;
    for (const PixelEvent& event : events) {
        if (event.index >= inputs) return SampleError::bad_index;
        if (event.index <= before) return SampleError::bad_order;
        before = event.index;
    }
    return learn && label >= outputs ? SampleError::bad_label : SampleError::ok;
}

int LearningRate::at(std::uint32_t epoch) const {
    double power = 1.0;
    // Factor by factor, the same on every machine; after billions of epochs not a factor more than it takes to be 0.
    std::uint32_t factors = decay < 1 ? epoch / static_cast<std::uint32_t>(decay_every) : 0;
    for (; factors > 0 && 65536.0 * eta0 * power >= 0.25; --factors) power *= decay;
    const double eta = std::floor(65536.0 * eta0 * power + 0.5);
    return static_cast<int>(std::min(eta, 32767.0));
}

std::optional<std::uint32_t> LearningRate::first_zero(std::uint32_t begin, std::uint32_t end) const {
    if (begin >= end) return std::nullopt;
    if (at(begin) == 0) return begin;
    if (decay >= 1) return std::nullopt;
    // eta never grows again: steps that double until it is 0, then the middle of what is left.
    std::uint32_t learns = begin, zero = end;
    for (std::uint64_t step = 1; step < zero - learns; step *= 2) {
        const auto tried = static_cast<std::uint32_t>(learns + step);
        (at(tried) == 0 ? zero : learns) = tried;
    }
    while (zero - learns > 1) {
        const std::uint32_t middle = learns + (zero - learns) / 2;
        (at(middle) == 0 ? zero : learns) = middle;
    }
    return zero < end ? std::optional(zero) : std::nullopt;
}

}  // namespace wuxing
