// Functional coverage: what the tests must have met at least once (docs/coverage.md). A point is an instance of cover_point, bound into
// the module whose signals it looks at, with a name of its own; the RTL does not know of it. Read by Verilator only, and only in builds
// that count coverage: Yosys ignores bind.
/* verilator lint_off DECLFILENAME */
/* verilator lint_off SYNCASYNCNET */
module cover_point (
  input logic clk_i,
  input logic hit_i
);
  hit: cover property (@(posedge clk_i) hit_i);
endmodule

// ---- a sample's way: every transition of the sequencer
bind wuxing_sequencer cover_point seq_idle_receive      (.clk_i, .hit_i((state_q == Idle) && (state_d == Receive)));
bind wuxing_sequencer cover_point seq_idle_check        (.clk_i, .hit_i((state_q == Idle) && (state_d == Check)));  // an end mark alone
bind wuxing_sequencer cover_point seq_receive_check     (.clk_i, .hit_i((state_q == Receive) && (state_d == Check)));
bind wuxing_sequencer cover_point seq_check_layer       (.clk_i, .hit_i((state_q == Check) && (state_d == Layer)));
bind wuxing_sequencer cover_point seq_check_result      (.clk_i, .hit_i((state_q == Check) && (state_d == Result)));
bind wuxing_sequencer cover_point seq_layer_mac         (.clk_i, .hit_i((state_q == Layer) && (state_d == Mac)));
bind wuxing_sequencer cover_point seq_mac_drive         (.clk_i, .hit_i((state_q == Mac) && (state_d == Drive)));
bind wuxing_sequencer cover_point seq_drive_forward     (.clk_i, .hit_i((state_q == Drive) && (state_d == Forward)));
bind wuxing_sequencer cover_point seq_forward_collect   (.clk_i, .hit_i((state_q == Forward) && (state_d == Collect)));
bind wuxing_sequencer cover_point seq_collect_mac       (.clk_i, .hit_i((state_q == Collect) && (state_d == Mac)));
bind wuxing_sequencer cover_point seq_collect_layer     (.clk_i, .hit_i((state_q == Collect) && (state_d == Layer)));
bind wuxing_sequencer cover_point seq_collect_backward  (.clk_i, .hit_i((state_q == Collect) && (state_d == BackFirst)));
bind wuxing_sequencer cover_point seq_collect_result    (.clk_i, .hit_i((state_q == Collect) && (state_d == Result)));
bind wuxing_sequencer cover_point seq_back_first_scan   (.clk_i, .hit_i((state_q == BackFirst) && (state_d == BackScan)));
bind wuxing_sequencer cover_point seq_back_scan_load    (.clk_i, .hit_i((state_q == BackScan) && (state_d == BackLoad)));
bind wuxing_sequencer cover_point seq_back_scan_sum     (.clk_i, .hit_i((state_q == BackScan) && (state_d == SumFirst)));
bind wuxing_sequencer cover_point seq_back_scan_update  (.clk_i, .hit_i((state_q == BackScan) && (state_d == UpdFirst)));
bind wuxing_sequencer cover_point seq_back_scan_result  (.clk_i, .hit_i((state_q == BackScan) && (state_d == Result)));  // recomputed
bind wuxing_sequencer cover_point seq_back_load_run     (.clk_i, .hit_i((state_q == BackLoad) && (state_d == Backward)));
bind wuxing_sequencer cover_point seq_backward_scan     (.clk_i, .hit_i((state_q == Backward) && (state_d == BackScan)));
bind wuxing_sequencer cover_point seq_sum_first_sum     (.clk_i, .hit_i((state_q == SumFirst) && (state_d == Sum)));
bind wuxing_sequencer cover_point seq_sum_backward      (.clk_i, .hit_i((state_q == Sum) && (state_d == BackFirst)));
bind wuxing_sequencer cover_point seq_upd_first_scan    (.clk_i, .hit_i((state_q == UpdFirst) && (state_d == UpdScan)));
bind wuxing_sequencer cover_point seq_upd_scan_load     (.clk_i, .hit_i((state_q == UpdScan) && (state_d == UpdLoad)));
bind wuxing_sequencer cover_point seq_upd_scan_layer    (.clk_i, .hit_i((state_q == UpdScan) && (state_d == UpdFirst)));
bind wuxing_sequencer cover_point seq_upd_scan_result   (.clk_i, .hit_i((state_q == UpdScan) && (state_d == Result)));
bind wuxing_sequencer cover_point seq_upd_load_update   (.clk_i, .hit_i((state_q == UpdLoad) && (state_d == Update)));
bind wuxing_sequencer cover_point seq_update_scan       (.clk_i, .hit_i((state_q == Update) && (state_d == UpdScan)));
bind wuxing_sequencer cover_point seq_result_idle       (.clk_i, .hit_i((state_q == Result) && (state_d == Idle)));

// ---- networks of every depth that a core takes, forward and back
bind wuxing_sequencer cover_point layers_1 (.clk_i, .hit_i((state_q == Collect) && layer_i.last && (layer_q == 3'd0)));
bind wuxing_sequencer cover_point layers_2 (.clk_i, .hit_i((state_q == Collect) && layer_i.last && (layer_q == 3'd1)));
bind wuxing_sequencer cover_point layers_3 (.clk_i, .hit_i((state_q == Collect) && layer_i.last && (layer_q == 3'd2)));
bind wuxing_sequencer cover_point layers_4 (.clk_i, .hit_i((state_q == Collect) && layer_i.last && (layer_q == 3'd3)));
bind wuxing_sequencer cover_point layers_5 (.clk_i, .hit_i((state_q == Collect) && layer_i.last && (layer_q == 3'd4)));
bind wuxing_sequencer cover_point layers_6 (.clk_i, .hit_i((state_q == Collect) && layer_i.last && (layer_q == 3'd5)));
bind wuxing_sequencer cover_point layers_7 (.clk_i, .hit_i((state_q == Collect) && layer_i.last && (layer_q == 3'd6)));
bind wuxing_sequencer cover_point layers_8 (.clk_i, .hit_i((state_q == Collect) && layer_i.last && (layer_q == 3'd7)));
bind wuxing_sequencer cover_point sum_below_top        (.clk_i, .hit_i((state_q == Sum) && layer_i.last));
bind wuxing_sequencer cover_point sum_in_the_middle    (.clk_i, .hit_i((state_q == Sum) && !layer_i.last));
bind wuxing_sequencer cover_point backward_layer_0     (.clk_i, .hit_i((state_q == Backward) && (layer_q == 3'd0)));
bind wuxing_sequencer cover_point nothing_live_at_top  (.clk_i, .hit_i((state_q == BackScan) && decide && settled_i && !found_i && !any_q && layer_i.last));
bind wuxing_sequencer cover_point nothing_live_below   (.clk_i, .hit_i((state_q == BackScan) && decide && settled_i && !found_i && !any_q && !layer_i.last));

// ---- samples: what is wrong with them, how they end, what waits
bind wuxing_sequencer cover_point sample_bad_index  (.clk_i, .hit_i((state_q == Result) && (code_q == wuxing_pkg::SampleBadIndex)));
bind wuxing_sequencer cover_point sample_bad_order  (.clk_i, .hit_i((state_q == Result) && (code_q == wuxing_pkg::SampleBadOrder)));
bind wuxing_sequencer cover_point sample_bad_label  (.clk_i, .hit_i((state_q == Result) && (code_q == wuxing_pkg::SampleBadLabel)));
bind wuxing_sequencer cover_point sample_not_ready  (.clk_i, .hit_i((state_q == Result) && (code_q == wuxing_pkg::SampleNotReady)));
bind wuxing_sequencer cover_point sample_learnt     (.clk_i, .hit_i((state_q == Result) && (code_q == wuxing_pkg::SampleOk) && learn_i));
bind wuxing_sequencer cover_point sample_inferred   (.clk_i, .hit_i((state_q == Result) && (code_q == wuxing_pkg::SampleOk) && !learn_i));
bind wuxing_sequencer cover_point result_waits      (.clk_i, .hit_i((state_q == Result) && !res_ready_i));
bind wuxing_sequencer cover_point result_at_once    (.clk_i, .hit_i((state_q != Result) && (state_d == Result) && res_ready_i));
bind wuxing_receiver  cover_point fault_after_fault (.clk_i, .hit_i(beat_o && begun_q && (error_q != wuxing_pkg::SampleOk) && (fault != wuxing_pkg::SampleOk)));
bind wuxing_receiver  cover_point pixel_zero        (.clk_i, .hit_i(beat_o && !smp_last_i && (error_now == wuxing_pkg::SampleOk) && (smp_data_i[23:16] == 8'd0)));
bind wuxing_receiver  cover_point pixel_brightest   (.clk_i, .hit_i(store_o && (smp_data_i[23:16] == 8'hFF)));
bind wuxing_receiver  cover_point index_last        (.clk_i, .hit_i(store_o && (index + 16'd1 == inputs_i)));
bind wuxing_core cover_point beat_missing           (.clk_i, .hit_i((obs_phase_o == wuxing_pkg::PhaseReceive) && smp_ready_o && !smp_valid_i));
bind wuxing_core cover_point beat_waits_for_host    (.clk_i, .hit_i((obs_phase_o == wuxing_pkg::PhaseReceive) && smp_valid_i && lock));
bind wuxing_core cover_point beat_waits_for_shift   (.clk_i, .hit_i((obs_phase_o == wuxing_pkg::PhaseReceive) && smp_valid_i && hold));
bind wuxing_core cover_point next_waits_in_mac      (.clk_i, .hit_i((obs_phase_o == wuxing_pkg::PhaseMac) && smp_valid_i));
bind wuxing_core cover_point next_waits_in_forward  (.clk_i, .hit_i((obs_phase_o == wuxing_pkg::PhaseForward) && smp_valid_i));
bind wuxing_core cover_point next_waits_in_backward (.clk_i, .hit_i((obs_phase_o == wuxing_pkg::PhaseBackward) && smp_valid_i));
bind wuxing_core cover_point next_waits_in_sum      (.clk_i, .hit_i((obs_phase_o == wuxing_pkg::PhaseErrorSum) && smp_valid_i));
bind wuxing_core cover_point next_waits_in_update   (.clk_i, .hit_i((obs_phase_o == wuxing_pkg::PhaseUpdate) && smp_valid_i));
bind wuxing_core cover_point next_waits_in_result   (.clk_i, .hit_i((obs_phase_o == wuxing_pkg::PhaseResult) && smp_valid_i));

// ---- event memory
bind wuxing_events cover_point events_none_in_layer  (.clk_i, .hit_i(issue_i && (first == stop)));
bind wuxing_events cover_point events_full           (.clk_i, .hit_i(fill_q == PointerW'(1 << IndexW)));
bind wuxing_events cover_point events_replayed       (.clk_i, .hit_i(rewind_i && done_o && (first != stop)));

// ---- reset in every phase
bind wuxing_core cover_point reset_in_idle     (.clk_i(!rst_ni), .hit_i(obs_phase_o == wuxing_pkg::PhaseIdle));
bind wuxing_core cover_point reset_in_receive  (.clk_i(!rst_ni), .hit_i(obs_phase_o == wuxing_pkg::PhaseReceive));
bind wuxing_core cover_point reset_in_mac      (.clk_i(!rst_ni), .hit_i(obs_phase_o == wuxing_pkg::PhaseMac));
bind wuxing_core cover_point reset_in_forward  (.clk_i(!rst_ni), .hit_i(obs_phase_o == wuxing_pkg::PhaseForward));
bind wuxing_core cover_point reset_in_backward (.clk_i(!rst_ni), .hit_i(obs_phase_o == wuxing_pkg::PhaseBackward));
bind wuxing_core cover_point reset_in_sum      (.clk_i(!rst_ni), .hit_i(obs_phase_o == wuxing_pkg::PhaseErrorSum));
bind wuxing_core cover_point reset_in_update   (.clk_i(!rst_ni), .hit_i(obs_phase_o == wuxing_pkg::PhaseUpdate));
bind wuxing_core cover_point reset_in_result   (.clk_i(!rst_ni), .hit_i(obs_phase_o == wuxing_pkg::PhaseResult));
bind wuxing_core cover_point reset_in_access   (.clk_i(!rst_ni), .hit_i(lock));

// ---- the host meets every phase; what it may and may not do
bind wuxing_core cover_point read_in_idle         (.clk_i, .hit_i(wb_ack_o && !wb_we_i && (obs_phase_o == wuxing_pkg::PhaseIdle)));
bind wuxing_core cover_point read_in_receive      (.clk_i, .hit_i(wb_ack_o && !wb_we_i && (obs_phase_o == wuxing_pkg::PhaseReceive)));
bind wuxing_core cover_point read_in_mac          (.clk_i, .hit_i(wb_ack_o && !wb_we_i && (obs_phase_o == wuxing_pkg::PhaseMac)));
bind wuxing_core cover_point read_in_forward      (.clk_i, .hit_i(wb_ack_o && !wb_we_i && (obs_phase_o == wuxing_pkg::PhaseForward)));
bind wuxing_core cover_point read_in_backward     (.clk_i, .hit_i(wb_ack_o && !wb_we_i && (obs_phase_o == wuxing_pkg::PhaseBackward)));
bind wuxing_core cover_point read_in_sum          (.clk_i, .hit_i(wb_ack_o && !wb_we_i && (obs_phase_o == wuxing_pkg::PhaseErrorSum)));
bind wuxing_core cover_point read_in_update       (.clk_i, .hit_i(wb_ack_o && !wb_we_i && (obs_phase_o == wuxing_pkg::PhaseUpdate)));
bind wuxing_core cover_point read_in_result       (.clk_i, .hit_i(wb_ack_o && !wb_we_i && (obs_phase_o == wuxing_pkg::PhaseResult)));
bind wuxing_core cover_point refused_in_receive   (.clk_i, .hit_i(wb_err_o && (obs_phase_o == wuxing_pkg::PhaseReceive)));
bind wuxing_core cover_point refused_in_mac       (.clk_i, .hit_i(wb_err_o && (obs_phase_o == wuxing_pkg::PhaseMac)));
bind wuxing_core cover_point refused_in_forward   (.clk_i, .hit_i(wb_err_o && (obs_phase_o == wuxing_pkg::PhaseForward)));
bind wuxing_core cover_point refused_in_backward  (.clk_i, .hit_i(wb_err_o && (obs_phase_o == wuxing_pkg::PhaseBackward)));
bind wuxing_core cover_point refused_in_sum       (.clk_i, .hit_i(wb_err_o && (obs_phase_o == wuxing_pkg::PhaseErrorSum)));
bind wuxing_core cover_point refused_in_update    (.clk_i, .hit_i(wb_err_o && (obs_phase_o == wuxing_pkg::PhaseUpdate)));
bind wuxing_core cover_point refused_in_result    (.clk_i, .hit_i(wb_err_o && (obs_phase_o == wuxing_pkg::PhaseResult)));
bind wuxing_bus cover_point bus_register_read     (.clk_i, .hit_i(wb_ack_o && is_register && !is_table && !wb_we_i));
bind wuxing_bus cover_point bus_register_write    (.clk_i, .hit_i(wb_ack_o && is_register && !is_table && wb_we_i));
bind wuxing_bus cover_point bus_register_refused  (.clk_i, .hit_i(wb_err_o && is_register && idle_i && wb_we_i));
bind wuxing_bus cover_point bus_table_read        (.clk_i, .hit_i(wb_ack_o && is_table && !wb_we_i));
bind wuxing_bus cover_point bus_table_write       (.clk_i, .hit_i(wb_ack_o && is_table && wb_we_i));
bind wuxing_bus cover_point bus_table_refused     (.clk_i, .hit_i(wb_err_o && is_table && idle_i));
bind wuxing_bus cover_point bus_weight_read       (.clk_i, .hit_i(wb_ack_o && is_weight && !wb_we_i));
bind wuxing_bus cover_point bus_weight_write      (.clk_i, .hit_i(wb_ack_o && is_weight && wb_we_i));
bind wuxing_bus cover_point bus_param_read        (.clk_i, .hit_i(wb_ack_o && is_param && !wb_we_i));
bind wuxing_bus cover_point bus_param_write       (.clk_i, .hit_i(wb_ack_o && is_param && wb_we_i));
bind wuxing_bus cover_point bus_param_refused     (.clk_i, .hit_i(wb_err_o && is_param && idle_i));
bind wuxing_bus cover_point bus_mean_read         (.clk_i, .hit_i(wb_ack_o && is_mean && !wb_we_i));
bind wuxing_bus cover_point bus_mean_write        (.clk_i, .hit_i(wb_ack_o && is_mean && wb_we_i));
bind wuxing_bus cover_point bus_no_such_tile      (.clk_i, .hit_i(wb_err_o && (wb_adr_i[27:26] != 2'd0) && !tile_known));
bind wuxing_bus cover_point bus_lets_go_deciding  (.clk_i, .hit_i((state_q == Decide) && !request));
bind wuxing_bus cover_point bus_lets_go_acting    (.clk_i, .hit_i((state_q == Act) && !request));
bind wuxing_bus cover_point bus_lets_go_fetching  (.clk_i, .hit_i((state_q == Fetch) && !request));

// ---- what is set up
bind wuxing_neuron_ctl cover_point steps_1        (.clk_i, .hit_i(start_i && (steps_i == 4'd1)));
bind wuxing_neuron_ctl cover_point steps_2        (.clk_i, .hit_i(start_i && (steps_i == 4'd2)));
bind wuxing_neuron_ctl cover_point steps_4        (.clk_i, .hit_i(start_i && (steps_i == 4'd4)));
bind wuxing_neuron_ctl cover_point steps_8        (.clk_i, .hit_i(start_i && (steps_i == 4'd8)));
bind wuxing_neuron_ctl cover_point steps_15       (.clk_i, .hit_i(start_i && (steps_i == 4'd15)));
bind wuxing_neuron_ctl cover_point steps_15_back  (.clk_i, .hit_i(start_i && (steps_i == 4'd15) && backward_i));
bind wuxing_core cover_point update_stochastic    (.clk_i, .hit_i(walk.weight_write && !nearest));
bind wuxing_core cover_point update_nearest       (.clk_i, .hit_i(walk.weight_write && nearest));
bind wuxing_core cover_point learns_without_eta   (.clk_i, .hit_i(neuron.tail_step && (eta == 16'sd0)));
bind wuxing_pid_ctl cover_point sets_none         (.clk_i, .hit_i(neuron_done_i && backward_i && (sets_i == 3'd0)));
bind wuxing_pid_ctl cover_point sets_k1           (.clk_i, .hit_i(start_o && (sets_i == 3'd1)));
bind wuxing_pid_ctl cover_point sets_k2           (.clk_i, .hit_i(start_o && (sets_i == 3'd2)));
bind wuxing_pid_ctl cover_point sets_k12          (.clk_i, .hit_i(start_o && (sets_i == 3'd3)));
bind wuxing_pid_ctl cover_point sets_k3           (.clk_i, .hit_i(start_o && (sets_i == 3'd4)));
bind wuxing_pid_ctl cover_point sets_k13          (.clk_i, .hit_i(start_o && (sets_i == 3'd5)));
bind wuxing_pid_ctl cover_point sets_k23          (.clk_i, .hit_i(start_o && (sets_i == 3'd6)));
bind wuxing_pid_ctl cover_point sets_k123         (.clk_i, .hit_i(start_o && (sets_i == 3'd7)));
bind wuxing_pid_ctl cover_point leak_none         (.clk_i, .hit_i(adjust_o.write && (leak_i == 4'd0)));
bind wuxing_pid_ctl cover_point leak_between      (.clk_i, .hit_i(adjust_o.write && (leak_i != 4'd0) && (leak_i != 4'd15)));
bind wuxing_pid_ctl cover_point leak_most         (.clk_i, .hit_i(adjust_o.write && (leak_i == 4'd15)));
bind wuxing_pid_ctl cover_point gain_p_alone      (.clk_i, .hit_i(adjust_o.write && (gain_p_i != '0) && (gain_i_i == '0) && (gain_d_i == '0)));
bind wuxing_pid_ctl cover_point gain_i_alone      (.clk_i, .hit_i(adjust_o.write && (gain_p_i == '0) && (gain_i_i != '0) && (gain_d_i == '0)));
bind wuxing_pid_ctl cover_point gain_d_alone      (.clk_i, .hit_i(adjust_o.write && (gain_p_i == '0) && (gain_i_i == '0) && (gain_d_i != '0)));
bind wuxing_pid_ctl cover_point gains_all         (.clk_i, .hit_i(adjust_o.write && (gain_p_i != '0) && (gain_i_i != '0) && (gain_d_i != '0)));

// ---- moved samples
bind wuxing_shift cover_point shift_none          (.clk_i, .hit_i(store_o && !moved));
bind wuxing_shift cover_point shift_1             (.clk_i, .hit_i(store_o && (most_i == 3'd1)));
bind wuxing_shift cover_point shift_7             (.clk_i, .hit_i(store_o && (most_i == 3'd7)));
bind wuxing_shift cover_point shift_right_most    (.clk_i, .hit_i(store_o && (dx_q == 4'sd7)));
bind wuxing_shift cover_point shift_left_most     (.clk_i, .hit_i(store_o && (dx_q == -4'sd7)));
bind wuxing_shift cover_point shift_down_most     (.clk_i, .hit_i(store_o && (dy_q == 4'sd7)));
bind wuxing_shift cover_point shift_up_most       (.clk_i, .hit_i(store_o && (dy_q == -4'sd7)));
bind wuxing_shift cover_point shift_by_nothing    (.clk_i, .hit_i(store_o && moved && (dx_q == 4'sd0) && (dy_q == 4'sd0)));
bind wuxing_shift cover_point lost_at_right       (.clk_i, .hit_i(valid_q && moved && ready && !row_before && !column[PlaceW-1]));
bind wuxing_shift cover_point lost_at_left        (.clk_i, .hit_i(valid_q && moved && ready && !row_before && from_left[PlaceW-1]));
bind wuxing_shift cover_point lost_at_top         (.clk_i, .hit_i(valid_q && moved && ready && !row_before && row[PlaceW-1]));
bind wuxing_shift cover_point lost_at_bottom      (.clk_i, .hit_i(valid_q && moved && ready && !row_before && !row[PlaceW-1] && (row[CountW-1:0] >= rows)));

// ---- places: first and last slot, tiles without a neuron, equal outputs
bind wuxing_slots cover_point slot_last           (.clk_i, .hit_i(exists && (slot_q == SlotW'(Slots - 1))));
bind wuxing_slots cover_point tile_without_neuron (.clk_i, .hit_i(next_i && !exists));
bind wuxing_slots cover_point scan_passes_dead    (.clk_i, .hit_i(scan_i && exists && !live_i));
bind wuxing_slots cover_point scan_finds_live     (.clk_i, .hit_i(scan_i && exists && live_i));
bind wuxing_collector cover_point best_is_later   (.clk_i, .hit_i(collect_i && output_layer_i && (neuron_q != '0) && (y_i > best_y_q)));
bind wuxing_collector cover_point best_of_equals  (.clk_i, .hit_i(collect_i && output_layer_i && (neuron_q != '0) && (y_i == best_y_q)));
bind wuxing_collector cover_point hidden_silent   (.clk_i, .hit_i(collect_i && !output_layer_i && (y_i == 16'sd0)));

// ---- every clamp, at both ends
bind wuxing_tile cover_point drive_most        (.clk_i, .hit_i(walk_i.drive_load && u_drive.u_put.most));
bind wuxing_tile cover_point drive_least       (.clk_i, .hit_i(walk_i.drive_load && u_drive.u_put.least));
bind wuxing_tile cover_point slope_most        (.clk_i, .hit_i(neuron_i.slope && !neuron_i.backward && u_rounded.most));
bind wuxing_tile cover_point slope_least       (.clk_i, .hit_i(neuron_i.slope && !neuron_i.backward && u_rounded.least));
bind wuxing_tile cover_point back_slope_most   (.clk_i, .hit_i(neuron_i.slope && neuron_i.backward && u_rounded.most));
bind wuxing_tile cover_point back_slope_least  (.clk_i, .hit_i(neuron_i.slope && neuron_i.backward && u_rounded.least));
bind wuxing_tile cover_point step_most         (.clk_i, .hit_i(neuron_i.tail_step && active && u_rounded.most));
bind wuxing_tile cover_point step_least        (.clk_i, .hit_i(neuron_i.tail_step && active && u_rounded.least));
bind wuxing_tile cover_point step_zero         (.clk_i, .hit_i(neuron_i.tail_step && active && (step == 16'sd0)));
bind wuxing_tile cover_point weight_most       (.clk_i, .hit_i(walk_i.weight_write && active && (32'(weight_new) == (1 << (WeightW - 1)) - 1)));
bind wuxing_tile cover_point weight_least      (.clk_i, .hit_i(walk_i.weight_write && active && (32'(weight_new) == -(1 << (WeightW - 1)))));
bind wuxing_tile cover_point neuron_clamped_low  (.clk_i, .hit_i(walk_i.open_load && (walk_i.state_word != wuxing_pkg::WordStep) && !nonzero));
bind wuxing_tile cover_point neuron_clamped_high (.clk_i, .hit_i(walk_i.open_load && (walk_i.state_word != wuxing_pkg::WordStep) && nonzero && closed));
bind wuxing_ring cover_point element_most      (.clk_i, .hit_i(neuron_i.corrector && !neuron_i.backward && most));
bind wuxing_ring cover_point element_least     (.clk_i, .hit_i(neuron_i.corrector && !neuron_i.backward && least));
bind wuxing_ring cover_point predictor_most    (.clk_i, .hit_i(!neuron_i.corrector && !neuron_i.backward && most));
bind wuxing_ring cover_point predictor_least   (.clk_i, .hit_i(!neuron_i.corrector && !neuron_i.backward && least));
bind wuxing_ring cover_point backward_most     (.clk_i, .hit_i(neuron_i.backward && most));
bind wuxing_ring cover_point backward_least    (.clk_i, .hit_i(neuron_i.backward && least));
bind wuxing_ring cover_point backward_clamped  (.clk_i, .hit_i(neuron_i.slope && neuron_i.backward && clamped_q[0]));
bind wuxing_array cover_point error_sum_most   (.clk_i, .hit_i(error_valid && u_error.u_put.most));
bind wuxing_array cover_point error_sum_least  (.clk_i, .hit_i(error_valid && u_error.u_put.least));
bind wuxing_array cover_point margin_most      (.clk_i, .hit_i(collect_i && u_margin.u_round.u_put.most));
bind wuxing_array cover_point margin_least     (.clk_i, .hit_i(collect_i && u_margin.u_round.u_put.least));
bind wuxing_array cover_point margin_met_label (.clk_i, .hit_i(collect_i && labelled_i && u_margin.solved));
bind wuxing_array cover_point margin_met_other (.clk_i, .hit_i(collect_i && !labelled_i && u_margin.solved));
bind wuxing_adjust cover_point k1_most         (.clk_i, .hit_i(we && (adjust_i.k_set == 2'd0) && (sum_i > 16'sd8192)));
bind wuxing_adjust cover_point k1_least        (.clk_i, .hit_i(we && (adjust_i.k_set == 2'd0) && (sum_i < 16'sd2048)));
bind wuxing_adjust cover_point k2_most         (.clk_i, .hit_i(we && (adjust_i.k_set == 2'd1) && (sum_i > 16'sd4096)));
bind wuxing_adjust cover_point k2_least        (.clk_i, .hit_i(we && (adjust_i.k_set == 2'd1) && (sum_i < 16'sd256)));
bind wuxing_adjust cover_point k3_most         (.clk_i, .hit_i(we && (adjust_i.k_set == 2'd2) && (sum_i > 16'sd8192)));
bind wuxing_adjust cover_point k3_least        (.clk_i, .hit_i(we && (adjust_i.k_set == 2'd2) && (sum_i < 16'sd256)));
bind wuxing_adjust cover_point g1_most         (.clk_i, .hit_i(adjust_i.run && live_i && adjust_i.signal_load && u_round.u_put.most));
bind wuxing_adjust cover_point g1_least        (.clk_i, .hit_i(adjust_i.run && live_i && adjust_i.signal_load && u_round.u_put.least));
bind wuxing_adjust cover_point g1_of_the_least (.clk_i, .hit_i(adjust_i.run && live_i && adjust_i.signal_load && (adjust_i.k_set == 2'd1) && (product_q == -16'sd32768)));
bind wuxing_adjust cover_point change_most     (.clk_i, .hit_i(adjust_i.run && live_i && adjust_i.change_load && u_pid.u_change.u_put.most));
bind wuxing_adjust cover_point change_least    (.clk_i, .hit_i(adjust_i.run && live_i && adjust_i.change_load && u_pid.u_change.u_put.least));

// ---- the link: bytes and frames in
bind wuxing_uart_rx cover_point rx_no_start_bit    (.clk_i, .hit_i(rest && rx && (count_q != Half)));
bind wuxing_uart_rx cover_point rx_no_stop_bit     (.clk_i, .hit_i(spoilt_o));
bind wuxing_uart_rx cover_point rx_byte            (.clk_i, .hit_i(valid_o));
bind wuxing_frame_rx cover_point frame_taken       (.clk_i, .hit_i(receive && flag && some_q && good));
bind wuxing_frame_rx cover_point frame_empty       (.clk_i, .hit_i(receive && flag && !some_q));
bind wuxing_frame_rx cover_point frame_wrong_sum   (.clk_i, .hit_i(receive && flag && some_q && !bad_q && !overflow_q && !escaped_q && !full && (crc_q != Residue)));
bind wuxing_frame_rx cover_point frame_spoilt      (.clk_i, .hit_i(receive && flag && some_q && bad_q));
bind wuxing_frame_rx cover_point frame_given_up    (.clk_i, .hit_i(receive && flag && some_q && escaped_q));
bind wuxing_frame_rx cover_point frame_too_short   (.clk_i, .hit_i(receive && flag && some_q && !bad_q && !escaped_q && (crc_q == Residue) && (count_q < 11'd6)));
bind wuxing_frame_rx cover_point frame_overflow    (.clk_i, .hit_i(receive && flag && some_q && overflow_q));
bind wuxing_frame_rx cover_point frame_escape      (.clk_i, .hit_i(store && escaped_q));
bind wuxing_frame_rx cover_point frame_odd         (.clk_i, .hit_i(commit && count_q[0]));
bind wuxing_frame_rx cover_point frame_wraps       (.clk_i, .hit_i(commit && (word < base_q)));
bind wuxing_frame_rx cover_point frame_next_begins (.clk_i, .hit_i((refuse || header_low || header_high || commit) && valid_i));
bind wuxing_frame_rx cover_point buffer_full       (.clk_i, .hit_i(store && full));
bind wuxing_frame_rx cover_point refusal_waits     (.clk_i, .hit_i(refuse && full));
// ... requests, one state a bit
bind wuxing_command cover_point cmd_idle      (.clk_i, .hit_i(at_q[Idle]));
bind wuxing_command cover_point cmd_header    (.clk_i, .hit_i(at_q[Header]));
bind wuxing_command cover_point cmd_command   (.clk_i, .hit_i(at_q[Command]));
bind wuxing_command cover_point cmd_sequence  (.clk_i, .hit_i(at_q[Sequence]));
bind wuxing_command cover_point cmd_collect   (.clk_i, .hit_i(at_q[Collect]));
bind wuxing_command cover_point cmd_cut_short (.clk_i, .hit_i(at_q[Collect] && cut));
bind wuxing_command cover_point cmd_check     (.clk_i, .hit_i(at_q[Check]));
bind wuxing_command cover_point cmd_next      (.clk_i, .hit_i(at_q[Next]));
bind wuxing_command cover_point cmd_hello     (.clk_i, .hit_i(served && (code_q == CodeHello)));
bind wuxing_command cover_point cmd_read      (.clk_i, .hit_i(served && is_read));
bind wuxing_command cover_point cmd_read_none (.clk_i, .hit_i(served && is_read && !more));
bind wuxing_command cover_point cmd_read_two  (.clk_i, .hit_i(at_q[Reply] && is_read && !wide_q));
bind wuxing_command cover_point cmd_read_four (.clk_i, .hit_i(at_q[Reply] && is_read && wide_q));
bind wuxing_command cover_point cmd_write     (.clk_i, .hit_i(served && is_write));
bind wuxing_command cover_point cmd_write_two  (.clk_i, .hit_i(at_q[Access] && is_write && !wide_q));
bind wuxing_command cover_point cmd_write_four (.clk_i, .hit_i(at_q[Access] && is_write && wide_q));
bind wuxing_command cover_point cmd_sample    (.clk_i, .hit_i(served && is_sample));
bind wuxing_command cover_point cmd_gap       (.clk_i, .hit_i(at_q[Gap] && (gap != 8'd0)));
bind wuxing_command cover_point cmd_pixel     (.clk_i, .hit_i(at_q[Pixel] && !no_event));
bind wuxing_command cover_point cmd_no_pixel  (.clk_i, .hit_i(at_q[Pixel] && no_event));
bind wuxing_command cover_point cmd_pixel_waits (.clk_i, .hit_i(smp_valid_o && !smp_last_o && !smp_ready_i));
bind wuxing_command cover_point cmd_mark_waits (.clk_i, .hit_i(smp_valid_o && smp_last_o && !smp_ready_i));
bind wuxing_command cover_point cmd_result_waited (.clk_i, .hit_i(at_q[Low] && !res_valid_i));
bind wuxing_command cover_point cmd_high      (.clk_i, .hit_i(at_q[High]));
bind wuxing_command cover_point cmd_refused_read  (.clk_i, .hit_i(at_q[Access] && is_read && wb_err_i));
bind wuxing_command cover_point cmd_refused_write (.clk_i, .hit_i(at_q[Access] && is_write && wb_err_i));
bind wuxing_command cover_point status_ok     (.clk_i, .hit_i(at_q[Status] && sent && (status_q == 3'd0)));
bind wuxing_command cover_point status_1      (.clk_i, .hit_i(at_q[Status] && sent && (status_q == 3'd1)));
bind wuxing_command cover_point status_2      (.clk_i, .hit_i(at_q[Status] && sent && (status_q == 3'd2)));
bind wuxing_command cover_point status_3      (.clk_i, .hit_i(at_q[Status] && sent && (status_q == 3'd3)));
bind wuxing_command cover_point status_4      (.clk_i, .hit_i(at_q[Status] && sent && (status_q == 3'd4)));
bind wuxing_command cover_point status_5      (.clk_i, .hit_i(at_q[Status] && sent && (status_q == 3'd5)));
bind wuxing_command cover_point status_6      (.clk_i, .hit_i(at_q[Status] && sent && (status_q == 3'd6)));
bind wuxing_command cover_point next_number_wraps (.clk_i, .hit_i(at_q[Next] && (next_q == 8'd0) && (status_q == 3'd0) && (code_q != CodeHello)));
// ... replies
bind wuxing_frame_tx cover_point tx_escape_data (.clk_i, .hit_i((state_q == Data) && full_q && escape && ready_i));
bind wuxing_frame_tx cover_point tx_escape_low  (.clk_i, .hit_i((state_q == Low) && escape && ready_i));
bind wuxing_frame_tx cover_point tx_escape_high (.clk_i, .hit_i((state_q == High) && escape && ready_i));
bind wuxing_frame_tx cover_point tx_starved     (.clk_i, .hit_i((state_q == Data) && !full_q && ready_i));
bind wuxing_frame_tx cover_point tx_close       (.clk_i, .hit_i((state_q == Close) && moves));
// ... reset while they are at work
bind wuxing_command  cover_point reset_in_request (.clk_i(!rst_ni), .hit_i(!at_q[Idle]));
bind wuxing_frame_rx cover_point reset_in_frame   (.clk_i(!rst_ni), .hit_i(some_q));
bind wuxing_uart_tx  cover_point reset_in_byte    (.clk_i(!rst_ni), .hit_i(!last));
