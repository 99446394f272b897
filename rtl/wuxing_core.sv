// The Wuxing core: bus, layer table, receiver, sequencer, neuron timing, random words and the array of tiles.
// Parameters, ports and memory map: docs/core.md. What it computes: docs/contract.md.
module wuxing_core #(
  parameter int Tiles = 4,            // processing elements, 1..128
  parameter int Slots = 32,           // neurons a tile holds, all layers together, 2..1023, Tiles x (Slots + 1) at most 2^16
  parameter int Layers = 4,           // most layers in the table, 1..8
  parameter int WeightDepth = 16384,  // words of connection memory a tile, 2..2^18
  parameter int IndexW = 10,          // bits of an input's number, 4..12
  parameter int WeightW = 16,         // bits of a connection: 16, 12, 8
  parameter int LearnK = 0,           // circuits that adjust K, 0 or 1
  parameter int Recompute = 0,        // connections recomputed instead of stored, 0 or 1
  parameter int AllCounters = 1       // registers MULTIPLIES and SAMPLES, 0 or 1
) (
  input  logic                 clk_i,
  input  logic                 rst_ni,
  // Wishbone B4 classic
  input  logic                 wb_cyc_i,
  input  logic                 wb_stb_i,
  input  logic                 wb_we_i,
  input  logic [27:0]          wb_adr_i,
  input  logic [31:0]          wb_dat_i,
  output logic [31:0]          wb_dat_o,
  output logic                 wb_ack_o,
  output logic                 wb_err_o,
  // samples in
  input  logic                 smp_valid_i,
  output logic                 smp_ready_o,
  input  logic                 smp_last_i,   // end mark
  input  logic [31:0]          smp_data_i,   // event: index, pixel; end mark: label, learn
  // results out
  output logic                 res_valid_o,
  input  logic                 res_ready_i,
  output logic [63:0]          res_data_o,   // class, label, y (Q3.12), status
  // observation
  output logic [Tiles-1:0]     obs_valid_o,
  output wuxing_pkg::obs_e     obs_kind_o,
  output logic [3:0]           obs_layer_o,
  output logic [15:0]          obs_input_o,
  output logic [16*Tiles-1:0]  obs_neuron_o,
  output logic [18*Tiles-1:0]  obs_addr_o,
  output logic [112*Tiles-1:0] obs_data_o,
  output wuxing_pkg::phase_e   obs_phase_o
);
  localparam int SlotW = $clog2(Slots);
  localparam int ThresholdW = wuxing_pkg::StepFraction - wuxing_pkg::weight_fraction(WeightW);

  if (Tiles < 1 || Tiles > 128) begin : g_bad_tiles
    $error("Tiles must be 1..128");
  end
  if (WeightDepth < 2 || WeightDepth > 262144) begin : g_bad_depth
    $error("WeightDepth must be 2..262144");
  end
  if (IndexW < 4 || IndexW > 12) begin : g_bad_index
    $error("IndexW must be 4..12");
  end
  if (WeightW != 16 && WeightW != 12 && WeightW != 8) begin : g_bad_weight
    $error("WeightW must be 16, 12 or 8");
  end
  if (LearnK < 0 || LearnK > 1) begin : g_bad_learn
    $error("LearnK must be 0 or 1");
  end
  if (Recompute < 0 || Recompute > 1) begin : g_bad_recompute
    $error("Recompute must be 0 or 1");
  end
  if (AllCounters < 0 || AllCounters > 1) begin : g_bad_counters
    $error("AllCounters must be 0 or 1");
  end
  if (Recompute != 0 && WeightW != 16) begin : g_bad_recomputed_weight
    $error("WeightW must be 16 with Recompute");
  end

  // ---- host
  logic               lock, idle, finished, random_set, table_we, table_host, mem, mem_params, mem_weight_we, mem_param_we, mem_mean_we;
  logic [3:0]         layer_count, layers_filled, steps;
  logic signed [15:0] eta, target_on, target_off;
  logic [31:0]        wdata, random, table_data;
  logic [2:0]         table_layer;
  logic [1:0]         table_word;
  logic [7:0]         mem_tile;
  logic [17:0]        mem_addr;
  logic [13:0]        gain_p, gain_i, gain_d;
  logic [3:0]         leak;
  logic [2:0]         sets, shift;
  logic [15:0]        mem_word, mem_mean, busy, res_class, res_y, res_status, label, columns, rows;
  logic               learn, nearest;
  wuxing_pkg::sample_e error;

  wuxing_bus #(
    .Tiles(Tiles), .Slots(Slots), .Layers(Layers), .WeightDepth(WeightDepth), .IndexW(IndexW), .WeightW(WeightW),
    .LearnK(LearnK), .Recompute(Recompute), .AllCounters(AllCounters)
  ) u_bus (
    .clk_i, .rst_ni, .wb_cyc_i, .wb_stb_i, .wb_we_i, .wb_adr_i, .wb_dat_i, .wb_dat_o, .wb_ack_o, .wb_err_o,
    .lock_o(lock), .idle_i(idle), .finished_i(finished), .learned_i(res_status[0]), .code_i(res_status[7:4]),
    .busy_i(busy), .layers_o(layer_count), .steps_o(steps), .eta_o(eta), .target_on_o(target_on),
    .target_off_o(target_off), .nearest_o(nearest), .columns_o(columns), .rows_o(rows), .shift_o(shift),
    .random_set_o(random_set), .wdata_o(wdata), .random_i(random),
    .table_o(table_host), .table_we_o(table_we), .table_layer_o(table_layer), .table_word_o(table_word), .table_i(table_data),
    .table_filled_i(layers_filled),
    .gain_p_o(gain_p), .gain_i_o(gain_i), .gain_d_o(gain_d), .leak_o(leak), .sets_o(sets),
    .mem_o(mem), .mem_params_o(mem_params), .mem_weight_we_o(mem_weight_we), .mem_param_we_o(mem_param_we), .mem_mean_we_o(mem_mean_we),
    .mem_tile_o(mem_tile), .mem_addr_o(mem_addr), .mem_word_i(mem_word), .mem_mean_i(mem_mean)
  );

  // ---- layer table
  logic [2:0]         layer_index;
  logic [15:0]        below_base;
  wuxing_pkg::layer_t layer;

  wuxing_layers #(
    .Tiles(Tiles), .Layers(Layers), .Slots(Slots), .WeightDepth(WeightDepth), .IndexW(IndexW), .Recompute(Recompute)
  ) u_layers (
    .clk_i, .rst_ni, .we_i(table_we), .word_i(table_word), .wdata_i(wdata), .rdata_o(table_data), .filled_o(layers_filled),
    .count_i(layer_count), .layer_i(table_host ? table_layer : layer_index), .layer_o(layer), .below_base_o(below_base)
  );

  // ---- samples
  logic               receive, beat, ended, sound, pixel, hold, store;
  logic [IndexW-1:0]  pixel_index, store_index, index;
  logic signed [15:0] pixel_x, store_x, x, y;

  wuxing_receiver #(.IndexW(IndexW)) u_receiver (
    .clk_i, .rst_ni, .enable_i(receive && !hold), .configured_i(layer_count != 4'd0), .inputs_i(layer.inputs),
    .smp_valid_i, .smp_ready_o, .smp_last_i, .smp_data_i, .beat_o(beat), .end_o(ended), .store_o(pixel),
    .index_o(pixel_index), .x_o(pixel_x), .label_o(label), .learn_o(learn), .error_o(error)
  );

  wuxing_shift #(.IndexW(IndexW)) u_shift (
    .clk_i, .rst_ni, .columns_i(columns), .rows_i(rows), .most_i(shift), .random_i(random), .idle_i(idle),
    .store_i(pixel), .index_i(pixel_index), .x_i(pixel_x), .hold_o(hold),
    .store_o(store), .index_o(store_index), .x_o(store_x)
  );

  // ---- control
  wuxing_pkg::walk_t   walk;
  wuxing_pkg::neuron_t neuron;
  wuxing_pkg::adjust_t adjust;
  logic                settled, found, collect, labelled, sum_start, sum_last, error_valid;
  logic                neuron_start, neuron_backward, neuron_done, random_mark, random_rewind, random_step;
  logic                integrated, adjust_start, adjust_step;
  logic [7:0]          y_tile;

  wuxing_sequencer #(
    .Tiles(Tiles), .Slots(Slots), .Layers(Layers), .IndexW(IndexW), .LearnK(LearnK), .Recompute(Recompute)
  ) u_sequencer (
    .clk_i, .rst_ni, .lock_i(lock), .receive_o(receive), .beat_i(beat), .end_i(ended), .store_i(store),
    .store_index_i(store_index), .store_x_i(store_x), .label_i(label), .learn_i(learn), .error_i(error), .sound_o(sound),
    .layer_count_i(layer_count), .layer_index_o(layer_index), .layer_i(layer),
    .walk_o(walk), .index_o(index), .x_o(x), .settled_i(settled), .found_i(found), .collect_o(collect), .y_tile_o(y_tile),
    .labelled_o(labelled), .y_i(y), .eta_i(eta),
    .sum_start_o(sum_start), .sum_last_o(sum_last), .error_valid_i(error_valid),
    .neuron_start_o(neuron_start), .neuron_backward_o(neuron_backward), .neuron_done_i(neuron_done),
    .random_mark_o(random_mark), .random_rewind_o(random_rewind), .random_step_o(random_step),
    .res_valid_o, .res_ready_i, .res_class_o(res_class), .res_y_o(res_y), .res_status_o(res_status),
    .idle_o(idle), .finished_o(finished), .phase_o(obs_phase_o)
  );

  assign res_data_o = {res_status, res_y, label, res_class};

  wuxing_neuron_ctl u_neuron_ctl (
    .clk_i, .rst_ni, .start_i(neuron_start), .backward_i(neuron_backward), .steps_i(steps),
    .neuron_o(neuron), .done_o(integrated)
  );

  if (LearnK != 0) begin : g_pid_ctl
    wuxing_pid_ctl u_pid_ctl (
      .clk_i, .rst_ni, .neuron_done_i(integrated), .backward_i(neuron.backward),
      .gain_p_i(gain_p), .gain_i_i(gain_i), .gain_d_i(gain_d), .leak_i(leak), .sets_i(sets),
      .adjust_o(adjust), .start_o(adjust_start), .random_step_o(adjust_step), .done_o(neuron_done)
    );
  end else begin : g_constant_k
    assign adjust      = '0;
    assign neuron_done = integrated;
    assign {adjust_start, adjust_step} = '0;
    logic unused_gains;
    assign unused_gains = ^{gain_p, gain_i, gain_d, leak, sets};
  end

  wuxing_random u_random (
    .clk_i, .rst_ni, .set_i(random_set), .value_i(wdata), .mark_i(random_mark),
    .rewind_i(random_rewind || adjust_start), .step_i(random_step || adjust_step || (sound && (shift != 3'd0))),
    .state_o(random)
  );

  // ---- tiles
  wuxing_array #(
    .Tiles(Tiles), .Slots(Slots), .WeightDepth(WeightDepth), .IndexW(IndexW), .WeightW(WeightW), .LearnK(LearnK),
    .Recompute(Recompute)
  ) u_array (
    .clk_i, .rst_ni, .layer_i(layer), .walk_i(walk), .neuron_i(neuron), .adjust_i(adjust), .index_i(index), .x_i(x),
    .random_i(random[ThresholdW-1:0]), .nearest_i(nearest), .target_on_i(target_on),
    .target_off_i(target_off), .collect_i(collect), .y_tile_i(y_tile), .labelled_i(labelled), .y_o(y), .sum_start_i(sum_start), .sum_last_i(sum_last),
    .below_base_i(below_base[SlotW-1:0]), .error_valid_o(error_valid),
    .host_tile_i(mem_tile), .host_i(mem), .host_params_i(mem_params), .host_we_i(mem_weight_we), .host_param_we_i(mem_param_we),
    .host_mean_we_i(mem_mean_we), .host_addr_i(mem_addr), .host_wdata_i(wdata[15:0]), .host_rdata_o(mem_word),
    .host_mean_o(mem_mean),
    .settled_o(settled), .found_o(found), .busy_o(busy),
    .obs_valid_o, .obs_neuron_o, .obs_addr_o, .obs_data_o
  );

  // ---- common part of the observation
  always_comb begin
    obs_kind_o = wuxing_pkg::ObsDrive;
    if (neuron.tail_first) obs_kind_o = wuxing_pkg::ObsNeuron;
    if (neuron.tail_step) obs_kind_o = wuxing_pkg::ObsBackward;
    if (walk.weight_write) obs_kind_o = wuxing_pkg::ObsWeight;
    if (adjust.write) obs_kind_o = wuxing_pkg::ObsParameter;
  end
  assign obs_layer_o = {1'b0, layer_index};
  assign obs_input_o = adjust.write ? 16'(adjust.word) : 16'(index);

  // The number of a neuron has 16 bits, also in a slot past the last.
  if (Tiles * (Slots + 1) > 65536) begin : g_bad_neurons
    $error("Tiles x (Slots + 1) must be at most 65536");
  end
endmodule
