#include "samples.hpp"

#include <algorithm>
#include <cmath>
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
        for (int column = first_column; column < last_column; ++column) {
            // Written always, kept only if not zero: a branch here would be mispredicted at every stroke's edge.
            out->index = static_cast<std::uint16_t>(row * columns + column);
            out->value = source[column];
            out += source[column] != 0;
        }
    }
    events.resize(static_cast<std::size_t>(out - events.data()));
}

int LearningRate::at(std::uint32_t epoch) const {
    double power = 1.0;
    for (std::uint32_t n = epoch / static_cast<std::uint32_t>(decay_every); n > 0; --n) power *= decay;
    const double eta = std::floor(65536.0 * eta0 * power + 0.5);
    return static_cast<int>(std::min(eta, 32767.0));
}

}  // namespace wuxing
