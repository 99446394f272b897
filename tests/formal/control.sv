// The machines that step the core: every state is reached and left, work ends, and ends where it should.

// The sequencer with small networks. Its surroundings answer in any order they like, but within bounds (Fair): a neuron is done within
// some cycles, a scan finds at most one live slot a layer, sums arrive. Then every sample, however it came out, ends in Idle within
// Longest cycles, by exactly one result; no result without a sample.
module formal_sequencer #(
  parameter int Layers = 2,
  parameter int Recompute = 0,
  parameter int Fair = 0,
  parameter int Most = 3,  // neurons of a layer, inputs, events
  parameter int Longest = 100
) (
  input logic        clk_i,
  input logic        lock_i,
  input logic        beat_i,
  input logic        end_i,
  input logic        store_i,
  input logic [3:0]  store_index_i,
  input logic signed [15:0] x_i,
  input logic [15:0] label_i,
  input logic        learn_i,
  input wuxing_pkg::sample_e error_i,
  input logic [3:0]  layer_count_i,
  input logic        settled_i,
  input logic        found_i,
  input logic signed [15:0] y_i,
  input logic        error_valid_i,
  input logic        done_i,
  input logic        res_ready_i
);
  logic started_q = 1'b0;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  (* anyconst *) logic [4:0] inputs0;
  (* anyconst *) logic [4:0] outputs0;
  (* anyconst *) logic [4:0] outputs1;
  (* anyconst *) logic [3:0] count;
  wuxing_pkg::layer_t layer;
  wuxing_pkg::walk_t  walk;
  wuxing_pkg::phase_e phase;
  logic        receive, sound, collect, labelled, sum_start, sum_last, start, backward, mark, rewind, step, valid, idle, finished;
  logic [2:0]  layer_index;
  logic [3:0]  index;
  logic signed [15:0] x;
  logic [7:0]  tile;
  logic [15:0] class_o, y_o, status;
  wuxing_sequencer #(.Tiles(2), .Slots(2), .Layers(Layers), .IndexW(4), .Recompute(Recompute)) u_seq (
    .clk_i, .rst_ni(started_q), .lock_i, .receive_o(receive), .beat_i, .end_i, .store_i, .store_index_i, .store_x_i(x_i), .label_i,
    .learn_i, .error_i, .sound_o(sound), .layer_count_i(count), .layer_index_o(layer_index), .layer_i(layer), .walk_o(walk),
    .index_o(index), .x_o(x), .settled_i, .found_i, .collect_o(collect), .y_tile_o(tile), .labelled_o(labelled), .y_i, .eta_i(16'sd1),
    .sum_start_o(sum_start), .sum_last_o(sum_last), .error_valid_i, .neuron_start_o(start), .neuron_backward_o(backward),
    .neuron_done_i(done_i), .random_mark_o(mark), .random_rewind_o(rewind), .random_step_o(step), .res_valid_o(valid),
    .res_ready_i, .res_class_o(class_o), .res_y_o(y_o), .res_status_o(status), .idle_o(idle), .finished_o(finished), .phase_o(phase)
  );
  always_comb begin
    layer         = '0;
    layer.inputs  = {11'd0, layer_index == 3'd0 ? inputs0 : outputs0};
    layer.outputs = {11'd0, layer_index == 3'd0 ? outputs0 : outputs1};
    layer.slots   = (layer.outputs + 16'd1) >> 1;
    layer.last    = {1'b0, layer_index} + 4'd1 == count;
  end

  (* hierconn *) wire [4:0] \u_seq.state_q ;
  logic [4:0] at;
  assign at = \u_seq.state_q ;
  localparam logic [4:0] Idle = 5'd0, Receive = 5'd1, Check = 5'd2, Layer = 5'd3, Mac = 5'd4, Drive = 5'd5, Forward = 5'd6,
                         Collect = 5'd7, BackFirst = 5'd8, BackScan = 5'd9, BackLoad = 5'd10, Backward = 5'd11, SumFirst = 5'd12,
                         Sum = 5'd13, UpdFirst = 5'd14, UpdScan = 5'd15, UpdLoad = 5'd16, Update = 5'd17, Result = 5'd18;

  // ---- surroundings
  logic        ended_q, pending_q, wait_q, lock_q, idle_q;
  logic [63:0] shown_q;
  logic [7:0]  busy_q;   // cycles since the end mark
  logic [2:0]  events_q, due_q, stay_q;
  logic        found_q;  // one live slot a layer
  logic [4:0]  before_q;
  logic        learn_q, hold_q;
  logic [4:0]  error_q, error_now;
  assign error_now = {1'b0, error_i};
  always_ff @(posedge clk_i) begin
    before_q <= at;
    lock_q   <= lock_i && started_q;
    idle_q   <= idle && started_q;
    wait_q   <= started_q && valid && !res_ready_i;
    shown_q  <= {16'd0, class_o, y_o, status};
    // Samples whose end mark has come and whose result has not been taken.
    if (!started_q) pending_q <= 1'b0;
    else if (end_i) pending_q <= 1'b1;
    else if (finished) pending_q <= 1'b0;
    busy_q  <= !started_q || idle || (at == Receive) ? 8'd0 : busy_q + 8'd1;
    due_q   <= !started_q || error_valid_i == sum_last ? (started_q ? due_q : 3'd0) : sum_last ? due_q + 3'd1 : due_q - 3'd1;
    stay_q  <= (at == Forward) || (at == Backward) ? stay_q + 3'd1 : 3'd0;
    if ((at == BackFirst) || (at == UpdFirst)) found_q <= 1'b0;
    else if ((at == BackLoad) || (at == UpdLoad)) found_q <= 1'b1;
    if (idle) events_q <= 3'd0;
    else if (store_i) events_q <= events_q + 3'd1;
    {learn_q, error_q} <= {learn_i, error_now};
    hold_q <= started_q && !idle && (at != Receive);
  end
  always_comb begin
    assume ((inputs0 >= 1) && (inputs0 <= Most) && (outputs0 >= 1) && (outputs0 <= Most) && (outputs1 >= 1) && (outputs1 <= Most));
    assume ((count != 4'd0) && (count <= Layers));
    assume (layer_count_i == count);
    assume (!beat_i || receive);            // formal_receiver
    assume (!end_i || beat_i);
    assume (!store_i || (beat_i && !end_i) || (at == Check) || (at == Receive));
    assume (!store_i || receive || (at == Check));
    assume (!hold_q || ((learn_i == learn_q) && (error_now == error_q)));
    assume (error_i <= wuxing_pkg::SampleNotReady);
    assume (!store_i || (events_q < Most));
    if (Fair != 0) begin
      assume (res_ready_i);
      assume (done_i == (stay_q == 3'd2));
      assume (settled_i && (!found_i || !found_q));
      assume (error_valid_i == (due_q != 3'd0));
    end
    if (started_q) begin
      known:   assert (at <= Result);
      one:     assert (valid == (pending_q && (at == Result)));
      still:   assert (!wait_q || (valid && (shown_q == {16'd0, class_o, y_o, status})));
      open:    assert (!receive || !pending_q);
      locked:  assert (!(lock_q && idle_q) || idle);  // what formal_bus takes for granted
      closed:  assert (pending_q == !((at == Idle) || (at == Receive)));
      if (Fair != 0) begin
        ends: assert (busy_q < Longest);
      end
    end
    if (started_q && idle) begin
      cover_idle: cover (before_q == Result);
    end
    cover_receive:    cover (at == Receive);
    cover_check:      cover (at == Check);
    cover_refused:    cover ((at == Result) && (before_q == Check));
    cover_layer:      cover ((at == Layer) && (layer_index == 3'd1));
    cover_mac:        cover (at == Mac);
    cover_drive:      cover (at == Drive);
    cover_forward:    cover (at == Forward);
    cover_slot:       cover ((at == Mac) && (before_q == Collect));
    cover_inferred:   cover ((at == Result) && (before_q == Collect));
    cover_back:       cover (at == BackFirst);
    cover_back_scan:  cover (at == BackScan);
    cover_back_load:  cover (at == BackLoad);
    cover_backward:   cover (at == Backward);
    cover_sum_first:  cover (at == SumFirst);
    cover_sum:        cover (at == Sum);
    cover_below:      cover ((at == BackFirst) && (layer_index == 3'd0) && (before_q == Sum));
    if (Recompute == 0) begin
      cover_upd_first:  cover (at == UpdFirst);
      cover_upd_scan:   cover (at == UpdScan);
      cover_upd_load:   cover (at == UpdLoad);
      cover_update:     cover (at == Update);
      cover_upd_second: cover ((at == UpdFirst) && (layer_index == 3'd1));
      cover_written:    cover (walk.weight_write);
    end
    cover_learned:    cover ((at == Idle) && (before_q == Result) && status[0]);
  end
endmodule

// Timing of a neuron: after a start it is done once, after exactly as many cycles as docs/core.md says; and neither the
// ring's memory nor the tile's state and parameters are read where they are written.
module formal_neuron_ctl #(
  parameter int Steps = 2
) (
  input logic clk_i,
  input logic start_i,
  input logic backward_i
);
  (* anyconst *) logic [3:0] steps;
  logic                started_q = 1'b0, done, running_q, backward_q;
  wuxing_pkg::neuron_t neuron;
  always_ff @(posedge clk_i) started_q <= 1'b1;
  wuxing_neuron_ctl u_ctl (.clk_i, .rst_ni(started_q), .start_i, .backward_i, .steps_i(steps), .neuron_o(neuron), .done_o(done));

  // Where it stands, counted apart: cycles, and of the triples phase, element's turn, derivative.
  logic [9:0] age_q, length;
  assign length = backward_q ? 10'd15 + 10'd30 * {6'd0, steps} + 10'd23 : 10'd3 + 10'd30 * {6'd0, steps} + 10'd7;
  always_ff @(posedge clk_i) begin
    if (!started_q) begin
      running_q <= 1'b0;
    end else if (start_i) begin
      {running_q, backward_q} <= {1'b1, backward_i};
      age_q <= 10'd1;
    end else if (running_q) begin
      age_q <= age_q + 10'd1;
      if (done) running_q <= 1'b0;
    end
  end
  // A tile of two slots, standing on the first; where it writes its state and parameters in this cycle, if it does.
  wuxing_pkg::layer_t layer;
  wuxing_pkg::walk_t  walk;
  logic               state_written;
  always_comb begin
    layer           = '0;
    layer.outputs   = 16'd2;
    walk            = '0;
    walk.slot_first = !started_q;
    walk.state_word = wuxing_pkg::WordBackward;
  end
  wuxing_tile #(.Tiles(1), .Slots(2), .WeightDepth(4), .IndexW(4)) u_tile (
    .clk_i, .layer_i(layer), .walk_i(walk), .neuron_i(neuron), .adjust_i('0), .index_i(4'd0), .offset_i(2'd0), .x_i(16'sd0),
    .random_i(19'd0), .nearest_i(1'b0), .error_we_i(1'b0), .error_here_i(1'b0), .error_slot_i(1'b0), .error_i(16'sd0), .host_i(1'b0),
    .host_params_i(1'b0), .host_we_i(1'b0), .host_param_we_i(1'b0), .host_mean_we_i(1'b0), .host_addr_i(18'd0), .host_wdata_i(16'd0)
  );
  (* hierconn *) wire [4:0] \u_tile.u_state.raddr_i ;
  (* hierconn *) wire [4:0] \u_tile.u_state.waddr_i ;
  (* hierconn *) wire [5:0] \u_tile.u_params.raddr_i ;
  (* hierconn *) wire [5:0] \u_tile.u_params.waddr_i ;
  assign state_written = neuron.value || neuron.tail_first || neuron.tail_second || neuron.tail_step;

  logic       write;
  logic [3:0] waddr;
  assign write = neuron.slope || (neuron.value && neuron.corrector) || neuron.ring_start;
  assign waddr = neuron.ring_start ? {1'b0, neuron.start_element} : {neuron.slope, neuron.element};
  always_comb begin
    assume ((steps != 4'd0) && (steps <= Steps));
    assume (!start_i || (started_q && !running_q));
    if (started_q) begin
      runs:      assert (neuron.run == running_q);
      on_time:   assert (done == (running_q && (age_q == length)));
      collision: assert (!(running_q && write && (waddr == neuron.ring_word)));
      state:     assert (!(running_q && state_written && (\u_tile.u_state.raddr_i == \u_tile.u_state.waddr_i )));
      rates:     assert (!(neuron.scratch_write && (\u_tile.u_params.raddr_i == \u_tile.u_params.waddr_i )));
      elements:  assert (!running_q || !(neuron.slope || neuron.value) || (neuron.element < 3'd5));
    end
  end
endmodule

// Timing of the adjustment of K: 94 cycles, 15 words of R, each parameter of an enabled set written once and in order; S and last G1 are
// never read where they are written, nor is K.
module formal_pid_ctl (
  input logic        clk_i,
  input logic        neuron_done_i,
  input logic        backward_i,
  input logic [13:0] gain_i
);
  (* anyconst *) logic [2:0] sets;
  logic                started_q = 1'b0, start, step, done, running_q;
  wuxing_pkg::adjust_t adjust;
  always_ff @(posedge clk_i) started_q <= 1'b1;
  wuxing_pid_ctl u_ctl (
    .clk_i, .rst_ni(started_q), .neuron_done_i, .backward_i, .gain_p_i(gain_i), .gain_i_i(14'd0), .gain_d_i(14'd0), .leak_i(4'd0),
    .sets_i(sets), .adjust_o(adjust), .start_o(start), .random_step_o(step), .done_o(done)
  );
  logic [6:0] age_q;
  logic [4:0] words_q, place_q;  // place: number of the parameter in its order, i * 3 + set
  logic [3:0] word;
  assign word = {1'b0, 3'(place_q / 5'd3)} + (place_q % 5'd3 == 5'd1 ? 4'd5 : place_q % 5'd3 == 5'd2 ? 4'd10 : 4'd0);
  always_ff @(posedge clk_i) begin
    if (!started_q) begin
      running_q <= 1'b0;
    end else if (start) begin
      {running_q, age_q, words_q} <= {1'b1, 7'd1, 5'd0};
    end else if (running_q) begin
      age_q   <= age_q + 7'd1;
      words_q <= words_q + {4'd0, step};
      if (done) running_q <= 1'b0;
    end
  end
  always_comb begin
    place_q = 5'((age_q - 7'd5) / 7'd6);
    assume (!neuron_done_i || (started_q && !running_q));
    if (started_q) begin
      starts:    assert (start == (neuron_done_i && backward_i && (sets != 3'd0)));
      on_time:   assert (done == ((neuron_done_i && !start) || (running_q && (age_q == 7'd94))));
      runs:      assert (adjust.run == running_q);
      words:     assert (!(running_q && done) || (words_q == 5'd15));
      written:   assert (adjust.write == (running_q && (age_q >= 7'd5) && ((age_q - 7'd5) % 7'd6 == 7'd5) && sets[place_q % 5'd3]));
      order:     assert (!adjust.write || ((adjust.word == word) && ({2'd0, adjust.k_set} == word / 4'd5)));
      collision: assert (!(adjust.write && (adjust.read_word == adjust.word)));
    end
  end
endmodule

// The link's commands: one state at a time, all of them reached, every one left again, whatever frames come; with a line, a bus and
// streams that answer. The bus is asked as the standard has it, what waits stays.
module formal_command #(
  parameter int Fair = 0
) (
  input logic        clk_i,
  input logic        frame_i,
  input logic [7:0]  rdata_i,
  input logic        tx_ready_i,
  input logic [31:0] wb_dat_i,
  input logic        wb_ack_i,
  input logic        wb_err_i,
  input logic        smp_ready_i,
  input logic        res_valid_i,
  input logic [63:0] res_data_i
);
  logic        started_q = 1'b0;
  always_ff @(posedge clk_i) started_q <= 1'b1;
  logic [10:0] raddr;
  logic [9:0]  word;
  logic        valid, last, cyc, stb, we, smp_valid, smp_last, res_ready;
  logic [7:0]  data;
  logic [27:0] adr;
  logic [31:0] dat, smp_data;
  wuxing_command u_command (
    .clk_i, .rst_ni(started_q), .frame_i, .raddr_o(raddr), .rdata_i, .word_o(word), .tx_valid_o(valid), .tx_ready_i, .tx_data_o(data),
    .tx_last_o(last), .wb_cyc_o(cyc), .wb_stb_o(stb), .wb_we_o(we), .wb_adr_o(adr), .wb_dat_o(dat), .wb_dat_i, .wb_ack_i, .wb_err_i,
    .smp_valid_o(smp_valid), .smp_ready_i, .smp_last_o(smp_last), .smp_data_o(smp_data), .res_valid_i, .res_ready_o(res_ready),
    .res_data_i
  );
  (* hierconn *) wire [17:0] \u_command.at_q ;
  (* hierconn *) wire \u_command.body_q ;
  logic [17:0] at, before_q;
  assign at = \u_command.at_q ;
  logic        wait_tx_q, wait_wb_q, wait_smp_q, answered_q, back_q;
  logic        moved_q, fresh_q;  // a reply byte has gone; and one cycle later
  logic [8:0]  shown_q;
  logic [60:0] asked_q;
  logic [32:0] sample_q;
  logic [3:0]  stay_q;
  logic [10:0] raddr_q;
  logic [7:0]  rdata_q;
  always_ff @(posedge clk_i) begin
    before_q   <= at;
    stay_q     <= started_q && (at == before_q) && !at[0] && (raddr == raddr_q) && !(valid && tx_ready_i) ? stay_q + 4'd1 : 4'd0;
    moved_q    <= started_q && valid && tx_ready_i;
    fresh_q    <= moved_q;
    wait_tx_q  <= started_q && valid && !tx_ready_i;
    wait_wb_q  <= started_q && cyc && !wb_ack_i && !wb_err_i;
    wait_smp_q <= started_q && smp_valid && !smp_ready_i;
    answered_q <= started_q && cyc && (wb_ack_i || wb_err_i);
    shown_q    <= {last, data};
    asked_q    <= {we, adr, we ? dat : 32'd0};  // data of a read are nobody's
    sample_q   <= {smp_last, smp_data};
    raddr_q    <= raddr;
    rdata_q    <= rdata_i;
    back_q     <= started_q && (back_q || last);
  end
  always_comb begin
    assume (!(wb_ack_i && wb_err_i) && (cyc || !(wb_ack_i || wb_err_i)));
    assume (!started_q || !moved_q || !tx_ready_i);  // formal_frame_tx
    // The buffer: a byte stays what it is.
    assume (!started_q || (raddr != raddr_q) || (at != before_q) || (rdata_i == rdata_q) || at[0]);
    if (Fair != 0) begin
      assume ((tx_ready_i || moved_q) && smp_ready_i && res_valid_i && (!cyc || wb_ack_i || wb_err_i));
    end
    if (started_q) begin
      one_hot:   assert ((at != 18'd0) && ((at & (at - 18'd1)) == 18'd0));
      body:      assert (\u_command.body_q == !(at[0] || at[1]));
      one_port:  assert (2'(cyc) + 2'(smp_valid) + 2'(res_ready) <= 2'd1);
      bus_held:  assert (!wait_wb_q || (cyc && stb && (asked_q == {we, adr, we ? dat : 32'd0})));
      bus_freed: assert (!answered_q || !cyc);
      no_events: assert (!smp_valid || smp_last == at[15]);
      // In the cycle after a byte has gone, when none can be taken, the next is not there yet.
      offered:   assert (!wait_tx_q || fresh_q || (valid && (shown_q == {last, data})));
      sample:    assert (!wait_smp_q || (smp_valid && (sample_q == {smp_last, smp_data})));
      if (Fair != 0) begin
        left: assert (stay_q < 4'd4);
      end
    end
    if (started_q) begin
      cover_header: cover (at[1]); cover_command: cover (at[2]); cover_sequence: cover (at[3]); cover_collect: cover (at[4]);
      cover_check: cover (at[5]); cover_next: cover (at[6]); cover_status: cover (at[7]); cover_hello: cover (at[8]);
      cover_access: cover (at[9]); cover_reply: cover (at[10]); cover_count: cover (at[11]); cover_skip: cover (at[12]);
      cover_gap: cover (at[13]); cover_pixel: cover (at[14]); cover_mark: cover (at[15]); cover_low: cover (at[16]);
      cover_high: cover (at[17]);
      cover_idle_header: cover (before_q[7] && at[0]);
      cover_refused: cover (at[7] && data[2:0] == 3'd6);
      cover_sequence_wrong: cover (at[7] && before_q[6] && data[2:0] == 3'd4);
    end
  end
endmodule
