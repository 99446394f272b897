// Reset after configuration: held until the clock has been good for 2^Bits - 1 cycles, released on a clock edge. Block RAM of some parts
// cannot be used in the first cycles after configuration, so that the release of the clock alone is not enough.
module wuxing_start #(
  parameter int Bits = 8
) (
  input  logic clk_i,
  input  logic locked_i,  // the clock is good; not synchronous
  output logic rst_no
);
  logic [Bits-1:0] count_q;
  logic            done_q;

  always_ff @(posedge clk_i or negedge locked_i) begin
    if (!locked_i) begin
      count_q <= '0;
      done_q  <= 1'b0;
    end else begin
      if (!(&count_q)) count_q <= count_q + Bits'(1);
      done_q <= &count_q;
    end
  end

  assign rst_no = done_q;
endmodule
