#include "predictor.hpp"

namespace wuxing::sim {

ExpectationPtr predict(Network& network, const SamplePtr& sample, int tiles, EventTrace& scratch) {
    auto expectation = std::make_shared<Expectation>();
    expectation->sample = sample;
    expectation->random_before = network.random_state();
    scratch.clear();
    if (sample->learn)
        network.train(sample->events, sample->label, sample->eta, &scratch);
    else
        network.infer(sample->events, sample->label, &scratch);
    expectation->lanes.resize(static_cast<std::size_t>(tiles));
    for (const EventRecord& record : scratch) {
        if (record.kind == EventKind::result)
            expectation->result = record;
        else
            expectation->lanes[record.neuron % static_cast<std::size_t>(tiles)].push_back(record);
    }
    return expectation;
}

void undo(Network& network, const Expectation& expectation) {
    for (const auto& lane : expectation.lanes)
        for (const EventRecord& r : lane)  // a sample writes no connection twice
            if (r.kind == EventKind::weight_write) network.set_weight(r.layer, r.input, r.neuron, r.values[0]);
    network.set_random_state(expectation.random_before);
}

}  // namespace wuxing::sim
