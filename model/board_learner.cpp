#include "board_learner.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "usage_error.hpp"

namespace wuxing {
namespace {

using nlohmann::json;

constexpr int kNotReady = static_cast<int>(SampleError::not_ready);

BoardResult expected_result(const SampleResult& result, std::uint16_t label) {
    return {result.predicted, label, result.displacement, result_status(result.learned, result.error)};
}

std::string text(const BoardResult& result) {
    return fmt::format("class {} label {} y {} status 0x{:04x}", result.predicted, result.label, result.displacement,
                       result.status);
}

json result_json(const BoardResult& result) {
    return {
        {"class", result.predicted}, {"label", result.label}, {"y", result.displacement}, {"status", result.status}};
}

/// A value of a word as it is meant: memory words are signed.
std::string value_text(const WordDifference& word, std::uint32_t value) {
    return word.layer < 0 ? fmt::format("0x{:08x}", value) : fmt::format("{}", static_cast<std::int32_t>(value));
}

std::string place(const WordDifference& word) {
    if (word.layer < 0) return fmt::format("register {} (address 0x{:07X})", word.what, word.address);
    const char* index = word.what == "weight" ? "input" : "k";
    return fmt::format("{} of layer {} neuron {} {} {} (tile {}, address 0x{:07X})", word.what, word.layer, word.neuron,
                       index, word.input, word.tile, word.address);
}

class BoardLearner : public Learner {
public:
    BoardLearner(BoardSession& session, Network network) : session_(session), network_(std::move(network)) {}
    ~BoardLearner() override { session_.forget(network_); }
    BoardLearner(const BoardLearner&) = delete;
    BoardLearner& operator=(const BoardLearner&) = delete;

    PassResult train_epoch(const ImageSet& set, const TrainOptions& options, std::uint32_t epoch,
                           const PassObserver& observer) override {
        learning_ = options.learning(epoch);
        network_.set_frame({set.columns, set.rows, options.core_shift});
        session_.prepare(network_, learning_);
        const std::vector<EpochSample> order = epoch_samples(set.count(), options.seed, epoch, options.shift);
        const auto next = [&](int position, BoardSession::Sample& sample) {
            const EpochSample& drawn = order[static_cast<std::size_t>(position)];
            sample.image = drawn.image;
            sample.label = set.labels[static_cast<std::size_t>(drawn.image)];
            pixel_events(set, drawn.image, drawn.shift, sample.events);
        };
        const PassResult pass = session_.run(network_, set.count(), fmt::format("training, epoch {}", epoch + 1),
                                             &learning_, next, observer);
        if (pass.completed) session_.verify(network_, learning_);
        network_.set_frame({});  // images are tested where they are
        return pass;
    }
    Evaluation evaluate(const ImageSet& set, const PassObserver& observer, int) override {
        return evaluate_on_board(session_, network_, set, learning_, observer);
    }
    std::vector<std::uint8_t> state(const TrainingHistory& history) const override { return model_file(history); }
    std::vector<std::uint8_t> model_file(const TrainingHistory& history) const override {
        return encode_model(network_, history);
    }
    std::vector<int> sizes() const override { return network_.config().sizes; }
    std::string description() const override {
        return fmt::format("N = {}, {} tiles, {} bits", steps(), session_.board().core().tiles,
                           network_.config().weight_bits);
    }
    std::string arithmetic() const override { return "integer"; }
    int steps() const override { return network_.config().steps; }

private:
    BoardSession& session_;
    Network network_;
    Learning learning_;
};

void check_options(const TrainOptions& options) {
    if (options.learner != "wuxing")
        throw UsageError(fmt::format("learner {}: a board learns as wuxing does", options.learner));
    if (options.arithmetic != "integer") {
        throw UsageError(fmt::format("arithmetic {}: a board computes with integers", options.arithmetic));
    }
}

}  // namespace

std::string BoardFindings::line() const {
    std::string text_line = fmt::format("divergence: {} results and {} words differ from the golden model",
                                        different_results, different_words);
    if (first_result) {
        text_line += fmt::format("; the first result: {}, sample {} (image {}): expected {}, got {}",
                                 first_result->pass, first_result->position, first_result->image,
                                 text(first_result->expected), text(first_result->got));
    }
    if (different_words > 0) {
        const WordDifference& word = words.first.front();
        text_line += fmt::format("; the first word: {}: expected {}, got {}", place(word),
                                 value_text(word, word.expected), value_text(word, word.got));
    }
    return text_line;
}

json BoardFindings::json() const {
    nlohmann::json result{{"samples", samples},
                          {"results_compared", results},
                          {"results_lost", lost_results},
                          {"readbacks", comparisons},
                          {"words_compared", words_compared},
                          {"weights_compared", words.weights},
                          {"parameters_compared", words.parameters},
                          {"states_compared", words.states},
                          {"registers_compared", words.registers},
                          {"divergences", divergences()}};
    if (first_result) {
        result["first_result"] = {{"pass", first_result->pass},
                                  {"sample", first_result->position},
                                  {"image", first_result->image},
                                  {"expected", result_json(first_result->expected)},
                                  {"got", result_json(first_result->got)}};
    }
    for (const WordDifference& word : words.first) {
        result["different_words"].push_back({{"what", word.what},
                                             {"layer", word.layer},
                                             {"neuron", word.neuron},
                                             {"input", word.input},
                                             {"tile", word.tile},
                                             {"address", word.address},
                                             {"expected", static_cast<std::int32_t>(word.expected)},
                                             {"got", static_cast<std::int32_t>(word.got)}});
    }
    return result;
}

void BoardSession::prepare(const Network& golden, const Learning& learning) {
    if (held_ == &golden) {
        board_.configure(golden, learning);
    } else {
        held_ = nullptr;
        board_.load(golden, learning);
        held_ = &golden;
    }
    learning_ = learning;
}

void BoardSession::forget(const Network& golden) {
    if (held_ == &golden) held_ = nullptr;
}

void BoardSession::take_result(const ResultDifference& expected, const BoardResult* got) {
    if (got == nullptr) {
        ++findings_.lost_results;
        return;
    }
    ++findings_.results;
    if (*got == expected.expected) return;
    if (got->status >> 4 == kNotReady) {
        throw BoardError(board_.link().name() + ": the board has lost its configuration: it has been reset");
    }
    ++findings_.different_results;
    if (findings_.first_result) return;
    findings_.first_result = expected;
    findings_.first_result->got = *got;
}

PassResult BoardSession::run(Network& golden, int count, const std::string& pass, const Learning* learning,
                             const NextSample& next, const PassObserver& observer, const SawResult& saw) {
    const auto start = std::chrono::steady_clock::now();
    const auto seen = std::make_shared<PassResult>();  // answers may come after a stop
    Sample sample;
    bool stopped = false;
    try {
        for (int k = 0; k < count && !stopped && findings_.different_results == 0; ++k) {
            next(k, sample);
            const SampleResult model = learning != nullptr ? golden.train(sample.events, sample.label, *learning)
                                                           : golden.infer(sample.events, sample.label);
            const ResultDifference expected{pass, k, sample.image, expected_result(model, sample.label), {}};
            ++findings_.samples;
            board_.sample(sample.events, sample.label, learning != nullptr, [=](const BoardResult* got) {
                take_result(expected, got);
                const std::uint16_t predicted = (got != nullptr ? *got : expected.expected).predicted;
                ++seen->images;
                seen->correct += predicted == expected.expected.label ? 1 : 0;
                if (saw) saw(expected.expected.label, predicted);
            });
            if (observer && !observer(seen->images, seen->correct)) stopped = true;
        }
        if (!stopped) board_.finish();
        if (!stopped && observer && findings_.different_results == 0) stopped = !observer(seen->images, seen->correct);
    } catch (const LinkStopped&) {
        stopped = true;
    }
    PassResult result = *seen;
    result.completed = !stopped;
    result.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    if (findings_.different_results == 0) return result;
    if (!stopped && learning != nullptr) compare(golden, *learning);
    throw DivergenceError(findings_.line());
}

void BoardSession::compare(const Network& golden, const Learning& learning) {
    findings_.words = board_.compare(golden, learning);
    ++findings_.comparisons;
    findings_.words_compared += findings_.words.words();
    findings_.different_words += findings_.words.differences;
}

void BoardSession::verify(const Network& golden, const Learning& learning) {
    compare(golden, learning);
    if (findings_.different_words > 0) throw DivergenceError(findings_.line());
}

void BoardSession::verify_last() {
    if (held_ != nullptr) verify(*held_, learning_);
}

std::unique_ptr<Learner> BoardLearners::make(const TrainOptions& options, const StoredModel* stored) {
    check_options(options);
    NetworkConfig config = stored != nullptr ? stored->network.config() : options.network();
    const Placement placement(config, session_.board().core());
    check_learning(options.learning(0), session_.board().core());
    if (stored != nullptr) return std::make_unique<BoardLearner>(session_, stored->network);
    Network network(std::move(config));
    network.initialise(options.seed, options.scale0, options.scale);
    return std::make_unique<BoardLearner>(session_, std::move(network));
}

std::unique_ptr<Learner> BoardLearners::restore(const TrainOptions& options, const std::vector<std::uint8_t>& state,
                                                const std::string& name) {
    check_options(options);
    restore_learner(options, state, name);  // checks it
    StoredModel stored = decode_model(state, name);
    const Placement placement(stored.network.config(), session_.board().core());
    check_learning(options.learning(0), session_.board().core());
    return std::make_unique<BoardLearner>(session_, std::move(stored.network));
}

void check_sample_size(const ImageSet& set, const BoardLink& link, const std::string& name) {
    std::size_t longest = 0;
    PixelEvents events;
    for (int k = 0; k < set.count(); ++k) {
        pixel_events(set, k, Shift{}, events);
        longest = std::max(longest, sample_body(events, 0, false).size());
    }
    if (longest <= link.longest_body()) return;
    throw UsageError(fmt::format("{}: an image takes {} bytes on the link, the board's buffer has room for {}", name,
                                 longest, link.longest_body()));
}

Evaluation evaluate_on_board(BoardSession& session, Network& golden, const ImageSet& set, const Learning& learning,
                             const PassObserver& observer) {
    golden.set_frame({});
    session.prepare(golden, learning);
    const auto outputs = static_cast<std::size_t>(golden.outputs(golden.layers() - 1));
    Evaluation evaluation;
    evaluation.confusion.assign(outputs, std::vector<int>(outputs, 0));
    const auto next = [&](int position, BoardSession::Sample& sample) {
        sample.image = position;
        sample.label = set.labels[static_cast<std::size_t>(position)];
        pixel_events(set, position, Shift{}, sample.events);
    };
    evaluation.pass = session.run(golden, set.count(), "test", nullptr, next, observer,
                                  [&](std::uint16_t label, std::uint16_t predicted) {
                                      if (predicted < outputs) ++evaluation.confusion[label][predicted];
                                  });
    return evaluation;
}

}  // namespace wuxing
