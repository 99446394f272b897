// The layer table: three words a layer, four with recomputed connections, written by the host, read by the sequencer.
module wuxing_layers #(
  parameter int Layers = 4,
  parameter int Slots = 32,
  parameter int Recompute = 0
) (
  input  logic               clk_i,
  input  logic               rst_ni,
  input  logic               we_i,
  input  logic [2:0]         host_layer_i,
  input  logic [1:0]         host_word_i,  // 0 size, 1 base, 2 weights or key, 3 scale
  input  logic [31:0]        wdata_i,
  output logic [31:0]        rdata_o,
  output logic [3:0]         filled_o,     // lines from 0 on that have been given a size and slots
  input  logic [3:0]         count_i,      // layers in use
  input  logic [2:0]         layer_i,
  output wuxing_pkg::layer_t layer_o,
  output logic [15:0]        below_base_o  // slot_base of layer_i - 1
);
  logic [32*Layers-1:0] size_q, base_q, weights_q;  // every line 32 bits wide: no multiplier to find it

  for (genvar l = 0; l < Layers; l++) begin : g_layer
    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        size_q[32*l+:32]    <= 32'd0;
        base_q[32*l+:32]    <= 32'd0;
        weights_q[32*l+:32] <= 32'd0;
      end else if (we_i && (host_layer_i == 3'(l))) begin
        unique case (host_word_i)
          2'd0:    size_q[32*l+:32] <= wdata_i;
          2'd1:    base_q[32*l+:32] <= wdata_i;
          2'd2:    weights_q[32*l+:32] <= wdata_i;
          default: ;
        endcase
      end
    end
  end

  // Only recomputed connections have a scale.
  logic [32*Layers-1:0] scale;
  for (genvar l = 0; l < Layers; l++) begin : g_scale
    if (Recompute != 0) begin : g_register
      logic [3:0] scale_q;
      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) scale_q <= 4'd0;
        else if (we_i && (host_layer_i == 3'(l)) && (host_word_i == 2'd3)) scale_q <= wdata_i[3:0];
      end
      assign scale[32*l+:32] = {28'd0, scale_q};
    end else begin : g_none
      assign scale[32*l+:32] = 32'd0;
    end
  end

  always_comb begin
    unique case (host_word_i)
      2'd0:    rdata_o = size_q[host_layer_i*32+:32];
      2'd1:    rdata_o = base_q[host_layer_i*32+:32];
      2'd2:    rdata_o = weights_q[host_layer_i*32+:32];
      default: rdata_o = scale[host_layer_i*32+:32];
    endcase
  end

  // The table only takes sizes and slots above zero, so a line once filled stays so.
  always_comb begin
    filled_o = 4'd0;
    for (int l = 0; l < Layers; l++) begin
      if ((filled_o == 4'(l)) && (size_q[32*l+:32] != 32'd0) && (base_q[32*l+:16] != 16'd0)) filled_o = 4'(l + 1);
    end
  end

  logic [2:0] below;
  assign below        = layer_i == 3'd0 ? 3'd0 : layer_i - 3'd1;
  assign below_base_o = base_q[below*32+16+:16];

  always_comb begin
    layer_o.inputs      = size_q[layer_i*32+:16];
    layer_o.outputs     = size_q[layer_i*32+16+:16];
    layer_o.slots       = base_q[layer_i*32+:16];
    layer_o.slot_base   = base_q[layer_i*32+16+:16];
    layer_o.weight_base = weights_q[layer_i*32+:18];
    layer_o.key         = weights_q[layer_i*32+:32];
    layer_o.scale       = scale[layer_i*32+:4];
    layer_o.last        = {1'b0, layer_i} + 4'd1 == count_i;
  end

  if (Layers < 1 || Layers > 8) begin : g_bad_layers
    $error("Layers must be 1..8");
  end
  if (Slots < 2 || Slots > 1023) begin : g_bad_slots
    $error("Slots must be 2..1023");
  end
endmodule
