// Local update circuit of K, equation (10): the new value, kept in the range of its set (contract, section 2). Combinational.
//   sum_i    K + ((P G1 + I S' + D D' + r) >> 16), Q3.12: the upper half of the accumulator that started from {K, r}
//   set_i    0 K1, 1 K2, 2 K3
//   new_o    Q3.12
module wuxing_k_update (
  input  logic signed [15:0] sum_i,
  input  logic        [1:0]  set_i,
  output logic signed [15:0] new_o
);
  logic signed [15:0] low, high;
  assign low  = set_i == 2'd0 ? 16'sd2048 : 16'sd256;
  assign high = set_i == 2'd1 ? 16'sd4096 : 16'sd8192;

  always_comb begin
    new_o = sum_i;
    if (sum_i < low) new_o = low;
    if (sum_i > high) new_o = high;
  end
endmodule
