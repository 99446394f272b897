// y = sat(v >> Shift). The rounding half is part of v, put there by whoever started the sum.
// Combinational. v: InW bits signed; y: OutW bits signed.
module wuxing_round #(
  parameter int InW = 32,
  parameter int Shift = 12,
  parameter int OutW = 16
) (
  input  logic signed [InW-1:0]  v_i,
  output logic signed [OutW-1:0] y_o
);
  wuxing_round_put #(.InW(InW), .Shift(Shift), .OutW(OutW)) u_put (.v_i, .put_i(1'b0), .value_i('0), .y_o);
endmodule
