// The samples of a run, in order.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "dataset.hpp"
#include "sample.hpp"
#include "samples.hpp"

namespace wuxing::sim {

/// The fixed-point method: gains of the first epoch, which fall with the learning rate.
struct KMethod {
    double p = 0.02, i = 0, d = 0;  ///< 0 <= gain < 1/4
    int leak = 4;
    unsigned sets = 0;  ///< bit 0 K1, bit 1 K2, bit 2 K3; 0: K is constant
};

struct SampleOptions {
    std::uint32_t seed = 1;
    std::string learn;          ///< pattern of '1' and '0', repeated; empty: never
    LearningRate rate;
    KMethod k;
    std::uint32_t first_epoch = 0;
    std::uint64_t first = 0;    ///< samples skipped at the start
    int shift = 0;              ///< greatest shift of an image in pixels
    std::uint64_t malformed = 0;  ///< after every so many good samples a malformed one; 0: none
    int inputs = 0, outputs = 0;  ///< of the network
};

/// With learning: the epochs of the contract (section 10), as `wuxing train` takes them. Without: the set in its order.
class SampleSource {
public:
    SampleSource(const ImageSet& set, SampleOptions options);
    SamplePtr next();
    /// Gives the next `count` good samples, and the malformed ones between them, to `network` alone. Those that follow
    /// are numbered from 0, and are what they would be in a run from the start. `goes_on` is asked now and then, with
    /// the images done and how many of them were classified rightly; false ends it. Returns the images learnt.
    std::uint64_t learn_before(Network& network, std::uint64_t count,
                               const std::function<bool(std::uint64_t done, std::uint64_t correct)>& goes_on);
    /// Eta and gains of the epoch in work.
    const Learning& learning() const { return learning_; }

private:
    void start_epoch(std::uint32_t epoch);
    SamplePtr good();
    SamplePtr malformed();

    const ImageSet& set_;
    SampleOptions options_;
    std::vector<EpochSample> order_;
    std::size_t position_ = 0;
    std::uint32_t epoch_ = 0;
    Learning learning_;
    std::uint64_t number_ = 0, good_ = 0, since_malformed_ = 0, malformed_ = 0;
    SamplePtr last_;
};

}  // namespace wuxing::sim
