// Pipeline of a pass over connections, common to all tiles. An operation enters at stage 1, when its input (index, x) is
// known; the weight is read in stage 1, operands are registered in stage 2, the product is used in stage 4. An update writes
// in stage 4 the weight it read in stage 1: updates enter every second cycle, so reads and writes take turns.
module wuxing_issue #(
  parameter int IndexW = 10
) (
  input  logic               clk_i,
  input  logic               rst_ni,
  input  wuxing_pkg::pass_e  pass_i,
  input  logic               valid_i,        // stage 1
  input  logic               first_i,        // stage 1, first slot of an error sum
  input  logic               last_i,         // stage 1, last slot of an error sum
  input  logic [IndexW-1:0]  index_i,        // stage 1; of an update also stage 2
  input  logic signed [15:0] x_i,            // stage 1, Q3.12
  output logic [IndexW-1:0]  index_o,        // weight to address in this cycle
  output logic signed [15:0] x_o,            // stage 2
  output logic               load_o,         // stage 2
  output logic               random_step_o,  // stage 2: the new word is there in stage 3
  output logic               acc_add_o,      // stage 4, not of an update
  output logic               sum_first_o,    // stage 4
  output logic               weight_write_o, // stage 4
  output logic               sum_last_o,     // stage 5: the sum is there
  output logic               empty_o         // nothing in stages 2 to 4
);
  logic [4:2]        valid_q, first_q, last_q;
  logic              sum_last_q;
  logic [IndexW-1:0] index_q;  // of an update, stages 3 and 4

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      valid_q    <= '0;
      sum_last_q <= 1'b0;
    end else begin
      valid_q    <= {valid_q[3:2], valid_i};
      sum_last_q <= valid_q[4] && last_q[4] && (pass_i == wuxing_pkg::PassErrorSum);
    end
  end

  always_ff @(posedge clk_i) begin
    first_q <= {first_q[3:2], first_i};
    last_q  <= {last_q[3:2], last_i};
    if (valid_q[2]) index_q <= index_i;
    x_o     <= x_i;
  end

  always_comb begin
    load_o         = valid_q[2];
    random_step_o  = valid_q[2] && (pass_i == wuxing_pkg::PassUpdate);
    acc_add_o      = valid_q[4] && (pass_i != wuxing_pkg::PassUpdate);
    sum_first_o    = first_q[4] && (pass_i == wuxing_pkg::PassErrorSum);
    weight_write_o = valid_q[4] && (pass_i == wuxing_pkg::PassUpdate);
    sum_last_o     = sum_last_q;
    index_o        = weight_write_o ? index_q : index_i;
    empty_o        = valid_q == '0;
  end
endmodule
