// The layer table: three words a layer, four with recomputed connections, written by the host, read by the sequencer; every field is
// as wide as its greatest value. One line is looked at, by whom is said outside.
module wuxing_layers #(
  parameter int Tiles = 4,
  parameter int Layers = 4,
  parameter int Slots = 32,
  parameter int WeightDepth = 16384,
  parameter int IndexW = 10,
  parameter int Recompute = 0
) (
  input  logic               clk_i,
  input  logic               rst_ni,
  input  logic               we_i,         // to line layer_i
  input  logic [1:0]         word_i,       // 0 size, 1 base, 2 weights or key, 3 scale
  input  logic [31:0]        wdata_i,
  output logic [31:0]        rdata_o,
  output logic [3:0]         filled_o,     // lines from 0 on that have been given a size and slots
  input  logic [3:0]         count_i,      // layers in use
  input  logic [2:0]         layer_i,
  output wuxing_pkg::layer_t layer_o,
  output logic [15:0]        below_base_o  // slot_base of layer_i - 1
);
  localparam int InputsW = IndexW + 1;
  localparam int OutputsW = $clog2(Tiles * Slots + 1);
  localparam int SlotsW = $clog2(Slots + 1);
  localparam int WeightsW = Recompute != 0 ? 32 : $clog2(WeightDepth);

  // Every field in a lane of a power of two: no multiplier to find it.
  logic [16*Layers-1:0] inputs, outputs, slots, slot_base;
  logic [32*Layers-1:0] weights;
  logic [4*Layers-1:0]  scale;
  logic [Layers-1:0]    sized_q, based_q;

  for (genvar l = 0; l < Layers; l++) begin : g_layer
    logic [InputsW-1:0]  inputs_q;
    logic [OutputsW-1:0] outputs_q;
    logic [SlotsW-1:0]   slots_q, slot_base_q;
    logic [WeightsW-1:0] weights_q;

    always_ff @(posedge clk_i or negedge rst_ni) begin
      if (!rst_ni) begin
        inputs_q    <= '0;
        outputs_q   <= '0;
        slots_q     <= '0;
        slot_base_q <= '0;
        weights_q   <= '0;
        sized_q[l]  <= 1'b0;
        based_q[l]  <= 1'b0;
      end else if (we_i && (layer_i == 3'(l))) begin
        unique case (word_i)
          2'd0: begin
            inputs_q   <= wdata_i[InputsW-1:0];
            outputs_q  <= wdata_i[16+:OutputsW];
            sized_q[l] <= 1'b1;
          end
          2'd1: begin
            slots_q     <= wdata_i[SlotsW-1:0];
            slot_base_q <= wdata_i[16+:SlotsW];
            based_q[l]  <= 1'b1;
          end
          2'd2:    weights_q <= wdata_i[WeightsW-1:0];
          default: ;
        endcase
      end
    end

    assign inputs[16*l+:16]    = 16'(inputs_q);
    assign outputs[16*l+:16]   = 16'(outputs_q);
    assign slots[16*l+:16]     = 16'(slots_q);
    assign slot_base[16*l+:16] = 16'(slot_base_q);
    assign weights[32*l+:32]   = 32'(weights_q);

    // Only recomputed connections have a scale.
    if (Recompute != 0) begin : g_scale
      logic [3:0] scale_q;
      always_ff @(posedge clk_i or negedge rst_ni) begin
        if (!rst_ni) scale_q <= 4'd0;
        else if (we_i && (layer_i == 3'(l)) && (word_i == 2'd3)) scale_q <= wdata_i[3:0];
      end
      assign scale[4*l+:4] = scale_q;
    end else begin : g_no_scale
      assign scale[4*l+:4] = 4'd0;
    end
  end

  logic [31:0] weight_word;
  logic [2:0]  below;
  assign weight_word  = weights[layer_i*32+:32];
  assign below        = layer_i == 3'd0 ? 3'd0 : layer_i - 3'd1;
  assign below_base_o = slot_base[below*16+:16];

  always_comb begin
    layer_o.inputs      = inputs[layer_i*16+:16];
    layer_o.outputs     = outputs[layer_i*16+:16];
    layer_o.slots       = slots[layer_i*16+:16];
    layer_o.slot_base   = slot_base[layer_i*16+:16];
    layer_o.weight_base = weight_word[17:0];
    layer_o.key         = weight_word;
    layer_o.scale       = scale[layer_i*4+:4];
    layer_o.last        = {1'b0, layer_i} + 4'd1 == count_i;
  end

  always_comb begin
    unique case (word_i)
      2'd0:    rdata_o = {layer_o.outputs, layer_o.inputs};
      2'd1:    rdata_o = {layer_o.slot_base, layer_o.slots};
      2'd2:    rdata_o = weight_word;
      default: rdata_o = {28'd0, layer_o.scale};
    endcase
  end

  always_comb begin
    filled_o = 4'd0;
    for (int l = 0; l < Layers; l++) begin
      if ((filled_o == 4'(l)) && sized_q[l] && based_q[l]) filled_o = 4'(l + 1);
    end
  end

  // The host's words are 32 bits, the fields narrower; the bus has seen to it that nothing is lost.
  logic unused_data;
  assign unused_data = ^wdata_i;

  if (Layers < 1 || Layers > 8) begin : g_bad_layers
    $error("Layers must be 1..8");
  end
  if (Slots < 2 || Slots > 1023) begin : g_bad_slots
    $error("Slots must be 2..1023");
  end
endmodule
