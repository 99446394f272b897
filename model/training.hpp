// Epochs of training and passes of evaluation over an image set.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "dataset.hpp"
#include "network.hpp"
#include "perceptron.hpp"
#include "real_network.hpp"
#include "samples.hpp"
#include "signals.hpp"

namespace wuxing {

/// Called now and then with the images done and how many of them were classified rightly; false stops the pass.
using PassObserver = std::function<bool(int done, int correct)>;

/// What a pass over an image set came to.
struct PassResult {
    int images = 0;          ///< images done
    int correct = 0;         ///< of these, classified rightly (in training: before the sample was learnt)
    double seconds = 0;      ///< wall time
    bool completed = false;  ///< false if the observer stopped it

    double accuracy() const { return images > 0 ? static_cast<double>(correct) / images : 0.0; }
    double rate() const { return seconds > 0 ? images / seconds : 0.0; }
};

/// A pass without learning.
struct Evaluation {
    PassResult pass;
    /// confusion[label][class]: images of that label which were given that class; outputs x outputs.
    std::vector<std::vector<int>> confusion;

    int images_of(int label) const;  ///< images with that label
};

/// Trains one epoch, on-line: the samples of epoch_samples(count, seed, epoch, max_shift) in order, each changing
/// what `learning` says. The set must fit the network (check_fits).
PassResult train_epoch(Network& network, const ImageSet& set, std::uint32_t seed, std::uint32_t epoch, int max_shift,
                       const Learning& learning, const PassObserver& observer = {});

/// The same for the double-precision twin.
PassResult train_epoch(RealNetwork& network, const ImageSet& set, std::uint32_t seed, std::uint32_t epoch,
                       int max_shift, const Learning& learning, const PassObserver& observer = {});

/// The same samples and learning rate for the perceptron.
PassResult train_epoch(Perceptron& network, const ImageSet& set, std::uint32_t seed, std::uint32_t epoch,
                       int max_shift, int eta, const PassObserver& observer = {});

/// Classifies every image, unmoved, in order. The network's K, C and R are left alone. The images are shared among
/// `threads` threads (>= 1), each with a copy of the network; the result is the same for any number of them. The
/// observer is called by the calling thread only.
Evaluation evaluate(Network& network, const ImageSet& set, const PassObserver& observer = {}, int threads = 1);
Evaluation evaluate(RealNetwork& network, const ImageSet& set, const PassObserver& observer = {}, int threads = 1);
Evaluation evaluate(Perceptron& network, const ImageSet& set, const PassObserver& observer = {}, int threads = 1);

/// Quantisation error over every image, unmoved; all labels must be outputs of the network. `goes_on`, if given, is
/// called before every image and stops it by false: what comes back is then of the images before.
TwinComparison compare_with_twin(const Network& network, const ImageSet& set,
                                 const std::function<bool()>& goes_on = {});

/// Signals of every layer over every image, unmoved, in the same way.
std::vector<LayerSignals> measure_signals(const Network& network, const ImageSet& set,
                                          const std::function<bool()>& goes_on = {});

}  // namespace wuxing
