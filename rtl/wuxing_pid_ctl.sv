// Timing of the adjustment of a neuron's K, common to all tiles (contract, section 6.1). It follows the backward integration
// of a neuron if a set is enabled, and the neuron counts as done when both are.
//
// The fifteen parameters come one after another, i = 0..4 and within it K1, K2, K3; each takes six phases. A product is there
// two cycles after its operands, its sum one more:
//
//   phase  multiplier starts         at hand
//   0      P G1                      S and the last G1: D' -> register; random word stepped; of K1[i] also: m = E[i] b[i]
//   1      D D'                      S' -> register
//   2      I S'                      K: sum  = K, r + P G1
//   3      K3[i]: E[i] b[i+1]        sum += D D'
//          K1[i]: m E[i-2]
//   4      K3[i]: E[i+1] b[i+1]      sum += I S'
//   5                                new K, S', G1 written; G1 of the next parameter -> register
//
// The first G1 needs phases 2 to 5 of a parameter before: 4 + 15 x 6 cycles from start_o to done_o.
module wuxing_pid_ctl (
  input  logic                clk_i,
  input  logic                rst_ni,
  input  logic                neuron_done_i,
  input  logic                backward_i,     // with neuron_done_i
  input  logic [13:0]         gain_p_i,       // U0.16 below 1/4
  input  logic [13:0]         gain_i_i,
  input  logic [13:0]         gain_d_i,
  input  logic [3:0]          leak_i,
  input  logic [2:0]          sets_i,         // K1, K2, K3 enabled
  output wuxing_pkg::adjust_t adjust_o,
  output logic                start_o,        // random words back to the layer's first
  output logic                random_step_o,
  output logic                done_o
);
  logic       run_q, valid_q;  // valid: a parameter's own phases, not the ones before the first
  logic [2:0] phase_q, element_q, element_next;
  logic [1:0] set_q, set_next;
  logic       last;

  // ---- order of the parameters
  function automatic logic [3:0] word_of(input logic [1:0] set, input logic [2:0] element);
    logic [3:0] first;
    first = 4'd0;
    if (set == 2'd1) first = 4'd5;
    if (set == 2'd2) first = 4'd10;
    word_of = first + {1'b0, element};
  endfunction

  logic set_first, set_last;
  assign set_first    = set_q == 2'd0;
  assign set_last     = set_q == 2'd2;
  assign set_next     = set_last ? 2'd0 : set_q + 2'd1;
  assign element_next = set_last ? wuxing_pkg::ring_plus(element_q, 1) : element_q;
  assign last         = valid_q && set_last && (element_q == 3'd4);

  assign start_o = neuron_done_i && backward_i && (sets_i != 3'd0);
  assign done_o  = (neuron_done_i && !start_o) || (run_q && last && (phase_q == 3'd5));

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) run_q <= 1'b0;
    else if (start_o) run_q <= 1'b1;
    else if (done_o) run_q <= 1'b0;
  end

  always_ff @(posedge clk_i) begin
    if (start_o) begin
      valid_q   <= 1'b0;
      phase_q   <= 3'd2;
      set_q     <= 2'd2;
      element_q <= 3'd4;
    end else if (phase_q == 3'd5) begin
      valid_q   <= 1'b1;
      phase_q   <= 3'd0;
      set_q     <= set_next;
      element_q <= element_next;
    end else begin
      phase_q <= phase_q + 3'd1;
    end
  end

  // ---- to the tiles
  logic       enabled, starts_set;
  logic [2:0] own;  // phases 0, 1, 2 of an enabled parameter
  assign enabled    = run_q && valid_q && sets_i[set_q];
  assign own        = {phase_q == 3'd2, phase_q == 3'd1, phase_q == 3'd0} & {3{enabled}};
  assign starts_set = run_q && set_last && !last;  // the next parameter is K1 of the next element

  always_comb begin
    adjust_o.run       = run_q;
    adjust_o.k_set     = set_q;
    adjust_o.word      = word_of(set_q, element_q);
    // In phase 5 the next parameter's S and last G1 are read, while this one's are written.
    adjust_o.read_word = phase_q == 3'd5 ? word_of(set_next, element_next) : adjust_o.word;
    adjust_o.leak      = leak_i;

    // E[i-2] for m E[i-2], else E[i] and E[i+1] for the two products with b[i+1].
    adjust_o.state_word = element_q;
    if (phase_q == 3'd3) adjust_o.state_word = wuxing_pkg::ring_plus(element_q, 1);
    else if (set_first) adjust_o.state_word = wuxing_pkg::ring_plus(element_q, 3);

    adjust_o.ring_word = {1'b0, wuxing_pkg::ring_plus(element_q, 1)};  // b[i+1]

    adjust_o.gain = gain_p_i;
    if (phase_q == 3'd1) adjust_o.gain = gain_d_i;
    if (phase_q == 3'd2) adjust_o.gain = gain_i_i;
    adjust_o.term   = phase_q[1:0];
    adjust_o.signal = phase_q >= 3'd3;
    adjust_o.load   = (own != 3'd0) || ((phase_q == 3'd3) && (starts_set || (run_q && set_first))) ||
                      ((phase_q == 3'd4) && starts_set);

    adjust_o.product_load = run_q && valid_q && set_first && (phase_q == 3'd0);
    adjust_o.change_load  = phase_q == 3'd0;
    adjust_o.mean_load    = phase_q == 3'd1;
    adjust_o.signal_load  = phase_q == 3'd5;
    adjust_o.negate       = run_q && set_first && (phase_q == 3'd5);
    adjust_o.acc_first    = run_q && (phase_q == 3'd2);
    adjust_o.acc_add      = run_q && (phase_q >= 3'd2) && (phase_q <= 3'd4);
    adjust_o.write        = enabled && (phase_q == 3'd5);
  end

  assign random_step_o = run_q && valid_q && (phase_q == 3'd0);
endmodule
