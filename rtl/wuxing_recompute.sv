// A connection from its place instead of from a memory, equation (11): ten rounds of SIMON's round function on (i, j).
//   (a, c) = (i xor key[15:0], j xor key[31:16])
//   n = 0..9: (a, c) = (c xor (rol(a, 1) and rol(a, 8)) xor rol(a, 2) xor n, a)      w = a >> s
// Seven rounds come before the register, three and the shift behind it: like a memory, w follows its address by one cycle.
module wuxing_recompute #(
  parameter int IndexW = 10
) (
  input  logic               clk_i,
  input  logic [IndexW-1:0]  index_i,   // i
  input  logic [15:0]        neuron_i,  // j
  input  logic [31:0]        key_i,     // steady
  input  logic [3:0]         scale_i,   // s, steady
  output logic signed [15:0] weight_o   // Q2.13, one cycle later
);
  localparam int Rounds = 10;
  localparam int Early = 7;  // before the register

  function automatic logic [31:0] round_of(input logic [31:0] ac, input logic [3:0] n);
    logic [15:0] a, c;
    {a, c}   = ac;
    round_of = {c ^ ({a[14:0], a[15]} & {a[7:0], a[15:8]}) ^ {a[13:0], a[15:14]} ^ {12'd0, n}, a};
  endfunction

  logic [31:0] early, late, held_q;
  always_comb begin
    early = {16'(index_i) ^ key_i[15:0], neuron_i ^ key_i[31:16]};
    for (int n = 0; n < Early; n++) early = round_of(early, 4'(n));
  end

  always_ff @(posedge clk_i) held_q <= early;

  always_comb begin
    late = held_q;
    for (int n = Early; n < Rounds; n++) late = round_of(late, 4'(n));
  end

  logic signed [15:0] word;
  assign word     = $signed(late[31:16]);
  assign weight_o = word >>> scale_i;
endmodule
