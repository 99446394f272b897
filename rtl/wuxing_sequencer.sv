// Steps all tiles through a sample: receive, forward layer by layer, and, when learning, backward and update.
//
//   for each layer, slot:   Mac (events)  ->  Drive  ->  Forward  ->  Collect (y of every tile: events of the next
//                           layer, or the search for the greatest output)
//   learning, downwards:    BackScan (each tile to its next live slot, three cycles a slot)  ->  BackLoad  ->  Backward; none left: Sum
//                           (errors of the layer below), unless nothing was live: then nothing below is either
//   learning, upwards:      UpdScan  ->  UpdLoad  ->  Update (all events, two cycles each); not of recomputed connections
module wuxing_sequencer #(
  parameter int Tiles = 4,
  parameter int Slots = 32,
  parameter int Layers = 4,
  parameter int IndexW = 10,
  parameter int LearnK = 0,
  parameter int Recompute = 0
) (
  input  logic                clk_i,
  input  logic                rst_ni,
  // receiver
  input  logic                lock_i,          // the host holds the core: take no beat
  output logic                receive_o,
  input  logic                beat_i,
  input  logic                end_i,
  input  logic                store_i,
  input  logic [IndexW-1:0]   store_index_i,
  input  logic signed [15:0]  store_x_i,
  input  logic [15:0]         label_i,
  input  logic                learn_i,
  input  wuxing_pkg::sample_e error_i,
  output logic                sound_o,         // all beats have come, and nothing is wrong with them
  // layer table
  input  logic [3:0]          layer_count_i,
  output logic [2:0]          layer_index_o,
  input  wuxing_pkg::layer_t  layer_i,
  // tiles
  output wuxing_pkg::walk_t   walk_o,
  output logic [IndexW-1:0]   index_o,
  output logic signed [15:0]  x_o,
  input  logic                settled_i,
  input  logic                found_i,
  output logic                collect_o,
  output logic [7:0]          y_tile_o,
  output logic                labelled_o,      // y_i is that of the label
  input  logic signed [15:0]  y_i,
  input  logic signed [15:0]  eta_i,
  output logic                sum_start_o,
  output logic                sum_last_o,
  input  logic                error_valid_i,
  // neuron
  output logic                neuron_start_o,
  output logic                neuron_backward_o,
  input  logic                neuron_done_i,   // and its K is adjusted
  // random words
  output logic                random_mark_o,
  output logic                random_rewind_o,
  output logic                random_step_o,
  // result
  output logic                res_valid_o,
  input  logic                res_ready_i,
  output logic [15:0]         res_class_o,
  output logic [15:0]         res_y_o,
  output logic [15:0]         res_status_o,
  //
  output logic                idle_o,
  output logic                finished_o,
  output wuxing_pkg::phase_e  phase_o
);
  localparam int SlotsW = $clog2(Slots + 1);
  localparam int CountW = IndexW + 1;

  typedef enum logic [4:0] {
    Idle, Receive, Check, Layer, Mac, Drive, Forward, Collect,
    BackFirst, BackScan, BackLoad, Backward, SumFirst, Sum, UpdFirst, UpdScan, UpdLoad, Update, Result
  } state_e;

  state_e              state_q, state_d;
  wuxing_pkg::pass_e   pass_q;         // of state_q: addresses and operands cannot wait for it to be decoded
  logic [2:0]          layer_q, layer_d;
  logic [SlotsW-1:0]   slot_q;         // slot of the forward pass; slot of an error sum
  logic [IndexW-1:0]   input_q;        // input of an error sum
  logic                any_q;          // something was live in this layer
  logic                turn_q;         // updates enter every second cycle
  logic [1:0]          look_q;         // scan: 0 E[0] is addressed, 1 it is there and e (or g) addressed, 2 that is there
  logic                decide;
  logic                failed, bad_label;
  wuxing_pkg::sample_e code_q;

  // ---- displacements of a slot, tile after tile
  logic               collect_last, hidden_event;
  logic [15:0]        collected, best, best_y;

  wuxing_collector #(.Tiles(Tiles), .Slots(Slots)) u_collector (
    .clk_i, .layer_start_i(state_q == Layer), .collect_i(state_q == Collect), .output_layer_i(layer_i.last),
    .neurons_i(layer_i.outputs), .label_i, .labelled_o, .tile_o(y_tile_o), .y_i, .last_o(collect_last), .event_o(hidden_event),
    .neuron_o(collected), .best_o(best), .best_y_o(best_y)
  );

  // ---- events of the layers
  logic               fetched, all_fetched;
  logic [IndexW-1:0]  event_index;
  logic signed [15:0] event_x;

  wuxing_events #(.Layers(Layers), .IndexW(IndexW)) u_events (
    .clk_i, .rst_ni, .clear_i(state_q == Result), .store_i(store_i || hidden_event),
    .index_i(hidden_event ? collected[IndexW-1:0] : store_index_i), .x_i(hidden_event ? y_i : store_x_i),
    .layer_i(layer_q), .close_i(state_q == Layer),
    .rewind_i((state_q == Layer) || (state_q == Collect) || (state_q == UpdLoad)),
    .issue_i((state_q == Mac) || ((state_q == Update) && !turn_q)), .done_o(all_fetched),
    .valid_o(fetched), .index_o(event_index), .x_o(event_x)
  );

  // ---- state
  logic slots_done, sums_done, pass_empty, pass_done;
  assign slots_done    = slot_q + SlotsW'(1) == layer_i.slots[SlotsW-1:0];
  assign pass_done     = all_fetched && !fetched && pass_empty;
  assign failed        = error_i != wuxing_pkg::SampleOk;
  assign bad_label     = learn_i && (label_i >= layer_i.outputs);

  logic [CountW-1:0] sums_q;  // errors that have arrived
  assign sums_done = sums_q == layer_i.inputs[CountW-1:0];

  assign decide = look_q == 2'd2;

  logic sum_issue;      // an error sum's product enters stage 1
  logic sums_issued_q;
  assign sum_issue = (pass_q == wuxing_pkg::PassErrorSum) && !sums_issued_q;

  always_comb begin
    state_d = state_q;
    layer_d = layer_q;
    unique case (state_q)
      Idle, Receive: begin
        layer_d = 3'd0;
        if (end_i) begin
          state_d = Check;
          layer_d = layer_count_i == 4'd0 ? 3'd0 : layer_count_i[2:0] - 3'd1;
        end else if (beat_i) begin
          state_d = Receive;
        end
      end
      Check: begin  // the output layer's line is at hand: is the label one of its neurons?
        layer_d = 3'd0;
        state_d = (failed || bad_label) ? Result : Layer;
      end
      Layer:   state_d = Mac;
      Mac:     if (pass_done) state_d = Drive;
      Drive:   state_d = Forward;
      Forward: if (neuron_done_i) state_d = Collect;
      Collect: begin
        if (collect_last) begin
          if (!slots_done) begin
            state_d = Mac;
          end else if (!layer_i.last) begin
            state_d = Layer;
            layer_d = layer_q + 3'd1;
          end else begin
            state_d = learn_i ? BackFirst : Result;
          end
        end
      end
      BackFirst: state_d = BackScan;
      BackScan: begin
        if (decide && settled_i) begin
          if (found_i) begin
            state_d = BackLoad;
          end else if (any_q && (layer_q != 3'd0)) begin
            state_d = SumFirst;
          end else begin
            state_d = Recompute != 0 ? Result : UpdFirst;
            layer_d = 3'd0;
          end
        end
      end
      BackLoad: state_d = Backward;
      Backward: if (neuron_done_i) state_d = BackScan;
      SumFirst: state_d = Sum;
      Sum: begin
        if (sums_done) begin
          state_d = BackFirst;
          layer_d = layer_q - 3'd1;
        end
      end
      UpdFirst: state_d = UpdScan;
      UpdScan: begin
        if (decide && settled_i) begin
          if (found_i) begin
            state_d = UpdLoad;
          end else if (layer_i.last) begin
            state_d = Result;
          end else begin
            state_d = UpdFirst;
            layer_d = layer_q + 3'd1;
          end
        end
      end
      UpdLoad: state_d = Update;
      Update:  if (pass_done) state_d = UpdScan;
      Result: begin
        layer_d = 3'd0;  // the next sample is checked against layer 0 from its first beat
        if (res_ready_i) state_d = Idle;
      end
      default: state_d = Idle;
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Idle;
      layer_q <= 3'd0;
      pass_q  <= wuxing_pkg::PassMac;
    end else begin
      state_q <= state_d;
      layer_q <= layer_d;
      unique case (state_d)
        Sum:     pass_q <= wuxing_pkg::PassErrorSum;
        Update:  pass_q <= wuxing_pkg::PassUpdate;
        default: pass_q <= wuxing_pkg::PassMac;
      endcase
    end
  end

  // ---- counters of a sample
  always_ff @(posedge clk_i) begin
    turn_q <= (state_q == Update) && !turn_q;

    if (state_q == BackScan) look_q <= decide ? 2'd0 : look_q + 2'd1;
    else if (state_q == UpdScan) look_q <= decide ? 2'd1 : 2'd2;
    else look_q <= (state_q == BackFirst) || (state_q == Backward) ? 2'd0 : 2'd1;

    // slots of a forward layer, or of an error sum
    if ((state_q == Layer) || (state_q == SumFirst)) slot_q <= '0;
    else if ((state_q == Collect) && collect_last) slot_q <= slot_q + SlotsW'(1);
    else if (sum_issue) slot_q <= slots_done ? '0 : slot_q + SlotsW'(1);

    // backward
    if (state_q == BackFirst) any_q <= 1'b0;
    else if (state_q == BackLoad) any_q <= 1'b1;
    if (state_q == SumFirst) begin
      input_q       <= '0;
      sums_issued_q <= 1'b0;
      sums_q        <= '0;
    end else begin
      if (sum_issue && slots_done) begin
        input_q       <= input_q + IndexW'(1);
        sums_issued_q <= CountW'(input_q) + CountW'(1) == layer_i.inputs[CountW-1:0];
      end
      if (error_valid_i) sums_q <= sums_q + CountW'(1);
    end

    if (state_q == Check) begin
      code_q <= error_i;
      if (!failed && bad_label) code_q <= wuxing_pkg::SampleBadLabel;
    end
  end

  // ---- pipeline of the passes over connections
  logic pass_valid;
  assign pass_valid = fetched || sum_issue;

  wuxing_issue #(.IndexW(IndexW)) u_issue (
    .clk_i, .rst_ni, .pass_i(pass_q), .valid_i(pass_valid), .first_i(slot_q == '0), .last_i(slots_done),
    .index_i(pass_q == wuxing_pkg::PassErrorSum ? input_q : event_index), .x_i(state_q == Backward ? eta_i : event_x), .index_o, .x_o,
    .load_o(walk_o.load), .random_step_o, .acc_add_o(walk_o.acc_add), .sum_first_o(walk_o.sum_first),
    .weight_write_o(walk_o.weight_write), .sum_last_o, .empty_o(pass_empty)
  );

  // ---- to the tiles
  always_comb begin
    walk_o.pass        = pass_q;
    walk_o.slot_first  = (state_q == Idle) || (state_q == Layer) || (state_q == BackFirst) || (state_q == UpdFirst) ||
                         (state_q == SumFirst) || (sum_issue && slots_done);
    walk_o.slot_next   = ((state_q == Collect) && collect_last) || ((state_q == Backward) && neuron_done_i) ||
                         ((state_q == Update) && pass_done) || (sum_issue && !slots_done);
    walk_o.slot_scan   = ((state_q == BackScan) || (state_q == UpdScan)) && decide;
    walk_o.exact       = (state_q == Mac) || (state_q == Forward) || (state_q == Sum);
    walk_o.weight_read = pass_valid;
    walk_o.acc_clear   = (state_q == Layer) || (state_q == Collect);  // before every Mac
    walk_o.drive_load  = state_q == Drive;
    walk_o.error_load  = state_q == BackLoad;
    walk_o.step_load   = state_q == UpdLoad;
    walk_o.open_load   = look_q == 2'd1;
    unique case (state_q)
      Collect:                    walk_o.state_word = 3'd1;  // E[1]
      BackScan:                   walk_o.state_word = look_q == 2'd0 ? 3'd0 : wuxing_pkg::WordError;
      UpdFirst, UpdScan, UpdLoad: walk_o.state_word = wuxing_pkg::WordStep;
      default:                    walk_o.state_word = wuxing_pkg::WordBackward;
    endcase
  end

  assign layer_index_o     = layer_q;
  assign collect_o         = state_q == Collect;
  assign sum_start_o       = state_q == SumFirst;
  assign neuron_start_o    = (state_q == Drive) || (state_q == BackLoad);
  assign neuron_backward_o = state_q == BackLoad;
  // The words of a layer's pass over K, and of its pass over C: every slot begins with the same.
  assign random_mark_o     = (state_q == UpdFirst) || ((LearnK != 0) && (state_q == BackFirst));
  assign random_rewind_o   = state_q == UpdLoad;

  // ---- outside
  assign sound_o      = (state_q == Check) && !failed && !bad_label;
  assign receive_o    = ((state_q == Idle) || (state_q == Receive)) && !lock_i;
  assign idle_o       = state_q == Idle;
  assign finished_o   = (state_q == Result) && res_ready_i;
  assign res_valid_o  = state_q == Result;
  assign res_class_o  = code_q == wuxing_pkg::SampleOk ? best : 16'hFFFF;
  assign res_y_o      = code_q == wuxing_pkg::SampleOk ? best_y : 16'd0;
  assign res_status_o = {8'd0, code_q, 3'd0, learn_i && (code_q == wuxing_pkg::SampleOk)};

  always_comb begin
    unique case (state_q)
      Idle:                                                phase_o = wuxing_pkg::PhaseIdle;
      Receive, Check:                                      phase_o = wuxing_pkg::PhaseReceive;
      Layer, Mac, Drive:                                   phase_o = wuxing_pkg::PhaseMac;
      Forward, Collect:                                    phase_o = wuxing_pkg::PhaseForward;
      BackFirst, BackScan, BackLoad, Backward:             phase_o = wuxing_pkg::PhaseBackward;
      SumFirst, Sum:                                       phase_o = wuxing_pkg::PhaseErrorSum;
      UpdFirst, UpdScan, UpdLoad, Update:                  phase_o = wuxing_pkg::PhaseUpdate;
      default:                                             phase_o = wuxing_pkg::PhaseResult;
    endcase
  end
endmodule
