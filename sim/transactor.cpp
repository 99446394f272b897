#include "transactor.hpp"

namespace wuxing::sim {

Transactor::Transactor(const sc_core::sc_module_name& name, Core& core, StallSource result_stalls,
                       TransactorOptions options)
    : sc_module(name), bus("bus"), core_(core), result_stalls_(result_stalls), options_(options) {
    SC_HAS_PROCESS(Transactor);
    SC_THREAD(run);
    bus.register_b_transport(this, &Transactor::b_transport);
    hold_ = result_stalls_.next();
}

void Transactor::run() {
    const sc_core::sc_time period(kCycleNanoseconds, sc_core::SC_NS);
    for (;;) {
        while (!busy()) wait(beats->data_written_event());
        int cycles = 0;
        while (cycles < options_.quantum && busy()) {
            step();
            ++cycles;
        }
        wait(cycles * period);
    }
}

bool Transactor::busy() const {
    return !halted_ && (have_beat_ || in_sample_ || awaited_ != 0 || beats->num_available() != 0);
}

void Transactor::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
    auto& data = *reinterpret_cast<std::uint32_t*>(payload.get_data_ptr());
    const std::uint64_t begin = cycle_;
    in_.wb_request = true;
    in_.wb_write = payload.is_write();
    in_.wb_address = static_cast<std::uint32_t>(payload.get_address() / 4);
    in_.wb_data = data;
    // The core answers in some later cycle; the request stays until it does.
    const CoreOutputs& out = core_.outputs();
    do step();
    while (!out.wb_ack && !out.wb_err && !stuck_);
    if (!stuck_) last_progress_ = cycle_;
    const bool refused = out.wb_err || stuck_;
    if (!in_.wb_write) data = out.wb_data;
    step();  // the cycle in which the answer is taken still shows the request
    in_.wb_request = false;
    payload.set_response_status(refused ? tlm::TLM_GENERIC_ERROR_RESPONSE : tlm::TLM_OK_RESPONSE);
    delay += static_cast<double>(cycle_ - begin) * sc_core::sc_time(kCycleNanoseconds, sc_core::SC_NS);
}

void Transactor::fetch_beat() {
    if (have_beat_) return;
    have_beat_ = beats->nb_read(beat_);
}

void Transactor::step() {
    const CoreOutputs& out = core_.outputs();
    if (cycle_ == next_trace_edge_) trace_edge();
    const bool in_armed = armed_.phase == kAnyPhase ? out.phase != kPhaseIdle : out.phase == armed_.phase;
    if (in_armed && !armed_.happened && ++armed_.seen == armed_.count) {
        armed_.happened = out.phase;
        reset();
        interrupted_.notify(sc_core::SC_ZERO_TIME);
        return;
    }

    fetch_beat();
    in_.sample_valid = have_beat_ && beat_.gap == 0;
    in_.sample_last = beat_.last;
    in_.sample_data = beat_.data;
    in_.result_ready = hold_ == 0;

    const bool observed = out.observed.any();
    if (observed) publish_records(out);
    const bool beat_taken = in_.sample_valid && out.sample_ready;
    const bool result_taken = out.result_valid && in_.result_ready;
    const bool held_back = (in_sample_ && !in_.sample_valid) || (out.result_valid && !in_.result_ready);
    ++cost_.phases[out.phase];
    cost_.stalled += out.phase != kPhaseIdle && held_back ? 1 : 0;

    if (beat_taken) {
        in_sample_ = !beat_.last;
        awaited_ += beat_.last ? 1 : 0;
        have_beat_ = false;
    } else if (have_beat_ && beat_.gap != 0) {
        --beat_.gap;
    }
    if (out.result_valid && hold_ != 0) --hold_;
    if (result_taken) {
        --awaited_;
        hold_ = result_stalls_.next();
        publish_result(out);
        cost_ = {};
    }
    core_.tick(in_);
    ++cycle_;

    if (observed || beat_taken || result_taken || held_back) {
        last_progress_ = cycle_;
    } else if (cycle_ - last_progress_ > options_.watchdog && !stuck_) {
        stuck_ = halted_ = true;
        interrupted_.notify(sc_core::SC_ZERO_TIME);
    }
}

void Transactor::publish_records(const CoreOutputs& out) {
    const auto& lanes = out.observed;
    for (std::size_t next = lanes._Find_first(); next < lanes.size(); next = lanes._Find_next(next)) {
        const int lane = static_cast<int>(next);
        Observation observation{core_.record(lane), cycle_, 0, lane};
        const EventKind kind = observation.record.kind;
        if (kind == EventKind::weight_write || kind == EventKind::parameter_write) observation.address = core_.address(lane);
        observations.write(observation);
    }
}

void Transactor::publish_result(const CoreOutputs& out) {
    costs.write(cost_);
    const auto field = [&](int k) { return static_cast<std::int16_t>(out.result_data >> (16 * k)); };
    observations.write({{EventKind::result, 0, 0, 0, {field(0), field(1), field(2), field(3)}}, cycle_, 0, kResultLane});
}

void Transactor::reset() {
    CoreInputs held;
    held.reset = true;
    for (int k = 0; k < options_.reset_cycles; ++k, ++cycle_) {
        if (cycle_ == next_trace_edge_) trace_edge();
        core_.tick(held);
    }
    surplus_ += static_cast<std::uint64_t>(options_.reset_cycles) - 4;
    while (beats->nb_read(beat_)) {
    }
    have_beat_ = in_sample_ = false;
    awaited_ = 0;
    cost_ = {};
    last_progress_ = cycle_;
}

std::optional<int> Transactor::disarm_reset() {
    const std::optional<int> happened = armed_.happened;
    armed_ = {};
    return happened;
}

void Transactor::trace(const std::string& path, std::uint64_t from, std::uint64_t to) {
    trace_path_ = path;
    trace_from_ = next_trace_edge_ = from;
    trace_to_ = to;
}

void Transactor::trace_this_cycle_last() {
    if (traced_ && next_trace_edge_ != kNever) trace_to_ = next_trace_edge_ = cycle_ + 1;
}

void Transactor::trace_edge() {
    if (cycle_ == trace_from_) {
        core_.open_waves(trace_path_);
        next_trace_edge_ = trace_to_;
        traced_ = true;
    } else {
        core_.close_waves();
        next_trace_edge_ = kNever;
        interrupted_.notify(sc_core::SC_ZERO_TIME);
    }
}

void Transactor::end_trace() {
    if (traced_) core_.close_waves();
    next_trace_edge_ = kNever;
}

}  // namespace wuxing::sim
