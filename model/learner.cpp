#include "learner.hpp"

#include <fmt/core.h>

#include <cmath>
#include <stdexcept>
#include <utility>

#include "bytes.hpp"
#include "perceptron.hpp"
#include "real_network.hpp"

namespace wuxing {
namespace {

/// What only a state that was not written by this program can be.
FileError impossible(const std::string& name, const std::string& why) {
    return FileError(fmt::format("{}: impossible content in a checkpoint: {}; train anew", name, why));
}

/// Of a network, what is not as usual.
std::string particulars(const NetworkConfig& config) {
    std::string text;
    if (config.weight_bits != 16) text += fmt::format(", {} bits", config.weight_bits);
    if (config.recomputed) text += ", recomputed";
    if (config.rounding == Rounding::nearest) text += ", rounding to nearest";
    return text;
}

class IntegerLearner : public Learner {
public:
    explicit IntegerLearner(Network network) : network_(std::move(network)) {}

    PassResult train_epoch(const ImageSet& set, const TrainOptions& options, std::uint32_t epoch,
                           const PassObserver& observer) override {
        network_.set_frame({set.columns, set.rows, options.core_shift});
        const PassResult pass = wuxing::train_epoch(network_, set, options.seed, epoch, options.shift,
                                                    options.learning(epoch), observer);
        network_.set_frame({});  // images are tested where they are
        return pass;
    }
    Evaluation evaluate(const ImageSet& set, const PassObserver& observer, int threads) override {
        return wuxing::evaluate(network_, set, observer, threads);
    }
    std::vector<std::uint8_t> state(const TrainingHistory& history) const override { return model_file(history); }
    std::vector<std::uint8_t> model_file(const TrainingHistory& history) const override {
        return encode_model(network_, history);
    }
    std::vector<int> sizes() const override { return network_.config().sizes; }
    std::string description() const override { return fmt::format("N = {}{}", steps(), particulars(network_.config())); }
    std::string arithmetic() const override { return "integer"; }
    int steps() const override { return network_.config().steps; }

private:
    Network network_;
};

/// Calls visit(double&) for all that a twin learns: for layers in order, K1[0..4], K2, K3 of every neuron, the same of S
/// and of the last G1, then C.
template <typename AnyTwin, typename Visit>
void visit_reals(AnyTwin& twin, Visit visit) {
    for (int l = 0; l < twin.config().layers(); ++l) {
        auto& layer = twin.layer(l);
        for (auto* neurons : {&layer.parameters, &layer.integral, &layer.last}) {
            for (auto& neuron : *neurons) {
                for (auto* set : {&neuron.k1, &neuron.k2, &neuron.k3}) {
                    for (auto& value : *set) visit(value);
                }
            }
        }
        for (auto& weight : layer.weights) visit(weight);
    }
}

class DoubleLearner : public Learner {
public:
    explicit DoubleLearner(Network network) : network_(std::move(network)), twin_(network_) {}
    DoubleLearner(Network network, ByteReader& in, const std::string& name) : DoubleLearner(std::move(network)) {
        visit_reals(twin_, [&](double& value) {
            in.get_real(value);
            if (!std::isfinite(value)) throw impossible(name, "a value that is not finite");
        });
        if (in.left() != 0) throw impossible(name, "too many values");
        Network rounded = network_;
        twin_.round_into(rounded);  // throws for a K that no model file can hold: now, not after the last epoch
    }

    PassResult train_epoch(const ImageSet& set, const TrainOptions& options, std::uint32_t epoch,
                           const PassObserver& observer) override {
        return wuxing::train_epoch(twin_, set, options.seed, epoch, options.shift, options.learning(epoch), observer);
    }
    Evaluation evaluate(const ImageSet& set, const PassObserver& observer, int threads) override {
        return wuxing::evaluate(twin_, set, observer, threads);
    }
    std::vector<std::uint8_t> state(const TrainingHistory& history) const override {
        const std::vector<std::uint8_t> model = model_file(history);
        ByteWriter out;
        out.put(model.size(), 8);
        out.append(model);
        visit_reals(twin_, [&out](const double& value) { out.put_real(value); });
        return std::move(out.bytes);
    }
    std::vector<std::uint8_t> model_file(const TrainingHistory& history) const override {
        Network rounded = network_;
        twin_.round_into(rounded);
        return encode_model(rounded, history);
    }
    std::vector<int> sizes() const override { return network_.config().sizes; }
    std::string description() const override {
        return fmt::format("N = {}, double precision{}", steps(), particulars(network_.config()));
    }
    std::string arithmetic() const override { return "double"; }
    int steps() const override { return network_.config().steps; }

private:
    Network network_;  ///< configuration, K and R for the model file
    RealNetwork twin_;
};

class PerceptronLearner : public Learner {
public:
    explicit PerceptronLearner(Perceptron perceptron) : perceptron_(std::move(perceptron)) {}

    PassResult train_epoch(const ImageSet& set, const TrainOptions& options, std::uint32_t epoch,
                           const PassObserver& observer) override {
        return wuxing::train_epoch(perceptron_, set, options.seed, epoch, options.shift, options.rate().at(epoch),
                                   observer);
    }
    Evaluation evaluate(const ImageSet& set, const PassObserver& observer, int threads) override {
        return wuxing::evaluate(perceptron_, set, observer, threads);
    }
    std::vector<std::uint8_t> state(const TrainingHistory&) const override {
        ByteWriter out;
        for (const float value : perceptron_.parameters()) out.put_real(value);
        return std::move(out.bytes);
    }
    std::vector<std::uint8_t> model_file(const TrainingHistory&) const override { return {}; }
    std::vector<int> sizes() const override { return perceptron_.config().sizes; }
    std::string description() const override { return "float perceptron"; }
    std::string arithmetic() const override { return "float"; }
    int steps() const override { return 0; }
    long long weights() const override {
        long long count = Learner::weights();
        for (std::size_t k = 1; k < sizes().size(); ++k) count += sizes()[k];
        return count;
    }

private:
    Perceptron perceptron_;
};

Perceptron new_perceptron(const TrainOptions& options) {
    PerceptronConfig config;
    config.sizes = parse_layers(options.layers);
    return Perceptron(config);
}

}  // namespace

long long Learner::weights() const {
    const std::vector<int> all = sizes();
    long long count = 0;
    for (std::size_t k = 1; k < all.size(); ++k) count += static_cast<long long>(all[k - 1]) * all[k];
    return count;
}

std::unique_ptr<Learner> make_learner(const TrainOptions& options, const StoredModel* stored) {
    if (options.learner == "perceptron") {
        Perceptron perceptron = new_perceptron(options);
        perceptron.initialise(options.seed);
        return std::make_unique<PerceptronLearner>(std::move(perceptron));
    }
    Network network = stored != nullptr ? stored->network : Network(options.network());
    if (stored == nullptr) network.initialise(options.seed, options.scale0, options.scale);
    if (options.arithmetic == "double") return std::make_unique<DoubleLearner>(std::move(network));
    return std::make_unique<IntegerLearner>(std::move(network));
}

std::unique_ptr<Learner> restore_learner(const TrainOptions& options, const std::vector<std::uint8_t>& state,
                                         const std::string& name) {
    try {
        ByteReader in(state);
        if (options.learner == "perceptron") {
            Perceptron perceptron = new_perceptron(options);
            std::vector<float> values(state.size() / sizeof(float));
            for (float& value : values) in.get_real(value);
            if (in.left() != 0) throw impossible(name, "part of a value");
            perceptron.set_parameters(values);
            return std::make_unique<PerceptronLearner>(std::move(perceptron));
        }
        const bool real = options.arithmetic == "double";
        Network network = decode_model(real ? in.get_bytes(in.get(8)) : state, name).network;
        if (!options.continues() && !(network.config() == options.network())) {
            throw impossible(name, "a network of another shape than its configuration says");
        }
        if (real) return std::make_unique<DoubleLearner>(std::move(network), in, name);
        return std::make_unique<IntegerLearner>(std::move(network));
    } catch (const std::out_of_range&) {
        throw impossible(name, "too few values");
    } catch (const std::invalid_argument& error) {
        throw impossible(name, error.what());
    }
}

LearnerSource& software_learners() {
    class Software : public LearnerSource {
    public:
        std::unique_ptr<Learner> make(const TrainOptions& options, const StoredModel* stored) override {
            return make_learner(options, stored);
        }
        std::unique_ptr<Learner> restore(const TrainOptions& options, const std::vector<std::uint8_t>& state,
                                         const std::string& name) override {
            return restore_learner(options, state, name);
        }
    };
    static Software software;
    return software;
}

}  // namespace wuxing
