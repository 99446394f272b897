// The event memory: the nonzero inputs of every layer of a sample, one layer after the other, each (index, x). A layer's
// events are stored once, as pixels arrive or as displacements are collected, and replayed for every slot and every update.
//   close_i   the inputs of layer_i are complete
//   rewind_i  replay from the first event of layer_i
//   issue_i   fetch the next one, unless done_o: valid_o, index_o, x_o one cycle later, held until the next fetch
module wuxing_events #(
  parameter int Layers = 4,
  parameter int IndexW = 10
) (
  input  logic               clk_i,
  input  logic               rst_ni,
  input  logic               clear_i,   // forget the sample
  input  logic               store_i,
  input  logic [IndexW-1:0]  index_i,
  input  logic signed [15:0] x_i,       // Q3.12
  input  logic [2:0]         layer_i,
  input  logic               close_i,
  input  logic               rewind_i,
  input  logic               issue_i,
  output logic               done_o,    // all events of the layer have been fetched
  output logic               valid_o,
  output logic [IndexW-1:0]  index_o,
  output logic signed [15:0] x_o        // Q3.12
);
  localparam int PointerW = IndexW + 1;

  // Where each layer's events end; the next layer's start there.
  logic [16*Layers-1:0] end_q;  // 16 bits each: no multiplier to find one
  logic [PointerW-1:0]  fill_q, next_q, first, stop;
  logic [2:0]           below;
  logic                 fetch, valid_q;

  assign below  = layer_i - 3'd1;
  assign first  = layer_i == 3'd0 ? '0 : end_q[below*16+:PointerW];
  assign stop   = end_q[layer_i*16+:PointerW];
  assign done_o = next_q == stop;
  assign fetch  = issue_i && !done_o;

  wuxing_ram_sp #(.Width(IndexW + 16), .Depth(1 << IndexW)) u_memory (
    .clk_i, .en_i(store_i || fetch), .we_i(store_i), .addr_i(store_i ? fill_q[IndexW-1:0] : next_q[IndexW-1:0]),
    .wdata_i({index_i, x_i}), .rdata_o({index_o, x_o})
  );

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      fill_q  <= '0;
      valid_q <= 1'b0;
    end else begin
      if (clear_i) fill_q <= '0;
      else if (store_i) fill_q <= fill_q + PointerW'(1);
      valid_q <= fetch;
    end
  end

  always_ff @(posedge clk_i) begin
    if (close_i) end_q[layer_i*16+:16] <= 16'(fill_q);
    if (rewind_i) next_q <= first;
    else if (fetch) next_q <= next_q + PointerW'(1);
  end

  assign valid_o = valid_q;
endmodule
