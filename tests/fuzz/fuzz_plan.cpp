// Configurations as training runs: every run of an accepted plan can be written as a configuration and read again.
#include <algorithm>
#include <cmath>
#include <set>

#include "experiment_plan.hpp"
#include "harness.hpp"

namespace wuxing::fuzz {
namespace {

constexpr std::size_t kLookedAt = 50;  // runs of a plan, so that great ones take no longer

void look_at(const PlannedRun& run) {
    const TrainOptions& options = run.options;
    demand(std::none_of(run.name.begin(), run.name.end(), [](char c) { return c == '/' || c <= ' ' || c == 0x7F; }),
           "a run that cannot be a file: " + run.name);
    demand(run.name.rfind(run.experiment, 0) == 0 && run.group.rfind(run.experiment, 0) == 0,
           "a run without experiment");
    const std::string text = config_text(options);
    TrainOptions again;
    apply_config(again, parse_config(text, "again"));
    check_combination(again);
    demand(config_text(again) == text, "written and read again, other options");
    demand(result_configuration(again) == result_configuration(options), "other options in the result");
    options.network().validate();
    demand(options.eta >= 0 && options.eta < 0.5 && options.decay > 0 && options.decay <= 1, "a rate out of range");
    std::vector<std::uint32_t> epochs{0, 1, 1000};
    if (options.decay < 0.999 || options.decay == 1) epochs.push_back(~std::uint32_t{0});  // factor by factor
    for (const std::uint32_t epoch : epochs) {
        const int eta = options.rate().at(epoch);
        demand(eta >= 0 && eta <= std::ceil(65536 * options.eta), "a learning rate that grows");
        if (options.learner == "wuxing") static_cast<void>(options.learning(epoch));
    }
}

bool accepts(const Bytes& input) {
    const auto plan = accepted<UsageError>(
        "c.toml:", [&] { return plan_experiments({parse_config(text_of(input), "c.toml")}, {}, "folder"); });
    if (!plan) return false;
    std::set<std::string> names;
    for (const PlannedRun& run : *plan) demand(names.insert(run.name).second, "two runs of one name: " + run.name);
    for (std::size_t k = 0; k < std::min(plan->size(), kLookedAt); ++k) look_at((*plan)[k]);
    return true;
}

std::vector<Bytes> seeds() {
    std::vector<Bytes> seeds;
    for (const char* text :
         {"[one]\n",
          "layers = \"4-3-2\"\nepochs = 2\n[mnist]\nseed = [1, 2, 3]\neta = [0.01, 0.02]\n[double]\narithmetic = "
          "\"double\"\n",
          "[k]\nk-sets = \"123\"\nk-p = [0.01, 0]\nk-i = 0.01\nk-leak = 3\neta = 0\nrecomputed = true\nscale0 = 2\n",
          "[p]\nlearner = \"perceptron\"\nvalidation = 10\nkeep = \"best\"\ntrain-images = \"all\"\ntest-images = 20\n",
          "[w]\nweight-bits = [8, 12, 16]\nrounding = \"nearest\"\ntarget-on = 1.5\ntarget-off = -0.3\nshift = 1\n",
          "[m]\nmodel = \"m.wux\"\ndata = \"mnist\"\ndecay = 1e-300\ndecay-every = 2147483647\nseed = "
          "4294967295\nthreads = 2\n",
          "[c]\ncore-shift = 2\nsteps = 15\nscale = 1e2\n", "eta = 1\n[e]\n", "[e]\nout = \"x\"\n",
          "[e]\nsteps = \"8\"\n", "[t]\ndata = [\"mnist\", \"own data\"]\n"}) {
        seeds.push_back(bytes_of(text));
    }
    return seeds;
}

}  // namespace

const Reader kPlan{"plan", accepts, seeds, no_seal};

}  // namespace wuxing::fuzz
