// The circuits of a tile that adjust the K of its neuron, and their memory (contract, section 6.1): G1 of each parameter, its
// running mean S and its G1 in the last live sample, words 0-4 of K1, 5-9 of K2, 10-14 of K3, 16 a slot. The products are made by
// the tile's multiplier, the sums by its accumulator; when, is said by wuxing_pid_ctl. All values Q3.12.
//   a_o, b_o  operands of the multiplier      new_o, we_o  K to be written to word adjust_i.word of the slot
//   G1 of K1[i] is sat16(rnd(E[i-1] b[i], 12)), of K2[i] sat16(-rnd(m E[i-2], 12)), of K3[i] sat16(-m), m = sat16(rnd(E[i] b[i], 12)).
module wuxing_adjust #(
  parameter int Slots = 32,
  localparam int SlotW = $clog2(Slots),
  localparam int AddrW = SlotW + 4
) (
  input  logic                clk_i,
  input  wuxing_pkg::adjust_t adjust_i,
  input  logic                live_i,      // the neuron was live when its backward pass began
  input  logic [SlotW-1:0]    slot_i,
  input  logic signed [15:0]  state_i,     // E
  input  logic signed [15:0]  backward_i,  // b
  input  logic signed [31:0]  product_i,   // 24 fraction bits
  input  logic signed [15:0]  sum_i,       // upper half of the accumulator, phase 5
  input  logic [18:0]         random_i,    // low bits of R
  input  logic                nearest_i,
  input  logic [18:0]         turn_i,      // 324027 * neuron mod 2^19
  output logic [15:0]         threshold_o, // r, the cycle after
  output logic signed [15:0]  a_o,
  output logic signed [15:0]  b_o,
  output logic                we_o,
  output logic signed [15:0]  new_o,
  output logic signed [15:0]  signal_o,    // G1, with we_o
  output logic signed [15:0]  mean_o,      // S', with we_o
  // host, only while no sample is in work; address {slot, last G1 instead of S, word}
  input  logic                host_i,
  input  logic                host_we_i,
  input  logic [17:0]         host_addr_i,
  input  logic [15:0]         host_wdata_i,
  output logic [15:0]         host_rdata_o
);
  logic signed [15:0] rounded, product_q, signal_q, mean_q, change_q, minus_product, mean_new, change_new;
  logic        [15:0] mean_rdata, last_rdata;
  logic [AddrW-1:0]   host_word, raddr, waddr;
  logic               host_last, we;

  // ---- memory
  assign host_last = host_addr_i[4];
  assign host_word = {host_addr_i[5+:SlotW], host_addr_i[3:0]};
  assign raddr     = host_i ? host_word : {slot_i, adjust_i.read_word};
  assign waddr     = host_i ? host_word : {slot_i, adjust_i.word};
  assign we        = adjust_i.write && live_i;

  wuxing_ram_dp #(.Width(16), .Depth(Slots * 16)) u_mean (
    .clk_i, .raddr_i(raddr), .rdata_o(mean_rdata),
    .we_i((host_we_i && !host_last) || we), .waddr_i(waddr), .wdata_i(host_i ? host_wdata_i : mean_q)
  );
  wuxing_ram_dp #(.Width(16), .Depth(Slots * 16)) u_last (
    .clk_i, .raddr_i(raddr), .rdata_o(last_rdata),
    .we_i((host_we_i && host_last) || we), .waddr_i(waddr), .wdata_i(host_i ? host_wdata_i : signal_q)
  );
  assign host_rdata_o = host_last ? last_rdata : mean_rdata;

  // ---- G1: sat16(rnd(product, 12)), or -rnd: -rnd(v, 12) = (-v + 2^11 - 1) >> 12 = (~v + 2^11) >> 12
  logic signed [31:0] term, sum;
  assign term = adjust_i.negate ? ~product_i : product_i;
  assign sum  = term + 32'sh800;
  wuxing_round #(.InW(32), .Shift(12)) u_round (.v_i(sum), .y_o(rounded));

  // ---- controller and update
  wuxing_pid u_pid (
    .clk_i, .g1_i(signal_q), .last_i(last_rdata), .mean_i(mean_rdata), .leak_i(adjust_i.leak),
    .mean_o(mean_new), .change_o(change_new)
  );
  wuxing_k_update u_update (.sum_i, .set_i(adjust_i.k_set), .new_o);

  assign minus_product = product_q == -16'sd32768 ? 16'sd32767 : -product_q;

  always_ff @(posedge clk_i) begin
    if (adjust_i.product_load) product_q <= rounded;
    if (adjust_i.signal_load) signal_q <= adjust_i.k_set == 2'd1 ? minus_product : rounded;
    if (adjust_i.change_load) change_q <= change_new;
    if (adjust_i.mean_load) mean_q <= mean_new;
  end

  // Of connections of 16 bits the update has the same sum; synthesis keeps one.
  logic [18:0] threshold_q;
  always_ff @(posedge clk_i) threshold_q <= nearest_i ? 19'h40000 : random_i + turn_i;
  assign threshold_o = threshold_q[18:3];

  // ---- operands
  always_comb begin
    unique case (adjust_i.term)
      2'd0:    b_o = signal_q;
      2'd1:    b_o = change_q;
      default: b_o = mean_q;
    endcase
    a_o = {2'b00, adjust_i.gain};
    if (adjust_i.signal) begin
      a_o = state_i;
      b_o = adjust_i.k_set == 2'd0 ? product_q : backward_i;
    end
  end

  assign we_o     = we;
  assign signal_o = signal_q;
  assign mean_o   = mean_q;
endmodule
