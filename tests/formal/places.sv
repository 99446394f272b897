// Where everything is: the layer table, the slots a tile stands on, the addresses of the passes over connections.

// Every field of a layer reads as it was last written, and is 0 before (docs/core.md, "Memory map"); nothing else changes it. Line
// `which` is watched. In use are the lines from 0 on that have got a size and slots.
module formal_layers #(
  parameter int Tiles = 3,
  parameter int Layers = 3,
  parameter int Slots = 24,
  parameter int WeightDepth = 5000,
  parameter int IndexW = 10,
  parameter int Recompute = 0
) (
  input logic        clk_i,
  input logic        we_i,
  input logic [1:0]  word_i,
  input logic [31:0] data_i,
  input logic [3:0]  count_i,
  input logic [2:0]  layer_i
);
  (* anyconst *) logic [2:0] which;
  logic               started_q = 1'b0;
  logic [31:0]        rdata;
  logic [3:0]         filled;
  logic [15:0]        below_base;
  wuxing_pkg::layer_t layer;
  wuxing_layers #(
    .Tiles(Tiles), .Layers(Layers), .Slots(Slots), .WeightDepth(WeightDepth), .IndexW(IndexW), .Recompute(Recompute)
  ) u_layers (
    .clk_i, .rst_ni(started_q), .we_i(we_i && started_q), .word_i, .wdata_i(data_i), .rdata_o(rdata), .filled_o(filled), .count_i,
    .layer_i, .layer_o(layer), .below_base_o(below_base)
  );

  logic [31:0] size_q, base_q, weights_q, scale_q, wanted, low, high;
  logic [7:0]  sized_q, based_q, given, here, up_to;
  assign here  = 8'd1 << layer_i;
  assign up_to = 8'((16'd2 << which) - 16'd1);
  assign given = sized_q & based_q;
  assign low   = {16'd0, data_i[15:0]};
  assign high  = {16'd0, data_i[31:16]};
  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    if (!started_q) begin
      {size_q, base_q, weights_q, scale_q, sized_q, based_q} <= '0;
    end else if (we_i) begin
      if (word_i == 2'd0) sized_q <= sized_q | here;
      if (word_i == 2'd1) based_q <= based_q | here;
      if (layer_i == which) begin
        case (word_i)
          2'd0: size_q <= data_i;
          2'd1: base_q <= data_i;
          2'd2: weights_q <= data_i;
          default: scale_q <= data_i;
        endcase
      end
    end
  end
  assign wanted = word_i == 2'd0 ? size_q : word_i == 2'd1 ? base_q : word_i == 2'd2 ? weights_q : scale_q;
  always_comb begin
    assume (which < Layers);
    // What the bus lets through (formal_bus).
    assume (!we_i || (layer_i < Layers));
    case (word_i)
      2'd0: assume (!we_i || ((low >= 1) && (low <= 1 << IndexW) && (high >= 1) && (high <= Tiles * Slots)));
      2'd1: assume (!we_i || ((low >= 1) && (low + high <= Slots)));
      2'd2: assume (!we_i || (Recompute != 0) || (data_i < WeightDepth));
      default: assume (!we_i || ((Recompute != 0) && (data_i <= 15)));
    endcase
    if (started_q) begin
      read:  assert ((layer_i != which) || (rdata == wanted));
      shape: assert ((layer_i != which) || ({layer.outputs, layer.inputs, layer.slot_base, layer.slots} == {size_q, base_q}));
      links: assert ((layer_i != which) || (Recompute != 0 ? (layer.key == weights_q) && (layer.scale == scale_q) :
                     layer.weight_base == weights_q));
      below: assert ((layer_i != which + 4'd1) || (below_base == base_q[31:16]));
      top:   assert (layer.last == (layer_i + 4'd1 == count_i));
      lines: assert (filled <= Layers);
      usable: assert ((filled > which) == ((given & up_to) == up_to));
    end
  end
endmodule

// A walk over a layer: every slot of the tile that holds a neuron of it, or of these every live one, is worked on once and in order, and
// none else; with the neuron's number, its weights' place and its thresholds' multiples (docs/core.md, "Memory map"; contract, section 6).
// Work ends with next_i. Slot `which` of the layer is watched.
module formal_slots #(
  parameter int Tile = 1,
  parameter int Tiles = 3,
  parameter int Slots = 8,
  parameter int IndexW = 10,
  parameter int WeightAddrW = 14,
  parameter int ThresholdW = 19
) (
  input logic               clk_i,
  input logic               first_i,
  input logic               next_i,
  input logic               scan_i,
  input wuxing_pkg::layer_t layer_i,
  input logic [Slots-1:0]   live_i,   // neurons of the tile
  input logic               exact_i   // all slots, without scans
);
  localparam int SlotW = $clog2(Slots);
  localparam logic [31:0] T = ThresholdW == 19 ? 32'd324027 : ThresholdW == 21 ? 32'd1296111 : 32'd10368889;
  (* anyconst *) logic [9:0] which;
  logic [SlotW-1:0]       slot;
  logic [WeightAddrW-1:0] row;
  logic [15:0]            neuron;
  logic [ThresholdW-1:0]  turn;
  logic [18:0]            turn_k;
  logic                   exists, active, found, settled;

  // What a walk starts with stays until the next one starts.
  logic                   known_q = 1'b0, exact_q, ready_q, worked_q, some_q;
  logic [Slots-1:0]       live_q;
  logic [9:0]             last_q, n_q;  // n: slots left behind
  wuxing_pkg::layer_t     layer_q, layer;
  logic [16:0]            number, held;
  logic                   here, work, wanted, watched;
  assign layer = first_i ? layer_i : layer_q;
  wuxing_slots #(.Tile(Tile), .Tiles(Tiles), .Slots(Slots), .WeightAddrW(WeightAddrW), .ThresholdW(ThresholdW)) u_slots (
    .clk_i, .layer_i(layer), .first_i, .next_i, .scan_i, .live_i(live_q[slot]), .slot_o(slot), .row_o(row), .neuron_o(neuron),
    .turn_o(turn), .turn_k_o(turn_k), .exists_o(exists), .active_o(active), .found_o(found), .settled_o(settled)
  );

  assign number  = 17'(Tile + Tiles * n_q);          // of the neuron on slot n
  assign held    = 17'(Tile + Tiles * which);        // and on the one watched
  assign here    = number < layer_q.outputs;
  assign wanted  = exact_q || live_q[SlotW'(layer_q.slot_base + n_q)];
  assign watched = (held < layer_q.outputs) && (exact_q || live_q[SlotW'(layer_q.slot_base + which)]);
  assign work    = next_i && (exact_q ? exists : active);
  always_ff @(posedge clk_i) begin
    if (first_i) begin
      known_q <= 1'b1;
      {layer_q, live_q, exact_q} <= {layer_i, live_i, exact_i};
      {ready_q, worked_q, some_q, n_q} <= '0;
    end else begin
      if (scan_i) ready_q <= settled;
      if (next_i) ready_q <= 1'b0;
      if (work) {some_q, last_q} <= {1'b1, 10'(slot)};
      if (work && (slot == layer_q.slot_base + which)) worked_q <= 1'b1;
      if (here && (next_i || (scan_i && !wanted))) n_q <= n_q + 10'd1;
    end
  end
  always_comb begin
    assume (which < Slots);
    // The host's rules: slots = ceil(outputs / Tiles), and they are there.
    assume ((layer_i.outputs >= 1) && (layer_i.inputs <= 1 << IndexW) && (layer_i.slot_base + 32'(layer_i.slots) <= Slots) &&
            (Tiles * layer_i.slots >= layer_i.outputs) && (Tiles * layer_i.slots < layer_i.outputs + Tiles));
    assume ((2'(first_i) + 2'(next_i) + 2'(scan_i)) <= 2'd1);
    assume (!next_i || (known_q && (exact_q || ready_q)));  // all tiles have settled
    assume (!scan_i || (known_q && !exact_q));
    if (known_q && !first_i) begin
      number_of:  assert (neuron == number);
      slot_of:    assert (!exists || (slot == layer_q.slot_base + n_q));
      weights_of: assert (!exists || (row == WeightAddrW'(n_q * layer_q.inputs)));
      turn_of:    assert (!exists || (turn == ThresholdW'(T * number)));
      turn_k_of:  assert (!exists || (turn_k == 19'(32'd324027 * number)));
      steady:     assert ((layer_q.outputs >= 1) && (Tiles * layer_q.slots >= layer_q.outputs) &&
                          (Tiles * layer_q.slots < layer_q.outputs + Tiles) && (layer_q.slot_base + 32'(layer_q.slots) <= Slots));
      inside:     assert ((exists == here) && (n_q <= Slots));
      sound:      assert (!work || (here && wanted));
      ascending:  assert (!work || !some_q || (slot > last_q));
      once:       assert (worked_q == ((which < n_q) && watched));
      complete:   assert (!scan_i || !settled || found || (worked_q == watched));
      whole:      assert (!exact_q || exists || (worked_q == watched));
      standing:   assert (exact_q || !ready_q || (active == (here && wanted)));
      behind:     assert (!some_q || (n_q > 0) && (last_q < layer_q.slot_base + n_q));
    end
  end
endmodule

// A pass over connections: every operation that enters is carried out once, four stages on, with the input, the operand and the marks that
// it came with, and nothing else is. Its connection is addressed as it enters; an update writes at the same place, and reads and writes
// never meet (stages as in rtl/wuxing_issue.sv). One operation, any, is watched.
module formal_issue #(
  parameter int IndexW = 10
) (
  input logic               clk_i,
  input wuxing_pkg::pass_e  pass_i,
  input logic               valid_i,
  input logic               watch_i,
  input logic               first_i,
  input logic               last_i,
  input logic [IndexW-1:0]  index_i,
  input logic signed [15:0] x_i
);
  logic               started_q = 1'b0;
  logic [IndexW-1:0]  index;
  logic signed [15:0] x;
  logic               load, step, add, first, write, sum_last, empty;
  wuxing_issue #(.IndexW(IndexW)) u_issue (
    .clk_i, .rst_ni(started_q), .pass_i, .valid_i, .first_i, .last_i, .index_i, .x_i, .index_o(index), .x_o(x), .load_o(load),
    .random_step_o(step), .acc_add_o(add), .sum_first_o(first), .weight_write_o(write), .sum_last_o(sum_last), .empty_o(empty)
  );

  // The one that is watched: cycles since it entered, and what came with it. Of the others, how many are on their way.
  logic [2:0]         age_q;     // 0: none
  logic               watch;
  logic [2:0]         valid_q;   // of the cycles before
  wuxing_pkg::pass_e  pass_q, kept_pass_q;
  logic [IndexW-1:0]  index_q, kept_index_q;
  logic signed [15:0] kept_x_q;
  logic               kept_first_q, kept_last_q;
  logic [3:0]         entered_q, loaded_q, ended_q, sums_q, summed_q;  // modulo 16; at most 4 are on their way
  assign watch = watch_i && valid_i && (age_q == 3'd0);
  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    pass_q    <= pass_i;
    index_q   <= index_i;
    valid_q   <= started_q ? {valid_q[1:0], valid_i} : 3'd0;
    if (!started_q) begin
      {age_q, entered_q, loaded_q, ended_q, sums_q, summed_q} <= '0;
    end else begin
      if (watch) begin
        age_q <= 3'd1;
        {kept_pass_q, kept_index_q, kept_x_q, kept_first_q, kept_last_q} <= {pass_i, index_i, x_i, first_i, last_i};
      end else begin
        age_q <= (age_q == 3'd0) || (age_q == 3'd4) ? 3'd0 : age_q + 3'd1;
      end
      entered_q <= entered_q + 4'(valid_i);
      loaded_q  <= loaded_q + 4'(load);
      ended_q   <= ended_q + 4'(add || write);
      sums_q    <= sums_q + 4'(valid_i && last_i && (pass_i == wuxing_pkg::PassErrorSum));
      summed_q  <= summed_q + 4'(sum_last);
    end
  end
  (* hierconn *) wire [2:0] \u_issue.valid_q ;
  (* hierconn *) wire [2:0] \u_issue.last_q ;
  logic [2:0] on_way, sums_on_way;
  always_comb begin
    on_way      = 3'(\u_issue.valid_q [0]) + 3'(\u_issue.valid_q [1]) + 3'(\u_issue.valid_q [2]);
    sums_on_way = 3'(sum_last);
    for (int i = 0; i < 3; i++) begin
      if (pass_i == wuxing_pkg::PassErrorSum) sums_on_way = sums_on_way + 3'(\u_issue.valid_q [i] && \u_issue.last_q [i]);
    end
    // The sequencer: a pass lasts until nothing is on its way; updates come every second cycle, and their input waits a cycle.
    assume (!started_q || empty && !valid_q[0] && !sum_last || (pass_i == pass_q));
    assume (pass_i <= wuxing_pkg::PassUpdate);
    assume ((pass_i != wuxing_pkg::PassUpdate) || !(valid_i && (valid_q[0] || valid_q[2])));
    assume ((pass_i != wuxing_pkg::PassUpdate) || !valid_q[0] || (index_i == index_q));
    if (started_q) begin
      address:  assert (!valid_i || (index == index_i));
      meet:     assert (!(valid_i && write));
      loaded:   assert ((age_q != 3'd1) || (load && (x == kept_x_q) && (step == (kept_pass_q == wuxing_pkg::PassUpdate))));
      operated: assert ((age_q != 3'd3) || ({add, write} == (kept_pass_q == wuxing_pkg::PassUpdate ? 2'b01 : 2'b10)));
      written:  assert ((age_q != 3'd3) || (kept_pass_q != wuxing_pkg::PassUpdate) || (index == kept_index_q));
      begun:    assert ((age_q != 3'd3) || (first == (kept_first_q && (kept_pass_q == wuxing_pkg::PassErrorSum))));
      ended:    assert ((age_q != 3'd4) || (sum_last == (kept_last_q && (kept_pass_q == wuxing_pkg::PassErrorSum))));
      steps:    assert (!step || load);
      one:      assert (!(add && write));
      loads:    assert (4'(entered_q - loaded_q) == 4'(\u_issue.valid_q [0]));
      all:      assert (4'(entered_q - ended_q) == 4'(on_way));
      sums:     assert (4'(sums_q - summed_q) == 4'(sums_on_way));
      rest:     assert (empty == (entered_q == ended_q));
    end
  end
endmodule
