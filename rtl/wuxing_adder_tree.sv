// Sum over the tiles, one register a level. Latency: clog2(Tiles) cycles, at least 1.
//   terms_i  Tiles x TermW bits signed
//   sum_o    TermW + clog2(Tiles) bits signed, exact
module wuxing_adder_tree #(
  parameter int Tiles = 4,
  parameter int TermW = 37,
  localparam int Levels = Tiles > 1 ? $clog2(Tiles) : 1,
  localparam int SumW = TermW + Levels
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,
  input  logic                   valid_i,
  input  logic [TermW*Tiles-1:0] terms_i,
  output logic                   valid_o,
  output logic signed [SumW-1:0] sum_o
);
  localparam int Leaves = 1 << Levels;

  // Level 0 holds the leaves, level n the 2^(Levels-n) sums after n registers; all SumW bits wide.
  localparam int LevelW = SumW * Leaves;
  logic [LevelW*(Levels+1)-1:0] level /*verilator split_var*/;  // simulates faster in pieces
  logic [Levels-1:0]            valid_q;

  for (genvar t = 0; t < Leaves; t++) begin : g_leaf
    if (t < Tiles) begin : g_term
      logic signed [TermW-1:0] term;
      assign term                = terms_i[TermW*t+:TermW];
      assign level[SumW*t+:SumW] = SumW'(term);
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
    if (!rst_ni) valid_q <= '0;
    else valid_q <= Levels'({valid_q, valid_i});
  end

  assign valid_o = valid_q[Levels-1];
  assign sum_o   = level[LevelW*Levels+:SumW];
endmodule
