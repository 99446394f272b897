// A processing element: a bank of the connection memory, one multiplier, a neuron's ring, the local update circuit.
// All tiles are stepped in lockstep by walk_i (passes over connections), neuron_i (integration of a neuron) and adjust_i
// (adjustment of its K, only if LearnK); a tile differs from its neighbours only in its number, its memories and the neuron it
// stands on.
//
// Memories: connections C (wuxing_connections); parameters K (Q3.12; {slot, word} with words 0-4 K1, 5-9 K2, 10-14 K3; one more
// slot holds t and c while a neuron runs backward); state (Q3.12; {slot, word} with words 0-4 E, 5 b[0], 6 e, 7 g; two more records hold
// P[0..4] and b[0..4] of the neuron in work); the ring's own (wuxing_ring).
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
  localparam int RecordW = $clog2(Slots + 2),
  localparam int ParamAddrW = $clog2(Slots + 1) + 4,
  localparam int Fraction = wuxing_pkg::weight_fraction(WeightW),        // F
  localparam int ThresholdW = wuxing_pkg::StepFraction - Fraction,       // Z
  localparam int PartialW = 16 + WeightW + SlotW                         // of an error sum over the slots
) (
  input  logic                   clk_i,
  input  wuxing_pkg::layer_t     layer_i,
  input  wuxing_pkg::walk_t      walk_i,
  input  wuxing_pkg::neuron_t    neuron_i,
  input  wuxing_pkg::adjust_t    adjust_i,
  // broadcast operands
  input  logic [IndexW-1:0]      index_i,       // input whose weight is addressed
  input  logic [WeightAddrW-1:0] offset_i,      // the same as a distance from the row, or the host's word
  input  logic signed [15:0]     x_i,           // stage 2, Q3.12; with neuron_i.b_eta: eta, U0.16 below 1/2
  input  logic [ThresholdW-1:0]  random_i,      // stage 3, low bits of R
  input  logic                   nearest_i,     // round to nearest
  // error of a neuron: of the layer below, or of the present slot
  input  logic                   error_we_i,
  input  logic                   error_here_i,
  input  logic [SlotW-1:0]       error_slot_i,
  input  logic signed [15:0]     error_i,       // Q3.12, zero if there is none
  // host access, only while no sample is in work; address and data go to every tile
  input  logic                   host_i,
  input  logic                   host_params_i, // parameters are meant, not connections
  input  logic                   host_we_i,     // into this tile's connections, parameters, K states
  input  logic                   host_param_we_i,
  input  logic                   host_mean_we_i,
  input  logic [17:0]            host_addr_i,
  input  logic [15:0]            host_wdata_i,  // zero without host_i
  output logic [15:0]            host_rdata_o,  // connection or parameter, the cycle after
  output logic [15:0]            host_mean_o,   // S or last G1
  // to the array
  output logic                   settled_o,
  output logic                   found_o,
  output logic                   busy_o,        // a useful multiplication starts
  output logic signed [PartialW-1:0] partial_o, // stage 5, of an error sum
  output logic signed [15:0]     state_o,       // word read from the state record, Q3.12
  // observation
  output logic                   obs_valid_o,
  output logic [15:0]            obs_neuron_o,
  output logic [17:0]            obs_addr_o,
  output logic [111:0]           obs_data_o
);
  // Drives and error sums need this (contract, section 8), neurons 32 bits, 16 times a step 36.
  localparam int DriveW = 14 + IndexW + WeightW;
  localparam int PassW = DriveW > PartialW ? DriveW : PartialW;
  localparam int AccW = PassW > 36 ? PassW : 36;

  // ---- where this tile stands
  logic [SlotW-1:0]       slot;
  logic [WeightAddrW-1:0] row;
  logic [15:0]            neuron;
  logic [ThresholdW-1:0]  turn;
  logic [18:0]            turn_k;
  logic                   exists, active, working, live, nonzero, closed, open_q;
  logic signed [15:0]     state_rdata;

  // The state record's word says whether a neuron is live: e before the backward pass, if element 0 is not clamped; g after it.
  assign nonzero = state_rdata != 16'sd0;
  assign closed  = !nonzero || (state_rdata == 16'(wuxing_pkg::ElementMax));
  assign live    = nonzero && open_q;
  always_ff @(posedge clk_i) begin
    if (walk_i.open_load) open_q <= !closed || (walk_i.state_word == wuxing_pkg::WordStep);
  end

  wuxing_slots #(
    .Tile(Tile), .Tiles(Tiles), .Slots(Slots), .WeightAddrW(WeightAddrW), .ThresholdW(ThresholdW)
  ) u_slots (
    .clk_i, .layer_i,
    .first_i(walk_i.slot_first), .next_i(walk_i.slot_next), .scan_i(walk_i.slot_scan), .live_i(live),
    .slot_o(slot), .row_o(row), .neuron_o(neuron), .turn_o(turn), .turn_k_o(turn_k),
    .exists_o(exists), .active_o(active), .found_o, .settled_o
  );

  assign working = !adjust_i.run && walk_i.exact ? exists : active;

  // ---- connections
  logic signed [15:0] weight, weight_new;
  logic [17:0]        weight_addr;

  wuxing_connections #(
    .WeightDepth(WeightDepth), .IndexW(IndexW), .WeightW(WeightW), .Recompute(Recompute)
  ) u_connections (
    .clk_i, .layer_i, .walk_i, .active_i(active), .row_i(row), .index_i, .offset_i, .neuron_i(neuron), .weight_o(weight),
    .product_i(product), .old_i(side_q[WeightW-1:0]), .random_i, .nearest_i, .turn_i(turn), .addr_o(weight_addr),
    .new_o(weight_new), .host_i, .host_we_i, .host_wdata_i(host_wdata_i[WeightW-1:0])
  );

  // ---- parameters
  logic signed [15:0]     param_rdata, rounded;
  logic [ParamAddrW-1:0]  param_raddr, param_waddr, slot_word, slot_write, scratch_read, scratch_write;

  assign slot_word     = ParamAddrW'({slot, adjust_i.run ? adjust_i.read_word : neuron_i.param_word});
  assign slot_write    = ParamAddrW'({slot, adjust_i.word});
  assign scratch_read  = ParamAddrW'({ParamAddrW'(Slots), neuron_i.param_word});
  assign scratch_write = ParamAddrW'({ParamAddrW'(Slots), neuron_i.scratch_word});
  assign param_raddr   = host_i ? host_addr_i[ParamAddrW-1:0] : !adjust_i.run && neuron_i.param_scratch ? scratch_read : slot_word;
  assign param_waddr   = host_i ? host_addr_i[ParamAddrW-1:0] : adjust_i.run ? slot_write : scratch_write;

  wuxing_ram_dp #(.Width(16), .Depth((Slots + 1) * 16)) u_params (
    .clk_i, .raddr_i(param_raddr), .rdata_o(param_rdata),
    .we_i(host_param_we_i || neuron_i.scratch_write || adjust_we), .waddr_i(param_waddr),
    .wdata_i(adjust_i.run ? adjust_new : rounded)
  );

  // ---- state: one write at a time
  logic signed [15:0]     value, step, state_wdata;
  wuxing_pkg::record_e    state_rrecord;
  logic [RecordW-1:0]     state_rslot, state_wslot;
  logic [2:0]             state_rword, state_wword;
  logic                   state_we;

  always_comb begin
    state_rrecord = wuxing_pkg::RecordSlot;
    state_rword   = walk_i.state_word;
    if (neuron_i.run) begin
      state_rrecord = neuron_i.state_record;
      state_rword   = neuron_i.state_word;
    end
    if (adjust_i.run) state_rword = adjust_i.state_word;
    unique case (state_rrecord)
      wuxing_pkg::RecordPredictor: state_rslot = RecordW'(Slots);
      wuxing_pkg::RecordBackward:  state_rslot = RecordW'(Slots + 1);
      default:                     state_rslot = RecordW'(slot);
    endcase
  end

  // b[0] and g of a neuron that is not live stay zero, as the forward pass left them; the records behind the slots are anybody's.
  logic tail_zero;
  assign tail_zero = neuron_i.tail_first || neuron_i.tail_second;

  always_comb begin
    state_we    = (neuron_i.value && (!neuron_i.backward || active || (neuron_i.value_record != wuxing_pkg::RecordSlot))) ||
                  tail_zero || (neuron_i.tail_step && active) || error_we_i;
    state_wdata = value | (neuron_i.tail_step ? step : 16'sd0) | error_i;
    state_wword = neuron_i.value_word;
    if (neuron_i.tail_first) state_wword = wuxing_pkg::WordBackward;
    if (neuron_i.tail_second || neuron_i.tail_step) state_wword = wuxing_pkg::WordStep;
    if (!neuron_i.run) state_wword = wuxing_pkg::WordError;
    state_wslot = RecordW'(slot);
    if (!neuron_i.run && !error_here_i) state_wslot = RecordW'(error_slot_i);
    if (neuron_i.value && (neuron_i.value_record == wuxing_pkg::RecordPredictor)) state_wslot = RecordW'(Slots);
    if (neuron_i.value && (neuron_i.value_record == wuxing_pkg::RecordBackward)) state_wslot = RecordW'(Slots + 1);
  end

  wuxing_ram_dp #(.Width(16), .Depth((Slots + 2) * 8)) u_state (
    .clk_i, .raddr_i({state_rslot, state_rword}), .rdata_o(state_rdata),
    .we_i(state_we), .waddr_i({state_wslot, state_wword}), .wdata_i(state_wdata)
  );
  assign state_o = state_rdata;

  // ---- operands and accumulator
  logic signed [15:0]     a, b, held_q, side_q, drive_q, drive, base;
  logic signed [31:0]     product;
  logic signed [AccW-1:0] acc, start;
  logic                   mac_load;


  // One multiplexer of three: held word, parameter, else connection; the host reads through it.
  // Of a neuron at its start every E is One and every b is 0.
  logic a_held, a_param, b_state, b_input, b_one;
  assign a_held  = neuron_i.run ? neuron_i.a_held : (Recompute == 0) && (walk_i.pass == wuxing_pkg::PassUpdate);
  assign b_input = neuron_i.run ? neuron_i.b_eta : walk_i.pass != wuxing_pkg::PassErrorSum;
  assign b_state = !b_input && !(neuron_i.run && neuron_i.b_start);
  assign b_one   = !b_input && neuron_i.run && neuron_i.b_start && !neuron_i.backward;
  assign a_param = neuron_i.run ? !neuron_i.a_held : host_params_i;

  always_comb begin
    a = (a_held ? held_q : 16'sd0) | (a_param ? param_rdata : 16'sd0) | (!a_held && !a_param ? weight : 16'sd0);
    b = (b_state ? state_rdata : 16'sd0) | (b_input ? x_i : 16'sd0) | (b_one ? 16'(wuxing_pkg::One) : 16'sd0);
    if (adjust_i.run) begin
      a = adjust_a;
      b = adjust_b;
    end
  end
  assign host_rdata_o = a;

  // Every sum starts from its rounding half: 2^(F-1) for F bits (u), 2^11 for 12 bits (derivatives with the drive above, t and g with
  // K3, step). Of an error sum, tile 0 has the half of all.
  logic signed [15:0] start_high;
  logic        [11:0] start_low;
  logic signed [27:0] start_neuron;
  logic signed [31:0] start_k;
  localparam logic [15:0] Half = Tile == 0 ? 16'(1 << (Fraction - 1)) : 16'd0;
  assign start_high   = (neuron_i.acc_drive ? drive_q : 16'sd0) | (neuron_i.acc_k3 ? side_q : 16'sd0) |
                        (walk_i.sum_first ? 16'(Half >> 12) : 16'sd0);
  assign start_low    = walk_i.sum_first ? Half[11:0] : 12'h800;
  assign start_neuron = {start_high, start_low};
  assign start_k      = {param_rdata, k_threshold};
  assign start        = adjust_i.run ? AccW'(start_k) : AccW'(start_neuron);
  assign mac_load     = walk_i.load || neuron_i.load || adjust_i.load;

  wuxing_mac #(.AccW(AccW), .Clear(32'(1 << (Fraction - 1)))) u_mac (
    .clk_i, .a_i(a), .b_i(b), .load_i(mac_load),
    .clear_i(walk_i.acc_clear), .first_i(neuron_i.acc_first || walk_i.sum_first || adjust_i.acc_first), .start_i(start),
    .add_i(walk_i.acc_add || neuron_i.acc_add || adjust_i.acc_add), .sub_i(neuron_i.acc_sub),
    .product_o(product), .acc_o(acc)
  );

  assign partial_o = acc[PartialW-1:0];
  assign busy_o    = mac_load && working;

  // ---- roundings of sums: u; all that stands 12 places higher (derivative, g, t, c, step), and the host's parameters pass here
  wuxing_round #(.InW(AccW), .Shift(Fraction)) u_drive (.v_i(acc), .y_o(drive));
  wuxing_round_put #(.InW(36), .Shift(12)) u_rounded (.v_i(acc[35:0]), .put_i(host_i), .value_i(host_wdata_i), .y_o(rounded));
  assign step = Recompute != 0 ? 16'sd0 : rounded;  // recomputed connections stay as they are

  // ---- the neuron
  wuxing_ring u_ring (
    .clk_i, .neuron_i, .raddr_i(adjust_i.run ? adjust_i.ring_word : neuron_i.ring_word), .closed_i(closed),
    .slope_i(rounded), .value_o(value), .base_o(base)
  );

  // ---- adjustment of K
  logic signed [15:0] adjust_a, adjust_b, adjust_new, adjust_signal, adjust_mean;
  logic        [15:0] k_threshold;
  logic               adjust_we;

  if (LearnK != 0) begin : g_adjust
    wuxing_adjust #(.Slots(Slots)) u_adjust (
      .clk_i, .adjust_i, .random_i(random_i[18:0]), .nearest_i, .turn_i(turn_k), .threshold_o(k_threshold),
      .live_i(active), .slot_i(slot), .state_i(state_rdata), .backward_i(base),
      .product_i(product), .sum_i(acc[31:16]), .a_o(adjust_a), .b_o(adjust_b), .we_o(adjust_we), .new_o(adjust_new),
      .signal_o(adjust_signal), .mean_o(adjust_mean),
      .host_i, .host_we_i(host_mean_we_i), .host_addr_i, .host_wdata_i, .host_rdata_o(host_mean_o)
    );
  end else begin : g_constant_k
    assign adjust_we = 1'b0;
    assign {adjust_a, adjust_b, adjust_new, adjust_signal, adjust_mean, k_threshold, host_mean_o} = '0;
    logic unused_k;
    assign unused_k = ^{turn_k, base};
  end

  // ---- held operands
  always_ff @(posedge clk_i) begin
    if (neuron_i.held_load || neuron_i.held_state || walk_i.step_load) begin
      held_q <= neuron_i.held_load ? rounded : state_rdata;  // g of an element; b[0] or the step
    end
    if (walk_i.drive_load) drive_q <= drive;
    if (walk_i.error_load) drive_q <= state_rdata;
    // K3 until its sum starts; or the connection read, until it is written: what a memory shows after a write is not defined.
    if (neuron_i.run ? neuron_i.k3_load : walk_i.load) side_q <= neuron_i.run ? param_rdata : weight;
  end

  // ---- observation and host
  wuxing_record u_record (
    .clk_i, .walk_i, .neuron_i, .adjust_i, .exists_i(exists), .active_i(active), .adjusted_i(adjust_we), .u_i(drive),
    .value_i(value), .error_i(drive_q), .step_i(step), .connection_i({weight_new, side_q}),
    .parameter_i({adjust_mean, adjust_signal, adjust_new, param_rdata}), .valid_o(obs_valid_o), .data_o(obs_data_o)
  );

  assign obs_neuron_o = neuron;
  assign obs_addr_o   = adjust_i.write ? 18'({slot, adjust_i.word}) : weight_addr;
endmodule
