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
  localparam int HighW = InW - Shift;  // bits left after the shift, at least OutW

  logic [HighW-1:0] high;
  logic             fits;

  assign high = v_i[InW-1:Shift];
  // The value fits when all bits above those kept equal the sign kept.
  assign fits = (&high[HighW-1:OutW-1]) | ~(|high[HighW-1:OutW-1]);
  assign y_o  = fits ? high[OutW-1:0] : {high[HighW-1], {(OutW-1){~high[HighW-1]}}};
endmodule
