// Local update circuit: C' = satW(C + ((x g + r) >> Z)), equation (8), Z = 32 - F. Combinational.
//   product_i  x g, 32 fraction bits      r_i  rounding threshold, 0 .. 2^Z - 1
//   old_i, new_o  C, F fraction bits
module wuxing_update #(
  parameter int WeightW = 16,
  localparam int Fraction = wuxing_pkg::weight_fraction(WeightW),
  localparam int Shift = wuxing_pkg::StepFraction - Fraction
) (
  input  logic signed [31:0]        product_i,
  input  logic        [Shift-1:0]   r_i,
  input  logic signed [WeightW-1:0] old_i,
  output logic signed [WeightW-1:0] new_o
);
  localparam int ChangeW = 33 - Shift;
  localparam int SumW = (WeightW > ChangeW ? WeightW : ChangeW) + 1;

  logic signed [32:0]        dithered;
  logic signed [ChangeW-1:0] change;
  logic signed [SumW-1:0]    sum;

  // |x g| <= 2^30 and r < 2^24: 32 bits would do; the 33rd keeps the sum signed beyond doubt.
  assign dithered = 33'(product_i) + $signed({{(33-Shift){1'b0}}, r_i});
  assign change   = dithered[32:Shift];
  assign sum      = SumW'(old_i) + SumW'(change);

  wuxing_round #(.InW(SumW), .Shift(0), .OutW(WeightW)) u_round (.v_i(sum), .y_o(new_o));
endmodule
