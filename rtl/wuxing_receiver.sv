// Takes a sample from the stream and checks it (contract, section 9). Pixels that are not zero are handed on with x = 16 p;
// from the first fault on nothing is, and its code is kept until the next sample.
module wuxing_receiver #(
  parameter int IndexW = 10
) (
  input  logic                clk_i,
  input  logic                rst_ni,
  input  logic                enable_i,      // a beat may be taken in this cycle
  input  logic                configured_i,
  input  logic [15:0]         inputs_i,      // of layer 0
  input  logic                smp_valid_i,
  output logic                smp_ready_o,
  input  logic                smp_last_i,
  input  logic [31:0]         smp_data_i,
  output logic                beat_o,
  output logic                end_o,
  output logic                store_o,
  output logic [IndexW-1:0]   index_o,
  output logic signed [15:0]  x_o,           // Q3.12
  output logic [15:0]         label_o,       // after the end mark
  output logic                learn_o,       // after the end mark
  output wuxing_pkg::sample_e error_o        // after the beat
);
  localparam int CountW = IndexW + 1;

  logic [15:0]         index, label_q;
  logic [CountW-1:0]   place, next_q;  // next: lowest index that may come, if all before were in range
  logic                learn_q, begun_q, bad_index, bad_order;
  wuxing_pkg::sample_e error_q, error_now, fault;

  assign index       = smp_data_i[15:0];
  assign smp_ready_o = enable_i;
  assign beat_o      = enable_i && smp_valid_i;
  assign end_o       = beat_o && smp_last_i;

  assign place     = index[CountW-1:0];
  assign bad_index = (index[15:CountW] != '0) || (place >= inputs_i[CountW-1:0]);
  assign bad_order = begun_q && (place < next_q);

  always_comb begin
    fault = wuxing_pkg::SampleOk;
    if (!configured_i) fault = wuxing_pkg::SampleNotReady;
    else if (!smp_last_i && bad_index) fault = wuxing_pkg::SampleBadIndex;
    else if (!smp_last_i && bad_order) fault = wuxing_pkg::SampleBadOrder;
    error_now = begun_q ? error_q : wuxing_pkg::SampleOk;
    if (error_now == wuxing_pkg::SampleOk) error_now = fault;
  end

  assign store_o = beat_o && !smp_last_i && (error_now == wuxing_pkg::SampleOk) && (smp_data_i[23:16] != 8'd0);
  assign index_o = index[IndexW-1:0];
  assign x_o     = {4'b0, smp_data_i[23:16], 4'b0};

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      begun_q <= 1'b0;
      error_q <= wuxing_pkg::SampleOk;
    end else if (beat_o) begin
      begun_q <= !smp_last_i;
      error_q <= error_now;
    end
  end

  always_ff @(posedge clk_i) begin
    if (beat_o && !smp_last_i) next_q <= place + CountW'(1);
    if (end_o) begin
      label_q <= index;
      learn_q <= smp_data_i[16];
    end
  end

  assign label_o = label_q;
  assign learn_o = learn_q;
  assign error_o = error_q;

  // Bits of a beat without meaning are ignored; a layer has at most 2^IndexW inputs.
  logic unused_bits;
  assign unused_bits = ^{smp_data_i[31:24], inputs_i};
endmodule
