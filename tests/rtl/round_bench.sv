// Shapes of wuxing_round: those of all cores that are built (rtl/CMakeLists.txt, UP5K), and the ends of what the parameters allow. Each
// instance takes the low bits of v_i that it has room for.
module round_bench (
  input  logic signed [47:0] v_i,
  output logic signed [15:0] y_17_0_o,   // margin, change of G1
  output logic signed [15:0] y_32_12_o,  // K: G1
  output logic signed [15:0] y_36_12_o,  // neuron: derivatives, gains, steps
  output logic signed [15:0] y_36_19_o,  // new weight
  output logic signed [11:0] y_34_21_o,  // new weight, W = 12
  output logic signed [7:0]  y_33_24_o,  // new weight, W = 8
  output logic signed [15:0] y_34_13_o,  // error sum, 2 slots, 1 tile
  output logic signed [15:0] y_36_13_o,  // drive, IndexW up to 6
  output logic signed [15:0] y_39_13_o,  // error sum of the UP5K
  output logic signed [15:0] y_40_13_o,  // drive of the UP5K, IndexW = 10
  output logic signed [15:0] y_41_13_o,  // drive, IndexW = 11
  output logic signed [15:0] y_42_13_o,  // drive, IndexW = 12
  output logic signed [15:0] y_48_13_o,  // error sum, 1,023 slots, 64 tiles
  output logic signed [15:0] y_30_11_o,  // error sum, W = 12: the narrowest
  output logic signed [15:0] y_35_11_o,  // 32 slots, 4 tiles
  output logic signed [15:0] y_36_11_o,  // 64 slots, 3 tiles; drive, IndexW up to 10
  output logic signed [15:0] y_37_11_o,  // drive, IndexW = 11
  output logic signed [15:0] y_38_11_o,  // drive, IndexW = 12
  output logic signed [15:0] y_44_11_o,  // the widest error sum
  output logic signed [15:0] y_26_8_o,   // error sum, W = 8: the narrowest
  output logic signed [15:0] y_31_8_o,   // 32 slots, 4 tiles
  output logic signed [15:0] y_36_8_o,   // drive
  output logic signed [15:0] y_40_8_o    // the widest error sum
);
  wuxing_round #(.InW(17), .Shift(0)) u_17_0 (.v_i(v_i[16:0]), .y_o(y_17_0_o));
  wuxing_round #(.InW(32), .Shift(12)) u_32_12 (.v_i(v_i[31:0]), .y_o(y_32_12_o));
  wuxing_round #(.InW(36), .Shift(12)) u_36_12 (.v_i(v_i[35:0]), .y_o(y_36_12_o));
  wuxing_round #(.InW(36), .Shift(19)) u_36_19 (.v_i(v_i[35:0]), .y_o(y_36_19_o));
  wuxing_round #(.InW(34), .Shift(21), .OutW(12)) u_34_21 (.v_i(v_i[33:0]), .y_o(y_34_21_o));
  wuxing_round #(.InW(33), .Shift(24), .OutW(8)) u_33_24 (.v_i(v_i[32:0]), .y_o(y_33_24_o));
  wuxing_round #(.InW(34), .Shift(13)) u_34_13 (.v_i(v_i[33:0]), .y_o(y_34_13_o));
  wuxing_round #(.InW(36), .Shift(13)) u_36_13 (.v_i(v_i[35:0]), .y_o(y_36_13_o));
  wuxing_round #(.InW(39), .Shift(13)) u_39_13 (.v_i(v_i[38:0]), .y_o(y_39_13_o));
  wuxing_round #(.InW(40), .Shift(13)) u_40_13 (.v_i(v_i[39:0]), .y_o(y_40_13_o));
  wuxing_round #(.InW(41), .Shift(13)) u_41_13 (.v_i(v_i[40:0]), .y_o(y_41_13_o));
  wuxing_round #(.InW(42), .Shift(13)) u_42_13 (.v_i(v_i[41:0]), .y_o(y_42_13_o));
  wuxing_round #(.InW(48), .Shift(13)) u_48_13 (.v_i(v_i), .y_o(y_48_13_o));
  wuxing_round #(.InW(30), .Shift(11)) u_30_11 (.v_i(v_i[29:0]), .y_o(y_30_11_o));
  wuxing_round #(.InW(35), .Shift(11)) u_35_11 (.v_i(v_i[34:0]), .y_o(y_35_11_o));
  wuxing_round #(.InW(36), .Shift(11)) u_36_11 (.v_i(v_i[35:0]), .y_o(y_36_11_o));
  wuxing_round #(.InW(37), .Shift(11)) u_37_11 (.v_i(v_i[36:0]), .y_o(y_37_11_o));
  wuxing_round #(.InW(38), .Shift(11)) u_38_11 (.v_i(v_i[37:0]), .y_o(y_38_11_o));
  wuxing_round #(.InW(44), .Shift(11)) u_44_11 (.v_i(v_i[43:0]), .y_o(y_44_11_o));
  wuxing_round #(.InW(26), .Shift(8)) u_26_8 (.v_i(v_i[25:0]), .y_o(y_26_8_o));
  wuxing_round #(.InW(31), .Shift(8)) u_31_8 (.v_i(v_i[30:0]), .y_o(y_31_8_o));
  wuxing_round #(.InW(36), .Shift(8)) u_36_8 (.v_i(v_i[35:0]), .y_o(y_36_8_o));
  wuxing_round #(.InW(40), .Shift(8)) u_40_8 (.v_i(v_i[39:0]), .y_o(y_40_8_o));
endmodule
