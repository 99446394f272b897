// An error sum on its way through the array: the accumulators of the tiles, the tree over them, the rounding, each as wide as
// wuxing_tile and wuxing_array have it. The rounding half comes with the first product of tile 0. Tile t at [16*t +: 16].
module error_sum_bench #(
  parameter int Tiles = 4,
  parameter int Slots = 512,
  parameter int IndexW = 10,
  parameter int WeightW = 16,
  localparam int Fraction = wuxing_pkg::weight_fraction(WeightW),
  localparam int PartialW = 16 + WeightW + $clog2(Slots),
  localparam int DriveW = 14 + IndexW + WeightW,
  localparam int PassW = DriveW > PartialW ? DriveW : PartialW,
  localparam int AccW = PassW > 36 ? PassW : 36,
  localparam int Levels = Tiles > 1 ? $clog2(Tiles) : 1
) (
  input  logic                clk_i,
  input  logic                rst_ni,
  input  logic [16*Tiles-1:0] a_i,
  input  logic [16*Tiles-1:0] b_i,
  input  logic                load_i,
  input  logic                add_i,
  input  logic                first_i,
  input  logic                last_i,   // a cycle after the last add_i
  output logic                valid_o,
  output logic signed [15:0]  error_o
);
  logic [PartialW*Tiles-1:0]         partials;
  logic signed [PartialW+Levels-1:0] sum;

  for (genvar t = 0; t < Tiles; t++) begin : g_tile
    localparam logic [AccW-1:0] Half = t == 0 ? AccW'(1) << (Fraction - 1) : '0;
    logic signed [31:0]     unused_product;
    logic signed [AccW-1:0] acc;
    wuxing_mac #(.AccW(AccW)) u_mac (
      .clk_i, .a_i(a_i[16*t+:16]), .b_i(b_i[16*t+:16]), .load_i, .clear_i(1'b0), .first_i, .start_i(Half), .add_i,
      .sub_i(1'b0), .product_o(unused_product), .acc_o(acc)
    );
    assign partials[PartialW*t+:PartialW] = acc[PartialW-1:0];
    if (AccW > PartialW) begin : g_rest
      logic unused;
      assign unused = ^acc[AccW-1:PartialW];
    end
  end

  wuxing_adder_tree #(.Tiles(Tiles), .TermW(PartialW)) u_tree (
    .clk_i, .rst_ni, .valid_i(last_i), .terms_i(partials), .valid_o, .sum_o(sum)
  );
  wuxing_round #(.InW(PartialW + Levels), .Shift(Fraction)) u_round (.v_i(sum), .y_o(error_o));
endmodule
