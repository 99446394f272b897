// GCC/Clang vector types: one 16-neuron block is one AVX-512 register, two of AVX2, four of SSE; the compiler chooses.
#include "kernels.hpp"

#ifdef __AVX512F__
#include <immintrin.h>
#endif

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "contract.hpp"
#include "fixed.hpp"

#pragma GCC diagnostic ignored "-Wpsabi"  // all functions with vector arguments are inlined: no ABI is involved

namespace wuxing::kernels {
namespace {

using Wide = std::int32_t __attribute__((vector_size(kBlock * 4)));
using Narrow = std::int16_t __attribute__((vector_size(kBlock * 2)));

#define WUXING_INLINE [[gnu::always_inline]] inline

// GCC 12 widens 16 lanes in two halves and has no vector saturation; AVX-512 has one instruction for each.
WUXING_INLINE Wide load(const std::int16_t* p) {
    Narrow n;
    std::memcpy(&n, p, sizeof n);
#ifdef __AVX512F__
    return reinterpret_cast<Wide>(_mm512_maskz_cvtepi16_epi32(0xFFFF, reinterpret_cast<__m256i>(n)));
#else
    return __builtin_convertvector(n, Wide);
#endif
}

WUXING_INLINE void store(std::int16_t* p, Wide v) {
    const Narrow n = __builtin_convertvector(v, Narrow);
    std::memcpy(p, &n, sizeof n);
}

WUXING_INLINE Wide clamp(Wide v, std::int32_t low, std::int32_t high) {
    const Wide floor = Wide{} + low, ceiling = Wide{} + high;
    v = v > floor ? v : floor;
    return v < ceiling ? v : ceiling;
}

WUXING_INLINE void store_saturated(std::int16_t* p, Wide v) {
#ifdef __AVX512F__
    const __m256i n = _mm512_maskz_cvtsepi32_epi16(0xFFFF, reinterpret_cast<__m512i>(v));
    std::memcpy(p, &n, sizeof n);
#else
    store(p, clamp(v, -32768, 32767));
#endif
}

WUXING_INLINE Wide sat16(Wide v) {
    return clamp(v, -32768, 32767);
}

/// The low 16 bits, signed: where an accumulator has no more. Only K that an upset has put out of its range gets so far.
WUXING_INLINE Wide wrapped(Wide v) {
    return __builtin_convertvector(__builtin_convertvector(v, Narrow), Wide);
}

WUXING_INLINE Wide rnd(Wide v, int n) {
    return (v + (1 << (n - 1))) >> n;
}

/// Half away from zero: what is added before the shift is one less for a negative number.
WUXING_INLINE Wide rnda(Wide v, int n) {
    return (v + (1 << (n - 1)) + (v >> 31)) >> n;
}

using Ring = std::array<Wide, kElements>;

constexpr std::size_t at(int i) {
    return static_cast<std::size_t>((i + kElements) % kElements);
}

WUXING_INLINE Ring load_ring(const std::int16_t* rows, int stride) {
    Ring ring;
    for (int i = 0; i < kElements; ++i) ring[at(i)] = load(rows + i * stride);
    return ring;
}

struct ForwardNeuron {
    Ring k1, k2, k3;
    Wide u;

    /// f(S) of section 3.
    template <bool AnyParameters>
    WUXING_INLINE Ring derivative(const Ring& s) const {
        Ring d;
        for (int i = 0; i < kElements; ++i) {
            // K within its range keeps g below 6: it cannot saturate, and K3 is whole after the shift.
            Wide g = rnd(k2[at(i)] * s[at(i - 2)], 12) + k3[at(i)];
            if constexpr (AnyParameters) g = sat16(g);
            const Wide sum = k1[at(i)] * s[at(i - 1)] - g * s[at(i)];
            d[at(i)] = sat16(rnd(i == 0 ? sum + (u << 12) : sum, 12));
        }
        return d;
    }
};

struct BackwardNeuron {
    Ring k1, t, c, open;  ///< open: all ones where the element is not clamped
    Wide e;

    /// f(S) of section 5.
    WUXING_INLINE Ring derivative(const Ring& s) const {
        Ring d;
        for (int i = 0; i < kElements; ++i) {
            const Wide sum = k1[at(i + 1)] * s[at(i + 1)] - c[at(i + 2)] * s[at(i + 2)] - t[at(i)] * s[at(i)];
            d[at(i)] = sat16(rnd(i == 1 ? sum + (e << 12) : sum, 12)) & open[at(i)];
        }
        return d;
    }
};

/// T j of lane j for W = 16, 12 or 8: what its rounding threshold adds to that of lane 0, section 6.
Wide lane_turns(int weight_bits) {
    Wide turns{};
    for (int j = 0; j < kBlock; ++j)
        turns[j] = static_cast<std::int32_t>(rounding_threshold(0, static_cast<std::uint32_t>(j), weight_bits));
    return turns;
}

/// T n of the neuron that a block begins with.
std::int32_t block_turn(int n, int weight_bits) {
    return static_cast<std::int32_t>(rounding_threshold(0, static_cast<std::uint32_t>(n), weight_bits));
}

constexpr int kGroup = 8;  ///< blocks whose accumulators stay in registers together

/// Adds one chunk of events to 32-bit accumulators of `Blocks` adjacent blocks.
template <int Blocks>
WUXING_INLINE void accumulate(const std::int16_t* weights, int stride, const InputEvent* events, int count, Wide* sum) {
    Wide acc[Blocks] = {};
    for (int k = 0; k < count; ++k) {
        const std::int16_t* row = weights + static_cast<std::ptrdiff_t>(events[k].index) * stride;
        const std::int32_t x = events[k].x;
        for (int b = 0; b < Blocks; ++b) acc[b] += load(row + b * kBlock) * x;
    }
    for (int b = 0; b < Blocks; ++b) sum[b] = acc[b];
}

void accumulate_group(const std::int16_t* weights, int stride, const InputEvent* events, int count, int blocks,
                      Wide* sum) {
    switch (blocks) {
        case 1: return accumulate<1>(weights, stride, events, count, sum);
        case 2: return accumulate<2>(weights, stride, events, count, sum);
        case 3: return accumulate<3>(weights, stride, events, count, sum);
        case 4: return accumulate<4>(weights, stride, events, count, sum);
        case 5: return accumulate<5>(weights, stride, events, count, sum);
        case 6: return accumulate<6>(weights, stride, events, count, sum);
        case 7: return accumulate<7>(weights, stride, events, count, sum);
        default: return accumulate<kGroup>(weights, stride, events, count, sum);
    }
}

/// The longest run of events from `begin` whose sum of C x cannot leave 32 bits: |C| <= 2^15, so sum |x| < 2^16.
int chunk_end(const InputEvent* events, int begin, int count) {
    int magnitude = 0;
    int k = begin;
    for (; k < count; ++k) {
        magnitude += std::abs(static_cast<int>(events[k].x));
        if (magnitude > 65535) break;
    }
    return k;
}

}  // namespace

void drives(const std::int16_t* weights, int stride, const InputEvent* events, int count, int shift,
            std::int16_t* drive) {
    Wide sum[kGroup];
    for (int first = 0; first < stride; first += kGroup * kBlock) {
        const int blocks = std::min(kGroup, (stride - first) / kBlock);
        int end = chunk_end(events, 0, count);
        accumulate_group(weights + first, stride, events, end, blocks, sum);
        if (end == count) {
            for (int b = 0; b < blocks; ++b) store_saturated(drive + first + b * kBlock, rnd(sum[b], shift));
            continue;
        }
        std::array<std::int64_t, kGroup * kBlock> total{};
        const auto fold = [&] {
            for (int n = 0; n < blocks * kBlock; ++n) total[static_cast<std::size_t>(n)] += sum[n / kBlock][n % kBlock];
        };
        fold();
        for (int begin = end; begin < count; begin = end) {
            end = chunk_end(events, begin, count);
            accumulate_group(weights + first, stride, events + begin, end - begin, blocks, sum);
            fold();
        }
        for (int n = 0; n < blocks * kBlock; ++n)
            drive[first + n] = wuxing::sat16(round_shift(total[static_cast<std::size_t>(n)], shift));
    }
}

namespace {

template <bool AnyParameters>
void integrate_forward(const std::int16_t* parameters, int stride, const std::int16_t* drive, int steps,
                       std::int16_t* elements) {
    for (int n = 0; n < stride; n += kBlock) {
        const std::int16_t* k = parameters + n;
        const ForwardNeuron neuron{load_ring(k, stride), load_ring(k + 5 * stride, stride),
                                   load_ring(k + 10 * stride, stride), load(drive + n)};
        Ring e;
        e.fill(Wide{} + kOne);
        for (int step = 0; step < steps; ++step) {
            const Ring d1 = neuron.derivative<AnyParameters>(e);
            Ring p;
            for (int i = 0; i < kElements; ++i) p[at(i)] = clamp(e[at(i)] + rnda(d1[at(i)], 1), 0, kElementMax);
            const Ring d2 = neuron.derivative<AnyParameters>(p);
            for (int i = 0; i < kElements; ++i)
                e[at(i)] = clamp(e[at(i)] + rnda(d1[at(i)] + d2[at(i)], 2), 0, kElementMax);
        }
        for (int i = 0; i < kElements; ++i) store(elements + i * stride + n, e[at(i)]);
    }
}

}  // namespace

void integrate_forward(const std::int16_t* parameters, int stride, const std::int16_t* drive, int steps,
                       std::int16_t* elements, bool any_parameters) {
    if (any_parameters)
        integrate_forward<true>(parameters, stride, drive, steps, elements);
    else
        integrate_forward<false>(parameters, stride, drive, steps, elements);
}

void integrate_backward(const std::int16_t* parameters, int stride, const std::int16_t* elements,
                        const std::int16_t* error, int steps, std::int16_t* backward) {
    for (int n = 0; n < stride; n += kBlock) {
        const std::int16_t* k = parameters + n;
        const Ring k2 = load_ring(k + 5 * stride, stride);
        const Ring k3 = load_ring(k + 10 * stride, stride);
        const Ring e = load_ring(elements + n, stride);
        BackwardNeuron neuron{load_ring(k, stride), {}, {}, {}, load(error + n)};
        for (int i = 0; i < kElements; ++i) {
            neuron.t[at(i)] = sat16(rnd(k2[at(i)] * e[at(i - 2)] + (k3[at(i)] << 12), 12));
            neuron.c[at(i)] = sat16(rnd(k2[at(i)] * e[at(i)], 12));
            neuron.open[at(i)] = (e[at(i)] > 0) & (e[at(i)] < kElementMax);
        }
        Ring b{};
        for (int step = 0; step < steps; ++step) {
            const Ring d1 = neuron.derivative(b);
            Ring p;
            for (int i = 0; i < kElements; ++i) p[at(i)] = sat16(b[at(i)] + rnda(d1[at(i)], 1));
            const Ring d2 = neuron.derivative(p);
            for (int i = 0; i < kElements; ++i) b[at(i)] = sat16(b[at(i)] + rnda(d1[at(i)] + d2[at(i)], 2));
        }
        for (int i = 0; i < kElements; ++i) store(backward + i * stride + n, b[at(i)]);
    }
}

void integrate_backward_exact(const std::int16_t* parameters, const std::int16_t* elements, int stride,
                              std::int16_t error, int steps, std::int16_t* backward, int backward_stride) {
    using State = std::array<std::int64_t, kElements>;
    const auto k = [&](int set, int i) { return std::int64_t{parameters[(set * kElements + static_cast<int>(at(i))) * stride]}; };
    const auto e = [&](int i) { return std::int64_t{elements[static_cast<int>(at(i)) * stride]}; };
    State t{}, c{};
    for (int i = 0; i < kElements; ++i) {
        t[at(i)] = wuxing::sat16(round_shift(k(1, i) * e(i - 2) + 4096 * k(2, i), 12));
        c[at(i)] = wuxing::sat16(round_shift(k(1, i) * e(i), 12));
    }
    const auto derivative = [&](const State& s) {
        State d{};
        for (int i = 0; i < kElements; ++i) {
            if (e(i) == 0 || e(i) == kElementMax) continue;
            const std::int64_t sum = k(0, i + 1) * s[at(i + 1)] - c[at(i + 2)] * s[at(i + 2)] - t[at(i)] * s[at(i)];
            d[at(i)] = wuxing::sat16(round_shift(i == 1 ? sum + 4096 * std::int64_t{error} : sum, 12));
        }
        return d;
    };
    State b{};
    for (int step = 0; step < steps; ++step) {
        const State d1 = derivative(b);
        State p{};
        for (std::size_t i = 0; i < kElements; ++i) p[i] = wuxing::sat16(b[i] + round_away(d1[i], 1));
        const State d2 = derivative(p);
        for (std::size_t i = 0; i < kElements; ++i) b[i] = wuxing::sat16(b[i] + round_away(d1[i] + d2[i], 2));
    }
    for (int i = 0; i < kElements; ++i) backward[i * backward_stride] = static_cast<std::int16_t>(b[at(i)]);
}

void error_sums(const std::int16_t* weights, int inputs, int stride, const std::int16_t* backward, int shift,
                const std::int16_t* elements, std::int16_t* errors) {
    // Runs of neurons over which a sum of w b cannot leave 32 bits, as in chunk_end(): nearly always all of them.
    std::vector<int> ends;
    int magnitude = 0;
    for (int j = 0; j < stride; ++j) {
        magnitude += std::abs(static_cast<int>(backward[j]));
        if (magnitude <= 65535) continue;
        ends.push_back(j);
        magnitude = std::abs(static_cast<int>(backward[j]));
    }
    ends.push_back(stride);
    for (int i = 0; i < inputs; ++i) {
        if (elements[i] == 0 || elements[i] == kElementMax) {
            errors[i] = 0;
            continue;
        }
        const std::int16_t* row = weights + std::ptrdiff_t{i} * stride;
        std::int64_t total = 0;
        int j = 0;
        for (const int end : ends) {
            std::int32_t sum = 0;
            for (; j < end; ++j) sum += std::int32_t{row[j]} * std::int32_t{backward[j]};
            total += sum;
        }
        errors[i] = wuxing::sat16(round_shift(total, shift));
    }
}

namespace {

/// update() for one width: the shift and the limits are constants in the inner loop.
template <int Bits>
std::uint32_t update_width(std::int16_t* weights, int stride, const InputEvent* events, int count, int x_shift,
                           const std::int16_t* step, std::uint32_t random, Rounding rounding) {
    constexpr int kShift = update_shift(Bits);
    constexpr std::uint32_t kMask = (1u << kShift) - 1;
    struct Active {
        int first;
        Wide step, turn;
    };
    std::vector<Active> active;  // blocks with a step; g = 0 leaves C as it is, since (0 + r) >> Z = 0
    active.reserve(static_cast<std::size_t>(stride / kBlock));
    constexpr std::array<std::int16_t, kBlock> none{};
    const Wide turns = lane_turns(Bits);
    for (int n = 0; n < stride; n += kBlock) {
        if (std::memcmp(step + n, none.data(), sizeof none) == 0) continue;
        active.push_back({n, load(step + n), turns + block_turn(n, Bits)});
    }
    const auto all_events = [&](auto threshold_of) {
        for (int k = 0; k < count; ++k) {
            random = xorshift32(random);
            const std::int32_t r = static_cast<std::int32_t>(random & kMask);
            const std::int32_t x = static_cast<std::int32_t>(events[k].x) * (1 << x_shift);
            std::int16_t* row = weights + static_cast<std::ptrdiff_t>(events[k].index) * stride;
            for (const Active& block : active) {
                const Wide change = (block.step * x + threshold_of(block.turn, r)) >> kShift;
                const Wide sum = load(row + block.first) + change;
                if constexpr (Bits == 16) {
                    store_saturated(row + block.first, sum);
                } else {
                    store(row + block.first, clamp(sum, -(1 << (Bits - 1)), (1 << (Bits - 1)) - 1));
                }
            }
        }
    };
    if (rounding == Rounding::nearest) {
        all_events([](const Wide&, std::int32_t) { return std::int32_t{1} << (kShift - 1); });
    } else {
        all_events([](const Wide& turn, std::int32_t r) { return (turn + r) & static_cast<std::int32_t>(kMask); });
    }
    return random;
}

}  // namespace

std::uint32_t update(std::int16_t* weights, int stride, const InputEvent* events, int count, int x_shift,
                     const std::int16_t* step, std::uint32_t random, int weight_bits, Rounding rounding) {
    switch (weight_bits) {
        case 16: return update_width<16>(weights, stride, events, count, x_shift, step, random, rounding);
        case 12: return update_width<12>(weights, stride, events, count, x_shift, step, random, rounding);
        default: return update_width<8>(weights, stride, events, count, x_shift, step, random, rounding);
    }
}

std::uint32_t update_parameters(const ParameterRows& rows, int stride, const std::int16_t* elements,
                                const std::int16_t* backward, const std::int16_t* live, const PidGains& gains,
                                Rounding rounding, std::uint32_t random) {
    constexpr std::int32_t kMask = (1 << kUpdateShift) - 1;
    std::array<std::int32_t, kParameters> words{};  // in the order in which they are drawn: K1[0], K2[0], K3[0], K1[1], ...
    for (std::int32_t& word : words) {
        random = xorshift32(random);
        word = static_cast<std::int32_t>(random & static_cast<std::uint32_t>(kMask));
    }
    const Wide turns = lane_turns(16);
    constexpr std::array<std::int16_t, kBlock> none{};
    // Whole blocks in place, with the neurons that are not live masked out: bringing 60 rows of the live ones together
    // and back would take longer than the arithmetic.
    for (int n = 0; n < stride; n += kBlock) {
        if (std::memcmp(live + n, none.data(), sizeof none) == 0) continue;
        const Wide alive = load(live + n), turn = turns + block_turn(n, 16);
        const Ring e = load_ring(elements + n, stride), b = load_ring(backward + n, stride);
        for (int i = 0; i < kElements; ++i) {
            const Wide m = sat16(rnd(e[at(i)] * b[at(i)], 12));
            const std::array<Wide, 3> factors{sat16(rnd(e[at(i - 1)] * b[at(i)], 12)),
                                              sat16(-rnd(m * e[at(i - 2)], 12)), sat16(-m)};
            for (int set = 0; set < 3; ++set) {
                if ((gains.sets >> set & 1u) == 0) continue;
                const auto k = static_cast<std::size_t>(set);
                const Wide g1 = factors[k];
                const std::ptrdiff_t row = std::ptrdiff_t{set * kElements + i} * stride + n;
                const Wide before = load(rows.integral + row), last = load(rows.last + row);
                const Wide way = g1 - before;
                const Wide integral = before + (gains.leak == 0 ? way : rnda(way, gains.leak));
                const Wide difference = sat16(g1 - last);
                const Wide r = rounding == Rounding::nearest
                                   ? Wide{} + (1 << (kGainFraction - 1))
                                   : ((turn + words[static_cast<std::size_t>(3 * i + set)]) & kMask) >> 3;
                const Wide change =
                    (g1 * gains.p + integral * gains.i + difference * gains.d + r) >> kGainFraction;
                const Wide old = load(rows.parameters + row);
                const Wide moved = clamp(wrapped(old + change), kParameterRanges[k].low, kParameterRanges[k].high);
                const auto keep = [&](std::int16_t* target, const Wide& value, const Wide& was) {
                    store(target + row, (value & alive) | (was & ~alive));
                };
                keep(rows.parameters, moved, old);
                keep(rows.integral, integral, before);
                keep(rows.last, g1, last);
            }
        }
    }
    return random;
}

void recompute(std::int16_t* weights, int inputs, int neurons, int stride, std::uint32_t key, int scale) {
    using Word = std::uint16_t __attribute__((vector_size(kBlock * 2)));
    const auto low = static_cast<std::uint16_t>(key), high = static_cast<std::uint16_t>(key >> 16);
    Word lanes{};
    for (int j = 0; j < kBlock; ++j) lanes[j] = static_cast<std::uint16_t>(j);
    for (int i = 0; i < inputs; ++i) {
        for (int n = 0; n < stride; n += kBlock) {
            Word a = Word{} + static_cast<std::uint16_t>(i ^ low);
            Word c = (lanes + static_cast<std::uint16_t>(n)) ^ high;
            for (int round = 0; round < kConnectionRounds; ++round) {
                const Word next = c ^ ((a << 1 | a >> 15) & (a << 8 | a >> 8)) ^ (a << 2 | a >> 14) ^
                                  static_cast<std::uint16_t>(round);
                c = a;
                a = next;
            }
            const Narrow w = reinterpret_cast<Narrow>(a) >> scale;
            std::memcpy(weights + std::ptrdiff_t{i} * stride + n, &w, sizeof w);
        }
        std::fill(weights + std::ptrdiff_t{i} * stride + neurons, weights + std::ptrdiff_t{i + 1} * stride,
                  std::int16_t{0});
    }
}

}  // namespace wuxing::kernels
