// The random word R of stochastic rounding: xorshift32 (contract, section 6), one step an event.
// mark_i keeps the present state; rewind_i returns to it, so that every pass over the events of a layer sees the
// same words. One cycle from step_i to the new word.
module wuxing_random (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        set_i,     // host writes the state
  input  logic [31:0] value_i,
  input  logic        mark_i,
  input  logic        rewind_i,
  input  logic        step_i,
  output logic [31:0] state_o
);
  logic [31:0] state_q, mark_q;
  logic [31:0] s1, s2, s3;

  assign s1 = state_q ^ (state_q << 13);
  assign s2 = s1 ^ (s1 >> 17);
  assign s3 = s2 ^ (s2 << 5);

  // What the host writes comes by way of the mark.
  logic set_q;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      set_q   <= 1'b0;
      state_q <= 32'd1;
    end else begin
      set_q <= set_i;
      if (rewind_i || set_q) state_q <= mark_q;
      else if (step_i) state_q <= s3;
    end
  end

  always_ff @(posedge clk_i) begin
    if (mark_i || set_i) mark_q <= set_i ? value_i : state_q;
  end

  assign state_o = state_q;
endmodule
