// Where a tile stands in the layer: slot, first weight of its row, neuron number, turn of its rounding threshold; and
// which of its neurons have a backward signal.
//   slot_o    slot in the tile (all layers counted)      row_o   address of C[0][neuron]
//   neuron_o  neuron of the layer = slot * Tiles + Tile  turn_o  T * neuron mod 2^Z
//                                                        turn_k_o  324027 * neuron mod 2^19
//   exists_o  the slot holds a neuron of this layer      active_o  and that neuron is live
//   settled_o standing on a live slot, or past the last
module wuxing_slots #(
  parameter int Tile = 0,
  parameter int Tiles = 4,
  parameter int Slots = 32,
  parameter int WeightAddrW = 14,
  parameter int ThresholdW = 19,  // Z, 19..32
  localparam int SlotW = $clog2(Slots)
) (
  input  logic                   clk_i,
  input  logic                   rst_ni,
  input  wuxing_pkg::layer_t     layer_i,
  input  logic                   first_i,
  input  logic                   next_i,
  input  logic                   scan_i,
  // flags of the present slot
  input  logic                   forward_done_i,  // takes open_i, and live from live_i
  input  logic                   backward_done_i, // takes live from live_i
  input  logic                   open_i,          // element 0 not clamped
  input  logic                   live_i,
  // an error arrives for a slot of the layer below
  input  logic                   error_i,
  input  logic [SlotW-1:0]       error_slot_i,
  input  logic                   error_nonzero_i,
  output logic [SlotW-1:0]       slot_o,
  output logic [WeightAddrW-1:0] row_o,
  output logic [15:0]            neuron_o,
  output logic [ThresholdW-1:0]  turn_o,
  output logic [18:0]            turn_k_o,
  output logic                   exists_o,
  output logic                   active_o,
  output logic                   settled_o
);
  localparam logic [31:0] Turn = wuxing_pkg::TurnUnit >> (32 - ThresholdW);  // T
  localparam logic [ThresholdW-1:0] TurnFirst = ThresholdW'(Turn * Tile);
  localparam logic [ThresholdW-1:0] TurnStep = ThresholdW'(Turn * Tiles);

  logic [15:0]            count_q;   // slot within the layer
  logic [SlotW-1:0]       slot_q;
  logic [WeightAddrW-1:0] row_q;
  logic [15:0]            neuron_q;
  logic [ThresholdW-1:0]  turn_q;
  logic [Slots-1:0]       open_q, live_q;
  logic                   past, step;

  assign past      = count_q == layer_i.slots;
  assign exists_o  = !past && (neuron_q < layer_i.outputs);
  assign active_o  = exists_o && live_q[slot_q];
  assign settled_o = active_o || past;
  assign step      = !past && (next_i || (scan_i && !settled_o));

  always_ff @(posedge clk_i) begin
    if (first_i) begin
      count_q  <= 16'd0;
      slot_q   <= layer_i.slot_base[SlotW-1:0];
      row_q    <= layer_i.weight_base[WeightAddrW-1:0];
      neuron_q <= 16'(Tile);
      turn_q   <= TurnFirst;
    end else if (step) begin
      count_q  <= count_q + 16'd1;
      slot_q   <= slot_q + SlotW'(1);
      row_q    <= row_q + WeightAddrW'(layer_i.inputs);
      neuron_q <= neuron_q + 16'(Tiles);
      turn_q   <= turn_q + TurnStep;
    end
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      open_q <= '0;
      live_q <= '0;
    end else begin
      if (forward_done_i) open_q[slot_q] <= exists_o && open_i;
      if (forward_done_i) live_q[slot_q] <= exists_o && open_i && live_i;
      if (backward_done_i) live_q[slot_q] <= live_i;
      if (error_i) live_q[error_slot_i] <= open_q[error_slot_i] && error_nonzero_i;
    end
  end

  assign slot_o   = slot_q;
  assign row_o    = row_q;
  assign neuron_o = neuron_q;
  assign turn_o   = turn_q;

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
