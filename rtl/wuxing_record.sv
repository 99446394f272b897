// The record that a tile shows in this cycle, if any (docs/core.md, obs_data_o); 16-bit fields from bit 0 up. What it has to keep for that
// serves nothing else: without an observer all of it goes.
module wuxing_record (
  input  logic                clk_i,
  input  wuxing_pkg::walk_t   walk_i,
  input  wuxing_pkg::neuron_t neuron_i,
  input  wuxing_pkg::adjust_t adjust_i,
  input  logic                exists_i,
  input  logic                active_i,
  input  logic                adjusted_i,    // K is written
  input  logic [15:0]         u_i,
  input  logic [15:0]         value_i,       // of an element, with neuron_i.value
  input  logic [15:0]         error_i,
  input  logic [15:0]         step_i,
  input  logic [31:0]         connection_i,  // old, new
  input  logic [63:0]         parameter_i,   // old, new, G1, S'
  output logic                valid_o,
  output logic [111:0]        data_o
);
  // The five final values in the order they were made: forward E[0], E[3], E[1], E[4], E[2], backward b[0..4].
  logic [79:0] values_q;
  always_ff @(posedge clk_i) begin
    if (neuron_i.value && neuron_i.corrector && neuron_i.last_step) values_q <= {value_i, values_q[79:16]};
  end

  always_comb begin
    valid_o = 1'b0;
    data_o  = 112'd0;
    if (walk_i.drive_load) begin
      valid_o      = exists_i;
      data_o[15:0] = u_i;
    end
    if (neuron_i.tail_first) begin
      valid_o      = exists_i;
      data_o[79:0] = {values_q[48+:16], values_q[16+:16], values_q[64+:16], values_q[32+:16], values_q[0+:16]};
    end
    if (neuron_i.tail_step) begin
      valid_o = active_i;
      data_o  = {step_i, error_i, values_q};
    end
    if (walk_i.weight_write) begin
      valid_o      = active_i;
      data_o[31:0] = connection_i;
    end
    if (adjust_i.write) begin
      valid_o      = adjusted_i;
      data_o[63:0] = parameter_i;
    end
  end
endmodule
