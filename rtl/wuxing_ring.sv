// The ring of the neuron in work: from an element's derivative to its new value. Equations (3) and (6).
//
// The memory holds what only the element itself needs again: its base (E, or b) at the start of the step, words 0-4, and its
// first derivative d1, words 8-12. Operands of other elements come from the tile's state memory. In the cycle of slope_i the
// memory gives d1, in the next one, value_i, the base.
//   slope_i    sat16 of the derivative, Q3.12          value_o  P or E' (clamped) or b' (saturated), Q3.12, with value_i; else zero
//   base_o     word read, Q3.12
module wuxing_ring (
  input  logic               clk_i,
  input  wuxing_pkg::neuron_t neuron_i,
  input  logic        [3:0]  raddr_i,
  input  logic               closed_i,  // the element just read is clamped, with flag_load
  input  logic signed [15:0] slope_i,
  output logic signed [15:0] value_o,
  output logic signed [15:0] base_o
);
  // ---- memory
  logic signed [15:0] rdata, wdata;
  logic        [3:0]  waddr;
  logic               we;

  always_comb begin
    we    = neuron_i.slope || (neuron_i.value && neuron_i.corrector) || neuron_i.ring_start;
    waddr = neuron_i.ring_start ? {1'b0, neuron_i.start_element} : {neuron_i.slope, neuron_i.element};
    wdata = (slope_i & {16{neuron_i.slope}}) | value_o | (neuron_i.ring_start && !neuron_i.backward ? 16'(wuxing_pkg::One) : 16'd0);
  end

  wuxing_ram_dp #(.Width(16), .Depth(16)) u_memory (
    .clk_i, .raddr_i, .rdata_o(rdata), .we_i(we), .waddr_i(waddr), .wdata_i(wdata)
  );

  // ---- Heun: P = base + rnda(d1 + d1, 2), E' = base + rnda(d1 + d2, 2): halves away from zero, so a negative one goes down. Up is
  // the carry of the sum with the base.
  // Nothing flows through a clamped element: its two slopes are as good as zero.
  logic signed [15:0] other, change;
  logic signed [16:0] both_q;
  logic signed [17:0] target;
  logic        [4:0]  clamped_q;
  logic               up;
  assign other  = neuron_i.corrector ? rdata : slope_i;
  assign up     = both_q[1] && (both_q[0] || !both_q[16]);
  assign change = 16'(both_q >>> 2);
  assign target = 18'(rdata) + 18'(change) + $signed({17'd0, up});

  // Out of range, forward: 0 or ElementMax (14 ones); backward: the greatest or the least number. Bits 13 to 0 are alike, and in
  // range bits 15 and 14 are those of the target.
  logic in_range, fits, most, least;
  assign in_range  = neuron_i.backward ? (target[17:15] == 3'b000) || (target[17:15] == 3'b111) : target[17:14] == 4'd0;
  assign fits    = neuron_i.value && in_range;
  assign most    = neuron_i.value && !in_range && !target[17];
  assign least   = neuron_i.value && !in_range && target[17];
  assign value_o = (target[15:0] & {16{fits}}) | {neuron_i.backward && least, neuron_i.backward && most, {14{most}}};
  assign base_o        = rdata;

  always_ff @(posedge clk_i) begin
    if (neuron_i.backward && clamped_q[0]) both_q <= '0;
    else both_q <= 17'(slope_i) + 17'(other);
    // Of the element whose derivative is next, place 0.
    if (neuron_i.flag_load) clamped_q <= {closed_i, clamped_q[4:1]};
    else if (neuron_i.slope) clamped_q <= {clamped_q[0], clamped_q[4:1]};
  end
endmodule
