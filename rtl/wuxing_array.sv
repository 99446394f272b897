// The tiles, the adder tree over them, and the way errors go back to the tile that owns the neuron.
module wuxing_array #(
  parameter int Tiles = 4,
  parameter int Slots = 32,
  parameter int WeightDepth = 16384,
  parameter int IndexW = 10,
  parameter int WeightW = 16,
  parameter int LearnK = 0,
  parameter int Recompute = 0,
  localparam int SlotW = $clog2(Slots),
  localparam int Fraction = wuxing_pkg::weight_fraction(WeightW),  // F
  localparam int ThresholdW = wuxing_pkg::StepFraction - Fraction  // Z
) (
  input  logic                clk_i,
  input  logic                rst_ni,
  input  wuxing_pkg::layer_t  layer_i,
  input  wuxing_pkg::walk_t   walk_i,
  input  wuxing_pkg::neuron_t neuron_i,
  input  wuxing_pkg::adjust_t adjust_i,
  input  logic [IndexW-1:0]   index_i,
  input  logic signed [15:0]  x_i,
  input  logic [ThresholdW-1:0] random_i,
  input  logic                nearest_i,
  input  logic signed [15:0]  target_on_i,
  input  logic signed [15:0]  target_off_i,
  // displacements of a slot, tile after tile
  input  logic                collect_i,
  input  logic [7:0]          y_tile_i,
  input  logic                labelled_i,  // its neuron is the label
  output logic signed [15:0]  y_o,         // Q3.12
  // error sums: the slot that neuron 0 of the layer below has; an input's sums are in the tiles
  input  logic                sum_start_i,
  input  logic                sum_last_i,
  input  logic [SlotW-1:0]    below_base_i,
  output logic                error_valid_o,
  // host
  input  logic [7:0]          host_tile_i,
  input  logic                host_i,
  input  logic                host_params_i,  // parameters are meant, not connections
  input  logic                host_we_i,
  input  logic                host_param_we_i,
  input  logic                host_mean_we_i,
  input  logic [17:0]         host_addr_i,
  input  logic [15:0]         host_wdata_i,
  output logic [15:0]         host_rdata_o,
  output logic [15:0]         host_mean_o,
  //
  output logic                settled_o,   // every tile has found its next live slot or passed the last
  output logic                found_o,     // at least one stands on a live slot
  output logic [15:0]         busy_o,      // multiplications started in the cycle before
  //
  output logic [Tiles-1:0]     obs_valid_o,
  output logic [16*Tiles-1:0]  obs_neuron_o,
  output logic [18*Tiles-1:0]  obs_addr_o,
  output logic [112*Tiles-1:0] obs_data_o
);
  localparam int Levels = Tiles > 1 ? $clog2(Tiles) : 1;
  localparam int PartialW = 16 + WeightW + SlotW;  // of a tile's part of an error sum
  localparam int SumW = PartialW + Levels;
  localparam int AddrW = $clog2(WeightDepth);
  localparam int TileW = Tiles > 1 ? $clog2(Tiles) : 1;

  logic [Tiles-1:0]    settled, found, busy;
  logic [PartialW*Tiles-1:0] partials /*verilator split_var*/;
  logic [16*Tiles-1:0] states, words, means;

  // ---- errors for the layer below: neurons 0, 1, 2, ... go round the tiles
  logic [TileW-1:0]         error_tile_q;
  logic [SlotW-1:0]         error_slot_q;
  logic                     error_valid;
  logic signed [15:0]       error;
  logic signed [SumW-1:0]   sum;

  always_ff @(posedge clk_i) begin
    if (sum_start_i) begin
      error_tile_q <= '0;
      error_slot_q <= below_base_i;
    end else if (error_valid) begin
      if (error_tile_q == TileW'(Tiles - 1)) begin
        error_tile_q <= '0;
        error_slot_q <= error_slot_q + SlotW'(1);
      end else begin
        error_tile_q <= error_tile_q + TileW'(1);
      end
    end
  end

  wuxing_adder_tree #(.Tiles(Tiles), .TermW(PartialW)) u_tree (
    .clk_i, .rst_ni, .valid_i(sum_last_i), .terms_i(partials), .valid_o(error_valid), .sum_o(sum)
  );

  // Equation (7): the half is part of the sum, from tile 0.
  wuxing_round #(.InW(SumW), .Shift(Fraction)) u_error (.v_i(sum), .y_o(error));

  // ---- displacement and output error of the neuron that is collected; an error for whom there is one
  logic signed [15:0] element1, error_output, error_to_tile;

  assign element1 = states[y_tile_i[TileW-1:0]*16+:16];
  assign y_o      = element1 - 16'(wuxing_pkg::One);

  wuxing_margin u_margin (.labelled_i, .y_i(y_o), .target_on_i, .target_off_i, .error_o(error_output));

  assign error_to_tile = collect_i ? error_output : error_valid ? error : 16'sd0;

  // Weights are addressed from the row of a tile's neuron; while the core is idle that is 0.
  logic [AddrW-1:0] offset;
  logic [15:0]      host_word;
  assign host_word = host_i ? host_wdata_i : 16'd0;  // as the roundings want it that it passes through
  assign offset = host_i ? host_addr_i[AddrW-1:0] : layer_i.weight_base[AddrW-1:0] + AddrW'(index_i);

  for (genvar t = 0; t < Tiles; t++) begin : g_tile
    logic mine, error_mine;
    assign mine       = host_i && (host_tile_i == 8'(t));
    assign error_mine = collect_i ? y_tile_i == 8'(t) : error_valid && (error_tile_q == TileW'(t));

    wuxing_tile #(
      .Tile(t), .Tiles(Tiles), .Slots(Slots), .WeightDepth(WeightDepth), .IndexW(IndexW), .WeightW(WeightW),
      .LearnK(LearnK), .Recompute(Recompute)
    ) u_tile (
      .clk_i, .layer_i, .walk_i, .neuron_i, .adjust_i, .index_i, .offset_i(offset), .x_i, .random_i, .nearest_i,
      .error_we_i(error_mine), .error_here_i(collect_i), .error_slot_i(error_slot_q), .error_i(error_to_tile),
      .host_i, .host_params_i, .host_we_i(mine && host_we_i), .host_param_we_i(mine && host_param_we_i),
      .host_mean_we_i(mine && host_mean_we_i), .host_addr_i, .host_wdata_i(host_word),
      .host_rdata_o(words[16*t+:16]), .host_mean_o(means[16*t+:16]),
      .settled_o(settled[t]), .found_o(found[t]), .busy_o(busy[t]), .partial_o(partials[PartialW*t+:PartialW]),
      .state_o(states[16*t+:16]),
      .obs_valid_o(obs_valid_o[t]), .obs_neuron_o(obs_neuron_o[16*t+:16]), .obs_addr_o(obs_addr_o[18*t+:18]),
      .obs_data_o(obs_data_o[112*t+:112])
    );
  end

  assign error_valid_o = error_valid;
  assign settled_o     = &settled;
  assign found_o       = |found;
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) busy_o <= 16'd0;
    else busy_o <= 16'($countones(busy));
  end
  assign host_rdata_o  = words[host_tile_i[TileW-1:0]*16+:16];
  assign host_mean_o   = means[host_tile_i[TileW-1:0]*16+:16];
endmodule
