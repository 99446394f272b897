// One tile and the neuron timing, without the sequencer: the bench steps the passes over connections itself, through
// the fields of the control bundle as separate ports. One neuron at a time. What the array does for its tiles is here as it is there:
// the output error (collect_i), the row's offset; and eta comes with the operands.
module neuron_bench #(
  parameter int Tile = 1,
  parameter int Tiles = 3,
  parameter int Slots = 20,
  parameter int WeightDepth = 512,
  parameter int IndexW = 4,
  parameter int WeightW = 16,
  localparam int ThresholdW = 32 - wuxing_pkg::weight_fraction(WeightW),
  localparam int SlotW = $clog2(Slots),
  localparam int AddrW = $clog2(WeightDepth),
  localparam int PartialW = 16 + WeightW + SlotW
) (
  input  logic               clk_i,
  input  logic               rst_ni,
  // line of the layer table
  input  logic [15:0]        inputs_i,
  input  logic [15:0]        outputs_i,
  input  logic [15:0]        slots_i,
  input  logic [15:0]        slot_base_i,
  input  logic [17:0]        weight_base_i,
  input  logic               last_i,
  // walk
  input  logic               slot_first_i,
  input  logic               slot_next_i,
  input  logic               slot_scan_i,
  input  logic               exact_i,
  input  logic [1:0]         pass_i,
  input  logic               weight_read_i,
  input  logic               load_i,
  input  logic               acc_add_i,
  input  logic               sum_first_i,
  input  logic               weight_write_i,
  input  logic               acc_clear_i,
  input  logic               drive_load_i,
  input  logic               error_load_i,
  input  logic               step_load_i,
  input  logic               open_load_i,
  input  logic [2:0]         state_word_i,
  // broadcast operands
  input  logic [IndexW-1:0]  index_i,
  input  logic signed [15:0] x_i,
  input  logic [ThresholdW-1:0] random_i,
  input  logic               nearest_i,
  input  logic               collect_i,
  input  logic               labelled_i,
  input  logic signed [15:0] eta_i,
  input  logic signed [15:0] target_on_i,
  input  logic signed [15:0] target_off_i,
  input  logic               error_we_i,
  input  logic [SlotW-1:0]   error_slot_i,
  input  logic signed [15:0] error_i,
  // host
  input  logic               host_i,
  input  logic               host_params_i,
  input  logic               host_we_i,
  input  logic               host_param_we_i,
  input  logic [17:0]        host_addr_i,
  input  logic [15:0]        host_wdata_i,
  output logic [15:0]        host_rdata_o,
  // neuron timing
  input  logic               start_i,
  input  logic               backward_i,
  input  logic [3:0]         steps_i,
  output logic               done_o,
  output logic               tail_first_o, // record of a forward integration
  output logic               tail_step_o,  // record of a backward integration
  // tile
  output logic               settled_o,
  output logic               found_o,
  output logic               busy_o,
  output logic signed [PartialW-1:0] partial_o,
  output logic signed [15:0] y_o,
  output logic               obs_valid_o,
  output logic [15:0]        obs_neuron_o,
  output logic [17:0]        obs_addr_o,
  output logic [111:0]       obs_data_o
);
  wuxing_pkg::layer_t layer;
  assign layer.inputs      = inputs_i;
  assign layer.outputs     = outputs_i;
  assign layer.slots       = slots_i;
  assign layer.slot_base   = slot_base_i;
  assign layer.weight_base = weight_base_i;
  assign layer.key         = 32'd0;
  assign layer.scale       = 4'd0;
  assign layer.last        = last_i;

  wuxing_pkg::walk_t walk;
  always_comb begin
    walk.slot_first   = slot_first_i;
    walk.slot_next    = slot_next_i;
    walk.slot_scan    = slot_scan_i;
    walk.exact        = exact_i;
    walk.weight_read  = weight_read_i;
    walk.load         = load_i;
    walk.acc_add      = acc_add_i;
    walk.sum_first    = sum_first_i;
    walk.weight_write = weight_write_i;
    walk.acc_clear    = acc_clear_i;
    walk.drive_load   = drive_load_i;
    walk.error_load   = error_load_i;
    walk.step_load    = step_load_i;
    walk.open_load    = open_load_i;
    walk.state_word   = state_word_i;
    unique case (pass_i)
      2'd1:    walk.pass = wuxing_pkg::PassErrorSum;
      2'd2:    walk.pass = wuxing_pkg::PassUpdate;
      default: walk.pass = wuxing_pkg::PassMac;
    endcase
  end

  wuxing_pkg::neuron_t neuron;

  wuxing_neuron_ctl u_neuron_ctl (
    .clk_i, .rst_ni, .start_i, .backward_i, .steps_i, .neuron_o(neuron), .done_o
  );

  assign tail_first_o = neuron.tail_first;
  assign tail_step_o  = neuron.tail_step;

  logic signed [15:0] state, error_output;
  assign y_o = state - 16'(wuxing_pkg::One);
  wuxing_margin u_margin (.labelled_i, .y_i(y_o), .target_on_i, .target_off_i, .error_o(error_output));

  logic [AddrW-1:0] offset;
  assign offset = host_i ? host_addr_i[AddrW-1:0] : layer.weight_base[AddrW-1:0] + AddrW'(index_i);

  logic [15:0] unused_mean;
  wuxing_tile #(
    .Tile(Tile), .Tiles(Tiles), .Slots(Slots), .WeightDepth(WeightDepth), .IndexW(IndexW), .WeightW(WeightW)
  ) u_tile (
    .clk_i, .layer_i(layer), .walk_i(walk), .neuron_i(neuron), .adjust_i('0), .index_i, .offset_i(offset),
    .x_i(neuron.b_eta ? eta_i : x_i), .random_i, .nearest_i,
    .error_we_i(error_we_i || collect_i), .error_here_i(collect_i), .error_slot_i, .error_i(collect_i ? error_output : error_i),
    .host_i, .host_params_i, .host_we_i, .host_param_we_i, .host_mean_we_i(1'b0), .host_addr_i,
    .host_wdata_i(host_i ? host_wdata_i : 16'd0), .host_rdata_o, .host_mean_o(unused_mean),
    .settled_o, .found_o, .busy_o, .partial_o, .state_o(state), .obs_valid_o, .obs_neuron_o, .obs_addr_o, .obs_data_o
  );
endmodule
