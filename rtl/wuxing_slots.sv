// Where a tile stands in the layer: slot, row of weights, neuron number, turn of its rounding threshold; and
// whether the neuron there is live. A tile whose layer ends before a slot stands still there.
//   slot_o    slot in the tile (all layers counted)      row_o   address of C[0][neuron], less weight_base
//   neuron_o  neuron of the layer = slot * Tiles + Tile  turn_o  T * neuron mod 2^Z
//                                                        turn_k_o  324027 * neuron mod 2^19
//   exists_o  there is such a neuron in this layer       active_o  and it was live when scan_i was there last
//   found_o   standing on a live slot                    settled_o or past the last; both only with scan_i
module wuxing_slots #(
  parameter int Tile = 0,
  parameter int Tiles = 4,
  parameter int Slots = 32,
  parameter int WeightAddrW = 14,
  parameter int ThresholdW = 19,  // Z, 19..32
  localparam int SlotW = $clog2(Slots)
) (
  input  logic                   clk_i,
  input  wuxing_pkg::layer_t     layer_i,
  input  logic                   first_i,
  input  logic                   next_i,
  input  logic                   scan_i,   // live_i is that of this slot: on to the next unless it is
  input  logic                   live_i,
  output logic [SlotW-1:0]       slot_o,
  output logic [WeightAddrW-1:0] row_o,
  output logic [15:0]            neuron_o,
  output logic [ThresholdW-1:0]  turn_o,
  output logic [18:0]            turn_k_o,
  output logic                   exists_o,
  output logic                   active_o,
  output logic                   found_o,
  output logic                   settled_o
);
  localparam logic [31:0] Turn = wuxing_pkg::TurnUnit >> (32 - ThresholdW);  // T
  localparam logic [ThresholdW-1:0] TurnFirst = ThresholdW'(Turn * Tile);
  localparam logic [ThresholdW-1:0] TurnStep = ThresholdW'(Turn * Tiles);
  localparam int NeuronW = $clog2(Tiles * (Slots + 1));  // one slot past the last

  logic [SlotW-1:0]       slot_q;
  logic [WeightAddrW-1:0] row_q;
  logic [NeuronW-1:0]     neuron_q;
  logic [ThresholdW-1:0]  turn_q;
  logic                   active_q, exists, step;

  assign exists    = neuron_q < layer_i.outputs[NeuronW-1:0];
  assign found_o   = exists && live_i;
  assign settled_o = !exists || live_i;
  assign step      = exists && (next_i || (scan_i && !live_i));

  always_ff @(posedge clk_i) begin
    if (first_i) begin
      slot_q   <= layer_i.slot_base[SlotW-1:0];
      row_q    <= '0;
      neuron_q <= NeuronW'(Tile);
      turn_q   <= TurnFirst;
    end else if (step) begin
      slot_q   <= slot_q + SlotW'(1);
      row_q    <= row_q + WeightAddrW'(layer_i.inputs);
      neuron_q <= neuron_q + NeuronW'(Tiles);
      turn_q   <= turn_q + TurnStep;
    end
    if (scan_i) active_q <= exists && live_i;
  end

  assign slot_o   = slot_q;
  assign row_o    = row_q;
  assign neuron_o = 16'(neuron_q);
  assign turn_o   = turn_q;
  assign exists_o = exists;
  assign active_o = active_q;

  // The threshold of K has 19 bits whatever that of C has.
  if (ThresholdW == 19) begin : g_one_turn
    assign turn_k_o = turn_q;
  end else begin : g_own_turn
    localparam logic [31:0] TurnK = wuxing_pkg::TurnUnit >> 13;
    localparam logic [18:0] TurnKFirst = 19'(TurnK * Tile);
    localparam logic [18:0] TurnKStep = 19'(TurnK * Tiles);
    logic [18:0] turn_k_q;
    always_ff @(posedge clk_i) begin
      if (first_i) turn_k_q <= TurnKFirst;
      else if (step) turn_k_q <= turn_k_q + TurnKStep;
    end
    assign turn_k_o = turn_k_q;
  end
endmodule
