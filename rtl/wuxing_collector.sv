// Goes round the tiles after each slot of the forward pass, one neuron a cycle, in the order of the neurons: a hidden
// displacement that is not zero becomes an event of the next layer; of the outputs the greatest is kept, the first of equals.
module wuxing_collector #(
  parameter int Tiles = 4,
  parameter int Slots = 32,
  localparam int NeuronW = $clog2(Tiles * (Slots + 1)),
  localparam int TileW = Tiles > 1 ? $clog2(Tiles) : 1
) (
  input  logic               clk_i,
  input  logic               layer_start_i,
  input  logic               collect_i,
  input  logic               output_layer_i,
  input  logic [15:0]        neurons_i,     // of the layer
  input  logic [15:0]        label_i,
  output logic [7:0]         tile_o,        // whose displacement is wanted
  input  logic signed [15:0] y_i,           // Q3.12
  output logic               last_o,        // of this slot
  output logic               event_o,
  output logic [15:0]        neuron_o,
  output logic               labelled_o,    // it is the label's
  output logic [15:0]        best_o,
  output logic signed [15:0] best_y_o       // Q3.12
);
  logic [NeuronW-1:0] neuron_q, next, best_q;
  logic [TileW-1:0]   tile_q;
  logic signed [15:0] best_y_q;
  logic               greater, labelled_q;

  assign last_o  = (tile_q == TileW'(Tiles - 1)) || (neuron_q + NeuronW'(1) == neurons_i[NeuronW-1:0]);
  assign next    = neuron_q + NeuronW'(collect_i);
  assign event_o = collect_i && !output_layer_i && (y_i != 16'sd0);
  assign greater = (neuron_q == '0) || (y_i > best_y_q);

  always_ff @(posedge clk_i) begin
    tile_q <= collect_i ? tile_q + TileW'(1) : '0;
    if (layer_start_i) neuron_q <= '0;
    else neuron_q <= next;
    labelled_q <= 16'(next) == label_i;  // there is time for it before the first neuron of a slot
    if (collect_i && output_layer_i && greater) begin
      best_q   <= neuron_q;
      best_y_q <= y_i;
    end
  end

  assign tile_o     = 8'(tile_q);
  assign neuron_o   = 16'(neuron_q);
  assign labelled_o = labelled_q;
  assign best_o     = 16'(best_q);
  assign best_y_o   = best_y_q;
endmodule
