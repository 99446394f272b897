// The arithmetic of the contract, for all operands. Each function is said here as the contract says it: by what its result has to
// be, in numbers wide enough for all of them, not by how the circuit finds it.

// y = sat(v >> n), section 1: the floor by what it leaves over, 0 <= v - y 2^n < 2^n.
module formal_round #(
  parameter int InW = 40,
  parameter int Shift = 13,
  parameter int OutW = 16
) (
  input logic signed [InW-1:0] v_i,
  input logic                  put_i,
  input logic [OutW-1:0]       value_i
);
  localparam logic signed [63:0] Unit = 64'sd1 << Shift;
  localparam logic signed [63:0] Most = (64'sd1 << (OutW - 1)) - 64'sd1;
  localparam logic signed [63:0] Least = -(64'sd1 << (OutW - 1));

  logic signed [OutW-1:0] y, put;
  wuxing_round #(.InW(InW), .Shift(Shift), .OutW(OutW)) u_round (.v_i, .y_o(y));
  wuxing_round_put #(.InW(InW), .Shift(Shift), .OutW(OutW)) u_put (.v_i, .put_i, .value_i, .y_o(put));

  logic signed [63:0] v, result, rest;
  assign v      = 64'(v_i);
  assign result = 64'(y);
  assign rest   = v - (result << Shift);

  always_comb begin
    assume (put_i || (value_i == '0));
    floor:    assert (((rest >= 0) && (rest < Unit)) || (result == Most) || (result == Least));
    greatest: assert ((result != Most) || (rest >= 0));
    smallest: assert ((result != Least) || (rest < Unit));
    other:    assert (put == (put_i ? $signed(value_i) : y));
  end
endmodule

// C' = satW(C + ((x g + r) >> Z)), section 6.2.
module formal_update #(
  parameter int WeightW = 16
) (
  input logic signed [31:0]        product_i,
  input logic        [31:0]        r_i,
  input logic signed [WeightW-1:0] old_i,
  input logic                      put_i,
  input logic        [WeightW-1:0] value_i
);
  localparam int Z = WeightW == 16 ? 19 : WeightW == 12 ? 21 : 24;
  logic signed [WeightW-1:0] new_value;
  wuxing_update #(.WeightW(WeightW)) u_update (.product_i, .r_i(r_i[Z-1:0]), .old_i, .put_i, .value_i, .new_o(new_value));

  logic signed [63:0] sum, moved, limited;
  assign sum     = 64'(product_i) + $signed({32'd0, r_i});
  assign moved   = 64'(old_i) + (sum >>> Z);
  assign limited = moved > (64'sd1 << (WeightW - 1)) - 64'sd1 ? (64'sd1 << (WeightW - 1)) - 64'sd1 :
                   moved < -(64'sd1 << (WeightW - 1)) ? -(64'sd1 << (WeightW - 1)) : moved;
  always_comb begin
    assume (r_i < (64'd1 << Z));
    assume (put_i || (value_i == '0));
    connection: assert (put_i ? new_value == $signed(value_i) : 64'(new_value) == limited);
  end
endmodule

// Output error with margin (5).
module formal_margin (
  input logic               labelled_i,
  input logic signed [15:0] y_i,
  input logic signed [15:0] on_i,
  input logic signed [15:0] off_i
);
  logic signed [15:0] e;
  wuxing_margin u_margin (.labelled_i, .y_i, .target_on_i(on_i), .target_off_i(off_i), .error_o(e));

  logic signed [31:0] to_on, to_off;
  assign to_on  = 32'(on_i) - 32'(y_i);
  assign to_off = 32'(off_i) - 32'(y_i);
  always_comb begin
    if (labelled_i) begin
      label: assert (32'(e) == (to_on < 0 ? 0 : to_on > 32767 ? 32767 : to_on));
    end else begin
      others: assert (32'(e) == (to_off > 0 ? 0 : to_off < -32768 ? -32768 : to_off));
    end
  end
endmodule

// S' = S + rnda(G1 - S, leak), D' = sat16(G1 - last G1): (9). rnda by sign and size, as section 1 has it.
// G1 and S stay for two cycles, in the second of which S' is there.
module formal_pid (
  input logic               clk_i,
  input logic signed [15:0] g1_i,
  input logic signed [15:0] last_i,
  input logic signed [15:0] mean_i,
  input logic        [3:0]  leak_i
);
  logic signed [15:0] mean, change;
  wuxing_pid u_pid (.clk_i, .g1_i, .last_i, .mean_i, .leak_i, .mean_o(mean), .change_o(change));

  logic               held_q = 1'b0;
  logic signed [15:0] g1_q, mean_q;
  logic signed [31:0] v, size, half, part, expected, step;
  always_ff @(posedge clk_i) {held_q, g1_q, mean_q} <= {1'b1, g1_i, mean_i};
  assign v        = 32'(g1_i) - 32'(mean_i);
  assign size     = v < 0 ? -v : v;
  assign half     = leak_i == 4'd0 ? 32'sd0 : 32'sd1 << (leak_i - 4'd1);
  assign part     = (size + half) >> leak_i;
  assign expected = 32'(mean_i) + (v < 0 ? -part : part);
  assign step     = 32'(g1_i) - 32'(last_i);
  always_comb begin
    if (held_q && (g1_i == g1_q) && (mean_i == mean_q)) begin
      running_mean: assert (32'(mean) == expected);
      between:      assert (((mean >= mean_i) && (mean <= g1_i)) || ((mean <= mean_i) && (mean >= g1_i)));
    end
    difference: assert (32'(change) == (step > 32767 ? 32767 : step < -32768 ? -32768 : step));
  end
endmodule

// limit() of (10): the ranges of section 2.
module formal_k_update (
  input logic signed [15:0] sum_i,
  input logic        [1:0]  set_i
);
  logic signed [15:0] k;
  wuxing_k_update u_update (.sum_i, .set_i, .new_o(k));
  logic signed [15:0] least, most;
  always_comb begin
    {least, most} = {16'sd2048, 16'sd8192};                      // K1
    if (set_i == 2'd1) {least, most} = {16'sd256, 16'sd4096};    // K2
    if (set_i == 2'd2) {least, most} = {16'sd256, 16'sd8192};    // K3
    assume (set_i != 2'd3);
    range:   assert ((k >= least) && (k <= most));
    nearest: assert ((sum_i >= least) && (sum_i <= most) ? k == sum_i : k == (sum_i < least ? least : most));
  end
endmodule

// G1 of a parameter from its product (section 6.1): sat16(rnd(v, 12)) for K1, sat16(-rnd(v, 12)) for K2, sat16(-m) for K3 with
// m = sat16(rnd(v, 12)) of an earlier product.
module formal_adjust (
  input logic               clk_i,
  input logic signed [31:0] product_i,
  input logic        [1:0]  kind_i,  // 0 K1, 1 K2, 2 K3, 3 m
  input logic        [18:0] random_i,
  input logic        [18:0] turn_i,
  input logic               nearest_i
);
  // Which of them the signals of the control mean: the set named is the one before.
  wuxing_pkg::adjust_t adjust;
  logic signed [15:0]  g1, mean, a, b, new_value, wanted_q, m_q;
  logic        [15:0]  threshold, host;
  logic                we;
  logic        [18:0]  turned_q;
  logic                ready_q = 1'b0, known_q = 1'b0, loaded_q;
  always_comb begin
    adjust              = '0;
    adjust.k_set        = kind_i == 2'd0 ? 2'd2 : kind_i == 2'd1 ? 2'd0 : kind_i == 2'd2 ? 2'd1 : 2'd0;
    adjust.negate       = kind_i == 2'd1;
    adjust.signal_load  = kind_i != 2'd3;
    adjust.product_load = kind_i == 2'd3;
  end
  wuxing_adjust #(.Slots(2)) u_adjust (
    .clk_i, .adjust_i(adjust), .live_i(1'b0), .slot_i(1'b0), .state_i(16'sd0), .backward_i(16'sd0), .product_i, .sum_i(16'sd0),
    .random_i, .nearest_i, .turn_i, .threshold_o(threshold), .a_o(a), .b_o(b), .we_o(we), .new_o(new_value), .signal_o(g1),
    .mean_o(mean), .host_i(1'b0), .host_we_i(1'b0), .host_addr_i(18'd0), .host_wdata_i(16'd0), .host_rdata_o(host)
  );

  function automatic logic signed [15:0] limited(input logic signed [63:0] v);
    limited = v > 64'sd32767 ? 16'sd32767 : v < -64'sd32768 ? -16'sd32768 : v[15:0];
  endfunction
  logic signed [63:0] rounded, m_wide;
  assign m_wide = 64'(m_q);
  assign rounded = (64'(product_i) + 64'sd2048) >>> 12;
  always_ff @(posedge clk_i) begin
    ready_q  <= 1'b1;
    known_q  <= known_q || (kind_i == 2'd3);
    loaded_q <= (kind_i < 2'd2) || ((kind_i == 2'd2) && known_q);
    if (kind_i == 2'd0) wanted_q <= limited(rounded);
    if (kind_i == 2'd1) wanted_q <= limited(-rounded);
    if (kind_i == 2'd2) wanted_q <= limited(-m_wide);
    if (kind_i == 2'd3) m_q <= limited(rounded);
    turned_q <= random_i + turn_i;
    if (nearest_i) turned_q <= 19'h40000;
  end
  always_comb begin
    assume ((product_i >= -32'sd1073709056) && (product_i <= 32'sd1073741824));  // of two numbers of 16 bits
    if (ready_q && loaded_q) begin
      signal: assert (g1 == wanted_q);
    end
    if (ready_q) begin
      fraction: assert (threshold == turned_q[18:3]);
    end
  end
endmodule

// From two derivatives to an element's new value, (3) and (6): the cycle after the slope. d1 and the base are what the memory
// shows. A clamped element of the backward pass does not move.
// Two proofs: Flags 1, that the ring turns its flags with the elements; Flags 0, all else, given that.
module formal_ring #(
  parameter int Flags = 0
) (
  input logic               clk_i,
  input logic        [3:0]  raddr_i,
  input logic signed [15:0] slope_i,
  input logic               closed_i,
  input logic               flag_i,
  input logic               backward_i,
  input logic               corrector_i,
  input logic               turn_i,      // a slope, else a value
  input logic        [2:0]  element_i
);
  wuxing_pkg::neuron_t neuron;
  logic signed [15:0]  value, base;
  logic                slope_q = 1'b0, backward_q, corrector_q, closed;
  logic signed [15:0]  d1_q, d2_q;
  logic [2:0]          known_q = 3'd0;  // flags taken, at most 5
  logic [4:0]          closed_q;
  always_comb begin
    neuron           = '0;
    neuron.slope     = turn_i;
    neuron.value     = slope_q;
    neuron.backward  = slope_q ? backward_q : backward_i;
    neuron.corrector = slope_q ? corrector_q : corrector_i;
    neuron.element   = element_i;
    neuron.flag_load = flag_i;
    assume (!(turn_i && slope_q));
    assume (!(turn_i && flag_i));
    // Control: of the predictor d1 is the slope itself; flags come five in a row, then the slopes, round and round.
    assume (!turn_i || !neuron.backward || (Flags == 0) || (known_q == 3'd5));
  end
  wuxing_ring u_ring (.clk_i, .neuron_i(neuron), .raddr_i, .closed_i, .slope_i, .value_o(value), .base_o(base));

  always_ff @(posedge clk_i) begin
    slope_q     <= turn_i;
    backward_q  <= backward_i;
    corrector_q <= corrector_i;
    d1_q        <= corrector_i ? base : slope_i;
    d2_q        <= slope_i;
    if (flag_i) begin
      closed_q <= {closed_i, closed_q[4:1]};
      known_q  <= known_q == 3'd5 ? 3'd5 : known_q + 3'd1;
    end else if (turn_i) begin
      closed_q <= {closed_q[0], closed_q[4:1]};
      known_q  <= known_q == 3'd5 ? 3'd5 : 3'd0;
    end
    closed <= closed_q[0];
  end

  (* hierconn *) wire [4:0] \u_ring.clamped_q ;
  logic [4:0] known;  // the places that have been given a flag
  assign known = 5'b11111 << (3'd5 - known_q);
  if (Flags != 0) begin : g_flags
    always_comb begin
      flags: assert (((closed_q ^ \u_ring.clamped_q ) & known) == 5'd0);
    end
  end else begin : g_values
    always_comb begin
      assume (closed_q == \u_ring.clamped_q );
    end
  end

  // rnda(d1 + d2, 2); of the predictor rnda(d1, 1) = rnda(d1 + d1, 2).
  logic signed [31:0] v, size, part, target, expected;
  always_comb begin
    v      = corrector_q ? 32'(d1_q) + 32'(d2_q) : 32'(d1_q);
    size   = v < 0 ? -v : v;
    part   = corrector_q ? (size + 2) >> 2 : (size + 1) >> 1;
    target = 32'(base) + (backward_q && closed ? 0 : v < 0 ? -part : part);
    if (backward_q) expected = target > 32767 ? 32767 : target < -32768 ? -32768 : target;
    else expected = target > 16383 ? 16383 : target < 0 ? 0 : target;
    if (Flags != 0) begin
    end else if (slope_q) begin
      heun: assert (32'(value) == expected);
    end else begin
      none: assert (value == 16'sd0);
    end
  end
endmodule

// R = xorshift32(R), section 6; mark and rewind; what the host sets. R is never 0, and no two states have the same next one.
module formal_random (
  input logic        clk_i,
  input logic        set_i,
  input logic [31:0] value_i,
  input logic        mark_i,
  input logic        rewind_i,
  input logic        step_i
);
  logic        started_q = 1'b0, marked_q = 1'b0, set_q = 1'b0;
  logic [31:0] state, mark_q, r_q;
  always_ff @(posedge clk_i) started_q <= 1'b1;
  wuxing_random u_random (.clk_i, .rst_ni(started_q), .set_i, .value_i, .mark_i, .rewind_i, .step_i, .state_o(state));

  function automatic logic [31:0] next_of(input logic [31:0] r);
    for (int i = 31; i >= 13; i--) r[i] = r[i] ^ r[i-13];
    for (int i = 0; i < 15; i++) r[i] = r[i] ^ r[i+17];
    for (int i = 31; i >= 5; i--) r[i] = r[i] ^ r[i-5];
    next_of = r;
  endfunction

  always_ff @(posedge clk_i) begin
    if (!started_q) begin
      r_q <= 32'd1;
    end else begin
      set_q <= set_i;
      if (rewind_i || set_q) r_q <= mark_q;
      else if (step_i) r_q <= next_of(r_q);
      if (mark_i || set_i) begin
        mark_q   <= set_i ? value_i : r_q;
        marked_q <= 1'b1;
      end
    end
  end
  (* anyconst *) logic [31:0] one;
  (* anyconst *) logic [31:0] other;
  (* hierconn *) wire [31:0] \u_random.mark_q ;
  (* hierconn *) wire \u_random.set_q ;
  always_comb begin
    assume (!set_i || (value_i != 32'd0));  // the bus refuses 0
    assume (!rewind_i || marked_q);
    assume (!set_i || started_q);
    if (started_q) begin
      word:    assert (state == r_q);
      nonzero: assert (state != 32'd0);
      mark:    assert (!marked_q || ((mark_q == \u_random.mark_q ) && (mark_q != 32'd0)));
      set:     assert ((set_q == \u_random.set_q ) && (!set_q || marked_q));
    end
    own: assert ((one == other) || (next_of(one) != next_of(other)));
  end
endmodule

// Connections from their place (11), section 11; w follows its address by one cycle.
module formal_recompute (
  input logic        clk_i,
  input logic [9:0]  index_i,
  input logic [15:0] neuron_i
);
  (* anyconst *) logic [31:0] key;
  (* anyconst *) logic [3:0]  scale;
  logic signed [15:0] w;
  wuxing_recompute #(.IndexW(10)) u_recompute (.clk_i, .index_i, .neuron_i, .key_i(key), .scale_i(scale), .weight_o(w));
  logic               ready_q = 1'b0;
  logic        [15:0] a, c, t, a_q;
  logic signed [31:0] wide;
  always_comb begin
    a = {6'd0, index_i} ^ key[15:0];
    c = neuron_i ^ key[31:16];
    for (int n = 0; n < 10; n++) begin
      for (int i = 0; i < 16; i++) t[i] = c[i] ^ (a[(i+15)%16] & a[(i+8)%16]) ^ a[(i+14)%16];
      c = a;
      a = t ^ 16'(n);
    end
    wide = {{16{a_q[15]}}, a_q};
    wide = wide >>> scale;
    if (ready_q) begin
      weight: assert (w == wide[15:0]);
    end
  end
  always_ff @(posedge clk_i) begin
    ready_q <= 1'b1;
    a_q     <= a;
  end
endmodule

// CRC-16/X-25 bit by bit (docs/link.md, section 2), and its check value.
module formal_crc (
  input logic [15:0] crc_i,
  input logic [7:0]  byte_i
);
  logic [15:0] crc, serial;
  wuxing_crc u_crc (.high_i(crc_i[15:8]), .difference_i(byte_i ^ crc_i[7:0]), .crc_o(crc));
  always_comb begin
    serial = crc_i;
    for (int i = 0; i < 8; i++) serial = (serial >> 1) ^ (serial[0] ^ byte_i[i] ? 16'h8408 : 16'd0);
    bitwise: assert (crc == serial);
  end

  logic [15:0] check [0:9];
  assign check[0] = 16'hFFFF;
  for (genvar i = 0; i < 9; i++) begin : g_check
    wuxing_crc u_crc (.high_i(check[i][15:8]), .difference_i(8'h31 + i ^ check[i][7:0]), .crc_o(check[i+1]));
  end
  always_comb begin
    check_value: assert (~check[9] == 16'h906E);
  end
endmodule

// The two functions that stand for a comparison with a constant and for sums modulo 5.
module formal_functions (
  input logic [31:0] v_i,
  input logic [31:0] limit_i,
  input logic [2:0]  k_i
);
  logic [3:0] k;
  assign k = {1'b0, k_i};
  always_comb begin
    assume (k_i < 3'd5);
    less: assert (wuxing_pkg::below(v_i, limit_i) == (v_i < limit_i));
    ring: assert ((wuxing_pkg::ring_plus(k_i, 1) == (k + 4'd1) % 4'd5) && (wuxing_pkg::ring_plus(k_i, 2) == (k + 4'd2) % 4'd5) &&
                  (wuxing_pkg::ring_plus(k_i, 3) == (k + 4'd3) % 4'd5) && (wuxing_pkg::ring_plus(k_i, 4) == (k + 4'd4) % 4'd5));
  end
endmodule
