#include "sample_source.hpp"

#include <algorithm>

namespace wuxing::sim {

SampleSource::SampleSource(const ImageSet& set, SampleOptions options) : set_(set), options_(std::move(options)) {
    const auto count = static_cast<std::uint64_t>(set.count());
    start_epoch(options_.first_epoch + static_cast<std::uint32_t>(options_.first / count));
    position_ = static_cast<std::size_t>(options_.first % count);
}

void SampleSource::start_epoch(std::uint32_t epoch) {
    epoch_ = epoch;
    position_ = 0;
    const LearningRate& rate = options_.rate;
    const auto gain = [&](double first) {
        return std::min(kGainMax, LearningRate{first, rate.decay, rate.decay_every}.at(epoch));
    };
    const KMethod& method = options_.k;
    learning_ = {rate.at(epoch), {gain(method.p), gain(method.i), gain(method.d), method.leak, method.sets}};
    if (!options_.learn.empty()) {
        order_ = epoch_samples(set_.count(), options_.seed, epoch, options_.shift);
    } else if (order_.empty()) {
        order_.resize(static_cast<std::size_t>(set_.count()));
        for (std::size_t k = 0; k < order_.size(); ++k) order_[k].image = static_cast<int>(k);
    }
}

SamplePtr SampleSource::next() {
    const bool due = options_.malformed != 0 && since_malformed_ == options_.malformed;
    since_malformed_ = due ? 0 : since_malformed_ + 1;
    return due ? malformed() : good();
}

std::uint64_t SampleSource::learn_before(
    Network& network, std::uint64_t count,
    const std::function<bool(std::uint64_t done, std::uint64_t correct)>& goes_on) {
    constexpr std::uint64_t kInterval = 256;
    std::uint64_t learnt = 0, correct = 0;
    for (std::uint64_t done = 0; done < count;) {
        const SamplePtr sample = next();
        const SampleResult result = sample->learn ? network.train(sample->events, sample->label, sample->learning)
                                                  : network.infer(sample->events, sample->label);
        if (sample->malformed) continue;
        ++done;
        learnt += sample->learn ? 1 : 0;
        correct += result.predicted == sample->label ? 1 : 0;
        if (done % kInterval == 0 && !goes_on(done, correct)) break;
    }
    number_ = 0;
    return learnt;
}

SamplePtr SampleSource::good() {
    if (position_ == order_.size()) start_epoch(epoch_ + 1);
    const EpochSample& from = order_[position_++];
    auto sample = std::make_shared<Sample>();
    sample->number = number_++;
    sample->image = from.image;
    pixel_events(set_, from.image, from.shift, sample->events);
    sample->label = set_.labels[static_cast<std::size_t>(from.image)];
    sample->learn = !options_.learn.empty() && options_.learn[static_cast<std::size_t>(good_ % options_.learn.size())] == '1';
    sample->learning = learning_;
    if (options_.malformed != 0) {
        // A pixel of value zero is allowed, and must change nothing.
        PixelEvents with_zeros;
        int free = 0;
        for (const PixelEvent& e : sample->events) {
            if (e.index > free) with_zeros.push_back({static_cast<std::uint16_t>(free), 0});
            with_zeros.push_back(e);
            free = e.index + 1;
        }
        sample->events = with_zeros;
    }
    ++good_;
    last_ = sample;
    return last_;
}

SamplePtr SampleSource::malformed() {
    auto sample = std::make_shared<Sample>(*last_);
    sample->number = number_++;
    sample->malformed = true;
    PixelEvents& events = sample->events;
    if (events.size() < 2) events = {{0, 0}, {1, 0}};  // a black image has none that could stand in a wrong order
    const auto beyond = static_cast<std::uint16_t>(std::min(options_.inputs, 65535));
    const PixelEvent outside{beyond, 9};
    const auto middle = events.begin() + static_cast<std::ptrdiff_t>(events.size() / 2);
    sample->learn = malformed_ % 2 == 0;
    switch (malformed_++ % 7) {
        case 0: events.insert(middle, outside); break;
        case 1: events.push_back({65535, 255}); break;
        case 2: events.insert(events.begin(), {events.front().index, 7}); break;
        case 3: std::reverse(events.begin(), events.end()); break;
        case 4:
            sample->learn = true;
            sample->label = static_cast<std::uint16_t>(options_.outputs);
            break;
        case 5:  // two faults: the first counts
            events.insert(events.end(), {{2, 1}, {1, 1}, outside});
            break;
        case 6:
            events.insert(events.begin(), outside);
            events.push_back({0, 1});
            sample->learn = true;
            sample->label = 65535;
            break;
    }
    return sample;
}

}  // namespace wuxing::sim
