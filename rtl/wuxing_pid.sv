// Controller of one parameter: running mean and change of its G1, equations (9) and (10). All Q3.12.
//   S' = S + rnda(G1 - S, leak)     D' = sat16(G1 - G1 of the neuron's last live sample)
// D' is combinational. S' is there in the second cycle in which G1 and S are: a difference, a shift and a sum are too much for one.
// rnda(v, n) is v >> n plus the highest of the bits dropped, unless v is negative and they are exactly a half; with leak = 0 none
// is dropped: S' = G1. S' lies between S and G1, so it needs no saturation.
module wuxing_pid (
  input  logic               clk_i,
  input  logic signed [15:0] g1_i,
  input  logic signed [15:0] last_i,   // G1 of the last live sample
  input  logic signed [15:0] mean_i,   // S
  input  logic        [3:0]  leak_i,
  output logic signed [15:0] mean_o,   // S'
  output logic signed [15:0] change_o  // D'
);
  logic signed [16:0] distance_q, difference;
  logic signed [17:0] with_half, shifted;  // one place below the point
  logic        [16:0] sum;
  logic        [13:0] below_half;          // 1 for the bits dropped below the highest
  logic               up;

  always_comb begin
    for (int k = 0; k < 14; k++) below_half[k] = 32'(leak_i) >= 32'(k) + 32'd2;
  end

  always_ff @(posedge clk_i) distance_q <= 17'(g1_i) - 17'(mean_i);
  assign with_half = {distance_q, 1'b0};
  assign shifted   = with_half >>> leak_i;
  assign up        = shifted[0] && (!distance_q[16] || (distance_q[13:0] & below_half) != 14'd0);
  // S + (v >> n) + up: carried in from below.
  assign sum       = {mean_i, 1'b1} + {shifted[16:1], up};
  assign mean_o    = $signed(sum[16:1]);

  assign difference = 17'(g1_i) - 17'(last_i);
  wuxing_round #(.InW(17), .Shift(0)) u_change (.v_i(difference), .y_o(change_o));
endmodule
