// A tile's connections: its bank of the connection memory with the local update circuit, or the circuit that recomputes them.
// Stages are those of walk_i: the address in stage 1, the connection in stage 2, the new one written in stage 4.
//   address  row_i (slot * inputs) + offset_i (weight_base + index); of the host's word: 0 + offset_i
module wuxing_connections #(
  parameter int WeightDepth = 16384,
  parameter int IndexW = 10,
  parameter int WeightW = 16,
  parameter int Recompute = 0,
  localparam int AddrW = $clog2(WeightDepth),
  localparam int ThresholdW = wuxing_pkg::StepFraction - wuxing_pkg::weight_fraction(WeightW)  // Z
) (
  input  logic                  clk_i,
  input  wuxing_pkg::layer_t    layer_i,
  input  wuxing_pkg::walk_t     walk_i,
  input  logic                  active_i,   // the neuron is live
  input  logic [AddrW-1:0]      row_i,
  input  logic [IndexW-1:0]     index_i,
  input  logic [AddrW-1:0]      offset_i,
  input  logic [15:0]           neuron_i,
  output logic signed [15:0]    weight_o,   // stage 2, F fraction bits
  // update
  input  logic signed [31:0]    product_i,  // stage 4, x g
  input  logic signed [WeightW-1:0] old_i,  // stage 4, the connection read
  input  logic [ThresholdW-1:0] random_i,   // stage 3
  input  logic                  nearest_i,
  input  logic [ThresholdW-1:0] turn_i,
  output logic [17:0]           addr_o,     // stage 4, like the next
  output logic signed [15:0]    new_o,
  // host, only while no sample is in work
  input  logic                  host_i,     // access to any tile
  input  logic                  host_we_i,  // write to this one
  input  logic [WeightW-1:0]    host_wdata_i
);
  if (Recompute != 0) begin : g_recompute
    wuxing_recompute #(.IndexW(IndexW)) u_recompute (
      .clk_i, .index_i, .neuron_i, .key_i(layer_i.key), .scale_i(layer_i.scale), .weight_o
    );
    assign {addr_o, new_o} = '0;
    logic unused;
    assign unused = ^{walk_i, active_i, row_i, offset_i, product_i, old_i, random_i, nearest_i, turn_i, host_i, host_we_i, host_wdata_i};
  end else begin : g_stored
    logic signed [WeightW-1:0] rdata, updated;
    logic [ThresholdW-1:0]     threshold_q;
    logic [AddrW-1:0]          addr;
    logic                      we;

    assign addr = row_i + offset_i;
    assign we   = host_we_i || (walk_i.weight_write && active_i);

    wuxing_ram_sp #(.Width(WeightW), .Depth(WeightDepth)) u_memory (
      .clk_i, .en_i(host_i || walk_i.weight_read || we), .we_i(we), .addr_i(addr),
      .wdata_i(updated), .rdata_o(rdata)
    );

    wuxing_update #(.WeightW(WeightW)) u_update (.product_i, .r_i(threshold_q), .old_i, .put_i(host_i), .value_i(host_wdata_i), .new_o(updated));

    always_ff @(posedge clk_i) begin
      threshold_q <= nearest_i ? {1'b1, {(ThresholdW-1){1'b0}}} : random_i + turn_i;
    end

    assign weight_o = 16'(rdata);
    assign addr_o   = 18'(addr);
    assign new_o    = 16'(updated);
    logic unused;
    assign unused = ^{neuron_i, index_i};
  end
endmodule
