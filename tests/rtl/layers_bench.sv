// wuxing_layers with the line that it gives out in separate ports.
module layers_bench #(
  parameter int Tiles = 4,
  parameter int Layers = 8,
  parameter int Slots = 32,
  parameter int WeightDepth = 16384,
  parameter int IndexW = 10,
  parameter int Recompute = 0
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        we_i,
  input  logic [1:0]  word_i,
  input  logic [31:0] wdata_i,
  output logic [31:0] rdata_o,
  output logic [3:0]  filled_o,
  input  logic [3:0]  count_i,
  input  logic [2:0]  layer_i,
  output logic [15:0] inputs_o,
  output logic [15:0] outputs_o,
  output logic [15:0] slots_o,
  output logic [15:0] slot_base_o,
  output logic [17:0] weight_base_o,
  output logic [31:0] key_o,
  output logic [3:0]  scale_o,
  output logic        last_o,
  output logic [15:0] below_base_o
);
  wuxing_pkg::layer_t layer;

  wuxing_layers #(
    .Tiles(Tiles), .Layers(Layers), .Slots(Slots), .WeightDepth(WeightDepth), .IndexW(IndexW), .Recompute(Recompute)
  ) u_layers (
    .clk_i, .rst_ni, .we_i, .word_i, .wdata_i, .rdata_o, .filled_o, .count_i, .layer_i, .layer_o(layer), .below_base_o
  );

  assign inputs_o      = layer.inputs;
  assign outputs_o     = layer.outputs;
  assign slots_o       = layer.slots;
  assign slot_base_o   = layer.slot_base;
  assign weight_base_o = layer.weight_base;
  assign key_o         = layer.key;
  assign scale_o       = layer.scale;
  assign last_o        = layer.last;
endmodule
