#include "training_run.hpp"

#include <fmt/core.h>
#include <zlib.h>

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <utility>

#include "files.hpp"
#include "report.hpp"
#include "usage_error.hpp"

namespace wuxing {
namespace {

using nlohmann::json;
using Pass = RunObserver::Pass;

/// The first epoch from `begin` to before `end` in which nothing is learnt; none if there is none. Rate and gains
/// never grow again: what comes behind it learns nothing either.
std::optional<std::uint32_t> first_idle(const TrainOptions& options, std::uint32_t begin, std::uint32_t end) {
    std::vector<double> first{options.eta};
    if (options.adjusts_k()) first.insert(first.end(), {options.k_p, options.k_i, options.k_d});
    std::uint32_t idle = begin;
    for (const double gain : first) {
        const auto zero = LearningRate{gain, options.decay, options.decay_every}.first_zero(begin, end);
        if (!zero) return std::nullopt;
        idle = std::max(idle, *zero);
    }
    return idle < end ? std::optional(idle) : std::nullopt;
}

/// What first_idle() has found to be 0.
const char* rates(const TrainOptions& options) {
    if (!options.adjusts_k()) return "the learning rate";
    return options.eta == 0 ? "every gain of K" : "the learning rate and every gain of K";
}

FileError impossible(const std::string& name, const std::string& why) {
    return FileError(fmt::format("{}: impossible content in a checkpoint: {}; train anew", name, why));
}

double share(int correct, int images) {
    return images > 0 ? static_cast<double>(correct) / images : 0.0;
}

/// A pass that the observer sees.
template <typename Function>
auto observed(RunObserver& observer, Pass pass, std::size_t index, int images, Function function) {
    observer.pass_begins(pass, static_cast<int>(index), images);
    auto result = function([&observer](int done, int correct) { return observer.pass_goes_on(done, correct); });
    observer.pass_ends();
    return result;
}

}  // namespace

TrainOptions checkpoint_options(const Checkpoint& checkpoint, const std::string& name) {
    TrainOptions options;
    try {
        apply_config(options, parse_config(checkpoint.configuration, "configuration"));
        check_combination(options);
    } catch (const UsageError& error) {
        throw impossible(name, error.what());
    }
    return options;
}

TrainingRun::TrainingRun(const TrainOptions& options, RunDataCache& cache, LearnerSource& learners)
    : learners_(learners), options_(options) {
    check_combination(options_);
    std::optional<StoredModel> stored;
    if (options_.continues()) {
        stored = load_model(options_.model);
        before_ = stored->history;
    }
    if (!options_.checkpoint.empty()) {
        std::error_code error;
        if (std::filesystem::exists(std::filesystem::symlink_status(options_.checkpoint, error))) {
            throw UsageError(fmt::format("--checkpoint {}: exists already; --resume {} goes on with it",
                                         options_.checkpoint, options_.checkpoint));
        }
    }
    check();
    // Before the checkpoint is written: it would stand in the way of the command put right.
    if (stored && stored->network.config().recomputed && options_.eta != 0) {
        throw UsageError(fmt::format("--eta {}: the connections of {} are recomputed and cannot be learnt; it needs --eta 0 "
                                     "and --k-sets", options_.eta, options_.model));
    }
    data_ = cache.get(options_);
    const std::vector<int> sizes = stored ? stored->network.config().sizes : parse_layers(options_.layers);
    check_fits(data_->train, sizes.front(), sizes.back(), options_.data + " (training images)");
    if (options_.validation > 0) {
        check_fits(data_->validation, sizes.front(), sizes.back(), options_.data + " (validation images)");
    }
    check_fits(data_->test, sizes.front(), sizes.back(), options_.data + " (test images)");
    learner_ = learners_.make(options_, stored ? &*stored : nullptr);
    // A run that is killed in its first epoch is resumed like any other; of two that begin at once, one goes on.
    save_progress(Existing::refuse);
}

TrainingRun::TrainingRun(const Checkpoint& checkpoint, const std::string& name, const TrainOptions& options,
                         RunDataCache& cache, LearnerSource& learners)
    : learners_(learners), options_(options) {
    options_.checkpoint = name;
    check_combination(options_);
    read_progress(checkpoint.progress, name);
    if (static_cast<std::size_t>(options_.epochs) < epochs_.size()) {
        throw UsageError(fmt::format("--epochs {}: {} are done already", options_.epochs, epochs_.size()));
    }
    check();
    data_ = cache.get(options_);
    if (data_->crc != checkpoint.data_crc) {
        throw UsageError(
            fmt::format("{}: these are not the images that the run of {} began with", options_.data, name));
    }
    for (const EpochResult& epoch : epochs_) {
        if (epoch.images != data_->train.count() || epoch.correct > epoch.images ||
            epoch.validation_correct > data_->validation.count() || epoch.test_correct > data_->test.count()) {
            throw impossible(name, fmt::format("the counts of epoch {}", epoch.epoch));
        }
    }
    learner_ = learners_.restore(options_, checkpoint.current, name);
    const std::vector<int> sizes = learner_->sizes();
    check_fits(data_->train, sizes.front(), sizes.back(), options_.data + " (training images)");
    check_fits(data_->test, sizes.front(), sizes.back(), options_.data + " (test images)");
    best_ = checkpoint.best;
    if (best_.empty() != (options_.keep == "last" || epochs_.empty()))
        throw impossible(name, "no best network, or one too many");
    if (!best_.empty()) learners_.restore(options_, best_, name);  // tried now, not after the last epoch
}

void TrainingRun::check() {
    if (first_idle(options_, before_.epochs, before_.epochs + 1) == before_.epochs) {
        throw UsageError(fmt::format("{} of epoch {} is below 1/131072: nothing would be learnt", rates(options_),
                                     before_.epochs + 1));
    }
    if (std::uint64_t{before_.epochs} + static_cast<std::uint64_t>(options_.epochs) > 0xFFFFFFFFu) {
        throw UsageError("more epochs than a model file can count");
    }
    check_files(options_);
    for (const std::string& path : {options_.out, options_.checkpoint, options_.json}) {
        if (!path.empty() && path != "-") check_writable(path);
    }
}

std::optional<std::string> TrainingRun::warning() const {
    const std::uint32_t end = before_.epochs + static_cast<std::uint32_t>(options_.epochs);
    const auto idle = first_idle(options_, before_.epochs, end);
    if (!idle) return std::nullopt;
    return fmt::format("{} is 0 from epoch {} on: nothing is learnt there", rates(options_), *idle + 1);
}

std::optional<std::string> TrainingRun::run(RunObserver& observer) {
    const auto evaluate = [&](Pass pass, const ImageSet& set) {
        return observed(observer, pass, epochs_.size(), set.count(),
                        [&](const PassObserver& watch) { return learner_->evaluate(set, watch, options_.threads); });
    };
    while (epochs_.size() < static_cast<std::size_t>(options_.epochs)) {
        EpochResult epoch;
        const std::uint32_t number = history_after(epochs_.size()).epochs;
        epoch.epoch = number + 1;
        epoch.eta = options_.rate().at(number);
        tested_.reset();
        const PassResult pass = observed(
            observer, Pass::training, epochs_.size(), data_->train.count(),
            [&](const PassObserver& watch) { return learner_->train_epoch(data_->train, options_, number, watch); });
        if (!pass.completed) return interrupted(fmt::format("after {} images of epoch {}", pass.images, epoch.epoch));
        epoch.images = pass.images;
        epoch.correct = pass.correct;
        epoch.seconds = pass.seconds;
        if (options_.validation > 0) {
            const Evaluation validated = evaluate(Pass::validation, data_->validation);
            if (!validated.pass.completed)
                return interrupted(fmt::format("in the validation of epoch {}", epoch.epoch));
            epoch.validation_correct = validated.pass.correct;
        }
        epochs_.push_back(epoch);
        // Before the test: what has been learnt must survive whatever follows.
        if (kept_index() + 1 == epochs_.size()) {
            if (options_.keep == "best") best_ = learner_->state(history_after(epochs_.size()));
            keep_model();
        }
        tested_ = evaluate(Pass::test, data_->test);
        if (!tested_->pass.completed) {
            return interrupted(fmt::format("in the test after {} epochs", epoch.epoch));
        }
        epochs_.back().test_correct = tested_->pass.correct;
        save_progress(Existing::replace);
        observer.epoch_done(epochs_.back());
    }
    if (options_.keep == "best" && kept_index() + 1 != epochs_.size()) {
        learner_ = learners_.restore(options_, best_, options_.checkpoint);
        tested_.reset();
    }
    if (!tested_) {
        tested_ = evaluate(Pass::test, data_->test);
        if (!tested_->pass.completed) return interrupted("in the test after the last epoch");
    }
    if (!written_) keep_model();  // nothing was left to train
    return std::nullopt;
}

/// Writes the model of the learner as it is to --out; it is the one that is kept.
void TrainingRun::keep_model() {
    if (options_.out.empty()) return;
    const std::vector<std::uint8_t> bytes = learner_->model_file(history_after(kept_index() + 1));
    write_file_atomically(options_.out, bytes.data(), bytes.size());
    written_ = true;
}

std::string TrainingRun::interrupted(const std::string& where) const {
    std::string text = fmt::format("interrupted {}; ", where);
    if (options_.out.empty()) {
        text += "no model was kept";
    } else if (!written_) {
        text += options_.out + " was not touched";
    } else {
        text += fmt::format("{} holds the model after {} epochs", options_.out, kept().epoch);
    }
    if (!options_.checkpoint.empty()) text += fmt::format("; --resume {} goes on", options_.checkpoint);
    return text;
}

std::size_t TrainingRun::kept_index() const {
    if (options_.keep == "last") return epochs_.size() - 1;
    const auto worse = [](const EpochResult& a, const EpochResult& b) {
        return a.validation_correct < b.validation_correct;
    };
    return static_cast<std::size_t>(std::max_element(epochs_.begin(), epochs_.end(), worse) - epochs_.begin());
}

const EpochResult& TrainingRun::kept() const {
    return epochs_[kept_index()];
}

TrainingHistory TrainingRun::history_after(std::size_t epochs) const {
    TrainingHistory history = before_;
    history.epochs += static_cast<std::uint32_t>(epochs);
    for (std::size_t n = 0; n < epochs; ++n) history.samples += static_cast<std::uint64_t>(epochs_[n].images);
    return history;
}

std::uint32_t TrainingRun::crc() const {
    const TrainingHistory history = history_after(kept_index() + 1);
    const std::vector<std::uint8_t> model = learner_->model_file(history);
    if (!model.empty()) return model_crc(model);
    const std::vector<std::uint8_t> state = learner_->state(history);
    return static_cast<std::uint32_t>(crc32_z(crc32_z(0, nullptr, 0), state.data(), state.size()));
}

json TrainingRun::result() const {
    json result = evaluation_json(*tested_);
    json epochs = json::array();
    double seconds = 0;
    for (const EpochResult& epoch : epochs_) {
        json one{{"epoch", epoch.epoch},
                 {"eta", epoch.eta},
                 {"training_accuracy", share(epoch.correct, epoch.images)},
                 {"test_accuracy", share(epoch.test_correct, data_->test.count())},
                 {"images_per_second", epoch.seconds > 0 ? epoch.images / epoch.seconds : 0.0},
                 {"seconds", epoch.seconds}};
        if (options_.validation > 0) {
            one["validation_accuracy"] = share(epoch.validation_correct, data_->validation.count());
        }
        epochs.push_back(std::move(one));
        seconds += epoch.seconds;
    }
    const std::uint64_t trained = history_after(epochs_.size()).samples - before_.samples;
    result["test_images_per_second"] = result["images_per_second"];
    result["images_per_second"] = seconds > 0 ? static_cast<double>(trained) / seconds : 0.0;
    result.update({{"command", "train"},
                   {"versions", versions_json()},
                   {"configuration", result_configuration(options_)},
                   {"data_crc", data_->crc},
                   {"learner", options_.learner},
                   {"arithmetic", learner_->arithmetic()},
                   {"layers", learner_->sizes()},
                   {"weights", learner_->weights()},
                   {"seed", options_.seed},
                   {"shift", options_.shift},
                   {"eta", options_.eta},
                   {"decay", options_.decay},
                   {"decay_every", options_.decay_every},
                   {"train_images", data_->train.count()},
                   {"trained_images", trained},
                   {"epochs", epochs},
                   {"kept_epoch", kept().epoch},
                   {"model", options_.out},
                   {"crc", crc()}});
    if (learner_->steps() > 0) result["steps"] = learner_->steps();
    if (const auto stable = stability()) result["stability"] = stability_json(*stable);
    if (options_.validation > 0) {
        result["validation_images"] = data_->validation.count();
        result["validation_accuracy"] = share(kept().validation_correct, data_->validation.count());
    }
    return result;
}

std::optional<StabilityReport> TrainingRun::stability() const {
    const std::vector<std::uint8_t> model = learner_->model_file(history_after(kept_index() + 1));
    if (model.empty()) return std::nullopt;
    return wuxing::stability(decode_model(model, "the network").network);
}

std::string TrainingRun::progress_text() const {
    json epochs = json::array();
    for (const EpochResult& epoch : epochs_) {
        epochs.push_back({{"epoch", epoch.epoch},
                          {"eta", epoch.eta},
                          {"images", epoch.images},
                          {"correct", epoch.correct},
                          {"validation_correct", epoch.validation_correct},
                          {"test_correct", epoch.test_correct},
                          {"seconds", epoch.seconds}});
    }
    return json{{"epochs_before", before_.epochs}, {"samples_before", before_.samples}, {"epochs", epochs}}.dump();
}

void TrainingRun::read_progress(const std::string& text, const std::string& name) {
    try {
        const json progress = json::parse(text);
        before_.epochs = progress.at("epochs_before").get<std::uint32_t>();
        before_.samples = progress.at("samples_before").get<std::uint64_t>();
        for (const json& one : progress.at("epochs")) {
            EpochResult epoch;
            one.at("epoch").get_to(epoch.epoch);
            one.at("eta").get_to(epoch.eta);
            one.at("images").get_to(epoch.images);
            one.at("correct").get_to(epoch.correct);
            one.at("validation_correct").get_to(epoch.validation_correct);
            one.at("test_correct").get_to(epoch.test_correct);
            one.at("seconds").get_to(epoch.seconds);
            epochs_.push_back(epoch);
            if (epoch.epoch != history_after(epochs_.size()).epochs || epoch.correct < 0 ||
                epoch.validation_correct < 0 || epoch.test_correct < 0) {
                throw impossible(name, fmt::format("what it says of epoch {}", epochs_.size()));
            }
        }
    } catch (const json::exception&) {
        throw impossible(name, "its progress is no such JSON");
    }
}

void TrainingRun::save_progress(Existing existing) const {
    if (options_.checkpoint.empty()) return;
    Checkpoint checkpoint;
    checkpoint.data_crc = data_->crc;
    checkpoint.configuration = config_text(options_);
    checkpoint.progress = progress_text();
    checkpoint.current = learner_->state(history_after(epochs_.size()));
    checkpoint.best = best_;
    save_checkpoint(options_.checkpoint, checkpoint, existing);
}

}  // namespace wuxing
