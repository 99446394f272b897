// Output error with margin, equation (5). Combinational; all Q3.12.
//   labelled: e = max(0, sat16(T_on - y))     others: e = min(0, sat16(T_off - y))
module wuxing_margin (
  input  logic               labelled_i,
  input  logic signed [15:0] y_i,
  input  logic signed [15:0] target_on_i,
  input  logic signed [15:0] target_off_i,
  output logic signed [15:0] error_o
);
  logic signed [15:0] target, distance;
  logic signed [16:0] difference;
  logic               solved;

  assign target     = labelled_i ? target_on_i : target_off_i;
  assign difference = 17'(target) - 17'(y_i);
  // Past the target: below zero for the label, above zero for the others.
  assign solved     = labelled_i ? difference[16] : ~difference[16];

  wuxing_round #(.InW(17), .Shift(0)) u_round (.v_i(difference), .y_o(distance));

  assign error_o = solved ? 16'sd0 : distance;
endmodule
