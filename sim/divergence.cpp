#include "divergence.hpp"

#include <fmt/format.h>

#include <cmath>

namespace wuxing::sim {
namespace {

/// A record of one sample, and whether it has matched already.
struct Found {
    const EventRecord* record = nullptr;
    bool seen = false;
};

/// What the explanations look up: the sample's expected records.
class Lookup {
public:
    Lookup(const Expectation& expectation, const std::vector<std::size_t>& seen) : e_(expectation), seen_(seen) {}

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

    /// R of the event with this input in the update of a layer (contract, section 6).
    std::uint32_t random_word(int layer, int input) const {
        std::uint32_t random = e_.random_before;
        for (int l = 0; l <= layer; ++l) {
            bool updates = false;
            for_each(EventKind::backward, l, [&](const EventRecord& r, bool) { updates = updates || r.values[6] != 0; });
            if (updates) step(random, l, l == layer ? input : 0xFFFF);
        }
        return random;
    }

private:
    /// One step of R for every event of a layer up to and with the one of `last`.
    void step(std::uint32_t& random, int layer, int last) const {
        if (layer == 0) {
            for (const PixelEvent& p : e_.sample->events)
                if (p.value != 0 && p.index <= last) random = xorshift32(random);
        } else {
            for_each(EventKind::neuron, layer - 1, [&](const EventRecord& r, bool) {
                if (r.values[1] != kOne && r.neuron <= last) random = xorshift32(random);
            });
        }
    }

    const Expectation& e_;
    const std::vector<std::size_t>& seen_;
};

Quantity field_of(const EventRecord& r, std::size_t k) {
    return {r.values[k], event_fields(r.kind)[k].fraction, 16};
}

EventInput layer_inputs(const Lookup& look, const Expectation& e, int layer) {
    if (layer == 0) {
        EventInput pixels{"pixel events", {}, {}, true, "sent to the core and to the model alike"};
        pixels.expected = Quantity{static_cast<std::int64_t>(e.sample->events.size()), 0, 16};
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

EventInput found_field(const Found& found, std::size_t k, std::string name) {
    EventInput input{std::move(name), {}, {}, {}, {}};
    if (!found.record) return input;
    input.expected = field_of(*found.record, k);
    if (found.seen) {
        input.got = input.expected;
        input.agreed = true;
    }
    return input;
}

/// A field of the diverging record itself that takes part in computing the others.
EventInput own_field(const EventRecord& event, const EventRecord* got, std::size_t k) {
    EventInput input{event_fields(event.kind)[k].name, field_of(event, k), {}, {}, {}};
    if (got) {
        input.got = field_of(*got, k);
        input.agreed = input.got->raw == input.expected->raw;
    }
    return input;
}

/// x of input i of a layer: a pixel, or the displacement of a neuron.
EventInput signal(const Lookup& look, const Expectation& e, int layer, int i) {
    if (layer == 0) {
        EventInput x{"x", {}, {}, true, {}};
        for (const PixelEvent& p : e.sample->events)
            if (p.index == i) x.expected = x.got = Quantity{16 * p.value, kStateFraction, 16};
        return x;
    }
    EventInput x = found_field(look.find(EventKind::neuron, layer - 1, i), 1, "x");
    if (x.expected) x.expected->raw -= kOne;
    if (x.got) x.got->raw -= kOne;
    return x;
}

std::string show(const std::optional<Quantity>& q) {
    if (!q) return "-";
    if (q->fraction == 0) return fmt::format("{} = {}", hex(*q), q->raw);
    return fmt::format("{} = {:+.6f}", hex(*q), real(*q));
}

nlohmann::ordered_json quantity_json(const Quantity& q) {
    return {{"raw", q.raw}, {"hex", hex(q)}, {"real", real(q)}};
}

std::string place(const Divergence& d) {
    std::string text = d.event;
    if (d.layer >= 0) text += fmt::format(" of layer {}", d.layer);
    if (d.neuron >= 0) text += fmt::format(" neuron {}", d.neuron);
    if (d.input >= 0) text += fmt::format(d.event == "parameter" ? " K index {}" : " input {}", d.input);
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
    const std::uint64_t mask = (std::uint64_t{1} << q.bits) - 1;
    return fmt::format("0x{:0{}X}", static_cast<std::uint64_t>(q.raw) & mask, (q.bits + 3) / 4);
}

std::string format_name(const Quantity& q) {
    return q.fraction == 0 ? "integer" : fmt::format("Q{}.{}", q.bits - 1 - q.fraction, q.fraction);
}

double real(const Quantity& q) {
    return std::ldexp(static_cast<double>(q.raw), -q.fraction);
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
            inputs.push_back(own_field(event, got, 5));
            break;
        }
        case EventKind::weight_write: {
            inputs.push_back(own_field(event, got, 0));
            inputs.push_back(signal(look, e, l, event.input));
            inputs.push_back(found_field(look.find(EventKind::backward, l, j), 6, "g"));
            const std::uint32_t random = look.random_word(l, event.input);
            inputs.push_back({"R", Quantity{random, 0, 32}, {}, {}, "not observed"});
            inputs.push_back({"r", Quantity{rounding_threshold(random, event.neuron), 0, kUpdateShift}, {}, {},
                              "not observed"});
            break;
        }
        case EventKind::parameter_write: inputs.push_back(own_field(event, got, 0)); break;
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
        return Quantity{word.bits == 16 ? std::int64_t{static_cast<std::int32_t>(v)} : std::int64_t{v}, word.fraction,
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
    json["field"] = d.field;
    if (d.expected && d.got) {
        json["expected"] = quantity_json(*d.expected);
        json["got"] = quantity_json(*d.got);
    }
    json["note"] = d.note;
    return json;
}

}  // namespace wuxing::sim
