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

}  // namespace wuxing::sim
