#include "divergence.hpp"

#include <fmt/format.h>

#include <cmath>
#include <cstdlib>

#include "samples.hpp"

namespace wuxing::sim {
namespace {

/// A record of one sample, and whether it has matched already.
struct Found {
    const EventRecord* record = nullptr;
    bool seen = false;
};

/// What the explanations look up: the sample's expected records, its events as layer 0 sees them, its random words.
class Lookup {
public:
    Lookup(const Expectation& expectation, const std::vector<std::size_t>& seen) : e_(expectation), seen_(seen) { take(); }

    /// How far the core moved the image; none without a frame.
    const std::optional<Shift>& shift() const { return shift_; }
    /// The nonzero pixels, moved.
    const PixelEvents& pixels() const { return pixels_; }

    Found find(EventKind kind, int layer, int neuron) const {
        const std::size_t lane = static_cast<std::size_t>(neuron) % e_.lanes.size();
        const auto& records = e_.lanes[lane];
        for (std::size_t k = 0; k < records.size(); ++k)
            if (records[k].kind == kind && records[k].layer == layer && records[k].neuron == neuron)
                return {&records[k], k < seen_[lane]};
        return {};
    }

    /// All records of a kind and layer, in no particular order.
    template <typename Visit>
    void for_each(EventKind kind, int layer, Visit visit) const {
        for (std::size_t lane = 0; lane < e_.lanes.size(); ++lane)
            for (std::size_t k = 0; k < e_.lanes[lane].size(); ++k) {
                const EventRecord& r = e_.lanes[lane][k];
                if (r.kind == kind && r.layer == layer) visit(r, k < seen_[lane]);
            }
    }

    /// R of parameter k in the fixed-point method of a layer (contract, section 6.1).
    std::uint32_t parameter_word(int layer, int k) const {
        return stepped(random_, kParameters * layers_with_live_neurons(layer + 1) + kSetCount * (k % kElements) + k / kElements + 1);
    }
    /// R of the event with this input in the update of a layer (section 6.2).
    std::uint32_t weight_word(int layer, int input) const {
        std::uint32_t random = random_;
        if (e_.sample->learning.k.sets != 0) random = stepped(random, kParameters * layers_with_live_neurons(0));
        for (int l = 0; l <= layer; ++l) {
            bool updates = false;
            for_each(EventKind::backward, l, [&](const EventRecord& r, bool) { updates = updates || r.values[6] != 0; });
            if (updates) random = stepped(random, inputs_up_to(l, l == layer ? input : 0xFFFF));
        }
        return random;
    }

private:
    static constexpr int kSetCount = kParameters / kElements;

    static std::uint32_t stepped(std::uint32_t random, int words) {
        for (int k = 0; k < words; ++k) random = xorshift32(random);
        return random;
    }
    /// Moves the pixels as section 9 of the contract says.
    void take() {
        random_ = e_.random_before;
        const Frame& frame = e_.frame;
        if (frame.max_shift != 0) {
            shift_ = Shift{shift_distance(random_, frame.max_shift), shift_distance(random_ >> 16, frame.max_shift)};
            random_ = xorshift32(random_);
        }
        for (const PixelEvent& p : e_.sample->events) {
            if (p.value == 0) continue;
            if (!shift_) {
                pixels_.push_back(p);
                continue;
            }
            const int row = p.index / frame.columns + shift_->dy, column = p.index % frame.columns + shift_->dx;
            if (row >= 0 && row < frame.rows && column >= 0 && column < frame.columns)
                pixels_.push_back({static_cast<std::uint16_t>(row * frame.columns + column), p.value});
        }
    }
    int layers_with_live_neurons(int from) const {
        int count = 0;
        for (std::size_t l = static_cast<std::size_t>(from); l < e_.controllers_before.size(); ++l) {
            bool live = false;
            for_each(EventKind::backward, static_cast<int>(l), [&](const EventRecord&, bool) { live = true; });
            count += live ? 1 : 0;
        }
        return count;
    }
    /// Events of a layer up to and with the one of `last`.
    int inputs_up_to(int layer, int last) const {
        int count = 0;
        if (layer == 0) {
            for (const PixelEvent& p : pixels_) count += p.index <= last ? 1 : 0;
        } else {
            for_each(EventKind::neuron, layer - 1, [&](const EventRecord& r, bool) {
                count += r.values[1] != kOne && r.neuron <= last ? 1 : 0;
            });
        }
        return count;
    }

    const Expectation& e_;
    const std::vector<std::size_t>& seen_;
    std::uint32_t random_ = 0;  ///< R after the sample was taken in
    std::optional<Shift> shift_;
    PixelEvents pixels_;
};

EventInput layer_inputs(const Lookup& look, const Expectation& e, int layer) {
    if (layer == 0) {
        EventInput pixels{"pixel events", {}, {}, true, "sent to the core and to the model alike"};
        pixels.expected = Quantity{static_cast<std::int64_t>(e.sample->events.size()), 0, 16};
        if (const auto& shift = look.shift())
            pixels.note += fmt::format("; the core is to move them by {:+d} columns, {:+d} rows", shift->dx, shift->dy);
        return pixels;
    }
    int count = 0, matched = 0;
    look.for_each(EventKind::neuron, layer - 1, [&](const EventRecord&, bool seen) {
        ++count;
        matched += seen ? 1 : 0;
    });
    EventInput outputs{fmt::format("outputs of layer {}", layer - 1), {}, {}, matched == count, {}};
    if (matched != count) outputs.agreed.reset();
    outputs.note = fmt::format("{} of {} neuron records matched", matched, count);
    return outputs;
}

/// Of an event that comes before; these hold no connections.
EventInput found_field(const Found& found, std::size_t k, std::string name) {
    EventInput input{std::move(name), {}, {}, {}, {}};
    if (!found.record) return input;
    input.expected = field_of(*found.record, k, 16);
    if (found.seen) {
        input.got = input.expected;
        input.agreed = true;
    }
    return input;
}

/// A field of the diverging record itself that takes part in computing the others.
EventInput own_field(const EventRecord& event, const EventRecord* got, std::size_t k, int weight_bits) {
    EventInput input{event_fields(event.kind)[k].name, field_of(event, k, weight_bits), {}, {}, {}};
    if (got) {
        input.got = field_of(*got, k, weight_bits);
        input.agreed = input.got->raw == input.expected->raw;
    }
    return input;
}

/// x of input i of a layer: a pixel, or the displacement of a neuron.
EventInput signal(const Lookup& look, int layer, int i) {
    if (layer == 0) {
        EventInput x{"x", {}, {}, true, {}};
        for (const PixelEvent& p : look.pixels())
            if (p.index == i) x.expected = x.got = Quantity{16 * p.value, kStateFraction, 16};
        return x;
    }
    EventInput x = found_field(look.find(EventKind::neuron, layer - 1, i), 1, "x");
    if (x.expected) x.expected->raw -= kOne;
    if (x.got) x.got->raw -= kOne;
    return x;
}

EventInput not_observed(std::string name, const Quantity& value) {
    return {std::move(name), value, {}, {}, "not observed"};
}

/// Threshold of the rounding of a value with `drop` bits less.
EventInput threshold(Rounding rounding, std::uint32_t random, int drop) {
    if (rounding == Rounding::nearest) return {"r", Quantity{std::int64_t{1} << (drop - 1), 0, drop}, {}, true, "to nearest"};
    return not_observed("r", Quantity{random, 0, drop});
}

void parameter_inputs(const Lookup& look, const Expectation& e, const EventRecord& event, const EventRecord* got,
                      std::vector<EventInput>& inputs) {
    const int l = event.layer, j = event.neuron, k = event.input, set = k / kElements, i = k % kElements;
    const Found neuron = look.find(EventKind::neuron, l, j), backward = look.find(EventKind::backward, l, j);
    const auto element = [&](int n) {
        const auto at = static_cast<std::size_t>((n + kElements) % kElements);
        inputs.push_back(found_field(neuron, at, event_fields(EventKind::neuron)[at].name));
    };
    inputs.push_back(own_field(event, got, 0, e.weight_bits));
    inputs.push_back(own_field(event, got, 2, e.weight_bits));
    if (set != 0) element(i);
    if (set != 2) element(set == 0 ? i - 1 : i - 2);
    inputs.push_back(found_field(backward, static_cast<std::size_t>(i), fmt::format("b[{}]", i)));
    const ControllerState& before = e.controllers_before[event.layer][kParameters * std::size_t{event.neuron} + event.input];
    inputs.push_back(not_observed("S", {before.integral, kStateFraction, 16}));
    inputs.push_back(own_field(event, got, 3, e.weight_bits));
    inputs.push_back(not_observed("last G1", {before.last_g1, kStateFraction, 16}));
    const PidGains& gains = e.sample->learning.k;
    for (const auto& [name, gain] : {std::pair{"P", gains.p}, {"I", gains.i}, {"D", gains.d}})
        inputs.push_back({name, Quantity{gain, kGainFraction, 16}, {}, true, "register"});
    inputs.push_back({"leak", Quantity{gains.leak, 0, 4}, {}, true, "register"});
    const std::uint32_t random = look.parameter_word(l, k);
    inputs.push_back(not_observed("R", {random, 0, 32}));
    inputs.push_back(threshold(e.rounding, parameter_threshold(random, event.neuron), kGainFraction));
}

std::string show(const std::optional<Quantity>& q) {
    if (!q) return "-";
    if (q->fraction == 0) return fmt::format("{} = {}", hex(*q), q->raw);
    return fmt::format("{} = {:+.6f}", hex(*q), real(*q));
}

nlohmann::ordered_json quantity_json(const Quantity& q) {
    return {{"raw", q.raw}, {"hex", hex(q)}, {"real", real(q)}};
}

bool of_parameter(const Divergence& d) {
    return d.input >= 0 && (d.event == to_string(EventKind::parameter_write) || d.event == "parameter" || d.event == "integral" ||
                            d.event == "last_g1");
}

std::string place(const Divergence& d) {
    std::string text = d.event;
    if (d.layer >= 0) text += fmt::format(" of layer {}", d.layer);
    if (d.neuron >= 0) text += fmt::format(" neuron {}", d.neuron);
    if (d.input >= 0) text += of_parameter(d) ? " " + parameter_name(d.input) : fmt::format(" input {}", d.input);
    if (d.tile >= 0) text += fmt::format(", tile {}", d.tile);
    if (d.address) text += fmt::format(", address 0x{:05X}", *d.address);
    return text;
}

nlohmann::ordered_json known(int value) {
    return value < 0 ? nlohmann::ordered_json() : nlohmann::ordered_json(value);
}

}  // namespace

const char* to_string(DivergenceType type) {
    switch (type) {
        case DivergenceType::value: return "value";
        case DivergenceType::unexpected: return "unexpected";
        case DivergenceType::missing: return "missing";
        case DivergenceType::timeout: return "timeout";
        case DivergenceType::memory: return "memory";
    }
    return "unknown";
}

std::string hex(const Quantity& q) {
    const std::int64_t span = std::int64_t{1} << q.bits;
    const bool fits = q.fraction == 0 ? q.raw < span : -span / 2 <= q.raw && q.raw < span / 2;
    const int bits = fits ? q.bits : q.bits < 16 && std::abs(q.raw) < (1 << 16) ? 16 : 32;
    const std::uint64_t mask = (std::uint64_t{1} << bits) - 1;
    return fmt::format("0x{:0{}X}", static_cast<std::uint64_t>(q.raw) & mask, (bits + 3) / 4);
}

std::string format_name(const Quantity& q) {
    return q.fraction == 0 ? "integer" : fmt::format("Q{}.{}", q.bits - 1 - q.fraction, q.fraction);
}

double real(const Quantity& q) {
    return std::ldexp(static_cast<double>(q.raw), -q.fraction);
}

Quantity field_of(const EventRecord& r, std::size_t k, int weight_bits) {
    const int fraction = event_fields(r.kind, weight_bits)[k].fraction;
    if (r.kind == EventKind::weight_write) return {r.values[k], fraction, weight_bits};
    return {fraction == 0 ? std::int64_t{static_cast<std::uint16_t>(r.values[k])} : r.values[k], fraction, 16};
}

std::string parameter_name(int k) {
    return fmt::format("K{}[{}]", k / kElements + 1, k % kElements);
}

std::vector<EventInput> event_inputs(const Expectation& e, const std::vector<std::size_t>& seen, const EventRecord& event,
                                     const EventRecord* got) {
    const Lookup look(e, seen);
    std::vector<EventInput> inputs;
    const int l = event.layer, j = event.neuron;
    switch (event.kind) {
        case EventKind::drive: inputs.push_back(layer_inputs(look, e, l)); break;
        case EventKind::neuron: inputs.push_back(found_field(look.find(EventKind::drive, l, j), 0, "u")); break;
        case EventKind::backward: {
            const Found neuron = look.find(EventKind::neuron, l, j);
            for (std::size_t k = 0; k < kElements; ++k)
                inputs.push_back(found_field(neuron, k, event_fields(EventKind::neuron)[k].name));
            inputs.push_back(own_field(event, got, 5, e.weight_bits));
            break;
        }
        case EventKind::parameter_write: parameter_inputs(look, e, event, got, inputs); break;
        case EventKind::weight_write: {
            inputs.push_back(own_field(event, got, 0, e.weight_bits));
            inputs.push_back(signal(look, l, event.input));
            inputs.push_back(found_field(look.find(EventKind::backward, l, j), 6, "g"));
            const std::uint32_t random = look.weight_word(l, event.input);
            inputs.push_back(not_observed("R", {random, 0, 32}));
            inputs.push_back(threshold(e.rounding, rounding_threshold(random, event.neuron, e.weight_bits), update_shift(e.weight_bits)));
            break;
        }
        case EventKind::result: {
            int last = 0;
            for (const auto& lane : e.lanes)
                for (const EventRecord& r : lane) last = r.layer > last ? r.layer : last;
            for (int k = 0;; ++k) {
                const Found output = look.find(EventKind::neuron, last, k);
                if (!output.record) break;
                EventInput y = found_field(output, 1, fmt::format("y[{}]", k));
                y.expected->raw -= kOne;
                if (y.got) y.got->raw -= kOne;
                inputs.push_back(y);
            }
            break;
        }
    }
    return inputs;
}

Divergence from_memory(const MemoryMismatch& word) {
    Divergence d;
    d.type = DivergenceType::memory;
    d.event = word.what;
    d.layer = word.layer;
    d.neuron = word.neuron;
    d.input = word.input;
    d.tile = word.tile;
    d.address = word.address;
    d.field = "value";
    const auto value = [&](std::uint32_t v) {
        return Quantity{word.bits < 32 ? std::int64_t{static_cast<std::int32_t>(v)} : std::int64_t{v}, word.fraction,
                        word.bits};
    };
    d.expected = value(word.expected);
    d.got = value(word.got);
    return d;
}

std::string to_text(const Divergence& d) {
    std::string text = fmt::format("DIVERGENCE ({})\n", to_string(d.type));
    const auto line = [&](const char* name, const std::string& value) {
        if (!value.empty()) text += fmt::format("  {:<12} {}\n", name, value);
    };
    line("case", d.case_name);
    line("image", d.image < 0 ? "none in work"
                              : fmt::format("{} (sample {} of the run, label {}, {})", d.image, d.sample, d.label,
                                            d.learn ? "learning" : "inference"));
    line("seed", std::to_string(d.seed));
    line("cycle", std::to_string(d.cycle));
    line("event", place(d));
    if (d.phase >= 0) line("phase", phase_name(d.phase));
    if (d.expected && d.got) {
        line("field", fmt::format("{}, {}", d.field, format_name(*d.expected)));
        line("expected", show(d.expected));
        line("got", show(d.got));
        line("difference", fmt::format("{:+d} LSB", d.got->raw - d.expected->raw));
    }
    line("note", d.note);
    for (std::size_t k = 0; k < d.inputs.size(); ++k) {
        const EventInput& in = d.inputs[k];
        std::string value = fmt::format("{}", in.name);
        if (in.expected) value += fmt::format(": expected {}", show(in.expected));
        if (in.got && in.agreed != true) value += fmt::format(", got {}", show(in.got));
        value += in.agreed ? (*in.agreed ? ", agreed" : ", DIFFERS") : ", not compared";
        if (!in.note.empty()) value += fmt::format(" ({})", in.note);
        line(k == 0 ? "inputs" : "", value);
    }
    std::string matched;
    for (int k = 0; k < kEventKinds; ++k)
        matched += fmt::format("{}{} {}", k == 0 ? "" : ", ", to_string(static_cast<EventKind>(k)),
                               d.matched[static_cast<std::size_t>(k)]);
    line("matched", matched);
    for (const std::string& file : d.wave_files)
        line("waves", fmt::format("{} (cycles {} to {})", file, d.wave_from, d.wave_to));
    line("reproduce", d.reproduce);
    return text;
}

nlohmann::ordered_json to_json(const Divergence& d) {
    nlohmann::ordered_json json;
    json["type"] = to_string(d.type);
    json["case"] = d.case_name;
    json["image"] = known(d.image);
    json["sample"] = d.sample;
    json["label"] = known(d.label);
    json["learn"] = d.learn;
    json["seed"] = d.seed;
    json["cycle"] = d.cycle;
    json["event"] = d.event;
    json["layer"] = known(d.layer);
    json["neuron"] = known(d.neuron);
    json["input"] = known(d.input);
    json["parameter"] = of_parameter(d) ? nlohmann::ordered_json(parameter_name(d.input)) : nlohmann::ordered_json();
    json["tile"] = known(d.tile);
    json["address"] = d.address ? nlohmann::ordered_json(*d.address) : nlohmann::ordered_json();
    json["phase"] = d.phase < 0 ? nlohmann::ordered_json() : nlohmann::ordered_json(phase_name(d.phase));
    json["field"] = d.field;
    if (d.expected && d.got) {
        json["format"] = format_name(*d.expected);
        json["expected"] = quantity_json(*d.expected);
        json["got"] = quantity_json(*d.got);
        json["difference_lsb"] = d.got->raw - d.expected->raw;
    }
    json["note"] = d.note;
    json["inputs"] = nlohmann::ordered_json::array();
    for (const EventInput& in : d.inputs) {
        nlohmann::ordered_json entry{{"name", in.name}};
        if (in.expected) entry["expected"] = quantity_json(*in.expected);
        if (in.got) entry["got"] = quantity_json(*in.got);
        entry["agreed"] = in.agreed ? nlohmann::ordered_json(*in.agreed) : nlohmann::ordered_json();
        if (!in.note.empty()) entry["note"] = in.note;
        json["inputs"].push_back(entry);
    }
    for (int k = 0; k < kEventKinds; ++k)
        json["matched"][to_string(static_cast<EventKind>(k))] = d.matched[static_cast<std::size_t>(k)];
    json["waves"] = {{"files", d.wave_files}, {"from", d.wave_from}, {"to", d.wave_to}};
    json["reproduce"] = d.reproduce;
    return json;
}

std::string to_line(const Divergence& d) {
    std::string text = d.image < 0 ? "no image in work" : fmt::format("image {} (sample {})", d.image, d.sample);
    text += fmt::format(", {}", place(d));
    if (d.expected && d.got)
        text += fmt::format(", {}: expected {}, got {}", d.field, show(d.expected), show(d.got));
    else
        text += fmt::format(": {}", to_string(d.type));
    if (!d.note.empty()) text += fmt::format(" ({})", d.note);
    return text;
}

nlohmann::ordered_json to_short_json(const Divergence& d) {
    nlohmann::ordered_json json;
    json["type"] = to_string(d.type);
    json["image"] = known(d.image);
    json["sample"] = d.sample;
    json["cycle"] = d.cycle;
    json["event"] = d.event;
    json["layer"] = known(d.layer);
    json["neuron"] = known(d.neuron);
    json["input"] = known(d.input);
    json["parameter"] = of_parameter(d) ? nlohmann::ordered_json(parameter_name(d.input)) : nlohmann::ordered_json();
    json["field"] = d.field;
    if (d.expected && d.got) {
        json["expected"] = quantity_json(*d.expected);
        json["got"] = quantity_json(*d.got);
    }
    json["note"] = d.note;
    return json;
}

}  // namespace wuxing::sim
