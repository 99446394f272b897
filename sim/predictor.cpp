#include "predictor.hpp"

namespace wuxing::sim {
namespace {

std::vector<std::vector<ControllerState>> controllers(const Network& network) {
    std::vector<std::vector<ControllerState>> states(static_cast<std::size_t>(network.layers()));
    for (int l = 0; l < network.layers(); ++l)
        for (int j = 0; j < network.outputs(l); ++j)
            for (int k = 0; k < kParameters; ++k)
                states[static_cast<std::size_t>(l)].push_back({network.integral(l, j, k), network.last_g1(l, j, k)});
    return states;
}

}  // namespace

ExpectationPtr predict(Network& network, const SamplePtr& sample, int tiles, EventTrace& scratch) {
    auto expectation = std::make_shared<Expectation>();
    expectation->sample = sample;
    expectation->random_before = network.random_state();
    expectation->weight_bits = network.config().weight_bits;
    expectation->rounding = network.config().rounding;
    expectation->frame = network.frame();
    if (sample->learn && sample->learning.k.sets != 0) expectation->controllers_before = controllers(network);
    scratch.clear();
    if (sample->learn)
        network.train(sample->events, sample->label, sample->learning, &scratch);
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
        for (const EventRecord& r : lane) {  // a sample writes no connection and no parameter twice
            if (r.kind == EventKind::weight_write) network.set_weight(r.layer, r.input, r.neuron, r.values[0]);
            if (r.kind != EventKind::parameter_write) continue;
            const ControllerState& before = expectation.controllers_before[r.layer][kParameters * std::size_t{r.neuron} + r.input];
            network.set_parameter(r.layer, r.neuron, r.input, r.values[0]);
            network.set_controller(r.layer, r.neuron, r.input, before.integral, before.last_g1);
        }
    network.set_random_state(expectation.random_before);
}

}  // namespace wuxing::sim
