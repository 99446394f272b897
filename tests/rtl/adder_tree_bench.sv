// Adder trees over 1, 3, 4 and 16 tiles; the smaller ones take the low products.
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
  output logic signed [35:0] sum16_o
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
endmodule
