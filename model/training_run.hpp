// A training run: from its options to its result, epoch by epoch, with a checkpoint in between.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "checkpoint.hpp"
#include "learner.hpp"
#include "run_data.hpp"
#include "stability.hpp"
#include "train_options.hpp"
#include "training.hpp"

namespace wuxing {

/// What an epoch came to.
struct EpochResult {
    std::uint32_t epoch = 0;     ///< from 1, over all the learner has been through
    int eta = 0;                 ///< U0.16
    int images = 0;              ///< trained
    int correct = 0;             ///< of these, classified rightly before they were learnt
    int validation_correct = 0;  ///< of the validation images
    int test_correct = 0;        ///< of the test images
    double seconds = 0;          ///< of training
};

/// Who wants to know how a run is getting on. All calls come from the thread that runs it.
class RunObserver {
public:
    enum class Pass { training, validation, test };

    virtual ~RunObserver() = default;
    /// A pass over `images` images begins, in the epoch number `index` from 0 of this run.
    virtual void pass_begins(Pass /*pass*/, int /*index*/, int /*images*/) {}
    /// Now and then within a pass; false interrupts the run.
    virtual bool pass_goes_on(int /*done*/, int /*correct*/) { return true; }
    virtual void pass_ends() {}
    virtual void epoch_done(const EpochResult& /*result*/) {}
};

class TrainingRun {
public:
    /// A run from the beginning. Everything that can be wrong is looked at here, before an epoch is spent. Throws
    /// UsageError or FileError; --checkpoint must not exist yet.
    TrainingRun(const TrainOptions& options, RunDataCache& cache, LearnerSource& learners = software_learners());

    /// A run that goes on where `checkpoint`, the content of the file `name`, left off. `options` are those of
    /// checkpoint_options but for what may change on resuming. Throws UsageError or FileError.
    TrainingRun(const Checkpoint& checkpoint, const std::string& name, const TrainOptions& options,
                RunDataCache& cache, LearnerSource& learners = software_learners());

    /// Trains what is left. After every epoch: the kept network to --out, everything to --checkpoint. Empty if that was
    /// all, or one line on what an interrupt has left. Throws FileError if a file cannot be written; the files of the
    /// epoch before are then still there.
    std::optional<std::string> run(RunObserver& observer);

    const TrainOptions& options() const { return options_; }
    const RunData& data() const { return *data_; }
    const Learner& learner() const { return *learner_; }
    std::uint32_t epochs_before() const { return before_.epochs; }  ///< of the model that was continued with
    const std::vector<EpochResult>& epochs() const { return epochs_; }
    /// A line on epochs that will learn nothing.
    std::optional<std::string> warning() const;

    // After run() has come to its end:
    const EpochResult& kept() const;                           ///< the epoch whose network is kept
    const Evaluation& evaluation() const { return *tested_; }  ///< of the kept network on the test images
    std::uint32_t crc() const;                                 ///< of its model file, or of its state if it has none
    std::optional<StabilityReport> stability() const;          ///< of the kept network; none for a perceptron
    nlohmann::json result() const;                             ///< docs/files.md, "Results"

private:
    void check();
    std::size_t kept_index() const;
    TrainingHistory history_after(std::size_t epochs) const;
    void keep_model();
    std::string progress_text() const;
    void read_progress(const std::string& text, const std::string& name);
    void save_progress(Existing existing) const;
    std::string interrupted(const std::string& where) const;

    LearnerSource& learners_;
    TrainOptions options_;
    std::shared_ptr<const RunData> data_;
    std::unique_ptr<Learner> learner_;
    TrainingHistory before_;  ///< of the model that was continued with
    std::vector<EpochResult> epochs_;
    std::vector<std::uint8_t> best_;    ///< state of the learner after the best epoch, if that is kept
    std::optional<Evaluation> tested_;  ///< on the test images, of the learner as it is
    bool written_ = false;              ///< --out, by this process
};

/// All options of the run of a checkpoint. Throws FileError, with `name` in front, if it does not hold them.
TrainOptions checkpoint_options(const Checkpoint& checkpoint, const std::string& name);

}  // namespace wuxing
