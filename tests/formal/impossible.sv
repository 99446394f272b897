// Proofs of anything, since nothing meets what they assume: prove.sh must refuse them.
module formal_impossible (
  input logic [3:0] value_i
);
  always_comb begin
    assume (value_i > 4'd9 && value_i < 4'd3);
    anything: assert (value_i == 4'd12);
  end
endmodule

// Runs of four steps are possible, of five are not.
module formal_impossible_later (
  input logic clk_i
);
  logic [3:0] steps_q = 4'd0;
  always_ff @(posedge clk_i) steps_q <= steps_q + 4'd1;
  always_comb begin
    assume (steps_q != 4'd4);
    anything: assert (steps_q < 4'd4);
  end
endmodule
