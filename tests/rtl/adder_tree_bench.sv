// Adder trees over 1, 3, 4 and 16 tiles; the smaller ones take the low products. Products of narrower connections: 28
// bits over 3 tiles, 24 bits over 4, of the same ports.
module adder_tree_bench (
  input  logic               clk_i,
  input  logic               rst_ni,
  input  logic [1:0]         tag_i,
  input  logic [511:0]       products_i,
  output logic [1:0]         tag1_o,
  output logic signed [32:0] sum1_o,
  output logic [1:0]         tag3_o,
  output logic signed [33:0] sum3_o,
  output logic [1:0]         tag4_o,
  output logic signed [33:0] sum4_o,
  output logic [1:0]         tag16_o,
  output logic signed [35:0] sum16_o,
  output logic [1:0]         tag28_o,
  output logic signed [29:0] sum28_o,
  output logic [1:0]         tag24_o,
  output logic signed [25:0] sum24_o
);
  wuxing_adder_tree #(.Tiles(1)) u_tree1 (
    .clk_i, .rst_ni, .tag_i, .products_i(products_i[31:0]), .tag_o(tag1_o), .sum_o(sum1_o)
  );
  wuxing_adder_tree #(.Tiles(3)) u_tree3 (
    .clk_i, .rst_ni, .tag_i, .products_i(products_i[95:0]), .tag_o(tag3_o), .sum_o(sum3_o)
  );
  wuxing_adder_tree #(.Tiles(4)) u_tree4 (
    .clk_i, .rst_ni, .tag_i, .products_i(products_i[127:0]), .tag_o(tag4_o), .sum_o(sum4_o)
  );
  wuxing_adder_tree #(.Tiles(16)) u_tree16 (
    .clk_i, .rst_ni, .tag_i, .products_i, .tag_o(tag16_o), .sum_o(sum16_o)
  );
  wuxing_adder_tree #(.Tiles(3), .ProductW(28)) u_tree28 (
    .clk_i, .rst_ni, .tag_i, .products_i({products_i[91:64], products_i[59:32], products_i[27:0]}),
    .tag_o(tag28_o), .sum_o(sum28_o)
  );
  wuxing_adder_tree #(.Tiles(4), .ProductW(24)) u_tree24 (
    .clk_i, .rst_ni, .tag_i,
    .products_i({products_i[119:96], products_i[87:64], products_i[55:32], products_i[23:0]}),
    .tag_o(tag24_o), .sum_o(sum24_o)
  );
endmodule
