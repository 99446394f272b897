// From images to samples: pixel events, order of an epoch, shifts, learning rate (docs/contract.md, section 10).
// The model's training and the co-simulation both take their samples from here, so they see the same ones.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <vector>

#include "contract.hpp"
#include "dataset.hpp"

namespace wuxing {

/// Uniform integers from the standard's mt19937, by the contract's one mapping.
class RandomSource {
public:
    explicit RandomSource(std::uint32_t seed) : generator_(seed) {}
    /// 0..n-1 for n >= 1: (n x next()) >> 32.
    std::uint32_t below(std::uint32_t n) {
        return static_cast<std::uint32_t>(std::uint64_t{n} * (generator_() & 0xFFFFFFFFu) >> 32);
    }

private:
    std::mt19937 generator_;
};

/// Columns to the right and rows down.
struct Shift {
    int dx = 0;
    int dy = 0;
    bool operator==(const Shift& o) const { return dx == o.dx && dy == o.dy; }
};

/// One sample of an epoch: which image, moved by how much.
struct EpochSample {
    int image = 0;
    Shift shift;
};

/// The `count` samples of epoch `epoch` (from 0) in order, each image once; shifts uniform in -max_shift..max_shift
/// in both directions. count >= 0, max_shift >= 0.
std::vector<EpochSample> epoch_samples(int count, std::uint32_t seed, std::uint32_t epoch, int max_shift);

/// Pixel events of one moved image of rows x columns pixels; pixels that leave the frame are dropped.
/// `events` is overwritten; keep it from sample to sample and nothing is allocated.
void pixel_events(const std::uint8_t* pixels, int rows, int columns, Shift shift, PixelEvents& events);

/// The same for image `index` of a set.
inline void pixel_events(const ImageSet& set, int index, Shift shift, PixelEvents& events) {
    pixel_events(set.image(index), set.rows, set.columns, shift, events);
}

/// The code of a sample for a network of `inputs` and `outputs` (contract, section 9): that of its first fault.
SampleError check_sample(const PixelEvents& events, int inputs, int outputs, bool learn, std::uint16_t label);

/// Learning rate by epoch: eta0 x decay^floor(epoch / decay_every).
struct LearningRate {
    double eta0 = 1.0 / 64;  ///< 0 <= eta0 < 1/2
    double decay = 1.0;      ///< 0 < decay <= 1
    int decay_every = 1;     ///< epochs, >= 1

    /// eta of epoch `epoch` in U0.16, 0..32767.
    int at(std::uint32_t epoch) const;

    /// The first epoch from `begin` to before `end` with eta 0; none if all of them learn.
    std::optional<std::uint32_t> first_zero(std::uint32_t begin, std::uint32_t end) const;
};

}  // namespace wuxing
