// wuxing neuron: equation (2) both ways for one neuron, what of it a core can hold, and whether it oscillates.
#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "commands.hpp"
#include "contract.hpp"
#include "report.hpp"
#include "stability.hpp"
#include "tables.hpp"
#include "usage_error.hpp"

namespace wuxing {
namespace {

/// Values as they were written; what is not given is nominal.
struct NeuronOptions {
    std::string k1, k2, k3, json;
    std::optional<std::string> fixed_point;  ///< given: K3 is asked for, otherwise the fixed point
};

/// One neuron; what was asked for is missing if there is none.
struct Neuron {
    RealElements k1, k2;
    std::optional<RealElements> k3, fixed_point;
    std::string missing;             ///< why, if so
    std::optional<double> growth{};  ///< at the fixed point

    const char* kind() const { return *growth > 0 ? "oscillator" : "propagator"; }
};

/// Five values of a neuron beside what a core can hold (Q3.12).
struct Row {
    std::string name, key, range;
    int low, high;
    std::optional<RealElements> values;

    /// Asked of the nearest Q3.12, so that 2 + 1e-15 is 2.
    bool holds(double value) const {
        const int nearest = nearest_state(value);
        return low <= nearest && nearest <= high;
    }
};

double parse_positive(const std::string& text, const std::string& option) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value) || value <= 0) {
        throw UsageError(fmt::format("{}: '{}' is not a positive number that a double holds", option, text));
    }
    return value;
}

/// "1" for all elements, or "1,2,3,4,5".
RealElements parse_elements(const std::string& text, const std::string& option) {
    std::vector<double> values;
    for (std::size_t start = 0; start <= text.size();) {
        const std::size_t stop = std::min(text.find(',', start), text.size());
        values.push_back(parse_positive(text.substr(start, stop - start), option));
        start = stop + 1;
    }
    RealElements elements{};
    if (values.size() == 1) {
        elements.fill(values[0]);
    } else if (values.size() == elements.size()) {
        std::copy(values.begin(), values.end(), elements.begin());
    } else {
        throw UsageError(fmt::format("{} {}: {} values, but a neuron takes one for all elements or five", option, text,
                                     values.size()));
    }
    return elements;
}

std::string why_no_fixed_point(const Neuron& neuron) {
    double excess = 0;  // log of the product of K1 / K3
    for (std::size_t i = 0; i < kElements; ++i) excess += std::log(neuron.k1[i]) - std::log((*neuron.k3)[i]);
    return excess > 0 ? "no positive fixed point was found"
                      : "no positive fixed point: the product of K1 does not exceed that of K3";
}

Neuron make_neuron(const NeuronOptions& options) {
    Neuron neuron{parse_elements(options.k1, "--k1"), parse_elements(options.k2, "--k2"), {}, {}, {}};
    if (options.fixed_point) {
        neuron.fixed_point = parse_elements(*options.fixed_point, "--fixed-point");
        neuron.k3 = fixed_point_decay(neuron.k1, neuron.k2, *neuron.fixed_point);
        if (!neuron.k3) {
            neuron.missing =
                "no positive K3 makes E* a fixed point: K1[i] E*[i-1] must exceed K2[i] E*[i] E*[i-2] for every i";
        }
    } else {
        neuron.k3 = parse_elements(options.k3, "--k3");
        neuron.fixed_point = fixed_point({neuron.k1, neuron.k2, *neuron.k3});
        if (!neuron.fixed_point) neuron.missing = why_no_fixed_point(neuron);
    }
    if (neuron.missing.empty()) neuron.growth = growth({neuron.k1, neuron.k2, *neuron.k3}, *neuron.fixed_point);
    return neuron;
}

/// A limit of K as in the contract: 1/16, 2.
std::string limit_text(int limit) {
    return limit < kOne ? fmt::format("1/{}", kOne / limit) : fmt::format("{}", limit / kOne);
}

std::vector<Row> rows_of(const Neuron& neuron) {
    const std::optional<RealElements> sets[] = {neuron.k1, neuron.k2, neuron.k3};
    std::vector<Row> rows;
    for (std::size_t set = 0; set < kParameterRanges.size(); ++set) {
        const ParameterRange& range = kParameterRanges[set];
        rows.push_back({fmt::format("K{}", set + 1), fmt::format("k{}", set + 1),
                        limit_text(range.low) + ".." + limit_text(range.high), range.low, range.high, sets[set]});
    }
    // At an end of its range an element is clamped: no signal comes back through it.
    rows.push_back({"E*", "fixed_point", fmt::format("0..{}", (kElementMax + 1) / kOne), 1, kElementMax - 1,
                    neuron.fixed_point});
    return rows;
}

std::string in_range_text(const Row& row) {
    std::string beyond;
    int held = 0;
    for (std::size_t i = 0; i < kElements; ++i) {
        if (row.holds((*row.values)[i])) {
            ++held;
        } else {
            beyond += fmt::format(" [{}]", i);
        }
    }
    return held == kElements ? "yes" : held == 0 ? "no" : "not" + beyond;
}

std::string neuron_table(const std::vector<Row>& rows) {
    std::vector<std::vector<std::string>> cells{{"", "[0]", "[1]", "[2]", "[3]", "[4]", "range", "in range"}};
    for (const Row& row : rows) {
        std::vector<std::string> exact{row.name}, nearest{"  in 1/4096"};
        for (std::size_t i = 0; i < kElements; ++i) {
            exact.push_back(row.values ? fmt::format("{:.6g}", (*row.values)[i]) : "none");
            if (row.values) nearest.push_back(fmt::format("{}", nearest_state((*row.values)[i])));
        }
        exact.push_back(row.range);
        exact.push_back(row.values ? in_range_text(row) : "-");
        cells.push_back(exact);
        if (row.values) cells.push_back(nearest);
    }
    return format_table(cells, 1);
}

std::string neuron_line(const Neuron& neuron) {
    if (!neuron.growth) return neuron.missing;
    return fmt::format("{}: a displacement from E* {}, growth {:.6g} a unit of time", neuron.kind(),
                       *neuron.growth > 0 ? "grows" : "dies out", *neuron.growth);
}

nlohmann::json neuron_json(const Neuron& neuron, const std::vector<Row>& rows) {
    nlohmann::json json{{"command", "neuron"}, {"versions", versions_json()}, {"kind", nullptr}, {"growth", nullptr}};
    for (const Row& row : rows) {
        nlohmann::json& values = json[row.key];
        nlohmann::json& nearest = json["nearest"][row.key];
        nlohmann::json& in_range = json["in_range"][row.key];
        if (!row.values) continue;  // null
        for (const double value : *row.values) {
            values.push_back(value);
            nearest.push_back(nearest_state(value));
            in_range.push_back(row.holds(value));
        }
    }
    if (neuron.growth) {
        json["kind"] = neuron.kind();
        json["growth"] = *neuron.growth;
    }
    return json;
}

int show_neuron(const NeuronOptions& options) {
    const Neuron neuron = make_neuron(options);
    const std::vector<Row> rows = rows_of(neuron);
    if (options.json != "-") fmt::print("{}\nneuron   {}\n", neuron_table(rows), neuron_line(neuron));
    if (!options.json.empty()) write_json(options.json, neuron_json(neuron, rows));
    return neuron.growth ? kExitDone : kExitNone;
}

std::string nominal(std::size_t set) {
    return fmt::format("{}", static_cast<double>(kParameterRanges[set].nominal) / kOne);
}

}  // namespace

Command add_neuron_command(CLI::App& wuxing) {
    CLI::App* command =
        wuxing.add_subcommand("neuron", "Show the fixed point of a neuron, or the K3 of one, and whether it oscillates");
    command->footer("X: one value for all five elements, or five separated by commas.\n"
                    "Exit code 1 if there is no positive fixed point, or no positive K3.");
    const auto options = std::make_shared<NeuronOptions>();
    options->k1 = nominal(0);
    options->k2 = nominal(1);
    options->k3 = nominal(2);
    command->add_option("--k1", options->k1, "Generation")->type_name("X")->capture_default_str();
    command->add_option("--k2", options->k2, "Overcoming")->type_name("X")->capture_default_str();
    CLI::Option* k3 =
        command->add_option("--k3", options->k3, "Decay: show the fixed point")->type_name("X")->capture_default_str();
    command
        ->add_option_function<std::string>(
            "--fixed-point", [options](const std::string& value) { options->fixed_point = value; },
            "Wanted fixed point E*: show the K3 that makes it one")
        ->type_name("X")
        ->excludes(k3);
    command->add_option("--json", options->json, "Write it to FILE as JSON (- for standard output)")->type_name("FILE");
    return {command, [options] { return show_neuron(*options); }};
}

}  // namespace wuxing
