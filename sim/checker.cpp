#include "checker.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wuxing::sim {
namespace {

std::size_t index(int i) {
    return static_cast<std::size_t>(i);
}

std::size_t kind_index(EventKind kind) {
    return static_cast<std::size_t>(kind);
}

std::string describe(const EventRecord& r) {
    if (r.kind == EventKind::result) return "result";
    std::string text = fmt::format("{} of layer {} neuron {}", to_string(r.kind), r.layer, r.neuron);
    if (r.kind == EventKind::weight_write) text += fmt::format(" input {}", r.input);
    if (r.kind == EventKind::parameter_write) text += " " + parameter_name(r.input);
    return text;
}

bool at_limit(const EventRecord& r, int weight_bits) {
    if (r.kind == EventKind::weight_write) return r.values[1] == (1 << (weight_bits - 1)) - 1 || r.values[1] == -(1 << (weight_bits - 1));
    if (r.kind != EventKind::parameter_write) return false;
    const ParameterRange& range = kParameterRanges[r.input / std::size_t{kElements}];
    return r.values[1] == range.low || r.values[1] == range.high;
}

}  // namespace

void Checker::start(const Placement& placement) {
    placement_ = placement;
    seen_.assign(index(placement.tiles()), 0);
}

void Checker::expect(ExpectationPtr expectation) {
    expectations_.push_back(std::move(expectation));
}

const EventRecord* Checker::next_expected(std::size_t lane) const {
    if (expectations_.empty() || lane >= seen_.size()) return nullptr;
    const auto& records = expectations_.front()->lanes[lane];
    return seen_[lane] < records.size() ? &records[seen_[lane]] : nullptr;
}

void Checker::observe(const Observation& observation) {
    if (divergence_) return;
    if (observation.lane == kResultLane) {
        observe_result(observation);
        return;
    }
    const EventRecord* expected = next_expected(index(observation.lane));
    if (!expected) {
        report(DivergenceType::unexpected, observation.cycle, &observation.record, observation.lane).note =
            expectations_.empty() ? "no sample is in work" : "the model makes no further event on this tile in this sample";
        return;
    }
    compare(*expected, observation);
    if (!divergence_) ++seen_[index(observation.lane)];
}

void Checker::observe_result(const Observation& observation) {
    if (expectations_.empty()) {
        report(DivergenceType::unexpected, observation.cycle, &observation.record, kResultLane).note = "no sample is in work";
        return;
    }
    if (report_missing(observation.cycle)) return;
    compare(expectations_.front()->result, observation);
    if (divergence_) return;
    ++samples_;
    expectations_.pop_front();
    std::fill(seen_.begin(), seen_.end(), 0);
}

void Checker::compare(const EventRecord& expected, const Observation& observation) {
    const EventRecord& got = observation.record;
    if (got == expected && observation.address == placement_.observed_address(got)) {
        ++matched_[kind_index(got.kind)];
        limited_[kind_index(got.kind)] += at_limit(got, placement_.core().weight_bits) ? 1 : 0;
    } else {
        mismatch(expected, observation);
    }
}

void Checker::mismatch(const EventRecord& expected, const Observation& observation) {
    const EventRecord& got = observation.record;
    const bool same_event = got.kind == expected.kind && got.layer == expected.layer && got.neuron == expected.neuron &&
                            got.input == expected.input;
    if (!same_event && got.kind != EventKind::result) {
        // A record of this lane that belongs later or earlier tells that one was left out or came twice.
        const auto& records = expectations_.front()->lanes[index(observation.lane)];
        const auto next = records.begin() + static_cast<std::ptrdiff_t>(seen_[index(observation.lane)]);
        if (std::find(next, records.end(), got) != records.end()) {
            report(DivergenceType::missing, observation.cycle, &expected, observation.lane).note =
                fmt::format("came instead: {}, which belongs later", describe(got));
            return;
        }
        if (std::find(records.begin(), next, got) != next) {
            report(DivergenceType::unexpected, observation.cycle, &got, observation.lane).note =
                fmt::format("this event came before; expected here: {}", describe(expected));
            return;
        }
    }
    Divergence& d = report(DivergenceType::value, observation.cycle, &expected, observation.lane);
    d.inputs = event_inputs(*expectations_.front(), seen_, expected, same_event ? &got : nullptr);
    const auto differs = [&](const char* name, const Quantity& e, const Quantity& g) {
        if (e.raw == g.raw || !d.field.empty()) return;
        d.field = name;
        d.expected = e;
        d.got = g;
    };
    const auto plain = [](int value, int bits) { return Quantity{value, 0, bits}; };
    differs("kind", plain(static_cast<int>(expected.kind), 3), plain(static_cast<int>(got.kind), 3));
    differs("layer", plain(expected.layer, 4), plain(got.layer, 4));
    differs("neuron", plain(expected.neuron, 16), plain(got.neuron, 16));
    differs("input", plain(expected.input, 16), plain(got.input, 16));
    if (!d.field.empty()) {
        d.note = fmt::format("came instead: {}", describe(got));
        return;
    }
    const auto& fields = event_fields(expected.kind);
    const int weight_bits = placement_.core().weight_bits;
    for (std::size_t k = 0; k < fields.size(); ++k)
        differs(fields[k].name, field_of(expected, k, weight_bits), field_of(got, k, weight_bits));
    for (std::size_t k = fields.size(); k < got.values.size(); ++k)
        differs("unused field", plain(expected.values[k], 16), plain(got.values[k], 16));
    differs("address", plain(static_cast<int>(placement_.observed_address(expected)), 18),
            plain(static_cast<int>(observation.address), 18));
}

bool Checker::report_missing(std::uint64_t cycle) {
    for (std::size_t lane = 0; lane < seen_.size(); ++lane)
        if (const EventRecord* expected = next_expected(lane)) {
            Divergence& d = report(DivergenceType::missing, cycle, expected, static_cast<int>(lane));
            d.inputs = event_inputs(*expectations_.front(), seen_, *expected, nullptr);
            d.note = "the sample ended without it";
            return true;
        }
    return false;
}

std::vector<ExpectationPtr> Checker::restart() {
    std::vector<ExpectationPtr> forgotten(expectations_.begin(), expectations_.end());
    expectations_.clear();
    std::fill(seen_.begin(), seen_.end(), 0);
    divergence_.reset();
    return forgotten;
}

void Checker::abandon() {
    if (!expectations_.empty()) expectations_.pop_front();
    std::fill(seen_.begin(), seen_.end(), 0);
}

void Checker::finish(std::uint64_t cycle) {
    if (divergence_ || expectations_.empty()) return;
    if (!report_missing(cycle)) report(DivergenceType::missing, cycle, &expectations_.front()->result, kResultLane);
    divergence_->note = "the run ended without it";
}

void Checker::time_out(std::uint64_t cycle, int phase) {
    if (divergence_) return;
    const EventRecord* expected = nullptr;
    int lane = kResultLane;
    for (std::size_t l = 0; l < seen_.size() && !expected; ++l) {
        expected = next_expected(l);
        if (expected) lane = static_cast<int>(l);
    }
    if (!expected && !expectations_.empty()) expected = &expectations_.front()->result;
    Divergence& d = report(DivergenceType::timeout, cycle, expected, lane);
    if (expected) {
        d.inputs = event_inputs(*expectations_.front(), seen_, *expected, nullptr);
        d.note = fmt::format("the core stopped in phase {}; next expected: {}", phase_name(phase), describe(*expected));
    } else {
        d.note = fmt::format("the core stopped in phase {}; no event was expected", phase_name(phase));
    }
    d.phase = phase;
}

void Checker::report_memory(const MemoryMismatch& word, std::uint64_t cycle) {
    if (divergence_) return;
    divergence_ = from_memory(word);
    divergence_->cycle = cycle;
    divergence_->matched = matched_;
}

Divergence& Checker::report(DivergenceType type, std::uint64_t cycle, const EventRecord* event, int lane) {
    Divergence& d = divergence_.emplace();
    d.type = type;
    d.cycle = cycle;
    d.matched = matched_;
    if (!expectations_.empty()) {
        const Sample& sample = *expectations_.front()->sample;
        d.sample = sample.number;
        d.image = sample.image;
        d.label = sample.label;
        d.learn = sample.learn;
    }
    d.tile = lane;
    if (event) {
        d.event = to_string(event->kind);
        if (event->kind != EventKind::result) {
            d.layer = event->layer;
            d.neuron = event->neuron;
        }
        if (event->kind == EventKind::weight_write || event->kind == EventKind::parameter_write) {
            d.input = event->input;
            d.address = placement_.observed_address(*event);
        }
    } else {
        d.event = "none";
    }
    return d;
}

}  // namespace wuxing::sim
