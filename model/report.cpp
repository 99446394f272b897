#include "report.hpp"

#include <fmt/core.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <limits>
#include <utility>

#include "files.hpp"
#include "tables.hpp"

namespace wuxing {
namespace {

using nlohmann::json;

/// Smallest and greatest value, mean size and number of saturated ones.
struct Spread {
    int low = std::numeric_limits<int>::max(), high = std::numeric_limits<int>::min();
    double sum_of_sizes = 0;
    long long count = 0, saturated = 0;

    /// `limit`: the greatest value there can be.
    void add(int value, int limit = std::numeric_limits<std::int16_t>::max()) {
        low = std::min(low, value);
        high = std::max(high, value);
        sum_of_sizes += std::abs(value);
        ++count;
        saturated += value == limit || value == -limit - 1 ? 1 : 0;
    }
    double mean_size() const { return count > 0 ? sum_of_sizes / static_cast<double>(count) : 0.0; }
};

json layer_stability(const LayerStability& layer) {
    return {{"neurons", layer.neurons},
            {"oscillators", layer.oscillators},
            {"without_fixed_point", layer.without_fixed_point},
            {"greatest_growth", layer.greatest_growth}};
}

/// The member a.b of a JSON object, or null.
json member(const json& object, const std::string& path) {
    const json::json_pointer pointer("/" + path);
    return object.contains(pointer) ? object.at(pointer) : json();
}

std::string show_count(const json& value) {
    if (!value.is_number()) return "-";
    const auto number = value.get<double>();
    return std::abs(number) < 1e18 ? grouped(std::llround(number)) : fmt::format("{:g}", number);
}
/// A mean over no images is given as 0.
std::string show_positive(const json& value) {
    return value.is_number() && value.get<double>() > 0 ? show_count(value) : "-";
}
std::string show_crc(const json& value) {
    return value.is_number_unsigned() ? fmt::format("{:08x}", value.get<std::uint32_t>()) : "-";
}
std::string show_share(const json& value) {
    return value.is_number() ? percent(value.get<double>()) : "-";
}
std::string show_text(const json& value) {
    return value.is_string() ? one_line(value.get<std::string>()) : value.is_null() ? "-" : value.dump();
}
std::string show_layers(const json& value) {
    const bool sizes = value.is_array() && std::all_of(value.begin(), value.end(),
                                                       [](const json& size) { return size.is_number_integer(); });
    return sizes ? format_layers(value.get<std::vector<int>>()) : show_text(value);
}

}  // namespace

json read_result(const std::string& path) {
    constexpr std::uint64_t kLimit = 1u << 26;  // a million epochs take less
    const std::vector<std::uint8_t> bytes = read_file(path, kLimit);
    // What comes from elsewhere may be nested deeper than the stack that copies it.
    const auto shallow = [&path](int depth, json::parse_event_t, const json&) {
        constexpr int kDepth = 32;
        if (depth > kDepth)
            throw FileError(fmt::format("{}: JSON nested more than {} deep is no result", path, kDepth));
        return true;
    };
    json object = json::parse(bytes, shallow, false);
    if (!object.is_object()) throw FileError(path + ": not a JSON result of wuxing or wuxing-cosim");
    return object;
}

json versions_json() {
    return {{"wuxing", WUXING_VERSION}, {"contract", kContractVersion}, {"model_file", kModelFileVersion}};
}

json evaluation_json(const Evaluation& evaluation) {
    json classes = json::array();
    for (std::size_t label = 0; label < evaluation.confusion.size(); ++label) {
        const int images = evaluation.images_of(static_cast<int>(label)), correct = evaluation.confusion[label][label];
        classes.push_back({{"label", label},
                           {"images", images},
                           {"correct", correct},
                           {"accuracy", images > 0 ? json(static_cast<double>(correct) / images) : json()}});
    }
    return {{"images", evaluation.pass.images},
            {"correct", evaluation.pass.correct},
            {"accuracy", evaluation.pass.accuracy()},
            {"images_per_second", evaluation.pass.rate()},
            {"per_class", classes},
            {"confusion", evaluation.confusion}};
}

std::string per_class_table(const Evaluation& evaluation) {
    std::vector<std::vector<std::string>> rows{{"class", "images", "right", "share"}};
    for (std::size_t label = 0; label < evaluation.confusion.size(); ++label) {
        const int images = evaluation.images_of(static_cast<int>(label)), correct = evaluation.confusion[label][label];
        rows.push_back({std::to_string(label), grouped(images), grouped(correct),
                        images > 0 ? percent(static_cast<double>(correct) / images) : "-"});
    }
    return format_table(rows, 1);
}

std::string confusion_table(const Evaluation& evaluation) {
    std::vector<std::vector<std::string>> rows{{"label \\ given"}};
    for (std::size_t label = 0; label < evaluation.confusion.size(); ++label) {
        rows[0].push_back(std::to_string(label));
        std::vector<std::string> row{std::to_string(label)};
        for (const int images : evaluation.confusion[label]) row.push_back(images == 0 ? "." : std::to_string(images));
        rows.push_back(std::move(row));
    }
    return format_table(rows, 1);
}

json comparison_json(const TwinComparison& comparison) {
    const double samples = std::max(1.0, static_cast<double>(comparison.samples));
    json result{{"model_accuracy", static_cast<double>(comparison.model_right) / samples},
                {"twin_accuracy", static_cast<double>(comparison.twin_right) / samples},
                {"same_class", static_cast<double>(comparison.same_class) / samples},
                {"drives_beyond_range", comparison.drives_beyond_range}};
    const auto add = [&result](const char* name, const ErrorStatistic& error) {
        result["error"][name] = {{"rms", error.rms()}, {"max", error.max}, {"count", error.count}};
    };
    add("u", comparison.u);
    add("y", comparison.y);
    add("e", comparison.e);
    add("b", comparison.b);
    return result;
}

std::string comparison_table(const TwinComparison& comparison) {
    const json values = comparison_json(comparison);
    const auto percent = [&values](const char* name) { return 100 * values[name].get<double>(); };
    std::string text =
        fmt::format("{} images: model {:.2f} %, double precision {:.2f} %, the same class {:.2f} %\n",
                    comparison.samples, percent("model_accuracy"), percent("twin_accuracy"), percent("same_class"));
    std::vector<std::vector<std::string>> rows{{"quantisation error in LSB (1/4096)", "rms", "greatest", "values"}};
    const auto add = [&](const char* heading, const char* name) {
        const json& error = values["error"][name];
        rows.push_back({heading, fmt::format("{:.2f}", error["rms"].get<double>()),
                        fmt::format("{:.1f}", error["max"].get<double>()),
                        std::to_string(error["count"].get<std::uint64_t>())});
    };
    add("u, drive", "u");
    add("y, displacement", "y");
    add("e, error of live neurons", "e");
    add("b[0], backward signal", "b");
    return text + format_table(rows, 1);
}

json signals_json(const std::vector<LayerSignals>& layers) {
    json result = json::array();
    for (const LayerSignals& layer : layers) {
        const double neurons = std::max(1.0, static_cast<double>(layer.neurons));
        result.push_back({{"live", static_cast<double>(layer.live) / neurons},
                          {"y", layer.rms_displacement},
                          {"e", layer.rms_error},
                          {"b", layer.rms_backward}});
    }
    return result;
}

std::string signals_table(const std::vector<LayerSignals>& layers) {
    std::vector<std::vector<std::string>> rows{{"layer", "rms y", "live", "rms e of live", "rms b[0] of live"}};
    int number = 0;
    for (const json& layer : signals_json(layers)) {
        const auto rms = [&layer](const char* name) { return fmt::format("{:.4f}", layer[name].get<double>()); };
        rows.push_back({std::to_string(number++), rms("y"), fmt::format("{:.2f} %", 100 * layer["live"].get<double>()),
                        rms("e"), rms("b")});
    }
    return format_table(rows, 1);
}

json stability_json(const StabilityReport& report) {
    LayerStability all;
    bool first = true;
    for (const LayerStability& layer : report.layers) {
        all.neurons += layer.neurons;
        all.oscillators += layer.oscillators;
        all.without_fixed_point += layer.without_fixed_point;
        if (layer.without_fixed_point == layer.neurons) continue;
        all.greatest_growth = first ? layer.greatest_growth : std::max(all.greatest_growth, layer.greatest_growth);
        first = false;
    }
    return layer_stability(all);
}

std::string stability_line(const StabilityReport& report) {
    const json all = stability_json(report);
    const int lost = all["without_fixed_point"].get<int>();
    return fmt::format("{} of {} neurons beyond the oscillation threshold{}, greatest growth {:.3f}",
                       all["oscillators"].get<int>(), all["neurons"].get<int>(),
                       lost > 0 ? fmt::format(", {} without a fixed point", lost) : "",
                       all["greatest_growth"].get<double>());
}

json model_json(const StoredModel& model, std::size_t file_size, std::uint32_t crc) {
    const Network& network = model.network;
    const StabilityReport stable = stability(network);
    const int highest = (1 << (network.config().weight_bits - 1)) - 1;
    json layers = json::array();
    for (int l = 0; l < network.layers(); ++l) {
        Spread weights;
        for (int i = 0; i < network.inputs(l); ++i) {
            for (int j = 0; j < network.outputs(l); ++j) weights.add(network.weight(l, i, j), highest);
        }
        json parameters = json::object();
        for (int set = 0; set < 3; ++set) {
            Spread values;
            for (int j = 0; j < network.outputs(l); ++j) {
                for (int k = 0; k < kElements; ++k) values.add(network.parameter(l, j, set * kElements + k));
            }
            parameters[fmt::format("K{}", set + 1)] = {{"min", values.low}, {"max", values.high}};
        }
        layers.push_back({{"inputs", network.inputs(l)},
                          {"outputs", network.outputs(l)},
                          {"weights",
                           {{"count", weights.count},
                            {"min", weights.low},
                            {"max", weights.high},
                            {"mean_size", weights.mean_size()},
                            {"saturated", weights.saturated}}},
                          {"parameters", parameters},
                          {"stability", layer_stability(stable.layers[static_cast<std::size_t>(l)])}});
        if (network.config().recomputed) {
            layers.back()["key"] = network.connection_key(l);
            layers.back()["scale"] = network.connection_scale(l);
        }
    }
    const NetworkConfig& config = network.config();
    return {{"command", "info"},
            {"versions", versions_json()},
            {"layers", config.sizes},
            {"steps", config.steps},
            {"weight_bits", config.weight_bits},
            {"recomputed", config.recomputed},
            {"rounding", config.rounding == Rounding::nearest ? "nearest" : "stochastic"},
            {"target_on", config.target_on},
            {"target_off", config.target_off},
            {"random_state", network.random_state()},
            {"trained_samples", model.history.samples},
            {"epochs", model.history.epochs},
            {"file_size", file_size},
            {"crc", crc},
            {"stability", stability_json(stable)},
            {"weight_layers", layers}};
}

std::string model_table(const json& model) {
    const auto real = [](double value, int one) { return fmt::format("{:.4f}", value / one); };
    const int bits = model["weight_bits"].get<int>();
    const int one = 1 << weight_fraction(bits);
    std::vector<std::vector<std::string>> facts{
        {"network", format_layers(model["layers"].get<std::vector<int>>())},
        {"Heun steps N", model["steps"].dump()},
        {"connections", model["recomputed"].get<bool>()
                            ? "recomputed, no memory"
                            : fmt::format("{} bits, rounding {}", bits, model["rounding"].get<std::string>())},
        {"targets on, off", fmt::format("{}, {}", real(model["target_on"].get<double>(), kOne),
                                        real(model["target_off"].get<double>(), kOne))},
        {"trained samples", grouped(model["trained_samples"].get<long long>())},
        {"epochs", grouped(model["epochs"].get<long long>())},
        {"random state R", fmt::format("0x{:08x}", model["random_state"].get<std::uint32_t>())},
        {"file size, bytes", grouped(model["file_size"].get<long long>())},
        {"CRC-32", fmt::format("0x{:08x}", model["crc"].get<std::uint32_t>())}};
    std::vector<std::vector<std::string>> rows{
        {"layer", "C min", "C max", "mean |C|", "saturated", "of", "K1", "K2", "K3", "oscillate", "of", "growth"}};
    for (const json& layer : model["weight_layers"]) {
        const json& weights = layer["weights"];
        std::vector<std::string> row{fmt::format("{}-{}", layer["inputs"].get<int>(), layer["outputs"].get<int>()),
                                     real(weights["min"].get<double>(), one),
                                     real(weights["max"].get<double>(), one),
                                     real(weights["mean_size"].get<double>(), one),
                                     grouped(weights["saturated"].get<long long>()),
                                     grouped(weights["count"].get<long long>())};
        for (const char* set : {"K1", "K2", "K3"}) {
            const std::string low = real(layer["parameters"][set]["min"].get<double>(), kOne);
            const std::string high = real(layer["parameters"][set]["max"].get<double>(), kOne);
            row.push_back(low == high ? low : low + ".." + high);
        }
        const json& stable = layer["stability"];
        row.push_back(grouped(stable["oscillators"].get<long long>()));
        row.push_back(grouped(stable["neurons"].get<long long>()));
        row.push_back(fmt::format("{:.3f}", stable["greatest_growth"].get<double>()));
        rows.push_back(std::move(row));
    }
    return format_table(facts, 0) + '\n' + format_table(rows, 1);
}

std::string results_table(const std::vector<std::string>& paths, bool with_rates) {
    std::vector<std::string> names{""};
    std::vector<json> results;
    for (const std::string& path : paths) {
        results.push_back(read_result(path));
        const json& result = results.back();
        if (!result.contains("command") && !result.contains("accuracy") && !result.contains("divergences")) {
            throw FileError(path + ": no result of wuxing or wuxing-cosim: no command, accuracy or divergences in it");
        }
        names.push_back(std::filesystem::path(path).stem().string());
    }
    struct Quantity {
        const char* name;
        const char* path;
        std::function<std::string(const json&)> show;
    };
    std::vector<Quantity> quantities{
        {"network", "layers", show_layers},
        {"Heun steps", "steps", show_count},
        {"core", "config/name", show_text},
        {"seed", "seed", show_text},
        {"images trained", "trained_images", show_count},
        {"images classified", "images", show_count},
        {"validation accuracy", "validation_accuracy", show_share},
        {"accuracy", "accuracy", show_share},
        {"divergences", "divergences", show_count},
        {"events compared: drive", "events/drive", show_count},
        {"  neuron", "events/neuron", show_count},
        {"  backward", "events/backward", show_count},
        {"  weight write", "events/weight_write", show_count},
        {"  parameter write", "events/parameter_write", show_positive},
        {"  result", "events/result", show_count},
        {"C compared at the end", "weights_compared", show_positive},
        {"S, last G1 compared", "states_compared", show_positive},
        {"cycles", "cycles", show_count},
        {"cycles/trained image", "cycles_per_trained_image", show_positive},
        {"cycles/inferred image", "cycles_per_inferred_image", show_positive},
        {"multiplier utilisation", "multiplier_utilisation", show_share},
        {"CRC-32 of the model", "crc", show_crc},
    };
    if (with_rates) quantities.push_back({"images/s", "images_per_second", show_count});
    std::vector<std::vector<std::string>> rows{names};
    for (const Quantity& quantity : quantities) {
        std::vector<std::string> row{quantity.name};
        for (const json& result : results) row.push_back(quantity.show(member(result, quantity.path)));
        if (std::any_of(row.begin() + 1, row.end(), [](const std::string& cell) { return cell != "-"; })) {
            rows.push_back(std::move(row));
        }
    }
    return format_table(rows, 1);
}

void write_json(const std::string& path, const json& object) {
    const std::string text = object.dump(2, ' ', false, json::error_handler_t::replace) + '\n';
    if (path == "-") {
        fmt::print("{}", text);
    } else {
        write_file_atomically(path, text);
    }
}

}  // namespace wuxing
