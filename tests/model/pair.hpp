// The model and the reference side by side, record by record.
#pragma once

#include <algorithm>
#include <string>
#include <utility>

#include "reference.hpp"
#include "tally.hpp"

namespace wuxing::test {

inline std::string text_of(const EventRecord& r) {
    std::string text = std::string(to_string(r.kind)) + " layer " + std::to_string(r.layer) + " neuron " +
                       std::to_string(r.neuron) + " input " + std::to_string(r.input) + ":";
    for (const std::int16_t v : r.values) text += " " + std::to_string(v);
    return text;
}

inline void compare_traces(const EventTrace& got, const EventTrace& expected, const std::string& where, Tally& tally) {
    tally.equal(got.size(), expected.size(), [&] { return where + ": number of records"; });
    for (std::size_t k = 0; k < std::min(got.size(), expected.size()); ++k) {
        tally.holds(got[k] == expected[k], [&] {
            return where + ", record " + std::to_string(k) + ":\n  got      " + text_of(got[k]) + "\n  expected " +
                   text_of(expected[k]);
        });
    }
}

inline bool same(const SampleResult& a, const SampleResult& b) {
    return a.predicted == b.predicted && a.displacement == b.displacement && a.learned == b.learned &&
           a.error == b.error;
}

// The model and the reference, side by side over any number of samples.
class Pair {
public:
    Pair(const Network& network, std::string name, Tally& tally)
        : model(network), reference_(network), name_(std::move(name)), tally_(tally) {}

    EventTrace infer(const PixelEvents& events, std::uint16_t label = 0xFFFF) { return run(events, label, false, {}); }
    EventTrace train(const PixelEvents& events, std::uint16_t label, int eta) {
        Learning learning;
        learning.eta = eta;
        return train(events, label, learning);
    }
    EventTrace train(const PixelEvents& events, std::uint16_t label, const Learning& learning) {
        return run(events, label, true, learning);
    }
    void set_frame(const Frame& frame) {
        model.set_frame(frame);
        reference_.set_frame(frame);
    }

    void compare_parameters() {
        std::uint64_t compared = 0;
        const std::uint64_t differences = reference_.differences(model, compared);
        tally_.add(compared, differences);
    }

    Network model;

private:
    EventTrace run(const PixelEvents& events, std::uint16_t label, bool learn, const Learning& learning) {
        const std::string where = name_ + ", sample " + std::to_string(sample_++);
        EventTrace got, expected;
        const SampleResult a = learn ? model.train(events, label, learning, &got) : model.infer(events, label, &got);
        const SampleResult b =
            learn ? reference_.train(events, label, learning, expected) : reference_.infer(events, label, expected);
        compare_traces(got, expected, where, tally_);
        tally_.holds(same(a, b), [&] { return where + ": result"; });
        return got;
    }

    reference::ReferenceNetwork reference_;
    std::string name_;
    int sample_ = 0;
    Tally& tally_;
};

inline std::uint64_t count_of(const EventTrace& trace, EventKind kind) {
    return static_cast<std::uint64_t>(
        std::count_if(trace.begin(), trace.end(), [kind](const EventRecord& r) { return r.kind == kind; }));
}

}  // namespace wuxing::test
