// The machines that step the core: every state is reached and left, work ends, and ends where it should.

// The sequencer with small networks. Its surroundings answer in any order they like, but within bounds (Fair): a neuron is done within
// some cycles, a scan finds at most one live slot a layer, sums arrive. Then every sample, however it came out, ends in Idle within
// Longest cycles, by exactly one result; no result without a sample.
module formal_sequencer #(
  parameter int Layers = 2,
  parameter int Recompute = 0,
  parameter int Fair = 0,
  parameter int Most = 3,  // neurons of a layer, inputs, events
  parameter int Longest = 80
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
