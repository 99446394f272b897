// JSON results: shown in a table and summed up, or refused.
#include "experiment.hpp"
#include "harness.hpp"
#include "report.hpp"

namespace wuxing::fuzz {
namespace {

bool accepts(const Bytes& input) {
    const MemoryFile file(input);
    const auto result = accepted<FileError>(file.path() + ": ", [&] { return read_result(file.path()); });
    const auto table = accepted<FileError>(file.path() + ": ", [&] { return results_table({file.path()}, true); });
    if (!result) {
        demand(!table, "a table of what is no result");
        return false;
    }
    PlannedRun run;
    run.experiment = run.group = run.name = "one";
    RunOutcome outcome;
    outcome.status = RunOutcome::Status::skipped;
    outcome.result = *result;
    const nlohmann::json summary = summarise({run}, {outcome});
    demand(!summary_table(summary).empty(), "no summary");
    demand(!summary.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).empty(), "no summary");
    return table.has_value();
}

std::vector<Bytes> seeds() {
    std::vector<Bytes> seeds;
    for (
        const char* text :
        {R"({"command":"train","layers":[784,80,10],"steps":8,"seed":1,"accuracy":0.98,"crc":305419896,"epochs":[{},{}],"weights":63520})",
         R"({"command":"train","configuration":{"eta":0.014,"layers":"784-80-10"},"versions":{"contract":2},"accuracy":null})",
         R"({"divergences":0,"config":{"name":"tiles4"},"events":{"drive":1,"neuron":2,"result":3},"cycles":1e9,"multiplier_utilisation":0.76})",
         R"({"accuracy":0.5,"images":100,"images_per_second":1.5e3,"validation_accuracy":1,"trained_images":-1})",
         R"({})", R"([1])", R"({"command":"eval","weights":12,"epochs":3,"crc":-1,"layers":"none"})"}) {
        seeds.push_back(bytes_of(text));
    }
    return seeds;
}

}  // namespace

const Reader kResult{"result", accepts, seeds, no_seal};

}  // namespace wuxing::fuzz
