// The walk of every tile of a core side by side; the layer table line in separate ports. Tile t at [W*t +: W].
module slots_bench #(
  parameter int Tiles = 4,
  parameter int Slots = 20,
  parameter int WeightAddrW = 10,
  parameter int ThresholdW = 19,
  localparam int SlotW = $clog2(Slots)
) (
  input  logic                         clk_i,
  input  logic [15:0]                  inputs_i,
  input  logic [15:0]                  outputs_i,
  input  logic [15:0]                  slots_i,
  input  logic [15:0]                  slot_base_i,
  input  logic [17:0]                  weight_base_i,
  input  logic                         first_i,
  input  logic                         next_i,
  input  logic                         scan_i,
  input  logic [Tiles-1:0]             live_i,
  output logic [8*Tiles-1:0]           slot_o,
  output logic [16*Tiles-1:0]          row_o,
  output logic [16*Tiles-1:0]          neuron_o,
  output logic [32*Tiles-1:0]          turn_o,
  output logic [32*Tiles-1:0]          turn_k_o,
  output logic [Tiles-1:0]             exists_o,
  output logic [Tiles-1:0]             active_o,
  output logic [Tiles-1:0]             found_o,
  output logic [Tiles-1:0]             settled_o
);
  wuxing_pkg::layer_t layer;
  assign layer.inputs      = inputs_i;
  assign layer.outputs     = outputs_i;
  assign layer.slots       = slots_i;
  assign layer.slot_base   = slot_base_i;
  assign layer.weight_base = weight_base_i;
  assign layer.key         = 32'd0;
  assign layer.scale       = 4'd0;
  assign layer.last        = 1'b0;

  for (genvar t = 0; t < Tiles; t++) begin : g_tile
    logic [SlotW-1:0]       slot;
    logic [WeightAddrW-1:0] row;
    logic [15:0]            neuron;
    logic [ThresholdW-1:0]  turn;
    logic [18:0]            turn_k;

    wuxing_slots #(
      .Tile(t), .Tiles(Tiles), .Slots(Slots), .WeightAddrW(WeightAddrW), .ThresholdW(ThresholdW)
    ) u_slots (
      .clk_i, .layer_i(layer), .first_i, .next_i, .scan_i, .live_i(live_i[t]),
      .slot_o(slot), .row_o(row), .neuron_o(neuron), .turn_o(turn), .turn_k_o(turn_k),
      .exists_o(exists_o[t]), .active_o(active_o[t]), .found_o(found_o[t]), .settled_o(settled_o[t])
    );

    assign slot_o[8*t+:8]     = 8'(slot);
    assign row_o[16*t+:16]    = 16'(row);
    assign neuron_o[16*t+:16] = neuron;
    assign turn_o[32*t+:32]   = 32'(turn);
    assign turn_k_o[32*t+:32] = 32'(turn_k);
  end
endmodule
