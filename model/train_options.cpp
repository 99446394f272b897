#include "train_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <system_error>
#include <utility>

#include "dataset.hpp"
#include "files.hpp"
#include "usage_error.hpp"

namespace wuxing {
namespace {

using Kind = TrainOption::Kind;
using Use = TrainOption::Use;

std::invalid_argument refused(const std::string& why) {
    return std::invalid_argument(why);
}

template <typename T>
T parse_number(const std::string& text, const char* what) {
    T value{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc::result_out_of_range) throw refused("a number of this size is not possible");
    if (error != std::errc() || end != text.data() + text.size()) throw refused(what);
    return value;
}

/// Whole numbers from `low` to `high`. `zero` is what 0 is called, if it has a name.
template <typename T>
TrainOption integer(std::string name, T TrainOptions::*member, T low, T high, Use use, std::string type,
                    std::string help, std::string zero = "") {
    const auto set = [=](TrainOptions& options, const std::string& text) {
        if (!zero.empty() && text == zero) {
            options.*member = 0;
            return;
        }
        const auto value = parse_number<long long>(text, "not a whole number");
        if (value < static_cast<long long>(low) || value > static_cast<long long>(high)) {
            throw refused(fmt::format("not in range {} to {}", low, high));
        }
        options.*member = static_cast<T>(value);
    };
    const auto get = [=](const TrainOptions& options) {
        return options.*member == 0 && !zero.empty() ? zero : fmt::format("{}", options.*member);
    };
    return {std::move(name), "", Kind::number, use, std::move(type), std::move(help), set, get};
}

/// A real number for which `possible` holds; `range` says which these are.
TrainOption real(std::string name, double TrainOptions::*member, bool (*possible)(double), std::string range,
                 std::string help) {
    const auto set = [=](TrainOptions& options, const std::string& text) {
        const auto value = parse_number<double>(text, "not a number");
        if (!possible(value)) throw refused(range);
        options.*member = value;
    };
    const auto get = [=](const TrainOptions& options) { return fmt::format("{}", options.*member); };
    return {std::move(name), "", Kind::number, Use::result, "X", std::move(help), set, get};
}

/// Text for which `check`, if given, does not throw.
TrainOption text(std::string name, std::string TrainOptions::*member, Use use, std::string type, std::string help,
                 std::function<void(const std::string&)> check = {}) {
    const auto set = [=](TrainOptions& options, const std::string& value) {
        if (check) check(value);
        options.*member = value;
    };
    const auto get = [=](const TrainOptions& options) { return options.*member; };
    return {std::move(name), "", Kind::text, use, std::move(type), std::move(help), set, get};
}

std::function<void(const std::string&)> one_of(std::vector<std::string> names) {
    return [names = std::move(names)](const std::string& value) {
        if (std::find(names.begin(), names.end(), value) != names.end()) return;
        std::string all;
        for (const std::string& name : names) all += (all.empty() ? "" : " or ") + name;
        throw refused(all + " is possible");
    };
}

TrainOption flag(std::string name, bool TrainOptions::*member, Use use, std::string help) {
    const auto set = [=](TrainOptions& options, const std::string& value) {
        if (value != "true" && value != "false") throw refused("true or false is possible");
        options.*member = value == "true";
    };
    const auto get = [=](const TrainOptions& options) { return std::string(options.*member ? "true" : "false"); };
    return {std::move(name), "", Kind::flag, use, "", std::move(help), set, get};
}

/// One of a few whole numbers.
TrainOption number_of(std::string name, int TrainOptions::*member, std::vector<int> possible, std::string type,
                      std::string help) {
    const auto set = [=](TrainOptions& options, const std::string& text) {
        const int value = parse_number<int>(text, "not a whole number");
        if (std::find(possible.begin(), possible.end(), value) == possible.end()) {
            throw refused(fmt::format("{} is possible", fmt::join(possible, " or ")));
        }
        options.*member = value;
    };
    const auto get = [=](const TrainOptions& options) { return fmt::format("{}", options.*member); };
    return {std::move(name), "", Kind::number, Use::result, std::move(type), std::move(help), set, get};
}

/// "none", or some of 1, 2 and 3 in ascending order.
void check_sets(const std::string& value) {
    const std::vector<std::string> possible{"none", "1", "2", "3", "12", "13", "23", "123"};
    if (std::find(possible.begin(), possible.end(), value) == possible.end()) {
        throw refused("none, 123 or some of these digits is possible");
    }
}

std::string config_value(const TrainOption& option, const std::string& value) {
    const bool word = option.kind == Kind::number && value.find_first_of("0123456789") == std::string::npos;
    return option.kind == Kind::text || word ? quoted_config(value) : value;
}

}  // namespace

std::vector<TrainOption> train_option_table() {
    const auto on_range = [](double x) { return x >= -8 && x < 8; };
    const auto scale_range = [](double x) { return x > 0 && x <= 100; };
    const auto gain_range = [](double x) { return x >= 0 && x < 0.25; };
    constexpr const char* kGains = "0 and above, but below 0.25, is possible";
    constexpr int kMany = std::numeric_limits<int>::max();
    constexpr std::uint32_t kManySeeds = std::numeric_limits<std::uint32_t>::max();
    using O = TrainOptions;
    std::vector<TrainOption> table{
        text("layers", &O::layers, Use::result, "SIZES", "Inputs, hidden layers, outputs",
             [](const std::string& value) { parse_layers(value); }),
        integer("steps", &O::steps, 1, 15, Use::result, "N", "Heun steps N"),
        number_of("weight-bits", &O::weight_bits, {16, 12, 8}, "N", "Bits of a connection"),
        flag("recomputed", &O::recomputed, Use::result,
             "Connections are recomputed from a key, not stored: for the fixed-point method alone"),
        text("rounding", &O::rounding, Use::result, "KIND",
             "stochastic or nearest: how small steps are rounded to what a connection or parameter can hold",
             one_of({"stochastic", "nearest"})),
        real("target-on", &O::target_on, on_range, "from -8 to below 8 is possible", "Target of the labelled output"),
        real("target-off", &O::target_off, on_range, "from -8 to below 8 is possible", "Target of every other output"),
        real("scale0", &O::scale0, scale_range, "above 0 and at most 100 is possible",
             "Factor on the random connections of the pixels"),
        real("scale", &O::scale, scale_range, "above 0 and at most 100 is possible",
             "Factor on all other random connections"),
        integer("epochs", &O::epochs, 1, kMany, Use::extent, "N", "Epochs to train"),
        real(
            "eta", &O::eta, [](double x) { return x >= 0 && x < 0.5; }, "above 0 and below 0.5 is possible",
            "Learning rate of the connections in the first epoch; 0 with k-sets: they are frozen"),
        real(
            "decay", &O::decay, [](double x) { return x > 0 && x <= 1; }, "above 0 and at most 1 is possible",
            "Factor on the learning rate, and on the gains of K"),
        integer("decay-every", &O::decay_every, 1, kMany, Use::result, "N", "Epochs between two decays"),
        text("k-sets", &O::k_sets, Use::result, "SETS",
             "Parameters that are adjusted, the fixed-point method: 123, 3, ... or none", check_sets),
        real("k-p", &O::k_p, gain_range, kGains, "Gain P of their controllers in the first epoch"),
        real("k-i", &O::k_i, gain_range, kGains, "Gain I"),
        real("k-d", &O::k_d, gain_range, kGains, "Gain D"),
        integer("k-leak", &O::k_leak, 0, kLeakMax, Use::result, "N", "The integral forgets by 2^-N a sample"),
        integer("shift", &O::shift, 0, 1000, Use::result, "S", "Move images by up to S pixels at random"),
        integer("core-shift", &O::core_shift, 0, 7, Use::result, "S",
                "The same within the network, as the hardware does it by itself"),
        integer("seed", &O::seed, 0u, kManySeeds, Use::result, "N", "Seed of weights, order and shifts"),
        text("model", &O::model, Use::result, "FILE", "Continue with the model of FILE"),
        text("learner", &O::learner, Use::result, "KIND",
             "wuxing: the network of this project; perceptron: float backpropagation, for comparison",
             one_of({"wuxing", "perceptron"})),
        text("arithmetic", &O::arithmetic, Use::result, "KIND",
             "integer: the golden model; double: its double-precision twin, rounded for the model file",
             one_of({"integer", "double"})),
        text("data", &O::data, Use::place, "DIR",
             "mnist, fashion-mnist, or a folder with four such files (default: $WUXING_DATA, or mnist)"),
        integer("train-images", &O::train_images, 1, kMany, Use::result, "N", "Use only the first N training images",
                "all"),
        integer("test-images", &O::test_images, 1, kMany, Use::result, "N", "Use only the first N test images", "all"),
        integer("validation", &O::validation, 0, kMany, Use::result, "N",
                "Hold out the last N training images: never trained on, tested after every epoch"),
        text("keep", &O::keep, Use::result, "WHICH",
             "last: the network after the last epoch; best: the one best on the validation images",
             one_of({"last", "best"})),
        text("out", &O::out, Use::output, "FILE", "Write the model to FILE after every epoch"),
        text("checkpoint", &O::checkpoint, Use::run, "FILE",
             "Write all that --resume needs to FILE after every epoch; FILE must not exist yet"),
        integer("threads", &O::threads, 1, 1024, Use::output, "N",
                "Threads for tests; training is sequential by nature: one sample, one update"),
        text("json", &O::json, Use::output, "FILE", "Write the results to FILE as JSON (- for standard output)"),
        flag("per-class", &O::per_class, Use::output, "Show right answers class by class"),
        flag("confusion", &O::confusion, Use::output, "Show the confusion matrix"),
    };
    for (TrainOption& option : table) {
        if (option.name == "model") option.alias = "in";
        for (const char* shape : {"layers", "steps", "weight-bits", "recomputed", "rounding", "target-on", "target-off",
                                  "scale0", "scale"}) {
            if (option.name == shape) option.shape = true;
        }
    }
    return table;
}

const TrainOption* find_option(const std::vector<TrainOption>& table, const std::string& name) {
    const auto found = std::find_if(table.begin(), table.end(), [&name](const TrainOption& option) {
        return option.name == name || (!option.alias.empty() && option.alias == name);
    });
    return found != table.end() ? &*found : nullptr;
}

TrainOptions default_train_options() {
    TrainOptions options;
    options.data = default_data_directory();
    return options;
}

const TrainOption& option_of(const std::vector<TrainOption>& table, const ConfigFile& file, const ConfigEntry& entry) {
    const TrainOption* option = find_option(table, entry.key);
    if (option == nullptr || option->name != entry.key) {
        throw UsageError(fmt::format("{}unknown key '{}' (keys are the options of wuxing train --help)",
                                     file.where(entry.line), entry.key));
    }
    return *option;
}

void apply_value(TrainOptions& options, const TrainOption& option, const ConfigFile& file, const ConfigEntry& entry,
                 const ConfigValue& value) {
    const auto fail = [&](const std::string& why) {
        throw UsageError(fmt::format("{}{} = {}: {}", file.where(entry.line), entry.key,
                                     value.quoted ? quoted_config(value.text) : value.text, why));
    };
    if (option.kind == Kind::text && !value.quoted) fail("text in quotes is needed");
    if (option.kind == Kind::flag && value.quoted) fail("true or false, without quotes, is needed");
    const bool digits = value.text.find_first_of("0123456789") != std::string::npos;
    if (option.kind == Kind::number && value.quoted && digits) fail("a number without quotes is needed");
    try {
        option.set(options, value.text);
    } catch (const std::invalid_argument& error) {
        fail(error.what());
    }
}

void apply_config(TrainOptions& options, const ConfigFile& file) {
    const std::vector<TrainOption> table = train_option_table();
    if (!file.sections.empty()) {
        throw UsageError(fmt::format("{}section {}: sections are for wuxing experiment",
                                     file.where(file.sections.front().line), file.sections.front().name));
    }
    for (const ConfigEntry& entry : file.entries) {
        const TrainOption& option = option_of(table, file, entry);
        if (entry.list) {
            throw UsageError(fmt::format("{}{}: one value is needed; lists are for wuxing experiment",
                                         file.where(entry.line), entry.key));
        }
        apply_value(options, option, file, entry, entry.values.front());
    }
    for (const ConfigEntry& entry : file.entries) {
        if (options.continues() && find_option(table, entry.key)->shape) {
            throw UsageError(
                fmt::format("{}{}: the model {} brings its own", file.where(entry.line), entry.key, options.model));
        }
    }
}

void check_combination(const TrainOptions& options) {
    if (options.eta == 0 && !options.adjusts_k()) {
        throw UsageError("eta 0: nothing would be learnt; above 0 and below 0.5 is possible, and 0 with k-sets");
    }
    if (options.adjusts_k() && options.k_p == 0 && options.k_i == 0 && options.k_d == 0) {
        throw UsageError("k-sets: K cannot move if k-p, k-i and k-d are all 0");
    }
    if (options.recomputed && options.eta != 0) {
        throw UsageError("recomputed: connections that are not stored cannot be learnt; it needs eta 0 and k-sets");
    }
    if (options.recomputed && options.weight_bits != 16) throw UsageError("recomputed: it needs weight-bits 16");
    if (options.arithmetic == "double" && options.core_shift > 0) {
        throw UsageError("arithmetic double: images are moved with shift; core-shift is for the integers");
    }
    if (options.learner == "perceptron") {
        for (const TrainOption& option : train_option_table()) {
            const bool of_wuxing = option.shape ? option.name != "layers" && option.name != "steps"
                                                : option.name.rfind("k-", 0) == 0 || option.name == "core-shift";
            if (of_wuxing && option.get(options) != option.get(TrainOptions())) {
                throw UsageError(fmt::format("learner perceptron: it has no {}", option.name));
            }
        }
        if (options.arithmetic != "integer") throw UsageError("learner perceptron: its arithmetic is float, always");
        if (options.continues()) throw UsageError("learner perceptron: it cannot continue with a model file");
        if (!options.out.empty()) {
            throw UsageError("learner perceptron: it has no model file for --out; --checkpoint keeps what it learns");
        }
    }
    if (options.keep == "best" && options.validation == 0) {
        throw UsageError("keep best: best on what? It needs validation images (--validation N)");
    }
}

void check_files(const TrainOptions& options, const std::string& config) {
    const NamedFile out{"out", options.out}, checkpoint{"checkpoint", options.checkpoint}, json{"json", options.json};
    std::vector<NamedFile> inputs = dataset_files("data", options.data);
    inputs.push_back({"config", config});
    check_distinct(inputs, {out, checkpoint, json});
    // The model alone may be replaced by what is learnt on: --model m.wux --out m.wux trains one file again and again.
    check_distinct({{"model", options.model}}, {checkpoint, json});
}

bool belongs_to_k_sets(const std::string& name) {
    return name == "k-p" || name == "k-i" || name == "k-d" || name == "k-leak";
}

std::string config_text(const TrainOptions& options) {
    std::string text;
    for (const TrainOption& option : train_option_table()) {
        const bool of_model = options.continues() && option.shape;
        text += of_model ? fmt::format("# {}: that of the model\n", option.name)
                         : fmt::format("{} = {}\n", option.name, config_value(option, option.get(options)));
    }
    return text;
}

nlohmann::json result_configuration(const TrainOptions& options) {
    nlohmann::json json = nlohmann::json::object();
    for (const TrainOption& option : train_option_table()) {
        if (!option.decides_result()) continue;
        if (options.continues() && option.shape) continue;
        const std::string value = option.get(options);
        nlohmann::json number;
        if (option.kind == Kind::number) number = nlohmann::json::parse(value, nullptr, false);
        json[option.name] = number.is_number() ? number : nlohmann::json(value);
    }
    return json;
}

Learning TrainOptions::learning(std::uint32_t epoch) const {
    Learning learning;
    learning.eta = rate().at(epoch);
    if (!adjusts_k()) return learning;
    const auto gain = [&](double first) { return std::min(LearningRate{first, decay, decay_every}.at(epoch), kGainMax); };
    learning.k = {gain(k_p), gain(k_i), gain(k_d), k_leak, 0};
    for (const char set : k_sets) learning.k.sets |= 1u << (set - '1');
    return learning;
}

NetworkConfig TrainOptions::network() const {
    NetworkConfig config;
    config.sizes = parse_layers(layers);
    config.steps = steps;
    config.target_on = nearest_state(target_on);
    config.target_off = nearest_state(target_off);
    config.weight_bits = weight_bits;
    config.recomputed = recomputed;
    config.rounding = rounding == "nearest" ? Rounding::nearest : Rounding::stochastic;
    return config;
}

std::vector<int> parse_layers(const std::string& text) {
    std::vector<int> sizes;
    for (std::size_t start = 0; start <= text.size();) {
        const std::size_t stop = std::min(text.find('-', start), text.size());
        int size = 0;
        const auto [end, error] = std::from_chars(text.data() + start, text.data() + stop, size);
        if (error != std::errc() || end != text.data() + stop || size < 1 || size > 65535) {
            throw refused(fmt::format("'{}' is no layer size (1 to 65535); write it as 784-80-10",
                                      text.substr(start, stop - start)));
        }
        sizes.push_back(size);
        start = stop + 1;
    }
    if (sizes.size() < 2 || sizes.size() > 256) {
        throw refused("inputs and 1 to 255 layers are needed, as in 784-80-10");
    }
    return sizes;
}

}  // namespace wuxing
