// Local update circuit: C' = satW(C + ((x g + r) >> Z)), equation (8), Z = 32 - F. Combinational: with C standing Z places higher
// and r in the places below, one sum is all of it.
//   product_i  x g, 32 fraction bits      r_i  rounding threshold, 0 .. 2^Z - 1
//   old_i, new_o  C, F fraction bits
//   put_i    new_o is value_i, which is zero else
module wuxing_update #(
  parameter int WeightW = 16,
  localparam int Fraction = wuxing_pkg::weight_fraction(WeightW),
  localparam int Shift = wuxing_pkg::StepFraction - Fraction
) (
  input  logic signed [31:0]        product_i,
  input  logic        [Shift-1:0]   r_i,
  input  logic signed [WeightW-1:0] old_i,
  input  logic                      put_i,
  input  logic        [WeightW-1:0] value_i,
  output logic signed [WeightW-1:0] new_o
);
  localparam int SumW = (WeightW + Shift > 32 ? WeightW + Shift : 32) + 1;

  logic signed [WeightW+Shift-1:0] start;
  logic signed [SumW-1:0]          sum;

  assign start = {old_i, r_i};
  assign sum   = SumW'(start) + SumW'(product_i);

  wuxing_round_put #(.InW(SumW), .Shift(Shift), .OutW(WeightW)) u_round (
    .v_i(sum), .put_i, .value_i, .y_o(new_o)
  );
endmodule
