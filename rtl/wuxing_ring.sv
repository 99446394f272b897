// The ring of the neuron in work: from an element's derivative to its new value. Equations (3) and (6).
//
// The memory holds what only the element itself needs again: its base (E, or b) at the start of the step, words 0-4, and its
// first derivative d1, words 8-12. Operands of other elements come from the tile's state memory. In the cycle of slope_i the
// memory gives d1, in the next one, value_i, the base.
//   slope_i    sat16 of the derivative, Q3.12          value_o  P or E' (clamped) or b' (saturated), Q3.12, with value_i
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

  // Derivative; nothing flows through a clamped element.
  logic        [4:0]  clamped_q;
  logic signed [15:0] slope;
  assign slope = neuron_i.backward && clamped_q[0] ? 16'sd0 : slope_i;

  always_comb begin
    we    = neuron_i.slope || neuron_i.value || neuron_i.ring_start;
    waddr = {neuron_i.slope, neuron_i.element};
    wdata = neuron_i.slope ? slope : value_o;
    if (neuron_i.value) we = neuron_i.corrector;
    if (neuron_i.ring_start) begin
      waddr = {1'b0, neuron_i.start_element};
      wdata = neuron_i.backward ? 16'sd0 : 16'(wuxing_pkg::One);
    end
  end

  wuxing_ram_dp #(.Width(16), .Depth(16)) u_memory (
    .clk_i, .raddr_i, .rdata_o(rdata), .we_i(we), .waddr_i(waddr), .wdata_i(wdata)
  );

  // ---- Heun: P = base + rnda(d1 + d1, 2), E' = base + rnda(d1 + d2, 2): halves away from zero, so a negative one goes down. Up is
  // the carry of the sum with the base.
  logic signed [15:0] other, change;
  logic signed [16:0] both_q;
  logic signed [17:0] target;
  logic               up;
  assign other  = neuron_i.corrector ? rdata : slope;
  assign up     = both_q[1] && (both_q[0] || !both_q[16]);
  assign change = 16'(both_q >>> 2);
  assign target = 18'(rdata) + 18'(change) + $signed({17'd0, up});

  logic signed [15:0] saturated, clamped;
  wuxing_round #(.InW(18), .Shift(0)) u_saturate (.v_i(target), .y_o(saturated));
  always_comb begin
    clamped = target[15:0];
    if (target[17]) clamped = 16'sd0;
    else if (|target[16:14]) clamped = 16'(wuxing_pkg::ElementMax);
  end
  assign value_o = neuron_i.backward ? saturated : clamped;
  assign base_o  = rdata;

  always_ff @(posedge clk_i) begin
    both_q <= 17'(slope) + 17'(other);
    // Of the element whose derivative is next, place 0.
    if (neuron_i.flag_load) clamped_q <= {closed_i, clamped_q[4:1]};
    else if (neuron_i.slope) clamped_q <= {clamped_q[0], clamped_q[4:1]};
  end
endmodule
