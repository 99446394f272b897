// y = put_i ? value_i : sat(v >> Shift): a rounding (wuxing_round) whose output another may use. value_i is zero unless put_i,
// which makes the choice free: its gate is that of the saturation.
// Combinational. v: InW bits signed; value, y: OutW bits signed.
module wuxing_round_put #(
  parameter int InW = 32,
  parameter int Shift = 12,
  parameter int OutW = 16
) (
  input  logic signed [InW-1:0]  v_i,
  input  logic                   put_i,
  input  logic        [OutW-1:0] value_i,
  output logic signed [OutW-1:0] y_o
);
  localparam int HighW = InW - Shift;  // bits left after the shift, at least OutW

  logic [HighW-1:0] high;
  logic             fits, least, most;

  assign high = v_i[InW-1:Shift];
  // The value fits when all bits above those kept equal the sign kept.
  assign fits  = !put_i && ((&high[HighW-1:OutW-1]) || !(|high[HighW-1:OutW-1]));
  assign least = !put_i && !fits && high[HighW-1];
  assign most  = !put_i && !fits && !high[HighW-1];
  assign y_o   = (high[OutW-1:0] & {OutW{fits}}) | {least, {(OutW-1){most}}} | value_i;
endmodule
