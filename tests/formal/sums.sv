// No sum overflows: the widths of the contract, section 8, and of the sums inside a neuron, section 1.

// |a b| within the bounds that the proofs below take for a product.
module formal_product #(
  parameter int Kind = 0,
  parameter int WeightW = 16
) (
  input logic signed [15:0] a_i,
  input logic signed [15:0] b_i
);
  logic signed [31:0] product;
  assign product = a_i * b_i;
  always_comb begin
    if (Kind == 0) begin  // w x, x = 16 p or y = E[1] - 4096
      assume ((a_i >= -(1 << (WeightW - 1))) && (a_i < (1 << (WeightW - 1))));
      assume ((b_i >= -4096) && (b_i <= 12287));
      drive: assert ((product >= -(12287 << (WeightW - 1))) && (product <= (12287 << (WeightW - 1))));
    end else if (Kind == 1) begin  // w b
      assume ((a_i >= -(1 << (WeightW - 1))) && (a_i < (1 << (WeightW - 1))));
      error: assert ((product > -(32'sd1 << (WeightW + 14))) && (product <= (32'sd1 << (WeightW + 14))));
    end else begin  // a gain, and G1, S' or D'
      assume ((a_i >= 0) && (a_i <= 16383));
      gain: assert ((product >= -(16383 * 32768)) && (product <= 16383 * 32767));
    end
  end
endmodule

// The accumulator of a tile: exact as long as the sum fits, and it fits. A drive: Clear, then at most 2^IndexW products w x. A tile's
// part of an error sum: at most Slots products w b, the first with the rounding half, in PartialW bits of the accumulator.
module formal_accumulator #(
  parameter int IndexW = 10,
  parameter int Slots = 32,
  parameter int WeightW = 16,
  parameter int ErrorSum = 0
) (
  input logic               clk_i,
  input logic signed [15:0] a_i,
  input logic signed [15:0] b_i,
  input logic               load_i,
  input logic               begin_i,
  input logic               add_i
);
  localparam int Fraction = WeightW == 16 ? 13 : WeightW == 12 ? 11 : 8;
  localparam int DriveW = 14 + IndexW + WeightW;
  localparam int PartialW = 16 + WeightW + $clog2(Slots);
  localparam int PassW = DriveW > PartialW ? DriveW : PartialW;
  localparam int AccW = PassW > 36 ? PassW : 36;
  localparam int SumW = ErrorSum != 0 ? PartialW : 14 + IndexW + WeightW;  // of the contract
  localparam int Terms = ErrorSum != 0 ? Slots : 1 << IndexW;
  localparam logic signed [63:0] Most = ErrorSum != 0 ? 64'sd1 << (WeightW + 14) : 64'sd12287 << (WeightW - 1);
  localparam logic signed [63:0] Half = 64'sd1 << (Fraction - 1);

  logic                   first;
  logic signed [31:0]     product;
  logic signed [AccW-1:0] acc;
  assign first = (ErrorSum != 0) && begin_i;
  wuxing_mac #(.AccW(AccW), .Clear(1 << (Fraction - 1))) u_mac (
    .clk_i, .a_i, .b_i, .load_i, .clear_i((ErrorSum == 0) && begin_i), .first_i(first), .start_i(Half[AccW-1:0]),
    .add_i(add_i || first), .sub_i(1'b0), .product_o(product), .acc_o(acc)
  );

  logic               known_q = 1'b0;
  logic [15:0]        count_q;
  logic signed [63:0] exact_q, limit_q;
  always_ff @(posedge clk_i) begin
    known_q <= known_q || begin_i;
    if (begin_i) begin
      count_q <= {15'd0, first};
      exact_q <= first ? Half + 64'(product) : Half;
      limit_q <= first ? Most : 64'sd0;
    end else if (add_i) begin
      count_q <= count_q + 16'd1;
      exact_q <= exact_q + 64'(product);
      limit_q <= limit_q + Most;
    end
  end
  always_comb begin
    assume (!add_i || begin_i || (count_q < Terms));
    assume ((64'(product) >= -Most) && (64'(product) <= Most));  // formal_product
    if (known_q) begin
      terms: assert (count_q <= Terms);
      limit: assert (limit_q == Most * $signed({1'b0, count_q}));
      size:  assert ((exact_q - Half >= -limit_q) && (exact_q - Half <= limit_q));
      exact: assert (64'(acc) == exact_q);
      fits:  assert (64'($signed(acc[SumW-1:0])) == exact_q);
    end
  end
endmodule

// The multiplier and its three ways to add: product two cycles after its operands, plus, minus, from a start value.
module formal_mac #(
  parameter int AccW = 40
) (
  input logic                   clk_i,
  input logic signed [15:0]     a_i,
  input logic signed [15:0]     b_i,
  input logic                   load_i,
  input logic                   clear_i,
  input logic                   first_i,
  input logic signed [AccW-1:0] start_i,
  input logic                   add_i,
  input logic                   sub_i
);
  logic signed [31:0]     product, product_q;
  logic signed [AccW-1:0] acc, acc_q, wanted_q;
  logic signed [15:0]     a_q, b_q;
  logic                   ready_q = 1'b0, loaded_q = 1'b0, there_q = 1'b0, changed_q = 1'b0;
  wuxing_mac #(.AccW(AccW)) u_mac (
    .clk_i, .a_i, .b_i, .load_i, .clear_i, .first_i, .start_i, .add_i, .sub_i, .product_o(product), .acc_o(acc)
  );
  logic signed [AccW-1:0] from, wide;
  assign from = first_i ? start_i : acc;
  assign wide = $signed({{(AccW-32){product[31]}}, product});
  always_ff @(posedge clk_i) begin
    if (load_i) {a_q, b_q} <= {a_i, b_i};
    loaded_q  <= loaded_q || load_i;
    there_q   <= loaded_q;
    product_q <= a_q * b_q;
    ready_q   <= 1'b1;
    wanted_q  <= clear_i ? AccW'(64'h1000) : !add_i ? acc : sub_i ? from - wide : from + wide;
  end
  always_comb begin
    if (there_q) begin
      multiply: assert (product == product_q);
    end
    if (ready_q) begin
      accumulate: assert (acc == wanted_q);
    end
  end
endmodule

// Sum over the tiles: exact, clog2(Tiles) cycles later (1 for one tile), valid with it.
module formal_adder_tree #(
  parameter int Tiles = 4,
  parameter int TermW = 37,
  parameter int Levels = 2
) (
  input logic                   clk_i,
  input logic                   valid_i,
  input logic [TermW*Tiles-1:0] terms_i
);
  logic                           valid, started_q = 1'b0;
  logic signed [TermW+Levels-1:0] sum;
  always_ff @(posedge clk_i) started_q <= 1'b1;
  wuxing_adder_tree #(.Tiles(Tiles), .TermW(TermW)) u_tree (.clk_i, .rst_ni(started_q), .valid_i, .terms_i, .valid_o(valid), .sum_o(sum));

  localparam int Leaves = 1 << Levels;
  logic signed [63:0]   total [1:2*Leaves-1];  // pairs, as a reassociated sum of many terms is beyond the solver
  logic [64*Levels-1:0] total_q;
  logic [Levels-1:0]    valid_q = '0;
  logic [Levels:0]      age_q = '0;
  for (genvar t = 0; t < Leaves; t++) begin : g_total
    if (t < Tiles) begin : g_term
      logic signed [TermW-1:0] term;
      assign term            = terms_i[TermW*t+:TermW];
      assign total[Leaves+t] = 64'(term);
    end else begin : g_none
      assign total[Leaves+t] = 64'sd0;
    end
    if (t > 0) begin : g_pair
      assign total[t] = total[2*t] + total[2*t+1];
    end
  end
  always_ff @(posedge clk_i) begin
    total_q <= {total_q, total[1]};
    valid_q <= {valid_q, valid_i && started_q};
    age_q   <= {age_q, 1'b1};
  end
  always_comb begin
    if (age_q[Levels]) begin
      exact: assert (64'(sum) == $signed(total_q[64*Levels-1-:64]));
    end
    if (started_q) begin
      there: assert (valid == valid_q[Levels-1]);
    end
  end
endmodule

// The sums inside a neuron, every part of them as it grows, for all values within the ranges of the contract, section 2.
//   0 g, t, c   1 derivative forward   2 derivative backward   3 step   4 K (10)
module formal_neuron_sums #(
  parameter int Kind = 0
) (
  input logic signed [15:0] k_i,
  input logic signed [15:0] k2_i,
  input logic signed [15:0] k3_i,
  input logic signed [15:0] s_i,
  input logic signed [15:0] s1_i,
  input logic signed [15:0] s2_i,
  input logic signed [15:0] drive_i,
  input logic        [15:0] r_i
);
  logic signed [63:0] first, second, third, fourth;
  localparam logic signed [63:0] Fits32 = 64'sd1 << 31;
  localparam logic signed [63:0] Fits36 = 64'sd1 << 35;
  logic signed [31:0] p, p1, p2;
  always_comb begin
    {first, second, third, fourth} = '0;
    {p, p1, p2} = '0;
    if (Kind == 0) begin  // K2 S + 4096 K3
      assume ((k_i >= 256) && (k_i <= 4096) && (k3_i >= 256) && (k3_i <= 8192) && (s_i >= 0) && (s_i <= 16383));
      p     = k_i * s_i;
      first = 64'(p) + (64'(k3_i) << 12) + 2048;
      // What the backward sum takes from here: t at most 24575, c at most 16383.
      rates: assert ((first >= 0) && ((first >>> 12) <= 24575) && (((64'(p) + 2048) >>> 12) <= 16383) && (p >= 0));
    end
    if (Kind == 1) begin  // K1 S[i-1] - g S[i] + 4096 u; g is at least 0, being made of such
      assume ((k_i >= 2048) && (k_i <= 8192) && (k2_i >= 0) && (s_i >= 0) && (s_i <= 16383) && (s1_i >= 0) && (s1_i <= 16383));
      p      = k2_i * s_i;
      p1     = k_i * s1_i;
      first  = (64'(drive_i) << 12) + 2048 - 64'(p);
      second = first + 64'(p1);
      forward: assert ((first >= -Fits32) && (first < Fits32) && (second >= -Fits32) && (second < Fits32));
    end
    if (Kind == 2) begin  // K1 b[i+1] - c b[i+2] - t b[i] + 4096 e
      assume ((k_i >= 2048) && (k_i <= 8192) && (k2_i >= 0) && (k2_i <= 16383) && (k3_i >= 0) && (k3_i <= 24575));
      p      = k2_i * s2_i;
      p1     = k3_i * s_i;
      p2     = k_i * s1_i;
      first  = (64'(drive_i) << 12) + 2048 - 64'(p);
      second = first - 64'(p1);
      third  = second + 64'(p2);
      backward: assert ((first >= -Fits32) && (first < Fits32) && (second >= -Fits32) && (second < Fits32) &&
                        (third >= -Fits32) && (third < Fits32));
    end
    if (Kind == 3) begin  // 16 eta b[0], in the 36 bits of the rounding
      assume (k_i >= 0);
      p     = k_i * s_i;
      first = (64'(p) << 4) + 2048;
      step: assert ((first >= -Fits36) && (first < Fits36));
    end
    if (Kind == 4) begin  // 2^16 K + r + P G1 + I S' + D D'
      assume ((drive_i >= 256) && (drive_i <= 8192));
      assume ((k_i >= 0) && (k_i <= 16383) && (k2_i >= 0) && (k2_i <= 16383) && (k3_i >= 0) && (k3_i <= 16383));
      p      = k_i * s_i;
      p1     = k2_i * s1_i;
      p2     = k3_i * s2_i;
      first  = (64'(drive_i) << 16) + $signed({48'd0, r_i}) + 64'(p);
      second = first + 64'(p1);
      third  = second + 64'(p2);
      gains: assert ((first >= -Fits32) && (first < Fits32) && (second >= -Fits32) && (second < Fits32) &&
                     (third >= -Fits32) && (third < Fits32));
    end
  end
endmodule
