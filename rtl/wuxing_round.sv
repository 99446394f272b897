// y = sat16(v >> Shift). The rounding half is part of v, put there by whoever started the sum.
// Combinational. v: InW bits signed; y: 16 bits signed.
module wuxing_round #(
  parameter int InW = 32,
  parameter int Shift = 12
) (
  input  logic signed [InW-1:0] v_i,
  output logic signed [15:0]    y_o
);
  localparam int HighW = InW - Shift;  // bits left after the shift, at least 16

  logic [HighW-1:0] high;
  logic             fits;

  assign high = v_i[InW-1:Shift];
  // The value fits when all bits above the 16 kept equal the sign kept.
  assign fits = (&high[HighW-1:15]) | ~(|high[HighW-1:15]);
  assign y_o  = fits ? high[15:0] : {high[HighW-1], {15{~high[HighW-1]}}};
endmodule
