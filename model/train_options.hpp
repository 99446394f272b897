// The options of a training run: one struct, and one table that says of each what it is called, what it may be and what
// it is for. Command line, configuration files, checkpoints, results and experiments are all made from the table.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "config_file.hpp"
#include "network.hpp"
#include "samples.hpp"

namespace wuxing {

struct TrainOptions {
    // What the result depends on.
    std::string learner = "wuxing";      ///< or "perceptron"
    std::string arithmetic = "integer";  ///< or "double"; of the learner wuxing
    std::string layers = "784-80-10";    ///< of a new network
    int steps = 8;                       ///< of a new network
    int weight_bits = 16;                ///< of a new network, as all down to `scale`
    bool recomputed = false;
    std::string rounding = "stochastic";  ///< or "nearest"
    double target_on = 1.0, target_off = -0.2;
    double scale0 = 1.0, scale = 1.0;  ///< of random connections: those of the pixels, all others
    std::string model;                   ///< model file to continue with; empty: a new network
    int epochs = 16;                     ///< to train, in addition to those of `model`
    double eta = 0.014, decay = 0.82;
    int decay_every = 1;
    std::string k_sets = "none";  ///< parameters to adjust: "123", "3", ...; "none": K is constant
    double k_p = 0.02, k_i = 0, k_d = 0;
    int k_leak = 4;
    int core_shift = 0;
    int shift = 0;
    std::uint32_t seed = 1;
    std::string data;           ///< folder
    int train_images = 0;       ///< 0 = all that are not held out
    int validation = 0;         ///< training images held out, the last ones
    int test_images = 0;        ///< 0 = all
    std::string keep = "last";  ///< or "best"

    // Where it goes to and how it is come by.
    std::string out, checkpoint, json;
    int threads = 1;
    bool per_class = false, confusion = false;

    LearningRate rate() const { return {eta, decay, decay_every}; }
    bool adjusts_k() const { return k_sets != "none"; }
    /// What a sample of epoch `epoch` may change, of the learner wuxing; the gains of K decay as eta does.
    Learning learning(std::uint32_t epoch) const;
    /// The shape of a new network.
    NetworkConfig network() const;
    bool continues() const { return !model.empty(); }
    /// Text is left out where JSON takes standard output.
    bool text() const { return json != "-"; }
};

/// One line of the table.
struct TrainOption {
    enum class Kind { number, text, flag };
    enum class Use {
        result,  ///< the result depends on it
        extent,  ///< so it does, but it may change when a run is resumed
        place,   ///< where something is: the result names it, and it may change when a run is resumed
        output,  ///< what is written and shown, and how fast
        run      ///< output that belongs to the run as such: it cannot change when it is resumed
    };

    std::string name;   ///< key of a configuration file; with -- in front, option of the command line
    std::string alias;  ///< a second name on the command line, or empty
    Kind kind;
    Use use;
    std::string type;  ///< what stands for the value in the help
    std::string help;
    /// Takes a value as text; throws std::invalid_argument, saying why, if it cannot be.
    std::function<void(TrainOptions&, const std::string&)> set;
    /// The value as text that `set` takes.
    std::function<std::string(const TrainOptions&)> get;
    bool shape = false;  ///< it makes a new network; an existing model brings its own

    bool decides_result() const { return use == Use::result || use == Use::extent || use == Use::place; }
    bool may_change_on_resume() const { return use == Use::extent || use == Use::place || use == Use::output; }
};

/// All options, in the order of the help.
std::vector<TrainOption> train_option_table();

/// The option of that name or alias, or nullptr.
const TrainOption* find_option(const std::vector<TrainOption>& table, const std::string& name);

/// Options as they are when nothing is said: the data set is looked for in default_data_directory().
TrainOptions default_train_options();

/// Takes one value of a configuration file. Throws UsageError, naming file, line and key, for an unknown key, a value
/// of the wrong kind or out of range, or a list.
void apply_value(TrainOptions& options, const TrainOption& option, const ConfigFile& file, const ConfigEntry& entry,
                 const ConfigValue& value);
const TrainOption& option_of(const std::vector<TrainOption>& table, const ConfigFile& file, const ConfigEntry& entry);

/// Takes a whole configuration file; it must have no sections and no lists.
void apply_config(TrainOptions& options, const ConfigFile& file);

/// What concerns several options: throws UsageError if they do not go together.
void check_combination(const TrainOptions& options);

/// Throws UsageError if one of the files that are written is another of them, or one that is read: `config` is the
/// configuration file, if there is one. Only `out` may be the model that is continued with.
void check_files(const TrainOptions& options, const std::string& config = "");

/// A gain of K, or the leak: it says nothing without k-sets.
bool belongs_to_k_sets(const std::string& name);

/// All options as configuration text, which read back gives the same options.
std::string config_text(const TrainOptions& options);

/// The options on which the result depends, by name; numbers as numbers.
nlohmann::json result_configuration(const TrainOptions& options);

/// "784-80-10" as sizes; throws std::invalid_argument.
std::vector<int> parse_layers(const std::string& text);

}  // namespace wuxing
