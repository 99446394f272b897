// The multiplier of a tile and its accumulator. Everything a tile multiplies goes through here.
//   a, b       16-bit signed operands, registered by load_i
//   product_o  a b, two cycles after load_i
//   acc_o      first_i ? start_i : acc, plus or minus the product, one cycle after add_i
// AccW bits hold the exact sum over 2^IndexW events (contract, section 8).
module wuxing_mac #(
  parameter int AccW = 40,
  parameter logic [31:0] Clear = 32'h1000  // what a sum over connections starts from
) (
  input  logic                   clk_i,
  input  logic signed [15:0]     a_i,
  input  logic signed [15:0]     b_i,
  input  logic                   load_i,
  input  logic                   clear_i,  // acc = Clear
  input  logic                   first_i,
  input  logic signed [AccW-1:0] start_i,
  input  logic                   add_i,
  input  logic                   sub_i,    // with add_i: minus
  output logic signed [31:0]     product_o,
  output logic signed [AccW-1:0] acc_o
);
  logic signed [15:0] a_q, b_q;
  logic signed [31:0] product_q;
  logic signed [AccW-1:0] acc_q, base, sum;

  // v - p = ~(~v + p): both complements cost nothing, before the adder nor behind it; one of the product would.
  assign base = (first_i ? start_i : acc_q) ^ {AccW{sub_i}};
  assign sum  = base + AccW'(product_q);

  always_ff @(posedge clk_i) begin
    if (load_i) begin
      a_q <= a_i;
      b_q <= b_i;
    end
    product_q <= a_q * b_q;
    if (clear_i) acc_q <= AccW'(Clear);
    else if (add_i) acc_q <= sum ^ {AccW{sub_i}};
  end

  assign product_o = product_q;
  assign acc_o     = acc_q;
endmodule
