#include "session.hpp"

#include <fmt/format.h>

#include <chrono>

#include "core_map.hpp"
#include "setup_error.hpp"

namespace wuxing::sim {
namespace {

constexpr int kBeatsUnderWay = 1 << 14;  // several samples, so that the stream never waits for the kernel
constexpr std::uint32_t kGapSeed = 0x6A70, kHoldSeed = 0x401D;
constexpr std::uint32_t kLongestGap = 8, kLongestHold = 40;

double seconds_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

void TraceDigest::write(const Observation& o) {
    const auto mix = [this](std::uint64_t word) { digest_.mix(word); };
    const auto word = [&](std::size_t k) { return std::uint64_t{static_cast<std::uint16_t>(o.record.values[k])}; };
    mix(transactor_.as_of_usual_resets(o.cycle));
    mix(std::uint64_t{o.address} << 32 | static_cast<std::uint32_t>(o.lane));
    mix(static_cast<std::uint64_t>(o.record.kind) << 48 | std::uint64_t{o.record.layer} << 32 |
        std::uint64_t{o.record.neuron} << 16 | o.record.input);
    mix(word(0) | word(1) << 16 | word(2) << 32 | word(3) << 48);
    mix(word(4) | word(5) << 16 | word(6) << 32);
}

Session::Session(const sc_core::sc_module_name& name, Core& core, Network& network, SampleSource& samples,
                 SessionOptions options, Observer observer)
    : sc_module(name),
      network_(network),
      source_(samples),
      options_(std::move(options)),
      observer_(std::move(observer)),
      driver_("driver", StallSource(options_.seed + kGapSeed, options_.stall, kLongestGap)),
      transactor_("transactor", core, StallSource(options_.seed + kHoldSeed, options_.stall, kLongestHold),
                  options_.transactor),
      predictor_("predictor", network),
      scoreboard_("scoreboard"),
      digest_("digest", transactor_),
      bus_("bus"),
      host_(bus_),
      faulty_network_(network),
      core_faults_("core_faults", core, host_),
      samples_("samples", static_cast<int>(kMostInFlight) + 1),
      beats_("beats", kBeatsUnderWay),
      given_("given"),
      costs_("costs"),
      results_("results") {
    SC_HAS_PROCESS(Session);
    SC_THREAD(run);

    driver_.samples.bind(samples_);
    driver_.beats.bind(beats_);
    transactor_.beats.bind(beats_);
    bus_.socket.bind(transactor_.bus);
    given_.bind(predictor_.samples);
    predictor_.expectations.bind(scoreboard_.expectations);

    costs_.bind(*this);
    results_.bind(*this);
    transactor_.costs.bind(costs_);
    transactor_.observations.bind(digest_.in);
    if (options_.injection.event) {
        injector_ = std::make_unique<Injector>("injector", *options_.injection.event);
        transactor_.observations.bind(injector_->in);
        injector_->out.bind(scoreboard_.observations);
    } else {
        transactor_.observations.bind(scoreboard_.observations);
    }
    transactor_.observations.bind(core_faults_.in);
    transactor_.observations.bind(results_);  // after the scoreboard: a result counts once it has been compared
}

void Session::run() {
    try {
        lead();
    } catch (...) {
        failure_ = std::current_exception();
    }
    if (transactor_.stuck()) {
        scoreboard_.checker().time_out(transactor_.cycle(), transactor_.phase());
        failure_ = nullptr;  // whatever the bus said, this is why
    }
    note_divergence();
    if (!found_.empty()) failure_ = nullptr;  // a core that diverges may refuse whatever it likes
    transactor_.end_trace();
    result_.total_cycles = transactor_.cycle();
    sc_core::sc_stop();
}

void Session::lead() {
    set_up();
    const auto start = std::chrono::steady_clock::now();
    const std::uint64_t first_cycle = transactor_.cycle();
    stream();
    while (goes_on()) {
        resynchronise();
        stream();
    }
    result_.seconds = seconds_since(start);
    result_.stream_cycles = transactor_.cycle() - first_cycle;
    if (over()) return;
    finish();
}

void Session::set_up() {
    if (const auto window = options_.trace_cycles ? options_.trace_cycles : options_.trace_window) {
        transactor_.trace(options_.trace_path, window->from, window->to);
        result_.traced = window;
    }
    transactor_.reset();
    result_.core = host_.capabilities();
    placement_ = Placement(network_.config(), result_.core);
    check_learning(source_.learning(), result_.core);
    if (options_.injection.memory) check_injection();
    core_faults_.start(placement_);
    scoreboard_.checker().start(placement_);
    predictor_.set_tiles(result_.core.tiles);
    host_.load(network_, placement_, learning_);
}

void Session::check_injection() const {
    const MemoryInjection& m = *options_.injection.memory;
    const Capabilities& core = result_.core;
    const auto refuse = [](const std::string& why) { throw SetupError("--inject: " + why); };
    if (m.address.tile >= core.tiles) refuse(fmt::format("the core has {} tiles", core.tiles));
    if (m.memory == MemoryKind::weight) {
        if (core.recomputes) refuse("this core recomputes its connections and has no memory of them");
        if (m.address.word >= static_cast<std::uint32_t>(core.weight_depth))
            refuse(fmt::format("the core has {} tiles of {} words", core.tiles, core.weight_depth));
        if (m.bit >= core.weight_bits) refuse(fmt::format("a connection has {} bits", core.weight_bits));
        if (!placement_.connection(m.address))
            refuse(fmt::format("word {} of tile {} holds no connection of the network", m.address.word, m.address.tile));
        return;
    }
    const bool state = m.memory == MemoryKind::state;
    if (state && !core.learns_k) refuse("this core was built without LearnK and has no states of K");
    const std::uint32_t words = state ? 32 : 16;  // a slot
    const auto slot = static_cast<int>(m.address.word / words);
    if (slot >= core.slots || m.address.word % 16 >= kParameters || !placement_.neuron(m.address.tile, slot))
        refuse(fmt::format("word {} of tile {} belongs to no neuron of the network", m.address.word, m.address.tile));
}

void Session::stream() {
    // After a divergence image by image, so that the next one is the only one that the core has seen.
    const std::uint64_t ahead = found_.empty() ? kMostInFlight - 1 : 0;
    while ((!again_.empty() || result_.images_given < options_.images) && !over()) {
        const SamplePtr sample = next_sample();
        const bool inject = options_.injection.memory && options_.injection.memory->sample == sample->number;
        const std::optional<ResetPoint> reset = reset_in(sample->number);
        const bool new_learning = !same(sample->learning, learning_);
        const bool struck = core_is_struck(sample->number);
        if (new_learning || inject || reset || struck) {
            if (!wait_for(0)) {
                again_.push_front(sample);
                break;
            }
            if (inject) inject_memory();
            if (struck) strike_core(options_.core_faults.of(sample->number));
            if (new_learning) host_.set_learning(learning_ = sample->learning, placement_);
        }
        if (options_.trace_first && sample->number == 0) {
            const std::uint64_t now = transactor_.cycle();
            transactor_.trace(options_.trace_path, now, now + *options_.trace_first);
            result_.traced = CycleWindow{now, now + *options_.trace_first};
        }
        if (reset)
            give_with_reset(sample, *reset);
        else
            give(sample);
        if (!wait_for(ahead)) break;
        if (sample->number - samples_read_ >= kCounterInterval) {
            read_counters();
            samples_read_ = sample->number;
        }
    }
    wait_for(0);
}

SamplePtr Session::next_sample() {
    if (!again_.empty()) {
        const SamplePtr sample = again_.front();
        again_.pop_front();
        return sample;
    }
    const SamplePtr sample = source_.next();
    result_.images_given += sample->malformed ? 0 : 1;
    return sample;
}

void Session::give(const SamplePtr& sample) {
    in_flight_.push_back(sample);
    given_.write(strike_model(sample));
    samples_.put(with_beat_faults(sample, options_.core_faults.of(sample->number)));
}

SamplePtr Session::strike_model(const SamplePtr& sample) {
    const Faults& faults = options_.faults.of(sample->number);
    faulty_network_.strike(faults);
    if (faults.empty()) return sample;
    auto arrived = std::make_shared<Sample>(*sample);
    arrived->events = faulty_events(sample->events, faults);
    return arrived;
}

void Session::strike_core(const Faults& faults) {
    core_faults_.strike(faults);
    result_.faults += faults.size();
}

bool Session::core_is_struck(std::uint64_t sample) const {
    return core_faults_.stuck() || !options_.core_faults.of(sample).empty();
}

bool Session::over() const {
    const bool diverged = scoreboard_.checker().divergence() && !options_.trace_cycles;  // waves show what follows, too
    return diverged || transactor_.stuck() || result_.interrupted ||
           (options_.trace_cycles && transactor_.trace_over());
}

bool Session::wait_for(std::uint64_t in_flight) {
    while (in_flight_.size() > in_flight && !over())
        wait(result_seen_ | scoreboard_.diverged() | transactor_.interrupted());
    return !over();
}

bool Session::goes_on() const {
    const Checker& checker = scoreboard_.checker();
    const bool samples_left = !again_.empty() || result_.images_given < options_.images || checker.pending() > 1;
    return checker.divergence() && found_.size() < options_.further && samples_left && !transactor_.stuck() &&
           !result_.interrupted && !options_.trace_cycles;
}

void Session::note_divergence() {
    if (const auto& divergence = scoreboard_.checker().divergence()) found_.push_back(*divergence);
}

void Session::resynchronise() {
    note_divergence();
    transactor_.end_trace();  // waves belong to the first divergence
    // Whatever is still on its way to the core must be gone; what it answers meanwhile is not looked at.
    do {
        transactor_.reset();
        wait(sc_core::SC_ZERO_TIME);
    } while (samples_.used() != 0 || !driver_.idle());
    wait(sc_core::SC_ZERO_TIME);
    transactor_.reset();
    in_flight_.clear();
    const std::vector<ExpectationPtr> pending = scoreboard_.checker().restart();
    for (std::size_t k = pending.size(); k-- > 1;) {
        undo(network_, *pending[k]);
        again_.push_front(pending[k]->sample);
    }
    cycles_register_ = multiplies_register_ = 0;
    samples_since_reset_ = trained_since_reset_ = 0;
    host_.load(network_, placement_, learning_);
}

void Session::inject_memory() {
    const MemoryInjection& m = *options_.injection.memory;
    const std::uint32_t in_region = static_cast<std::uint32_t>(m.address.tile) << 18 | m.address.word;
    const std::uint32_t at = in_region | (m.memory == MemoryKind::weight      ? map::kWeightRegion
                                          : m.memory == MemoryKind::parameter ? map::kParameterRegion
                                                                              : map::kStateRegion);
    host_.write(at, host_.read(at) ^ 1u << m.bit);
    result_.injected = true;
}

std::optional<ResetPoint> Session::reset_in(std::uint64_t sample) {
    if (next_reset_ < options_.resets.size() && options_.resets[next_reset_].sample == sample)
        return options_.resets[next_reset_];
    if (options_.reset_sweep != 0) return ResetPoint{sample, kAnyPhase, sweep_cycle_, {}};
    return {};
}

void Session::give_with_reset(const SamplePtr& sample, ResetPoint point) {
    read_counters();
    const Network before = network_;
    transactor_.arm_reset(point.phase, point.count);
    give(sample);
    while (!in_flight_.empty() && !transactor_.armed_reset_happened() && !over())
        wait(result_seen_ | scoreboard_.diverged() | transactor_.interrupted());
    point.happened = transactor_.disarm_reset();
    result_.resets.push_back(point);
    if (next_reset_ < options_.resets.size() && options_.resets[next_reset_].sample == point.sample) ++next_reset_;
    if (options_.reset_sweep != 0 && point.phase == kAnyPhase) {
        if (point.happened)
            sweep_cycle_ += options_.reset_sweep;
        else if (!sample->malformed)  // which is short
            sweep_cycle_ = ++sweep_start_;  // every sweep begins a cycle later: in the end there is a reset in every cycle
    }
    if (!point.happened || over()) return;

    // The core has forgotten its registers, and half the sample may be in its memory: all is set up anew.
    in_flight_.clear();
    scoreboard_.checker().abandon();
    auto mismatch = host_.check_reset_values(result_.core);
    if (!mismatch) mismatch = host_.check_memories(before, network_, placement_);
    network_ = before;
    if (mismatch) {
        scoreboard_.checker().report_memory(*mismatch, transactor_.cycle());
        return;
    }
    cycles_register_ = multiplies_register_ = 0;
    samples_since_reset_ = trained_since_reset_ = 0;
    host_.load(network_, placement_, learning_);
    give(sample);
}

void Session::write(const Observation& observation) {
    if (observation.lane != kResultLane || in_flight_.empty()) return;
    const SamplePtr sample = in_flight_.front();
    in_flight_.pop_front();
    if (options_.trace_first && sample->number == 0 && observation.cycle < result_.traced->to) {
        transactor_.trace_this_cycle_last();
        result_.traced->to = observation.cycle + 1;
    }
    if (!scoreboard_.checker().divergence()) account(*sample, observation);
    result_seen_.notify(sc_core::SC_ZERO_TIME);
}

void Session::account(const Sample& sample, const Observation& result) {
    const bool learned = (result.record.values[3] & 1) != 0;  // not if a fault made it malformed
    ++samples_since_reset_;
    result_.cost += last_cost_;
    if (sample.malformed) {
        ++result_.malformed;
        return;
    }
    ++result_.images;
    result_.correct += static_cast<std::uint16_t>(result.record.values[0]) == sample.label ? 1u : 0u;
    if (learned) {
        ++trained_since_reset_;
        ++result_.trained;
        result_.trained_cost += last_cost_;
    } else {
        ++result_.inferred;
        result_.inferred_cost += last_cost_;
    }
    if (observer_ && !observer_(result_.images, result_.correct)) result_.interrupted = true;
}

void Session::read_counters() {
    // The registers count modulo 2^32; differences between frequent readings do not.
    const std::uint32_t cycles = host_.read(map::kCycles);
    result_.cycles += static_cast<std::uint32_t>(cycles - cycles_register_);
    cycles_register_ = cycles;
    if (!result_.core.all_counters) return;
    const std::uint32_t multiplies = host_.read(map::kMultiplies);
    result_.multiplies += static_cast<std::uint32_t>(multiplies - multiplies_register_);
    multiplies_register_ = multiplies;
}

void Session::check_counters() {
    const auto check = [&](const char* name, std::uint32_t address, std::uint64_t expected) {
        const std::uint32_t got = host_.read(address);
        if (got != static_cast<std::uint32_t>(expected))
            scoreboard_.checker().report_memory(
                {name, -1, address, -1, -1, -1, static_cast<std::uint32_t>(expected), got, 0, 32}, transactor_.cycle());
    };
    if (result_.core.all_counters) check("SAMPLES", map::kSamples, samples_since_reset_);
    check("TRAINED", map::kTrained, trained_since_reset_);
}

void Session::finish() {
    Checker& checker = scoreboard_.checker();
    checker.finish(transactor_.cycle());
    if (checker.divergence()) return;
    read_counters();
    result_.counters_read = found_.empty();
    check_counters();
    faulty_network_.strike({});  // what stuck tiles have learnt
    if (core_faults_.stuck()) core_faults_.strike({});
    result_.read_back = host_.compare(network_, placement_, learning_);
    if (result_.read_back.first) checker.report_memory(*result_.read_back.first, transactor_.cycle());
    if (!checker.divergence() && found_.empty()) result_.network = host_.read_network(network_, placement_);
}

SessionResult Session::result() {
    if (failure_) std::rethrow_exception(failure_);
    result_.events = scoreboard_.checker().matched();
    result_.limited = scoreboard_.checker().limited();
    if (!found_.empty()) {
        result_.divergence = found_.front();
        result_.further.assign(found_.begin() + 1, found_.end());
    }
    result_.digest = digest_.value();
    if (injector_) result_.injected = injector_->done();
    return result_;
}

}  // namespace wuxing::sim
