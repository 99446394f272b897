// A processing element: a bank of the connection memory, one multiplier, a neuron's rings, the local update circuit.
// All tiles are stepped in lockstep by walk_i (passes over connections), neuron_i (integration of a neuron) and adjust_i
// (adjustment of its K, only if LearnK); a tile differs from its neighbours only in its number, its memories and the neuron it
// stands on.
//
// Memories: weights C (WeightW bits, F of them fraction; address weight_base + slot * inputs + input), parameters K (Q3.12; {slot, word} with words
// 0-4 K1, 5-9 K2, 10-14 K3; one more slot holds t and c while a neuron runs backward), state (Q3.12; {slot, word} with
// words 0-4 E, 5 b[0], 6 e, 7 g).
module wuxing_tile #(
  parameter int Tile = 0,
  parameter int Tiles = 4,
  parameter int Slots = 32,
  parameter int WeightDepth = 16384,
  parameter int IndexW = 10,
  parameter int WeightW = 16,
  parameter int LearnK = 0,
  parameter int Recompute = 0,
  localparam int WeightAddrW = $clog2(WeightDepth),
  localparam int SlotW = $clog2(Slots),
  localparam int ParamAddrW = $clog2(Slots + 1) + 4,
  localparam int Fraction = wuxing_pkg::weight_fraction(WeightW),        // F
  localparam int ThresholdW = wuxing_pkg::StepFraction - Fraction,       // Z
  localparam int ProductW = 16 + WeightW                                 // of a connection
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,
  input  wuxing_pkg::layer_t     layer_i,
  input  wuxing_pkg::walk_t      walk_i,
  input  wuxing_pkg::neuron_t    neuron_i,
  input  wuxing_pkg::adjust_t    adjust_i,
  // broadcast operands
  input  logic [IndexW-1:0]      index_i,       // input whose weight is addressed
  input  logic signed [15:0]     x_i,           // stage 2, Q3.12
  input  logic [ThresholdW-1:0]  random_i,      // stage 3, low bits of R
  input  logic                   nearest_i,     // round to nearest
  input  logic [15:0]            label_i,
  input  logic                   learn_i,
  input  logic signed [15:0]     eta_i,         // U0.16 below 1/2
  input  logic signed [15:0]     target_on_i,   // Q3.12
  input  logic signed [15:0]     target_off_i,  // Q3.12
  // error of a neuron of the layer below
  input  logic                   error_we_i,
  input  logic [SlotW-1:0]       error_slot_i,
  input  logic signed [15:0]     error_i,       // Q3.12
  // host access, only while no sample is in work
  input  logic                   host_i,
  input  logic                   host_we_i,
  input  logic                   host_param_we_i,
  input  logic                   host_mean_we_i,
  input  logic [17:0]            host_addr_i,
  input  logic [15:0]            host_wdata_i,
  output logic [15:0]            host_weight_o,
  output logic [15:0]            host_param_o,
  output logic [15:0]            host_mean_o,   // S or last G1
  // to the array
  output logic                   settled_o,
  output logic                   active_o,
  output logic                   busy_o,        // a useful multiplication starts
  output logic signed [ProductW-1:0] product_o, // stage 4, of an error sum
  output logic signed [15:0]     y_o,           // displacement of the neuron just integrated, Q3.12
  // observation
  output logic                   obs_valid_o,
  output logic [15:0]            obs_neuron_o,
  output logic [17:0]            obs_addr_o,
  output logic [111:0]           obs_data_o
);
  // Drives need this (contract, section 8), neurons 32 bits.
  localparam int DriveW = 14 + IndexW + WeightW;
  localparam int AccW = DriveW > 32 ? DriveW : 32;

  // ---- where this tile stands
  logic [SlotW-1:0]       slot;
  logic [WeightAddrW-1:0] row;
  logic [15:0]            neuron;
  logic [ThresholdW-1:0]  turn;
  logic [18:0]            turn_k;
  logic                   exists, active, working, open, live, adjust_live;

  wuxing_slots #(
    .Tile(Tile), .Tiles(Tiles), .Slots(Slots), .WeightAddrW(WeightAddrW), .ThresholdW(ThresholdW)
  ) u_slots (
    .clk_i, .rst_ni, .layer_i,
    .first_i(walk_i.slot_first), .next_i(walk_i.slot_next), .scan_i(walk_i.slot_scan),
    .forward_done_i(neuron_i.tail_error), .backward_done_i(neuron_i.tail_step && active),
    .open_i(open), .live_i(live),
    .error_i(error_we_i), .error_slot_i, .error_nonzero_i(error_i != 16'sd0),
    .slot_o(slot), .row_o(row), .neuron_o(neuron), .turn_o(turn), .turn_k_o(turn_k),
    .exists_o(exists), .active_o(active), .settled_o
  );

  assign active_o = active;
  assign working  = adjust_i.run ? adjust_live : walk_i.exact ? exists : active;

  // ---- memories
  logic signed [15:0] weight, weight_old, weight_new;
  logic [17:0]        weight_addr;

  wuxing_connections #(
    .WeightDepth(WeightDepth), .IndexW(IndexW), .WeightW(WeightW), .Recompute(Recompute)
  ) u_connections (
    .clk_i, .layer_i, .walk_i, .active_i(active), .row_i(row), .index_i, .neuron_i(neuron), .weight_o(weight),
    .product_i(product), .random_i, .nearest_i, .turn_i(turn), .addr_o(weight_addr), .old_o(weight_old),
    .new_o(weight_new), .host_i, .host_we_i, .host_addr_i, .host_wdata_i(host_wdata_i[WeightW-1:0])
  );

  logic signed [15:0]     param_rdata, gain;
  logic [ParamAddrW-1:0]  param_raddr, param_waddr, slot_word, slot_write, scratch_read, scratch_write;

  assign slot_word     = ParamAddrW'({slot, adjust_i.run ? adjust_i.read_word : neuron_i.param_word});
  assign slot_write    = ParamAddrW'({slot, adjust_i.word});
  assign scratch_read  = ParamAddrW'({ParamAddrW'(Slots), neuron_i.param_word});
  assign scratch_write = ParamAddrW'({ParamAddrW'(Slots), neuron_i.scratch_word});
  assign param_raddr   = host_i ? host_addr_i[ParamAddrW-1:0] : !adjust_i.run && neuron_i.param_scratch ? scratch_read : slot_word;
  assign param_waddr   = host_i ? host_addr_i[ParamAddrW-1:0] : adjust_i.run ? slot_write : scratch_write;

  wuxing_ram_dp #(.Width(16), .Depth((Slots + 1) * 16)) u_params (
    .clk_i, .raddr_i(param_raddr), .rdata_o(param_rdata),
    .we_i(host_i ? host_param_we_i : neuron_i.scratch_write || adjust_we), .waddr_i(param_waddr),
    .wdata_i(host_i ? host_wdata_i : adjust_i.run ? adjust_new : gain)
  );

  logic signed [15:0] state_rdata, state_wdata;
  logic [2:0]         state_rword, state_wword;
  logic [SlotW-1:0]   state_wslot;
  logic               state_we;

  assign state_rword = adjust_i.run ? adjust_i.state_word : neuron_i.run ? neuron_i.state_word : walk_i.state_word;

  wuxing_ram_dp #(.Width(16), .Depth(Slots * 8)) u_state (
    .clk_i, .raddr_i({slot, state_rword}), .rdata_o(state_rdata),
    .we_i(state_we), .waddr_i({state_wslot, state_wword}), .wdata_i(state_wdata)
  );

  // ---- operands and accumulator
  logic [79:0]            base;  // the neuron's ring
  logic signed [15:0]     a, b, b_loaded, tap, gain_q, step_q, drive_q, drive;
  logic signed [31:0]     product;
  logic signed [AccW-1:0] acc, start;

  always_comb begin
    a = (Recompute == 0) && (walk_i.pass == wuxing_pkg::PassUpdate) ? step_q : weight;
    b = walk_i.pass == wuxing_pkg::PassErrorSum ? state_rdata : x_i;
    if (neuron_i.run) begin
      a = neuron_i.tail_eta ? eta_i : neuron_i.a_gain ? gain_q : param_rdata;
      b = neuron_i.tail_eta ? base[64+:16] : neuron_i.b_state ? state_rdata : tap;
    end
    if (adjust_i.run) begin
      a = adjust_a;
      b = adjust_b;
    end
  end

  // Every sum starts from its rounding half: 2^(F-1) for F bits (u), 2^11 for 12 bits (derivatives, with the drive above).
  logic signed [27:0] start_neuron;
  logic signed [31:0] start_k;
  logic               mac_load;
  assign mac_load     = walk_i.load || neuron_i.load || neuron_i.tail_eta || adjust_i.load;
  assign start_neuron = neuron_i.acc_drive ? {drive_q, 12'h800} : 28'sh800;
  assign start_k      = {param_rdata, k_threshold};
  assign start        = adjust_i.run ? AccW'(start_k) : neuron_i.run ? AccW'(start_neuron) : AccW'(1 << (Fraction - 1));

  wuxing_mac #(.AccW(AccW)) u_mac (
    .clk_i, .a_i(a), .b_i(b), .load_i(mac_load),
    .clear_i(walk_i.acc_clear), .first_i(neuron_i.acc_first || adjust_i.acc_first), .start_i(start),
    .add_i(walk_i.acc_add || neuron_i.acc_add || adjust_i.acc_add), .sub_i(neuron_i.acc_sub),
    .b_o(b_loaded), .product_o(product), .acc_o(acc)
  );

  assign product_o = product[ProductW-1:0];
  assign busy_o    = mac_load && working;

  // ---- roundings: u, loss rate g / t / c or G1, step
  logic signed [31:0] gain_term, gain_sum, step_sum;
  logic signed [15:0] step, step_rounded;
  logic signed [27:0] gain_start;

  assign gain_start = neuron_i.gain_k3 && !adjust_i.run ? {param_rdata, 12'h800} : 28'sh800;
  // -rnd(v, 12) = (-v + 2^11 - 1) >> 12 = (~v + 2^11) >> 12.
  assign gain_term  = adjust_i.negate ? ~product : product;
  assign gain_sum   = gain_term + 32'(gain_start);
  assign step_sum   = product + 32'sh80;

  wuxing_round #(.InW(AccW), .Shift(Fraction)) u_drive (.v_i(acc), .y_o(drive));
  wuxing_round #(.InW(32), .Shift(12)) u_gain (.v_i(gain_sum), .y_o(gain));
  wuxing_round #(.InW(32), .Shift(8)) u_step (.v_i(step_sum), .y_o(step_rounded));
  assign step = Recompute != 0 ? 16'sd0 : step_rounded;  // recomputed connections stay as they are

  // ---- the neuron
  logic signed [15:0] value, error;

  wuxing_ring u_ring (
    .clk_i, .clear_i(neuron_i.clear), .backward_i(neuron_i.backward), .rotate_i(neuron_i.rotate || adjust_i.rotate),
    .write_pred_i(neuron_i.write_pred), .write_corr_i(neuron_i.write_corr),
    .flag_load_i(neuron_i.flag_load), .flag_value_i(b_loaded), .sum_i(acc[31:0]),
    .tap_i(neuron_i.tap), .tap_pred_i(neuron_i.tap_pred), .tap_o(tap), .value_o(value), .base_o(base)
  );

  // After the last step the ring rests so that E[3], E[2], E[1], E[0], E[4] stand at places 0..4; b[1..4], b[0] likewise.
  logic signed [15:0] element0, element1;
  assign element0 = base[48+:16];
  assign element1 = base[32+:16];
  assign y_o      = element1 - 16'(wuxing_pkg::One);
  assign open     = (element0 != 16'sd0) && (element0 != 16'(wuxing_pkg::ElementMax));

  wuxing_margin u_margin (
    .labelled_i(neuron == label_i), .y_i(y_o), .target_on_i, .target_off_i, .error_o(error)
  );
  // Forward: an output is live if it has an error; a hidden neuron until its error comes is not. Backward: if it has a step.
  assign live = neuron_i.backward ? step != 16'sd0 : layer_i.last && learn_i && (error != 16'sd0);

  // ---- state writes: one source at a time
  always_comb begin
    state_we    = neuron_i.state_write || neuron_i.tail_zero || neuron_i.tail_error;
    state_wslot = slot;
    state_wword = neuron_i.write_word;
    state_wdata = value;
    if (neuron_i.tail_zero) begin
      state_wword = wuxing_pkg::WordBackward;
      state_wdata = 16'sd0;
    end
    if (neuron_i.tail_error) begin
      state_wword = wuxing_pkg::WordError;
      state_wdata = error;
    end
    if (neuron_i.tail_eta) begin
      state_we    = active;
      state_wword = wuxing_pkg::WordBackward;
      state_wdata = base[64+:16];
    end
    if (neuron_i.tail_step) begin
      state_we    = active;
      state_wword = wuxing_pkg::WordStep;
      state_wdata = step;
    end
    if (error_we_i) begin
      state_we    = 1'b1;
      state_wslot = error_slot_i;
      state_wword = wuxing_pkg::WordError;
      state_wdata = error_i;
    end
  end

  // ---- adjustment of K
  logic signed [15:0] adjust_a, adjust_b, adjust_new, adjust_signal, adjust_mean;
  logic        [15:0] k_threshold;
  logic               adjust_we;

  if (LearnK != 0) begin : g_adjust
    // The step takes the place of the live flag at the end of the backward pass.
    logic adjust_live_q;
    always_ff @(posedge clk_i) if (neuron_i.tail_step) adjust_live_q <= active;
    assign adjust_live = adjust_live_q;

    wuxing_adjust #(.Slots(Slots)) u_adjust (
      .clk_i, .adjust_i, .random_i(random_i[18:0]), .nearest_i, .turn_i(turn_k), .threshold_o(k_threshold),
      .live_i(adjust_live), .slot_i(slot), .state_i(state_rdata), .backward_i(base[64+:16]),
      .rounded_i(gain), .sum_i(acc[31:16]), .a_o(adjust_a), .b_o(adjust_b), .we_o(adjust_we), .new_o(adjust_new),
      .signal_o(adjust_signal), .mean_o(adjust_mean),
      .host_i, .host_we_i(host_mean_we_i), .host_addr_i, .host_wdata_i, .host_rdata_o(host_mean_o)
    );
  end else begin : g_constant_k
    assign adjust_live = 1'b0;
    assign adjust_we   = 1'b0;
    assign {adjust_a, adjust_b, adjust_new, adjust_signal, adjust_mean, k_threshold, host_mean_o} = '0;
    logic unused_turn;
    assign unused_turn = ^turn_k;
  end

  // ---- held operands
  always_ff @(posedge clk_i) begin
    if (neuron_i.gain_load) gain_q <= gain;
    if (walk_i.drive_load) drive_q <= drive;
    if (walk_i.error_load) drive_q <= state_rdata;
    if (walk_i.step_load) step_q <= state_rdata;
  end

  // ---- observation and host
  wuxing_record u_record (
    .walk_i, .neuron_i, .adjust_i, .exists_i(exists), .active_i(active), .adjusted_i(adjust_we), .u_i(drive), .ring_i(base),
    .error_i(drive_q), .step_i(step), .connection_i({weight_new, weight_old}),
    .parameter_i({adjust_mean, adjust_signal, adjust_new, param_rdata}), .valid_o(obs_valid_o), .data_o(obs_data_o)
  );

  assign obs_neuron_o  = neuron;
  assign obs_addr_o    = adjust_i.write ? 18'({slot, adjust_i.word}) : weight_addr;
  assign host_weight_o = weight;
  assign host_param_o  = param_rdata;
endmodule
