#include "reference.hpp"

#ifndef SC_INCLUDE_FX
#define SC_INCLUDE_FX
#endif
#include <cmath>
#include <systemc>

namespace wuxing::reference {
namespace {

using sc_dt::sc_fixed;
using sc_dt::SC_RND;
using sc_dt::SC_RND_INF;
using sc_dt::SC_SAT;
using sc_dt::SC_TRN;
using sc_dt::SC_WRAP;

// The formats of section 2: sc_fixed<bits, integer bits with sign, rounding, overflow>.
using State = sc_fixed<16, 4, SC_RND, SC_SAT>;           // Q3.12, rounded half up and limited
template <int Bits, int Fraction>
struct Connection {
    using Weight = sc_fixed<Bits, Bits - Fraction, SC_TRN, SC_SAT>;
    using Change = sc_fixed<44, 44 - Fraction, SC_TRN, SC_WRAP>;  // floor to the fraction bits of a connection
};
using Step = sc_fixed<16, -4, SC_RND, SC_SAT>;
using Change = sc_fixed<20, 8, SC_RND_INF, SC_WRAP>;     // a rounded h d: 12 fraction bits, wide enough never to wrap
using Rounded = sc_fixed<36, 24, SC_RND, SC_WRAP>;       // rounded to 12 fraction bits, not limited
using ParameterChange = sc_fixed<40, 28, SC_TRN, SC_WRAP>;  // floor to 12 fraction bits
using Exact = sc_fixed<96, 40, SC_TRN, SC_WRAP>;         // 56 fraction bits: holds every sum below without loss
using Long = sc_dt::sc_bigint<128>;

// Value of the bits of a word with `fraction` fraction bits, and back.
template <class T>
T from_bits(std::int64_t word, int fraction) {
    Exact v(static_cast<double>(word));  // a double holds every word here exactly
    v >>= fraction;
    return T(v);
}
template <class T>
std::int16_t bits_of(const T& value, int fraction) {
    Exact v = value;
    v <<= fraction;
    return static_cast<std::int16_t>(v.to_int());
}
State state(std::int16_t word) {
    return from_bits<State>(word, 12);
}
std::int16_t word(const State& value) {
    return bits_of(value, 12);
}

struct Neuron {
    std::array<State, 5> k1, k2, k3;
};
Neuron neuron_of(const Parameters& k) {
    Neuron n;
    for (std::size_t i = 0; i < 5; ++i) {
        n.k1[i] = state(k[i]);
        n.k2[i] = state(k[5 + i]);
        n.k3[i] = state(k[10 + i]);
    }
    return n;
}

State clamp_e(const Exact& v) {
    if (v < 0) return State(0);
    if (v > Exact(16383.0 / 4096)) return State(16383.0 / 4096);
    return State(v);
}

std::array<State, 5> forward_f(const Neuron& k, const std::array<State, 5>& s, const State& drive) {
    std::array<State, 5> d;
    for (std::size_t i = 0; i < 5; ++i) {
        const State g = k.k2[i] * s[(i + 3) % 5] + k.k3[i];  // i - 2
        Exact sum = k.k1[i] * s[(i + 4) % 5] - g * s[i];     // i - 1
        if (i == 0) sum += drive;
        d[i] = sum;
    }
    return d;
}

}  // namespace

std::int64_t sat16(std::int64_t v) {
    const sc_fixed<16, 16, SC_TRN, SC_SAT> limited = Exact(static_cast<double>(v));
    return limited.to_int();
}

std::int64_t rnd(std::int64_t v, int n) {
    // floor((v + 2^(n-1)) / 2^n) with an exact quotient: C++ division truncates, so negative remainders step down.
    Long numerator = v;
    Long divisor = 1;
    for (int i = 0; i < n; ++i) divisor = divisor * 2;
    numerator += divisor / 2;
    Long quotient = numerator / divisor;
    if (quotient * divisor > numerator) quotient -= 1;
    return quotient.to_int64();
}

std::int64_t rnda(std::int64_t v, int n) {
    // The nearer of the two multiples around v, by distance; of two as near the one further from 0.
    Long unit = 1;
    for (int i = 0; i < n; ++i) unit = unit * 2;
    const Long inner = Long(v) / unit;  // truncates towards 0
    const Long outer = v < 0 ? Long(inner - 1) : Long(inner + 1);
    const Long to_inner = v < 0 ? Long(inner * unit - v) : Long(v - inner * unit);
    const Long to_outer = unit - to_inner;
    return (to_inner < to_outer ? inner : outer).to_int64();
}

std::int64_t clamp_e(std::int64_t v) {
    if (v < 0) return 0;
    if (v > 16383) return 16383;
    return v;
}

std::uint32_t next_random(std::uint32_t before) {
    std::array<bool, 32> r{};
    for (std::size_t i = 0; i < 32; ++i) r[i] = (before >> i & 1u) != 0;
    const auto xor_shifted = [&r](int left) {  // bit i takes in bit i - left
        const std::array<bool, 32> old = r;
        for (int i = 0; i < 32; ++i) {
            const int from = i - left;
            if (from >= 0 && from < 32 && old[static_cast<std::size_t>(from)]) {
                r[static_cast<std::size_t>(i)] = !r[static_cast<std::size_t>(i)];
            }
        }
    };
    xor_shifted(13);
    xor_shifted(-17);
    xor_shifted(5);
    std::uint32_t after = 0;
    for (std::size_t i = 0; i < 32; ++i) after |= (r[i] ? 1u : 0u) << i;
    return after;
}

namespace {

int fraction_of(int bits) {
    switch (bits) {
        case 16: return 13;
        case 12: return 11;
        default: return 8;
    }
}

// Calls visit with the formats of a width.
template <class Visit>
auto with_formats(int bits, Visit visit) {
    switch (bits) {
        case 16: return visit(Connection<16, 13>{});
        case 12: return visit(Connection<12, 11>{});
        default: return visit(Connection<8, 8>{});
    }
}

}  // namespace

std::uint32_t threshold(std::uint32_t random, std::uint64_t neuron, int bits) {
    const double span = std::pow(2.0, 32 - fraction_of(bits)), golden = (1 + std::sqrt(5.0)) / 2;
    const auto turn = static_cast<std::int64_t>(std::floor(span / golden));
    Long sum = Long(static_cast<sc_dt::uint64>(random)) + Long(turn) * Long(static_cast<sc_dt::uint64>(neuron));
    return static_cast<std::uint32_t>((sum % Long(static_cast<std::int64_t>(span))).to_uint64());
}

std::int16_t weighted_sum(const std::vector<Product>& products, int bits) {
    return with_formats(bits, [&](auto formats) {
        Exact sum(0);
        for (const Product& p : products)
            sum += from_bits<typename decltype(formats)::Weight>(p.weight, fraction_of(bits)) * state(p.x);
        return word(State(sum));
    });
}

Elements forward(const Parameters& parameters, std::int16_t drive_word, int steps) {
    const Neuron k = neuron_of(parameters);
    const State drive = state(drive_word);
    std::array<State, 5> e;
    e.fill(State(1));
    for (int n = 0; n < steps; ++n) {
        const std::array<State, 5> d1 = forward_f(k, e, drive);
        std::array<State, 5> p;
        for (std::size_t i = 0; i < 5; ++i) {
            Exact half = d1[i];
            half >>= 1;
            p[i] = clamp_e(Exact(e[i] + Change(half)));
        }
        const std::array<State, 5> d2 = forward_f(k, p, drive);
        for (std::size_t i = 0; i < 5; ++i) {
            Exact quarter = d1[i] + d2[i];
            quarter >>= 2;
            e[i] = clamp_e(Exact(e[i] + Change(quarter)));
        }
    }
    Elements out;
    for (std::size_t i = 0; i < 5; ++i) out[i] = word(e[i]);
    return out;
}

std::int16_t output_error(bool is_label, std::int16_t target_on, std::int16_t target_off, std::int16_t displacement) {
    if (is_label) {
        const State e = state(target_on) - state(displacement);
        return e > 0 ? word(e) : std::int16_t{0};
    }
    const State e = state(target_off) - state(displacement);
    return e < 0 ? word(e) : std::int16_t{0};
}

bool live(const Elements& elements, std::int16_t error) {
    return error != 0 && elements[0] > 0 && elements[0] < 16383;
}

Elements backward(const Parameters& parameters, const Elements& elements, std::int16_t error_word, int steps) {
    const Neuron k = neuron_of(parameters);
    const State error = state(error_word);
    std::array<State, 5> e, t, c;
    for (std::size_t i = 0; i < 5; ++i) e[i] = state(elements[i]);
    for (std::size_t i = 0; i < 5; ++i) {
        t[i] = k.k2[i] * e[(i + 3) % 5] + k.k3[i];
        c[i] = k.k2[i] * e[i];
    }
    const auto f = [&](const std::array<State, 5>& s) {
        std::array<State, 5> d;
        for (std::size_t i = 0; i < 5; ++i) {
            const std::size_t next = (i + 1) % 5, after_next = (i + 2) % 5;
            Exact sum = k.k1[next] * s[next] - c[after_next] * s[after_next] - t[i] * s[i];
            if (i == 1) sum += error;
            d[i] = sum;
            if (elements[i] == 0 || elements[i] == 16383) d[i] = 0;
        }
        return d;
    };
    std::array<State, 5> b;
    b.fill(State(0));
    for (int n = 0; n < steps; ++n) {
        const std::array<State, 5> d1 = f(b);
        std::array<State, 5> p;
        for (std::size_t i = 0; i < 5; ++i) {
            Exact half = d1[i];
            half >>= 1;
            p[i] = b[i] + Change(half);
        }
        const std::array<State, 5> d2 = f(p);
        for (std::size_t i = 0; i < 5; ++i) {
            Exact quarter = d1[i] + d2[i];
            quarter >>= 2;
            b[i] = b[i] + Change(quarter);
        }
    }
    Elements out;
    for (std::size_t i = 0; i < 5; ++i) out[i] = word(b[i]);
    return out;
}

std::int16_t step(int eta, std::int16_t b0) {
    return bits_of(Step(from_bits<Exact>(eta, 16) * state(b0)), 20);
}

ParameterWrite adjust(Controlled& neuron, int index, const Elements& elements, const Elements& backward_words,
                      const PidGains& gains, std::uint32_t r) {
    const auto n = static_cast<std::size_t>(index), i = n % 5;
    const auto e = [&](std::size_t back) { return state(elements[(i + 5 - back) % 5]); };
    const State b = state(backward_words[i]), m = e(0) * b;
    State g1;
    double low = 0.0625, high = 2;
    if (index < 5) {
        g1 = e(1) * b;
        low = 0.5;
    } else if (index < 10) {
        g1 = -Rounded(m * e(2));
        high = 1;
    } else {
        g1 = -m;
    }
    const State before = state(neuron.integral[n]);
    Exact way = g1 - before;
    way >>= gains.leak;
    const State integral = before + Change(way);
    const State difference = g1 - state(neuron.last[n]);
    const auto gain = [](int bits) { return from_bits<Exact>(bits, 16); };
    const Exact exact = gain(gains.p) * g1 + gain(gains.i) * integral + gain(gains.d) * difference + from_bits<Exact>(r, 28);
    Exact k = state(neuron.k[n]) + ParameterChange(exact);
    if (k < low) k = low;
    if (k > high) k = high;
    const ParameterWrite write{neuron.k[n], word(State(k)), word(g1), word(integral)};
    neuron.k[n] = write.now;
    neuron.integral[n] = write.integral;
    neuron.last[n] = write.g1;
    return write;
}

std::int16_t updated(std::int16_t weight, std::int16_t x, std::int16_t g, std::uint32_t r, int bits) {
    return with_formats(bits, [&](auto formats) {
        using Weight = typename decltype(formats)::Weight;
        const Exact exact = state(x) * from_bits<Step>(g, 20) + from_bits<Exact>(r, 32);
        const Weight sum =
            from_bits<Weight>(weight, fraction_of(bits)) + typename decltype(formats)::Change(exact);
        return bits_of(sum, fraction_of(bits));
    });
}

std::int16_t connection(std::uint32_t key, int scale, int input, int neuron, int rounds) {
    using Word = std::array<bool, 16>;
    const auto word_of = [](std::uint32_t v) {
        Word bits{};
        for (std::size_t k = 0; k < 16; ++k) bits[k] = (v >> k & 1u) != 0;
        return bits;
    };
    Word a = word_of(static_cast<std::uint32_t>(input)), c = word_of(static_cast<std::uint32_t>(neuron));
    const Word key_a = word_of(key % 65536), key_c = word_of(key / 65536);
    for (std::size_t k = 0; k < 16; ++k) {
        a[k] = a[k] != key_a[k];
        c[k] = c[k] != key_c[k];
    }
    for (int n = 0; n < rounds; ++n) {
        const Word number = word_of(static_cast<std::uint32_t>(n));
        Word next{};
        for (std::size_t k = 0; k < 16; ++k) {  // bit k of rol(a, d) is bit k - d of a
            const bool both = a[(k + 15) % 16] && a[(k + 8) % 16];
            next[k] = ((c[k] != both) != a[(k + 14) % 16]) != number[k];
        }
        c = a;
        a = next;
    }
    std::int64_t value = a[15] ? -32768 : 0;
    for (std::size_t k = 0; k < 15; ++k) value += a[k] ? std::int64_t{1} << k : 0;
    return static_cast<std::int16_t>(std::floor(static_cast<double>(value) / std::pow(2.0, scale)));
}

PixelEvents moved(const PixelEvents& events, const Frame& frame, std::uint32_t random) {
    const auto distance = [&frame](std::uint32_t half) {  // one of 2M + 1 equal parts of the 16-bit words
        return static_cast<int>(std::floor((2 * frame.max_shift + 1) * (half / 65536.0))) - frame.max_shift;
    };
    const int dx = distance(random % 65536), dy = distance(random / 65536);
    PixelEvents kept;
    for (int row = 0; row < frame.rows; ++row) {
        for (int column = 0; column < frame.columns; ++column) {  // of the moved image: what was at its source
            const int from_row = row - dy, from_column = column - dx;
            if (from_row < 0 || from_row >= frame.rows || from_column < 0 || from_column >= frame.columns) continue;
            for (const PixelEvent& event : events) {
                if (event.index == from_row * frame.columns + from_column)
                    kept.push_back({static_cast<std::uint16_t>(row * frame.columns + column), event.value});
            }
        }
    }
    return kept;
}

ReferenceNetwork::ReferenceNetwork(const Network& from)
    : sizes_(from.config().sizes),
      steps_(from.config().steps),
      target_on_(from.config().target_on),
      target_off_(from.config().target_off),
      bits_(from.config().weight_bits),
      nearest_(from.config().rounding == Rounding::nearest),
      frame_(from.frame()),
      random_(from.random_state()) {
    for (int l = 0; l < from.layers(); ++l) {
        weights_.emplace_back();
        for (int i = 0; i < from.inputs(l); ++i) {
            weights_.back().emplace_back();
            for (int j = 0; j < from.outputs(l); ++j) {
                weights_.back().back().push_back(
                    from.config().recomputed ? connection(from.connection_key(l), from.connection_scale(l), i, j)
                                             : from.weight(l, i, j));
            }
        }
        neurons_.emplace_back();
        for (int j = 0; j < from.outputs(l); ++j) {
            Controlled neuron;
            for (int p = 0; p < 15; ++p) {
                const auto n = static_cast<std::size_t>(p);
                neuron.k[n] = from.parameter(l, j, p);
                neuron.integral[n] = from.integral(l, j, p);
                neuron.last[n] = from.last_g1(l, j, p);
            }
            neurons_.back().push_back(neuron);
        }
    }
}

SampleResult ReferenceNetwork::infer(const PixelEvents& events, std::uint16_t label, EventTrace& trace) {
    return run(events, label, false, {}, trace);
}

SampleResult ReferenceNetwork::train(const PixelEvents& events, std::uint16_t label, const Learning& learning,
                                     EventTrace& trace) {
    return run(events, label, true, learning, trace);
}

SampleResult ReferenceNetwork::run(const PixelEvents& events, std::uint16_t label, bool learn, const Learning& learning,
                                   EventTrace& trace) {
    struct Input {
        std::uint16_t index;
        std::int16_t x;
    };
    const std::size_t layers = weights_.size();
    const auto result_record = [&trace, label](const SampleResult& r) {
        const std::uint16_t status = static_cast<std::uint16_t>((r.learned ? 1 : 0) + 16 * static_cast<int>(r.error));
        trace.push_back({EventKind::result,
                         0,
                         0,
                         0,
                         {static_cast<std::int16_t>(r.predicted), static_cast<std::int16_t>(label), r.displacement,
                          static_cast<std::int16_t>(status), 0, 0, 0}});
        return r;
    };

    // Section 9. The label is in the end mark, so it is looked at last.
    SampleError fault = SampleError::ok;
    for (std::size_t k = 0; k < events.size() && fault == SampleError::ok; ++k) {
        if (events[k].index >= sizes_.front()) {
            fault = SampleError::bad_index;
        } else if (k > 0 && events[k].index <= events[k - 1].index) {
            fault = SampleError::bad_order;
        }
    }
    if (fault == SampleError::ok && learn && label >= sizes_.back()) fault = SampleError::bad_label;
    if (fault != SampleError::ok) return result_record({0xFFFF, 0, false, fault});

    // Section 3.
    std::vector<std::vector<Input>> inputs(layers);
    std::vector<std::vector<Elements>> elements(layers);
    PixelEvents seen = events;
    if (frame_.max_shift > 0) {
        seen = moved(events, frame_, random_);
        random_ = next_random(random_);
    }
    for (const PixelEvent& event : seen) {
        if (event.value != 0) inputs[0].push_back({event.index, static_cast<std::int16_t>(16 * event.value)});
    }
    for (std::size_t l = 0; l < layers; ++l) {
        for (std::size_t j = 0; j < neurons_[l].size(); ++j) {
            std::vector<Product> products;
            for (const Input& in : inputs[l]) products.push_back({weights_[l][in.index][j], in.x});
            const std::int16_t u = weighted_sum(products, bits_);
            const Elements e = forward(neurons_[l][j].k, u, steps_);
            elements[l].push_back(e);
            const auto layer = static_cast<std::uint8_t>(l);
            const auto neuron = static_cast<std::uint16_t>(j);
            trace.push_back({EventKind::drive, layer, neuron, 0, {u, 0, 0, 0, 0, 0, 0}});
            trace.push_back({EventKind::neuron, layer, neuron, 0, {e[0], e[1], e[2], e[3], e[4], 0, 0}});
            const auto y = static_cast<std::int16_t>(e[1] - 4096);
            if (y != 0 && l + 1 < layers) inputs[l + 1].push_back({neuron, y});
        }
    }
    SampleResult result{0, -32768, learn, SampleError::ok};
    for (std::size_t k = 0; k < elements.back().size(); ++k) {
        const auto y = static_cast<std::int16_t>(elements.back()[k][1] - 4096);
        if (y > result.displacement) {
            result.displacement = y;
            result.predicted = static_cast<std::uint16_t>(k);
        }
    }
    if (!learn) return result_record(result);

    // Sections 4, 5 and 6.1.
    std::vector<std::vector<std::int16_t>> steps(layers);
    std::vector<std::int16_t> errors;
    for (std::size_t k = 0; k < elements.back().size(); ++k) {
        errors.push_back(
            output_error(k == label, target_on_, target_off_, static_cast<std::int16_t>(elements.back()[k][1] - 4096)));
    }
    for (std::size_t l = layers; l-- > 0;) {
        bool any = false;
        for (std::size_t j = 0; j < neurons_[l].size(); ++j) any = any || live(elements[l][j], errors[j]);
        std::array<std::uint32_t, 15> words{};  // [i][set]
        for (std::uint32_t& r : words) {
            if (any && learning.k.sets != 0) r = random_ = next_random(random_);
        }
        std::vector<std::int16_t> b0;
        for (std::size_t j = 0; j < neurons_[l].size(); ++j) {
            b0.push_back(0);
            steps[l].push_back(0);
            if (!live(elements[l][j], errors[j])) continue;
            const Elements b = backward(neurons_[l][j].k, elements[l][j], errors[j], steps_);
            b0[j] = b[0];
            steps[l][j] = step(learning.eta, b[0]);
            const auto layer = static_cast<std::uint8_t>(l);
            const auto neuron = static_cast<std::uint16_t>(j);
            trace.push_back({EventKind::backward, layer, neuron, 0, {b[0], b[1], b[2], b[3], b[4], errors[j], steps[l][j]}});
            for (int i = 0; i < 5; ++i) {
                for (int set = 0; set < 3; ++set) {
                    if ((learning.k.sets & (1u << set)) == 0) continue;
                    const std::uint32_t random = words[static_cast<std::size_t>(3 * i + set)];
                    const std::uint32_t r = nearest_ ? 32768 : threshold(random, j) / 8;
                    const ParameterWrite w = adjust(neurons_[l][j], 5 * set + i, elements[l][j], b, learning.k, r);
                    trace.push_back({EventKind::parameter_write, layer, neuron, static_cast<std::uint16_t>(5 * set + i),
                                     {w.old, w.now, w.g1, w.integral, 0, 0, 0}});
                }
            }
        }
        if (l == 0) break;
        errors.clear();
        for (std::size_t i = 0; i < neurons_[l - 1].size(); ++i) {
            std::vector<Product> products;
            for (std::size_t j = 0; j < b0.size(); ++j) products.push_back({weights_[l][i][j], b0[j]});
            errors.push_back(weighted_sum(products, bits_));
        }
    }

    // Section 6.2; the words are drawn event by event, the records come neuron by neuron.
    for (std::size_t l = 0; l < layers; ++l) {
        bool any = false;
        for (const std::int16_t g : steps[l]) any = any || g != 0;
        if (!any) continue;
        std::vector<std::uint32_t> words;
        for (std::size_t k = 0; k < inputs[l].size(); ++k) {
            random_ = next_random(random_);
            words.push_back(random_);
        }
        for (std::size_t j = 0; j < steps[l].size(); ++j) {
            if (steps[l][j] == 0) continue;
            for (std::size_t k = 0; k < inputs[l].size(); ++k) {
                std::int16_t& weight = weights_[l][inputs[l][k].index][j];
                const std::int16_t before = weight;
                const std::uint32_t half = 1u << (31 - fraction_of(bits_));
                weight = updated(before, inputs[l][k].x, steps[l][j], nearest_ ? half : threshold(words[k], j, bits_),
                                 bits_);
                trace.push_back({EventKind::weight_write,
                                 static_cast<std::uint8_t>(l),
                                 static_cast<std::uint16_t>(j),
                                 inputs[l][k].index,
                                 {before, weight, 0, 0, 0, 0, 0}});
            }
        }
    }
    return result_record(result);
}

std::uint64_t ReferenceNetwork::differences(const Network& network, std::uint64_t& compared) const {
    std::uint64_t different = network.random_state() != random_ ? 1 : 0;
    ++compared;
    for (std::size_t l = 0; l < weights_.size(); ++l) {
        const int layer = static_cast<int>(l);
        for (std::size_t i = 0; i < weights_[l].size(); ++i) {
            for (std::size_t j = 0; j < weights_[l][i].size(); ++j, ++compared) {
                different += network.weight(layer, static_cast<int>(i), static_cast<int>(j)) != weights_[l][i][j];
            }
        }
        for (std::size_t j = 0; j < neurons_[l].size(); ++j) {
            const Controlled& own = neurons_[l][j];
            for (int p = 0; p < 15; ++p, compared += 3) {
                const auto n = static_cast<std::size_t>(p);
                const int neuron = static_cast<int>(j);
                different += network.parameter(layer, neuron, p) != own.k[n];
                different += network.integral(layer, neuron, p) != own.integral[n];
                different += network.last_g1(layer, neuron, p) != own.last[n];
            }
        }
    }
    return different;
}

}  // namespace wuxing::reference
