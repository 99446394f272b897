// Sum of the tiles' products, one register a level; a tag travels beside it. Latency: clog2(Tiles) cycles, at least 1.
//   products_i  Tiles x ProductW bits signed
//   sum_o       ProductW + clog2(Tiles) bits signed, exact
module wuxing_adder_tree #(
  parameter int Tiles = 4,
  parameter int TagW = 2,
  parameter int ProductW = 32,
  localparam int Levels = Tiles > 1 ? $clog2(Tiles) : 1,
  localparam int SumW = ProductW + Levels
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,
  input  logic [TagW-1:0]        tag_i,       // all zero: nothing here
  input  logic [ProductW*Tiles-1:0] products_i,
  output logic [TagW-1:0]        tag_o,
  output logic signed [SumW-1:0] sum_o
);
  localparam int Leaves = 1 << Levels;

  // Level 0 holds the leaves, level n the 2^(Levels-n) sums after n registers; all SumW bits wide.
  localparam int LevelW = SumW * Leaves;
  logic [LevelW*(Levels+1)-1:0] level /*verilator split_var*/;  // simulates faster in pieces
  logic [TagW*Levels-1:0]       tag_q;

  for (genvar t = 0; t < Leaves; t++) begin : g_leaf
    if (t < Tiles) begin : g_product
      logic signed [ProductW-1:0] product;
      assign product            = products_i[ProductW*t+:ProductW];
      assign level[SumW*t+:SumW] = SumW'(product);
    end else begin : g_zero
      assign level[SumW*t+:SumW] = '0;
    end
  end

  for (genvar n = 1; n <= Levels; n++) begin : g_level
    for (genvar t = 0; t < Leaves; t++) begin : g_sum
      if (t < (Leaves >> n)) begin : g_add
        logic signed [SumW-1:0] left, right, sum_q;
        assign left  = level[LevelW*(n-1)+SumW*2*t+:SumW];
        assign right = level[LevelW*(n-1)+SumW*(2*t+1)+:SumW];
        always_ff @(posedge clk_i) sum_q <= left + right;
        assign level[LevelW*n+SumW*t+:SumW] = sum_q;
      end else begin : g_unused
        assign level[LevelW*n+SumW*t+:SumW] = '0;
      end
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) tag_q <= '0;
    else tag_q <= (TagW*Levels)'({tag_q, tag_i});
  end

  assign tag_o = tag_q[TagW*(Levels-1)+:TagW];
  assign sum_o = level[LevelW*Levels+:SumW];
endmodule
