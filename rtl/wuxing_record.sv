// The record that a tile shows in this cycle, if any (docs/core.md, obs_data_o). Combinational; 16-bit fields from bit 0 up.
module wuxing_record (
  input  wuxing_pkg::walk_t   walk_i,
  input  wuxing_pkg::neuron_t neuron_i,
  input  wuxing_pkg::adjust_t adjust_i,
  input  logic                exists_i,
  input  logic                active_i,
  input  logic                adjusted_i,    // K is written
  input  logic [15:0]         u_i,
  input  logic [79:0]         ring_i,        // at rest: E[3], E[2], E[1], E[0], E[4], or b[1..4], b[0]
  input  logic [15:0]         error_i,
  input  logic [15:0]         step_i,
  input  logic [31:0]         connection_i,  // old, new
  input  logic [63:0]         parameter_i,   // old, new, G1, S'
  output logic                valid_o,
  output logic [111:0]        data_o
);
  always_comb begin
    valid_o = 1'b0;
    data_o  = 112'd0;
    if (walk_i.drive_load) begin
      valid_o      = exists_i;
      data_o[15:0] = u_i;
    end
    if (neuron_i.tail_zero) begin
      valid_o      = exists_i;
      data_o[79:0] = {ring_i[64+:16], ring_i[0+:16], ring_i[16+:16], ring_i[32+:16], ring_i[48+:16]};
    end
    if (neuron_i.tail_step) begin
      valid_o = active_i;
      data_o  = {step_i, error_i, ring_i[63:0], ring_i[79:64]};
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
