// A core behind the host link: all that a board needs besides clock, reset and two lines to a host. docs/link.md, docs/core.md.
module wuxing_board #(
  parameter int Tiles = 4,
  parameter int Slots = 24,
  parameter int Layers = 2,
  parameter int WeightDepth = 16384,
  parameter int IndexW = 10,
  parameter int WeightW = 16,
  parameter int LearnK = 0,
  parameter int Recompute = 0,
  parameter int AllCounters = 0,
  parameter int BitCycles = 4  // clock cycles a bit on the lines, 4..4096
) (
  input  logic clk_i,
  input  logic rst_ni,
  input  logic rx_i,   // line from the host, not synchronous
  output logic tx_o,   // line to the host
  output logic busy_o  // the core is at work on a sample
);
  logic               wb_cyc, wb_stb, wb_we, wb_ack, wb_err, smp_valid, smp_ready, smp_last, res_valid, res_ready;
  logic [27:0]        wb_adr;
  logic [31:0]        wb_wdata, wb_rdata, smp_data;
  logic [63:0]        res_data;
  wuxing_pkg::phase_e phase;

  wuxing_link #(.BitCycles(BitCycles)) u_link (
    .clk_i, .rst_ni, .rx_i, .tx_o,
    .wb_cyc_o(wb_cyc), .wb_stb_o(wb_stb), .wb_we_o(wb_we), .wb_adr_o(wb_adr), .wb_dat_o(wb_wdata), .wb_dat_i(wb_rdata),
    .wb_ack_i(wb_ack), .wb_err_i(wb_err),
    .smp_valid_o(smp_valid), .smp_ready_i(smp_ready), .smp_last_o(smp_last), .smp_data_o(smp_data),
    .res_valid_i(res_valid), .res_ready_o(res_ready), .res_data_i(res_data)
  );

  wuxing_core #(
    .Tiles(Tiles), .Slots(Slots), .Layers(Layers), .WeightDepth(WeightDepth), .IndexW(IndexW), .WeightW(WeightW),
    .LearnK(LearnK), .Recompute(Recompute), .AllCounters(AllCounters)
  ) u_core (
    .clk_i, .rst_ni,
    .wb_cyc_i(wb_cyc), .wb_stb_i(wb_stb), .wb_we_i(wb_we), .wb_adr_i(wb_adr), .wb_dat_i(wb_wdata), .wb_dat_o(wb_rdata),
    .wb_ack_o(wb_ack), .wb_err_o(wb_err),
    .smp_valid_i(smp_valid), .smp_ready_o(smp_ready), .smp_last_i(smp_last), .smp_data_i(smp_data),
    .res_valid_o(res_valid), .res_ready_i(res_ready), .res_data_o(res_data),
    // Observation is for benches.
    .obs_valid_o(), .obs_kind_o(), .obs_layer_o(), .obs_input_o(), .obs_neuron_o(), .obs_addr_o(), .obs_data_o(),
    .obs_phase_o(phase)
  );

  assign busy_o = phase != wuxing_pkg::PhaseIdle;
endmodule
