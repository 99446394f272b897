// Operands rich in boundary cases, as in TestFloat: half of them lie on or beside an edge, the rest anywhere.
#pragma once

#include <array>
#include <cstdint>
#include <random>

#include "network.hpp"
#include "reference.hpp"

namespace wuxing::test {

class Cases {
public:
    explicit Cases(std::uint32_t seed) : generator_(seed) {}

    std::uint32_t bits() { return static_cast<std::uint32_t>(generator_()); }
    int between(int low, int high) {
        return low + static_cast<int>(bits() % static_cast<std::uint32_t>(high - low + 1));
    }
    bool one_in(int n) { return between(1, n) == 1; }

    /// Any 16-bit word.
    std::int16_t word() {
        static constexpr std::array<int, 17> kEdges{-32768, -32767, -16384, -8192, -4097, -4096, -4095, -1,   0,
                                                    1,      4095,   4096,   4097,  8192,  16383, 32766, 32767};
        if (one_in(2)) return static_cast<std::int16_t>(kEdges[bits() % kEdges.size()]);
        // Small words meet the rounding, large ones the saturation.
        return static_cast<std::int16_t>(between(-32768, 32767) >> between(0, 12));
    }

    /// K number `index` (0..14) within its range.
    std::int16_t parameter(int index) {
        const ParameterRange& range = kParameterRanges[static_cast<std::size_t>(index / kElements)];
        switch (between(0, 3)) {
            case 0:
                return range.low;
            case 1:
                return range.high;
            case 2:
                return range.nominal;
            default:
                return static_cast<std::int16_t>(between(range.low, range.high));
        }
    }
    reference::Parameters parameters() {
        reference::Parameters k{};
        for (int i = 0; i < kParameters; ++i) k[static_cast<std::size_t>(i)] = parameter(i);
        return k;
    }

    /// What a sample may change; gains at their limits half the time. No eta.
    PidGains gains() {
        const auto gain = [this] {
            switch (between(0, 3)) {
                case 0:
                    return 0;
                case 1:
                    return kGainMax;
                default:
                    return between(0, kGainMax) >> between(0, 10);
            }
        };
        PidGains k;
        k.p = gain();
        k.i = gain();
        k.d = gain();
        k.leak = one_in(4) ? 0 : one_in(4) ? kLeakMax : between(1, 14);
        k.sets = static_cast<unsigned>(between(1, kSetsMax));
        return k;
    }

    std::int16_t element() {
        static constexpr std::array<std::int16_t, 8> kEdges{0, 1, 2, 4095, 4096, 4097, 16382, 16383};
        return one_in(2) ? kEdges[bits() % kEdges.size()] : static_cast<std::int16_t>(between(0, kElementMax));
    }

    /// A value of each pixel with the given chance of not being zero (in 1/256).
    PixelEvents image(int inputs, int chance) {
        PixelEvents events;
        for (int i = 0; i < inputs; ++i) {
            if (between(0, 255) >= chance) continue;
            const int value = one_in(4) ? 255 : one_in(4) ? 1 : between(1, 255);
            events.push_back({static_cast<std::uint16_t>(i), static_cast<std::uint8_t>(value)});
        }
        return events;
    }

private:
    std::mt19937 generator_;
};

inline const reference::Parameters& nominal_parameters() {
    static const reference::Parameters k{4096, 4096, 4096, 4096, 4096, 1536, 1536, 1536,
                                         1536, 1536, 2560, 2560, 2560, 2560, 2560};
    return k;
}

}  // namespace wuxing::test
