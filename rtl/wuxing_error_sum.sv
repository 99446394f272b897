// Error of a neuron of the layer below, equation (7): e = sat16(rnd(sum C b[0], F)), summed over the slots.
//   sum_i    a slot's products over all tiles; valid_i marks it, last_i marks a neuron's last slot
//   error_o  Q3.12, one cycle after its last slot
module wuxing_error_sum #(
  parameter int SumW = 34,
  parameter int AccW = 42,
  parameter int Fraction = 13  // F, of C
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,
  input  logic                   valid_i,
  input  logic                   last_i,
  input  logic signed [SumW-1:0] sum_i,
  output logic                   valid_o,
  output logic signed [15:0]     error_o
);
  localparam logic signed [AccW-1:0] Half = AccW'(1 << (Fraction - 1));

  logic signed [AccW-1:0] acc_q;
  logic                   first_q, done_q;

  // first_q: the next slot starts a neuron.
  logic signed [AccW-1:0] base;
  assign base = first_q ? Half : acc_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      first_q <= 1'b1;
      done_q  <= 1'b0;
    end else begin
      done_q <= valid_i && last_i;
      if (valid_i) first_q <= last_i;
    end
  end

  always_ff @(posedge clk_i) begin
    if (valid_i) acc_q <= base + AccW'(sum_i);
  end

  wuxing_round #(.InW(AccW), .Shift(Fraction)) u_round (.v_i(acc_q), .y_o(error_o));
  assign valid_o = done_q;
endmodule
