// Local update circuit: C' = sat16(C + ((x g + r) >> 19)), equation (8) with stochastic rounding. Combinational.
//   product_i  x g, 32 fraction bits      r_i  rounding threshold, 0 .. 2^19 - 1
//   old_i, new_o  C, Q2.13
module wuxing_update (
  input  logic signed [31:0] product_i,
  input  logic        [18:0] r_i,
  input  logic signed [15:0] old_i,
  output logic signed [15:0] new_o
);
  logic signed [32:0] dithered;
  logic signed [13:0] change;
  logic signed [16:0] sum;

  // |x g| < 2^30 and r < 2^19: 32 bits would do; the 33rd keeps the sum signed beyond doubt.
  assign dithered = 33'(product_i) + $signed({14'b0, r_i});
  assign change   = dithered[32:wuxing_pkg::UpdateShift];
  assign sum      = 17'(old_i) + 17'(change);

  wuxing_round #(.InW(17), .Shift(0)) u_round (.v_i(sum), .y_o(new_o));
endmodule
