#include "run_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <systemc>

#include "report.hpp"
#include "simulator_version.hpp"
#include "stability.hpp"
#include "state_digest.hpp"
#include "tables.hpp"
#include "versions.hpp"

namespace wuxing::sim {
namespace {

double ratio(double a, double b) {
    return b > 0 ? a / b : 0;
}

/// Cycles without those in which the bench itself held the core up.
double own_cycles(const SampleCost& cost) {
    return static_cast<double>(cost.busy() - cost.stalled);
}

double per_image(const SampleCost& cost, std::uint64_t images) {
    return ratio(own_cycles(cost), static_cast<double>(images));
}

double utilisation(const SessionResult& r) {
    return ratio(static_cast<double>(r.multiplies), own_cycles(r.cost) * r.core.tiles);
}

std::uint64_t total_events(const SessionResult& r) {
    std::uint64_t sum = 0;
    for (const std::uint64_t count : r.events) sum += count;
    return sum;
}

std::uint64_t divergences(const SessionResult& r) {
    return r.divergence ? 1 + r.further.size() : 0;
}

std::uint64_t limited_count(const SessionResult& r, EventKind kind) {
    return r.limited[static_cast<std::size_t>(kind)];
}

std::string digest_text(std::uint64_t digest) {
    return fmt::format("{:016x}", digest);
}

const char* rounding_text(const Options& o) {
    return o.nearest ? "nearest" : "stochastic";
}

std::string learning_text(const Options& o) {
    std::string text = *o.eta == 0 ? "" : fmt::format("C with eta {}", *o.eta);
    if (o.k.sets != 0)
        text += fmt::format("{}K{} with P {}, I {}, D {}, leak {}", text.empty() ? "" : "; ", sets_text(o.k.sets), o.k.p, o.k.i,
                            o.k.d, o.k.leak);
    if (text.empty()) text = "nothing";
    return text + fmt::format("; rounding {}", rounding_text(o));
}

}  // namespace

std::string summary(const Options& o, const SessionResult& r) {
    std::string text;
    const auto line = [&](const std::string& name, const std::string& value) {
        text += fmt::format("{:<26}{}\n", name, value);
    };
    line("core", fmt::format("{}: {} tiles, {} slots, {} layers, {}{}", o.config, r.core.tiles, r.core.slots, r.core.layers,
                             r.core.recomputes ? "connections recomputed"
                                               : fmt::format("{} connections of {} bits a tile", grouped(r.core.weight_depth),
                                                             r.core.weight_bits),
                             r.core.learns_k ? ", learns K" : ""));
    line("network", fmt::format("{}, N = {}, seed {}", format_layers(o.sizes), o.steps, o.seed));
    if (!o.learn.empty()) line("learning", learning_text(o));
    if (o.core_shift != 0) line("moved by the core", fmt::format("up to {} pixels", o.core_shift));
    line("images", fmt::format("{} ({} learnt, {} inferred{})", grouped(r.images), grouped(r.trained), grouped(r.inferred),
                               r.malformed != 0 ? fmt::format(", and {} malformed samples", grouped(r.malformed)) : ""));
    if (!r.resets.empty()) {
        std::uint64_t happened = 0;
        for (const ResetPoint& point : r.resets) happened += point.happened ? 1 : 0;
        line("resets in a sample", fmt::format("{} of {}", happened, r.resets.size()));
    }
    if (!o.faults.empty()) line("faults", grouped(static_cast<long long>(r.faults)));
    line("divergences", grouped(divergences(r)));
    if (r.divergence) line("  further ones", grouped(r.further.size()));
    line("events compared", grouped(total_events(r)));
    for (int k = 0; k < kEventKinds; ++k)
        line(fmt::format("  {}", to_string(static_cast<EventKind>(k))), grouped(r.events[static_cast<std::size_t>(k)]));
    if (const auto limited = limited_count(r, EventKind::weight_write); limited != 0) line("  C at its limits", grouped(limited));
    if (const auto limited = limited_count(r, EventKind::parameter_write); limited != 0) line("  K at its limits", grouped(limited));
    line("memory words compared", fmt::format("{} C, {} K, {} of its states, {} registers", grouped(r.read_back.weights),
                                              grouped(r.read_back.parameters), grouped(r.read_back.states),
                                              grouped(r.read_back.registers)));
    line("accuracy", fmt::format("{:.2f} %{}", 100 * ratio(static_cast<double>(r.correct), static_cast<double>(r.images)),
                                 r.trained != 0 ? " (before each sample was learnt)" : ""));
    if (r.trained != 0) line("cycles a learnt image", fmt::format("{:.0f}", per_image(r.trained_cost, r.trained)));
    if (r.inferred != 0) line("cycles an inferred image", fmt::format("{:.0f}", per_image(r.inferred_cost, r.inferred)));
    for (int p = kPhaseIdle + 1; p < kPhases; ++p) {
        const auto cycles = r.cost.phases[static_cast<std::size_t>(p)];
        line(fmt::format("  {}", phase_name(p)),
             fmt::format("{:5.1f} %", 100 * ratio(static_cast<double>(cycles), static_cast<double>(r.cost.busy()))));
    }
    if (r.network) line("stable at the end", stability_line(stability(*r.network)));
    if (r.counters_read && r.core.all_counters) line("multipliers busy", fmt::format("{:.1f} %", 100 * utilisation(r)));
    for (const std::string& file : r.wave_files) line("waves", file);
    line("speed", fmt::format("{:.1f} images/s, {:.2f} Mcycles/s", ratio(static_cast<double>(r.images), r.seconds),
                              ratio(static_cast<double>(r.stream_cycles), r.seconds) / 1e6));
    return text;
}

std::string further_report(const Options& o, const SessionResult& r) {
    std::string text = fmt::format("FURTHER DIVERGENCES ({})\n", r.further.size());
    for (const Divergence& d : r.further) text += fmt::format("  {}\n", to_line(d));
    const bool all = r.further.size() < o.further;
    return text + fmt::format("  {} of {} images begun, {} without divergence{}\n", grouped(r.images_given),
                              grouped(o.images), grouped(r.images),
                              all || r.images_given == o.images ? "" : fmt::format("; --further {} reached", o.further));
}

nlohmann::ordered_json result_json(const Options& o, const SessionResult& r) {
    const auto counted = [&](auto value) { return r.counters_read ? nlohmann::ordered_json(value) : nullptr; };
    nlohmann::ordered_json json;
    json["case"] = o.case_name;
    json["layers"] = o.sizes;
    json["steps"] = o.steps;
    json["seed"] = o.seed;
    json["x_seed"] = o.x_seed;
    json["stall"] = o.stall;
    json["config"] = {{"name", o.config},       {"tiles", r.core.tiles},
                      {"slots", r.core.slots},  {"layers", r.core.layers},
                      {"weight_depth", r.core.weight_depth}, {"index_bits", r.core.index_bits},
                      {"weight_bits", r.core.weight_bits}, {"learns_k", r.core.learns_k}, {"recomputes", r.core.recomputes}};
    json["network"] = {{"model", o.model},           {"weight_bits", o.weight_bits}, {"recomputed", o.recomputed},
                       {"rounding", rounding_text(o)}, {"target_on", o.target_on},   {"target_off", o.target_off},
                       {"scale0", o.scale0},           {"scale", o.scale}};
    json["learning"] = {{"pattern", o.learn}, {"eta", *o.eta},   {"k_p", o.k.p},       {"k_i", o.k.i},
                        {"k_d", o.k.d},       {"k_leak", o.k.leak}, {"k_sets", sets_text(o.k.sets)}, {"decay", o.decay}};
    json["samples"] = {
        {"data", o.data},   {"split", o.split},           {"first", o.first},        {"learnt_before", o.learnt_before},
        {"shift", o.shift}, {"core_shift", o.core_shift}, {"malformed", o.malformed}};
    json["images"] = r.images;
    json["trained_images"] = r.trained;
    json["inferred_images"] = r.inferred;
    json["malformed_samples"] = r.malformed;
    if (!o.faults.empty())
        json["faults"] = {{"list", o.faults}, {"core_list", o.core_faults}, {"struck", r.faults}};
    json["divergences"] = divergences(r);
    json["further_divergences"] = r.further.size();
    for (int k = 0; k < kEventKinds; ++k)
        json["events"][to_string(static_cast<EventKind>(k))] = r.events[static_cast<std::size_t>(k)];
    json["weights_limited"] = limited_count(r, EventKind::weight_write);
    json["parameters_limited"] = limited_count(r, EventKind::parameter_write);
    json["weights_compared"] = r.read_back.weights;
    json["parameters_compared"] = r.read_back.parameters;
    json["states_compared"] = r.read_back.states;
    json["registers_compared"] = r.read_back.registers;
    json["correct_images"] = r.correct;
    json["accuracy"] = ratio(static_cast<double>(r.correct), static_cast<double>(r.images));
    json["cycles"] = counted(r.cycles);
    json["busy_cycles"] = r.cost.busy();
    json["stalled_cycles"] = r.cost.stalled;
    json["total_cycles"] = r.total_cycles;
    json["multiplies"] = r.core.all_counters ? counted(r.multiplies) : nullptr;
    json["cycles_per_trained_image"] = per_image(r.trained_cost, r.trained);
    json["cycles_per_inferred_image"] = per_image(r.inferred_cost, r.inferred);
    json["multiplier_utilisation"] = r.core.all_counters ? counted(utilisation(r)) : nullptr;
    for (int p = kPhaseIdle + 1; p < kPhases; ++p) {
        const auto k = static_cast<std::size_t>(p);
        json["phase_cycles"][phase_name(p)] = r.cost.phases[k];
        json["phase_cycles_trained"][phase_name(p)] = r.trained_cost.phases[k];
    }
    json["images_per_second"] = ratio(static_cast<double>(r.images), r.seconds);
    json["cycles_per_second"] = ratio(static_cast<double>(r.stream_cycles), r.seconds);
    json["seconds"] = r.seconds;
    json["trace_digest"] = digest_text(r.digest);
    json["state_digest"] = {
        {"start", digest_text(r.start_digest)},
        {"end", r.network ? nlohmann::ordered_json(digest_text(state_digest(*r.network))) : nullptr}};
    json["interrupted"] = r.interrupted;
    json["resets"] = nlohmann::ordered_json::array();
    for (const ResetPoint& point : r.resets)
        json["resets"].push_back({{"sample", point.sample},
                                  {"phase", phase_name(point.phase)},
                                  {"cycle", point.count},
                                  {"happened", point.happened.has_value()},
                                  {"in_phase", point.happened ? nlohmann::ordered_json(phase_name(*point.happened)) : nullptr}});
    for (int p = kPhaseIdle + 1; p < kPhases; ++p)
        json["resets_by_phase"][phase_name(p)] =
            std::count_if(r.resets.begin(), r.resets.end(), [p](const ResetPoint& point) { return point.happened == p; });
    if (r.traced && !r.wave_files.empty())
        json["waves"] = {{"files", r.wave_files}, {"from", r.traced->from}, {"to", r.traced->to}};
    json["versions"] = {{"project", kProjectVersion},
                        {"contract", kContractVersion},
                        {"verilator", simulator_version()},
                        {"systemc", sc_core::sc_release()},
                        {"compiler", kCompiler},
                        {"build", kBuildType}};
    if (r.network) json["stability"] = stability_json(stability(*r.network));
    if (r.divergence) {
        json["divergence"] = to_json(*r.divergence);
        json["further"] = nlohmann::ordered_json::array();
        for (const Divergence& d : r.further) json["further"].push_back(to_short_json(d));
    }
    return json;
}

}  // namespace wuxing::sim
