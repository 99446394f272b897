// Registers of the adjustment of K: gains, leak, sets enabled (docs/core.md, 0x11 to 0x15).
module wuxing_k_registers (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        we_i,        // an accepted write
  input  logic [2:0]  number_i,    // 1 K_P, 2 K_I, 3 K_D, 4 K_LEAK, 5 K_SETS
  input  logic [31:0] wdata_i,
  output logic [31:0] value_o,
  output logic        writable_o,  // wdata_i is a value of that register
  output logic [13:0] gain_p_o,    // U0.16 below 1/4
  output logic [13:0] gain_i_o,
  output logic [13:0] gain_d_o,
  output logic [3:0]  leak_o,
  output logic [2:0]  sets_o
);
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      gain_p_o <= 14'd0;
      gain_i_o <= 14'd0;
      gain_d_o <= 14'd0;
      leak_o   <= 4'd0;
      sets_o   <= 3'd0;
    end else if (we_i) begin
      unique case (number_i)
        3'd1:    gain_p_o <= wdata_i[13:0];
        3'd2:    gain_i_o <= wdata_i[13:0];
        3'd3:    gain_d_o <= wdata_i[13:0];
        3'd4:    leak_o <= wdata_i[3:0];
        3'd5:    sets_o <= wdata_i[2:0];
        default: ;
      endcase
    end
  end

  always_comb begin
    writable_o = wdata_i[31:14] == 18'd0;
    unique case (number_i)
      3'd1:    value_o = {18'd0, gain_p_o};
      3'd2:    value_o = {18'd0, gain_i_o};
      3'd3:    value_o = {18'd0, gain_d_o};
      3'd4: begin
        value_o    = {28'd0, leak_o};
        writable_o = wdata_i[31:4] == 28'd0;
      end
      default: begin
        value_o    = {29'd0, sets_o};
        writable_o = wdata_i[31:3] == 29'd0;
      end
    endcase
  end
endmodule
