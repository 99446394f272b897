// What can be trained, behind one interface: the golden model, its double-precision twin, the float perceptron.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "model_file.hpp"
#include "train_options.hpp"
#include "training.hpp"

namespace wuxing {

class Learner {
public:
    virtual ~Learner() = default;

    /// One epoch, number `epoch` from 0, as the options say.
    virtual PassResult train_epoch(const ImageSet& set, const TrainOptions& options, std::uint32_t epoch,
                                   const PassObserver& observer) = 0;
    virtual Evaluation evaluate(const ImageSet& set, const PassObserver& observer, int threads) = 0;

    /// Everything that survives an epoch, exactly; the format is in docs/files.md.
    virtual std::vector<std::uint8_t> state(const TrainingHistory& history) const = 0;
    /// The bytes of its model file (model_file.hpp); empty if it has none.
    virtual std::vector<std::uint8_t> model_file(const TrainingHistory& history) const = 0;

    virtual std::vector<int> sizes() const = 0;
    /// Behind the sizes on the first line: "N = 8", "N = 8, 12 bits", "float perceptron".
    virtual std::string description() const = 0;
    /// "integer", "double", "float".
    virtual std::string arithmetic() const = 0;
    /// Heun steps N; 0 if it has none.
    virtual int steps() const = 0;
    /// What is learnt: connections, and biases if it has them.
    virtual long long weights() const;
};

/// The learner of the options: new, or going on with `stored` (which then gives its shape).
std::unique_ptr<Learner> make_learner(const TrainOptions& options, const StoredModel* stored);

/// The learner of the options as state() left it. Throws FileError, with `name` in front, for bytes that are no state
/// of a learner of this kind and shape.
std::unique_ptr<Learner> restore_learner(const TrainOptions& options, const std::vector<std::uint8_t>& state,
                                         const std::string& name);

/// Where a training run has its learners from.
class LearnerSource {
public:
    virtual ~LearnerSource() = default;
    /// As make_learner and restore_learner.
    virtual std::unique_ptr<Learner> make(const TrainOptions& options, const StoredModel* stored) = 0;
    virtual std::unique_ptr<Learner> restore(const TrainOptions& options, const std::vector<std::uint8_t>& state,
                                             const std::string& name) = 0;
};

/// Those two functions.
LearnerSource& software_learners();

}  // namespace wuxing
