// Every shape of wuxing_round in the core. Each instance takes the low bits of v_i that it has room for.
module round_bench (
  input  logic signed [41:0] v_i,
  output logic signed [15:0] y_32_12_o,  // derivatives, gains
  output logic signed [15:0] y_40_13_o,  // drive, IndexW = 10
  output logic signed [15:0] y_42_13_o,  // drive, IndexW = 12; error sum, IndexW = 10
  output logic signed [15:0] y_32_8_o,   // step; drive, W = 8
  output logic signed [15:0] y_17_0_o,   // new weight, margin
  output logic signed [15:0] y_18_0_o,   // b
  output logic signed [15:0] y_36_11_o,  // drive, W = 12
  output logic signed [15:0] y_38_11_o,  // error sum, W = 12
  output logic signed [11:0] y_13_0_o,   // new weight, W = 12
  output logic signed [15:0] y_34_8_o,   // error sum, W = 8
  output logic signed [7:0]  y_10_0_o    // new weight, W = 8
);
  wuxing_round #(.InW(32), .Shift(12)) u_32_12 (.v_i(v_i[31:0]), .y_o(y_32_12_o));
  wuxing_round #(.InW(40), .Shift(13)) u_40_13 (.v_i(v_i[39:0]), .y_o(y_40_13_o));
  wuxing_round #(.InW(42), .Shift(13)) u_42_13 (.v_i(v_i), .y_o(y_42_13_o));
  wuxing_round #(.InW(32), .Shift(8)) u_32_8 (.v_i(v_i[31:0]), .y_o(y_32_8_o));
  wuxing_round #(.InW(17), .Shift(0)) u_17_0 (.v_i(v_i[16:0]), .y_o(y_17_0_o));
  wuxing_round #(.InW(18), .Shift(0)) u_18_0 (.v_i(v_i[17:0]), .y_o(y_18_0_o));
  wuxing_round #(.InW(36), .Shift(11)) u_36_11 (.v_i(v_i[35:0]), .y_o(y_36_11_o));
  wuxing_round #(.InW(38), .Shift(11)) u_38_11 (.v_i(v_i[37:0]), .y_o(y_38_11_o));
  wuxing_round #(.InW(13), .Shift(0), .OutW(12)) u_13_0 (.v_i(v_i[12:0]), .y_o(y_13_0_o));
  wuxing_round #(.InW(34), .Shift(8)) u_34_8 (.v_i(v_i[33:0]), .y_o(y_34_8_o));
  wuxing_round #(.InW(10), .Shift(0), .OutW(8)) u_10_0 (.v_i(v_i[9:0]), .y_o(y_10_0_o));
endmodule
