// wuxing_mac at the accumulator widths of IndexW = 10 and 12, and of weights of 12 and 8 bits, each with what its sums over
// connections start from; all on the same operands.
module mac_bench (
  input  logic               clk_i,
  input  logic signed [15:0] a_i,
  input  logic signed [15:0] b_i,
  input  logic               load_i,
  input  logic               clear_i,
  input  logic               first_i,
  input  logic signed [41:0] start_i,
  input  logic               add_i,
  input  logic               sub_i,
  output logic signed [31:0] product40_o,
  output logic signed [39:0] acc40_o,
  output logic signed [31:0] product42_o,
  output logic signed [41:0] acc42_o,
  output logic signed [31:0] product12_o,
  output logic signed [35:0] acc12_o,
  output logic signed [31:0] product8_o,
  output logic signed [35:0] acc8_o
);
  wuxing_mac #(.AccW(40)) u_mac40 (
    .clk_i, .a_i, .b_i, .load_i, .clear_i, .first_i, .start_i(start_i[39:0]), .add_i, .sub_i,
    .product_o(product40_o), .acc_o(acc40_o)
  );

  wuxing_mac #(.AccW(42), .Clear(4096)) u_mac42 (
    .clk_i, .a_i, .b_i, .load_i, .clear_i, .first_i, .start_i, .add_i, .sub_i,
    .product_o(product42_o), .acc_o(acc42_o)
  );

  wuxing_mac #(.AccW(36), .Clear(1024)) u_mac12 (
    .clk_i, .a_i, .b_i, .load_i, .clear_i, .first_i, .start_i(start_i[35:0]), .add_i, .sub_i,
    .product_o(product12_o), .acc_o(acc12_o)
  );

  wuxing_mac #(.AccW(36), .Clear(128)) u_mac8 (
    .clk_i, .a_i, .b_i, .load_i, .clear_i, .first_i, .start_i(start_i[35:0]), .add_i, .sub_i,
    .product_o(product8_o), .acc_o(acc8_o)
  );
endmodule
