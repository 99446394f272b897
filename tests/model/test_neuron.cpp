// One equation at a time: the kernels of the model against the reference, boundary cases first.
#include <cstddef>
#include <string>
#include <vector>

#include "cases.hpp"
#include "kernels.hpp"
#include "tally.hpp"

using namespace wuxing;
using namespace wuxing::test;

namespace {

constexpr std::size_t kStride = 48;  // three blocks: neighbours and block boundaries take part
constexpr std::size_t kElementRows = 5, kParameterRows = 15;

// A value of every neuron in rows, as the kernels want them.
template <std::size_t Rows>
std::vector<std::int16_t> rows_of(const std::vector<std::array<std::int16_t, Rows>>& neurons) {
    std::vector<std::int16_t> rows(Rows * kStride);
    for (std::size_t j = 0; j < neurons.size(); ++j) {
        for (std::size_t r = 0; r < Rows; ++r) rows[r * kStride + j] = neurons[j][r];
    }
    return rows;
}

std::string text_of(const reference::Parameters& k) {
    std::string text = "K";
    for (const std::int16_t v : k) text += " " + std::to_string(v);
    return text;
}

struct ForwardCase {
    reference::Parameters k;
    std::int16_t drive;
};

void compare_forward(const std::vector<ForwardCase>& cases, int steps, Tally& tally) {
    for (std::size_t begin = 0; begin < cases.size(); begin += kStride) {
        const std::size_t count = std::min(kStride, cases.size() - begin);
        std::vector<reference::Parameters> k(kStride, nominal_parameters());
        std::vector<std::int16_t> drive(kStride), elements(kElementRows * kStride, -1);
        for (std::size_t j = 0; j < count; ++j) {
            k[j] = cases[begin + j].k;
            drive[j] = cases[begin + j].drive;
        }
        kernels::integrate_forward(rows_of(k).data(), kStride, drive.data(), steps, elements.data());
        for (std::size_t j = 0; j < count; ++j) {
            const reference::Elements expected = reference::forward(k[j], drive[j], steps);
            for (std::size_t i = 0; i < kElementRows; ++i) {
                tally.equal(elements[i * kStride + j], expected[i], [&] {
                    return "E[" + std::to_string(i) + "], N " + std::to_string(steps) + ", u " +
                           std::to_string(drive[j]) + ", " + text_of(k[j]);
                });
            }
        }
    }
}

struct BackwardCase {
    reference::Parameters k;
    reference::Elements elements;
    std::int16_t error;
};

void compare_backward(const std::vector<BackwardCase>& cases, int steps, Tally& tally) {
    for (std::size_t begin = 0; begin < cases.size(); begin += kStride) {
        const std::size_t count = std::min(kStride, cases.size() - begin);
        std::vector<reference::Parameters> k(kStride, nominal_parameters());
        std::vector<reference::Elements> elements(kStride, reference::Elements{4096, 4096, 4096, 4096, 4096});
        std::vector<std::int16_t> error(kStride), b(kElementRows * kStride, -1);
        for (std::size_t j = 0; j < count; ++j) {
            k[j] = cases[begin + j].k;
            elements[j] = cases[begin + j].elements;
            error[j] = cases[begin + j].error;
        }
        kernels::integrate_backward(rows_of(k).data(), kStride, rows_of(elements).data(), error.data(), steps,
                                    b.data());
        for (std::size_t j = 0; j < count; ++j) {
            if (!reference::live(elements[j], error[j])) continue;
            const reference::Elements expected = reference::backward(k[j], elements[j], error[j], steps);
            for (std::size_t i = 0; i < kElementRows; ++i) {
                tally.equal(b[i * kStride + j], expected[i], [&] {
                    std::string text = "b[" + std::to_string(i) + "], N " + std::to_string(steps) + ", e " +
                                       std::to_string(error[j]) + ", E";
                    for (const std::int16_t v : elements[j]) text += " " + std::to_string(v);
                    return text + ", " + text_of(k[j]);
                });
            }
        }
    }
}

}  // namespace

TEST_CASE("forward: every drive at a coarse step, nominal K, every number of steps") {
    Tally tally;
    for (int steps = 1; steps <= 15; ++steps) {
        std::vector<ForwardCase> cases;
        for (int u = -32768; u <= 32767; u += 997) {
            cases.push_back({nominal_parameters(), static_cast<std::int16_t>(u)});
        }
        cases.push_back({nominal_parameters(), 32767});
        compare_forward(cases, steps, tally);
    }
    tally.finish(15 * 66 * 5);
}

TEST_CASE("forward: K at every combination of its limits by kind, drives at the edges") {
    Tally tally;
    std::vector<ForwardCase> cases;
    for (int corner = 0; corner < 27; ++corner) {  // low, high or nominal for each of K1, K2, K3
        reference::Parameters k{};
        for (int i = 0; i < kParameters; ++i) {
            const int kind = i / kElements;
            const int choice = corner / (kind == 0 ? 1 : kind == 1 ? 3 : 9) % 3;
            const ParameterRange& range = kParameterRanges[static_cast<std::size_t>(kind)];
            k[static_cast<std::size_t>(i)] = choice == 0 ? range.low : choice == 1 ? range.high : range.nominal;
        }
        for (const int u : {-32768, -32767, -4097, -4096, -1, 0, 1, 4096, 12287, 32766, 32767}) {
            cases.push_back({k, static_cast<std::int16_t>(u)});
        }
    }
    for (const int steps : {1, 2, 3, 8, 15}) compare_forward(cases, steps, tally);
    tally.finish(5 * 27 * 11 * 5);
}

TEST_CASE("forward: boundary-rich random K and drives") {
    Tally tally;
    Cases cases(10);
    for (const int steps : {1, 2, 4, 8, 15}) {
        std::vector<ForwardCase> some;
        for (int n = 0; n < 5000; ++n) some.push_back({cases.parameters(), cases.word()});
        compare_forward(some, steps, tally);
    }
    tally.finish(5 * 5000 * 5);
}

TEST_CASE("backward: errors at the edges on states at the edges, nominal K") {
    Tally tally;
    std::vector<BackwardCase> cases;
    Cases random(11);
    for (const int error : {-32768, -32767, -4096, -819, -2, -1, 1, 2, 819, 4096, 32766, 32767}) {
        const auto e = static_cast<std::int16_t>(error);
        for (int clamped = 0; clamped < 32; ++clamped) {  // each element within or at one end of its range
            reference::Elements state{};
            for (std::size_t i = 0; i < 5; ++i) {
                const bool at_end = (clamped >> i & 1) != 0 && i != 0;
                state[i] = at_end ? (random.one_in(2) ? std::int16_t{0} : std::int16_t{16383})
                                  : static_cast<std::int16_t>(random.between(1, 16382));
            }
            cases.push_back({nominal_parameters(), state, e});
        }
    }
    for (const int steps : {1, 2, 8, 15}) compare_backward(cases, steps, tally);
    tally.finish(4 * 12 * 32 * 5);
}

TEST_CASE("backward: boundary-rich random K, states and errors") {
    Tally tally;
    Cases cases(12);
    for (const int steps : {1, 2, 4, 8, 15}) {
        std::vector<BackwardCase> some;
        while (some.size() < 5000) {
            BackwardCase c{cases.parameters(), {}, cases.word()};
            for (std::int16_t& element : c.elements) element = cases.element();
            if (reference::live(c.elements, c.error)) some.push_back(c);
        }
        compare_backward(some, steps, tally);
    }
    tally.finish(5 * 5000 * 5);
}

TEST_CASE("drives: sums of any length with the greatest products, rounded once") {
    Tally tally;
    Cases cases(13);
    constexpr int kInputs = 784;
    const auto compare = [&](const std::vector<std::int16_t>& weights, const std::vector<kernels::InputEvent>& events,
                             bool of_pixels, std::size_t checked, int bits = 16) {
        std::vector<std::int16_t> drive(kStride, -1);
        const int shift = weight_fraction(bits) - (of_pixels ? 4 : 0);
        kernels::drives(weights.data(), kStride, events.data(), static_cast<int>(events.size()), shift, drive.data());
        for (std::size_t j = 0; j < checked; ++j) {
            std::vector<reference::Product> products;
            for (const kernels::InputEvent& event : events) {
                const auto x = static_cast<std::int16_t>(of_pixels ? 16 * event.x : event.x);
                products.push_back({weights[event.index * kStride + j], x});
            }
            tally.equal(drive[j], reference::weighted_sum(products, bits), [&] {
                return "u, " + std::to_string(events.size()) + " events, shift " + std::to_string(shift) + ", neuron " +
                       std::to_string(j);
            });
        }
    };
    std::vector<std::int16_t> weights(kInputs * kStride);
    for (std::size_t i = 0; i < kInputs; ++i) {
        for (std::size_t j = 0; j < kStride; ++j) {
            std::int16_t& c = weights[i * kStride + j];
            switch (j % 8) {
                case 0:
                    c = 32767;
                    break;
                case 1:
                    c = -32768;
                    break;
                case 2:
                    c = i % 2 == 0 ? 32767 : -32768;
                    break;
                case 3:
                    c = i < kInputs / 2 ? -32768 : 32767;
                    break;  // far beyond 32 bits, then back
                case 4:
                    c = static_cast<std::int16_t>(i % 3);
                    break;
                case 5:
                    c = i == 0 ? std::int16_t{1} : std::int16_t{0};
                    break;
                case 6:
                    c = static_cast<std::int16_t>(cases.between(-40, 40));
                    break;
                default:
                    c = cases.word();
            }
        }
    }
    // 257 full pixels are 65535, the 258th passes it; y up to 12287 passes it with the sixth event.
    for (const int count : {0, 1, 2, 5, 6, 7, 15, 16, 17, 128, 129, 255, 256, 257, 258, 259, 391, 514, 515, 771, 784}) {
        for (const int kind : {0, 1, 2, 3}) {
            std::vector<kernels::InputEvent> pixels, displacements;
            for (int i = 0; i < count; ++i) {
                const auto index = static_cast<std::uint16_t>(i);
                const int pixel = kind == 0 ? 255 : kind == 1 ? 1 : cases.between(1, 255);
                const int y = kind == 0 ? 12287 : kind == 1 ? -4096 : kind == 2 ? cases.between(-4096, 12287) : 1;
                pixels.push_back({index, static_cast<std::int16_t>(pixel)});
                displacements.push_back({index, static_cast<std::int16_t>(y)});
            }
            const std::size_t checked = count < 20 ? kStride : 16;
            compare(weights, pixels, true, checked);
            compare(weights, displacements, false, checked);
        }
    }
    // Sums that land exactly on a half and a unit beside it, near the limits of the result and near 0.
    for (int n = 0; n < 300; ++n) {
        std::vector<std::int16_t> few(4 * kStride);
        const int bits = std::array<int, 3>{16, 12, 8}[static_cast<std::size_t>(n % 3)];
        for (std::int16_t& c : few) c = static_cast<std::int16_t>(cases.word() >> (16 - bits));
        const int x = cases.one_in(2) ? 4096 : cases.between(-4096, 12287);
        std::vector<kernels::InputEvent> events;
        for (int i = 0; i < 4; ++i) {
            if (cases.one_in(3)) continue;
            events.push_back({static_cast<std::uint16_t>(i), static_cast<std::int16_t>(i == 0 ? x : 1 << i)});
        }
        compare(few, events, false, kStride, bits);
        for (kernels::InputEvent& event : events) event.x = static_cast<std::int16_t>(event.x & 255);
        compare(few, events, true, kStride, bits);
    }
    tally.finish(600 * kStride + 2 * 4 * (7 * kStride + 14 * 16));
}

TEST_CASE("error sums: both factors at their limits, rows of several blocks, every width") {
    Tally tally;
    Cases cases(14);
    for (int n = 0; n < 1000; ++n) {
        const std::size_t stride = static_cast<std::size_t>(16 * cases.between(1, 8));
        const int kind = n % 6, bits = std::array<int, 3>{16, 12, 8}[static_cast<std::size_t>(n / 6 % 3)];
        std::vector<std::int16_t> rows(4 * stride), b(stride), elements{1, 0, 16383, 16382};
        const auto weight = [&] {
            return kind == 0 || kind == 2 ? -32768 : kind == 1 ? 32767 : kind == 5 ? cases.word() >> 4 : cases.word();
        };
        for (std::int16_t& w : rows) w = static_cast<std::int16_t>(weight() >> (16 - bits));
        for (std::int16_t& v : b) {
            v = kind == 0 ? std::int16_t{-32768} : kind == 1 ? std::int16_t{32767} : cases.word();
            if (kind == 4 && !cases.one_in(8)) v = 0;
            if (kind == 5) v = static_cast<std::int16_t>(v >> 12);
        }
        std::vector<std::int16_t> errors(4, -7);
        kernels::error_sums(rows.data(), 4, static_cast<int>(stride), b.data(), weight_fraction(bits), elements.data(),
                            errors.data());
        for (std::size_t i = 0; i < 4; ++i) {
            std::vector<reference::Product> products;
            for (std::size_t j = 0; j < stride; ++j) products.push_back({rows[i * stride + j], b[j]});
            const bool clamped = i == 1 || i == 2;
            tally.equal(errors[i], clamped ? std::int16_t{0} : reference::weighted_sum(products, bits), [&] {
                return "e, case " + std::to_string(n) + ", stride " + std::to_string(stride);
            });
        }
    }
    tally.finish(4000);
}

TEST_CASE("update: weights, inputs, steps and thresholds at their limits, every width and rounding") {
    Tally tally;
    Cases cases(15);
    for (int n = 0; n < 900; ++n) {
        const int bits = std::array<int, 3>{16, 12, 8}[static_cast<std::size_t>(n % 3)];
        const bool nearest = n / 3 % 3 == 0;
        const bool pixels = cases.one_in(2);
        std::vector<std::int16_t> weights(6 * kStride), g(kStride);
        for (std::int16_t& c : weights) c = static_cast<std::int16_t>(cases.word() >> (16 - bits));
        for (std::int16_t& v : g) v = cases.one_in(3) ? std::int16_t{0} : cases.word();
        std::vector<kernels::InputEvent> events;
        for (int i = 0; i < 6; ++i) {
            if (cases.one_in(4)) continue;
            const int x = pixels ? (cases.one_in(2) ? 255 : cases.between(1, 255))
                                 : (cases.one_in(3)   ? -4096
                                    : cases.one_in(2) ? 12287
                                                      : cases.between(-4096, 12287));
            events.push_back({static_cast<std::uint16_t>(i), static_cast<std::int16_t>(x)});
        }
        std::uint32_t random = n % 10 == 0 ? 0xFFFFFFFFu : cases.bits() | 1u;
        const std::vector<std::int16_t> before = weights;
        std::vector<std::int16_t> expected = weights;
        const std::uint32_t after =
            kernels::update(weights.data(), kStride, events.data(), static_cast<int>(events.size()), pixels ? 4 : 0,
                            g.data(), random, bits, nearest ? Rounding::nearest : Rounding::stochastic);
        for (const kernels::InputEvent& event : events) {
            random = reference::next_random(random);
            const auto x = static_cast<std::int16_t>(pixels ? 16 * event.x : event.x);
            for (std::size_t j = 0; j < kStride; ++j) {
                std::int16_t& c = expected[event.index * kStride + j];
                const std::uint32_t half = 1u << (bits == 16 ? 18 : bits == 12 ? 20 : 23);
                const std::uint32_t r = nearest ? half : reference::threshold(random, j, bits);
                if (g[j] != 0) c = reference::updated(c, x, g[j], r, bits);
            }
        }
        tally.equal(after, random, [n] { return "random state, case " + std::to_string(n); });
        for (std::size_t k = 0; k < weights.size(); ++k) {
            tally.equal(weights[k], expected[k], [&] {
                return "C, case " + std::to_string(n) + ", old " + std::to_string(before[k]) + ", g " +
                       std::to_string(g[k % kStride]);
            });
        }
    }
    tally.finish(900 * (6 * kStride + 1));
}

TEST_CASE("update of K: every set, gains and leak at their limits, controllers and K anywhere, neurons that are not live") {
    Tally tally;
    Cases cases(16);
    std::uint64_t limited = 0, negative_limit = 0;
    for (int n = 0; n < 400; ++n) {
        PidGains gains = cases.gains();
        if (n % 50 == 0) gains = {kGainMax, kGainMax, kGainMax, 0, 7};
        const bool nearest = n % 3 == 0;
        std::vector<reference::Controlled> neurons(kStride);
        std::vector<reference::Elements> elements(kStride), b(kStride);
        std::vector<std::int16_t> live(kStride);
        std::vector<reference::Parameters> k, integral, last;
        for (std::size_t j = 0; j < kStride; ++j) {
            neurons[j].k = cases.parameters();
            for (std::int16_t& v : neurons[j].integral) v = n % 10 == 0 ? std::int16_t{-32768} : cases.word();
            for (std::int16_t& v : neurons[j].last) v = n % 10 == 0 ? std::int16_t{32767} : cases.word();
            for (std::int16_t& v : elements[j]) v = n % 10 == 0 ? std::int16_t{16383} : cases.element();
            for (std::int16_t& v : b[j]) v = n % 10 == 0 ? std::int16_t{-32768} : cases.word();
            live[j] = cases.one_in(3) || (n % 5 == 0 && j < 16) ? std::int16_t{0} : std::int16_t{-1};
            k.push_back(neurons[j].k);
            integral.push_back(neurons[j].integral);
            last.push_back(neurons[j].last);
        }
        std::vector<std::int16_t> parameters = rows_of(k), integrals = rows_of(integral), lasts = rows_of(last);
        std::uint32_t random = n % 10 == 0 ? 0xFFFFFFFFu : cases.bits() | 1u;
        const std::uint32_t after = kernels::update_parameters(
            {parameters.data(), integrals.data(), lasts.data()}, kStride, rows_of(elements).data(), rows_of(b).data(),
            live.data(), gains, nearest ? Rounding::nearest : Rounding::stochastic, random);
        for (int i = 0; i < 5; ++i) {
            for (int set = 0; set < 3; ++set) {
                random = reference::next_random(random);
                for (std::size_t j = 0; j < kStride && (gains.sets >> set & 1u) != 0; ++j) {
                    const std::uint32_t r = nearest ? 32768 : reference::threshold(random, j) / 8;
                    if (live[j] == 0) continue;
                    const auto w = reference::adjust(neurons[j], 5 * set + i, elements[j], b[j], gains, r);
                    const ParameterRange& range = kParameterRanges[static_cast<std::size_t>(set)];
                    limited += w.now == range.high && w.old != range.high;
                    negative_limit += w.now == range.low && w.old != range.low;
                }
            }
        }
        tally.equal(after, random, [n] { return "random state, case " + std::to_string(n); });
        for (std::size_t j = 0; j < kStride; ++j) {
            for (std::size_t p = 0; p < kParameterRows; ++p) {
                const auto where = [&](const char* what) {
                    return std::string(what) + " of parameter " + std::to_string(p) + ", neuron " + std::to_string(j) +
                           ", case " + std::to_string(n);
                };
                tally.equal(parameters[p * kStride + j], neurons[j].k[p], [&] { return where("K"); });
                tally.equal(integrals[p * kStride + j], neurons[j].integral[p], [&] { return where("S"); });
                tally.equal(lasts[p * kStride + j], neurons[j].last[p], [&] { return where("last G1"); });
            }
        }
    }
    tally.finish(400 * (45 * kStride + 1));
    CHECK(limited >= 500);
    CHECK(negative_limit >= 500);
}
