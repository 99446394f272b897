// Adder trees over 1, 3, 4 and 16 tiles; the smaller ones take the low terms. Terms of narrower connections: 33 bits over 3
// tiles, 29 bits over 4, of the same ports. Term t in the low bits of terms_i[64*t +: 64].
module adder_tree_bench (
  input  logic               clk_i,
  input  logic               rst_ni,
  input  logic               valid_i,
  input  logic [1023:0]      terms_i,
  output logic               valid1_o,
  output logic signed [37:0] sum1_o,
  output logic               valid3_o,
  output logic signed [38:0] sum3_o,
  output logic               valid4_o,
  output logic signed [38:0] sum4_o,
  output logic               valid16_o,
  output logic signed [40:0] sum16_o,
  output logic               valid33_o,
  output logic signed [34:0] sum33_o,
  output logic               valid29_o,
  output logic signed [30:0] sum29_o
);
  logic [37*16-1:0] terms;
  for (genvar t = 0; t < 16; t++) begin : g_term
    assign terms[37*t+:37] = terms_i[64*t+:37];
  end

  wuxing_adder_tree #(.Tiles(1)) u_tree1 (
    .clk_i, .rst_ni, .valid_i, .terms_i(terms[36:0]), .valid_o(valid1_o), .sum_o(sum1_o)
  );
  wuxing_adder_tree #(.Tiles(3)) u_tree3 (
    .clk_i, .rst_ni, .valid_i, .terms_i(terms[37*3-1:0]), .valid_o(valid3_o), .sum_o(sum3_o)
  );
  wuxing_adder_tree #(.Tiles(4)) u_tree4 (
    .clk_i, .rst_ni, .valid_i, .terms_i(terms[37*4-1:0]), .valid_o(valid4_o), .sum_o(sum4_o)
  );
  wuxing_adder_tree #(.Tiles(16)) u_tree16 (
    .clk_i, .rst_ni, .valid_i, .terms_i(terms), .valid_o(valid16_o), .sum_o(sum16_o)
  );
  wuxing_adder_tree #(.Tiles(3), .TermW(33)) u_tree33 (
    .clk_i, .rst_ni, .valid_i, .terms_i({terms_i[128+:33], terms_i[64+:33], terms_i[0+:33]}),
    .valid_o(valid33_o), .sum_o(sum33_o)
  );
  wuxing_adder_tree #(.Tiles(4), .TermW(29)) u_tree29 (
    .clk_i, .rst_ni, .valid_i, .terms_i({terms_i[192+:29], terms_i[128+:29], terms_i[64+:29], terms_i[0+:29]}),
    .valid_o(valid29_o), .sum_o(sum29_o)
  );

  logic unused;  // bits of the lanes above the terms
  assign unused = ^terms_i;
endmodule
