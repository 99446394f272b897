// Training and testing on a board, the golden model beside it: every result is compared as it comes, every word at the
// end of an epoch. As a Learner it takes part in a TrainingRun like any other.
#pragma once

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "board.hpp"
#include "learner.hpp"

namespace wuxing {

/// Board and golden model differ. what() is one line that says where. The command ends with exit code 1.
class DivergenceError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A result that is not that of the golden model.
struct ResultDifference {
    std::string pass;  ///< "training, epoch 3", "test"
    int position = 0;  ///< in that pass, from 0
    int image = 0;     ///< in the image set, from 0
    BoardResult expected, got;
};

/// What has been compared, and what of it differed.
struct BoardFindings {
    std::uint64_t samples = 0;         ///< sent, learning or not
    std::uint64_t results = 0;         ///< compared
    std::uint64_t lost_results = 0;    ///< samples carried out whose result the line has lost
    std::uint64_t comparisons = 0;     ///< times that all words were read back
    BoardComparison words;             ///< the last time
    std::uint64_t words_compared = 0;  ///< all times
    std::uint64_t different_results = 0, different_words = 0;
    std::optional<ResultDifference> first_result;

    std::uint64_t divergences() const { return different_results + different_words; }
    /// The first differences as one line.
    std::string line() const;
    nlohmann::json json() const;
};

/// A board and the network that it has been loaded with.
class BoardSession {
public:
    explicit BoardSession(Board& board) : board_(board) {}

    Board& board() { return board_; }
    const BoardFindings& findings() const { return findings_; }

    /// Brings the board to where `golden` is: loads it, or, if it has been loaded with this very object, sets the
    /// registers alone. Throws as Board::load.
    void prepare(const Network& golden, const Learning& learning);
    /// The object is going; the board has to be loaded anew.
    void forget(const Network& golden);

    /// One sample of a pass: `image` for messages, its events and its label.
    struct Sample {
        int image = 0;
        PixelEvents events;
        std::uint16_t label = 0;
    };
    using NextSample = std::function<void(int position, Sample& sample)>;
    using SawResult = std::function<void(std::uint16_t label, std::uint16_t predicted)>;

    /// Sends `count` samples to the board and to `golden`, which prepare() has had, and compares the results; saw(), if
    /// given, is told each. Learns if `learning` is given. Throws DivergenceError after the first difference, when the
    /// answers to what is under way have come in and, in training, the words have been compared.
    PassResult run(Network& golden, int count, const std::string& pass, const Learning* learning,
                   const NextSample& next, const PassObserver& observer, const SawResult& saw = {});

    /// Compares all words of the board with `golden`. Throws DivergenceError.
    void verify(const Network& golden, const Learning& learning);
    /// The same with the network that the board was last prepared with.
    void verify_last();

private:
    void compare(const Network& golden, const Learning& learning);
    void take_result(const ResultDifference& expected, const BoardResult* got);

    Board& board_;
    const Network* held_ = nullptr;
    Learning learning_;
    BoardFindings findings_;
};

/// Integer learners whose network is trained and tested on the board; their state is that of a `wuxing train` of the
/// same options.
class BoardLearners : public LearnerSource {
public:
    explicit BoardLearners(BoardSession& session) : session_(session) {}

    /// Both throw SetupError if the network does not fit the core, UsageError for another learner or arithmetic.
    std::unique_ptr<Learner> make(const TrainOptions& options, const StoredModel* stored) override;
    std::unique_ptr<Learner> restore(const TrainOptions& options, const std::vector<std::uint8_t>& state,
                                     const std::string& name) override;

private:
    BoardSession& session_;
};

/// Throws UsageError unless every image of the set, moved by up to `shift`, fits one request to the board.
void check_sample_size(const ImageSet& set, const BoardLink& link, const std::string& name);

/// A pass without learning over a set, images where they are.
Evaluation evaluate_on_board(BoardSession& session, Network& golden, const ImageSet& set, const Learning& learning,
                             const PassObserver& observer);

}  // namespace wuxing
