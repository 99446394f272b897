// Handshakes: nothing is lost, doubled or made up, and what waits does not change.

// A sample's beats against section 9 of the contract: codes in their order, the first fault kept; events handed on are those that are
// sound and not zero. IndexW as small as the receiver allows and as the cores have it.
module formal_receiver #(
  parameter int IndexW = 10
) (
  input logic        clk_i,
  input logic        enable_i,
  input logic        valid_i,
  input logic        last_i,
  input logic [31:0] data_i,
  input logic [15:0] inputs_i,
  input logic        configured_i
);
  logic                ready, beat, ended, store, learn, started_q = 1'b0;
  logic [IndexW-1:0]   index;
  logic signed [15:0]  x;
  logic [15:0]         label;
  wuxing_pkg::sample_e error;
  wuxing_receiver #(.IndexW(IndexW)) u_receiver (
    .clk_i, .rst_ni(started_q), .enable_i, .configured_i, .inputs_i, .smp_valid_i(valid_i), .smp_ready_o(ready), .smp_last_i(last_i),
    .smp_data_i(data_i), .beat_o(beat), .end_o(ended), .store_o(store), .index_o(index), .x_o(x), .label_o(label), .learn_o(learn),
    .error_o(error)
  );

  // The sample so far, in numbers wide enough for any index.
  logic               some_q = 1'b0, ended_q = 1'b0, beat_q = 1'b0;
  logic [3:0]         code_q, code;
  logic signed [17:0] before_q, here;
  logic [16:0]        end_q;
  assign here = $signed({2'b00, data_i[15:0]});
  always_comb begin
    code = some_q ? code_q : 4'd0;
    if (code == 4'd0) begin
      if (!configured_i) code = 4'd4;
      else if (!last_i && (data_i[15:0] >= inputs_i)) code = 4'd1;
      else if (!last_i && some_q && (here <= before_q)) code = 4'd2;
    end
  end
  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    beat_q    <= started_q && valid_i && ready;
    ended_q   <= started_q && valid_i && ready && last_i;
    if (started_q && valid_i && ready) begin
      some_q <= !last_i;
      code_q <= code;
      if (last_i) end_q <= data_i[16:0];
      else before_q <= here;
    end
  end
  (* hierconn *) wire \u_receiver.begun_q ;
  (* hierconn *) wire [IndexW:0] \u_receiver.next_q ;
  always_comb begin
    assume (inputs_i <= (1 << IndexW));  // the bus sees to it
    if (started_q) begin
      moves:  assert ((beat == (valid_i && ready)) && (ended == (beat && last_i)));
      stored: assert (store == (beat && !last_i && (code == 4'd0) && (data_i[23:16] != 8'd0)));
      event:  assert (!store || ((16'(index) == data_i[15:0]) && (16'(x) == 16 * data_i[23:16])));
      verdict: assert (!(beat_q || some_q) || (error == code_q));
      mark:   assert (!ended_q || ({learn, label} == end_q));
      begun:  assert (\u_receiver.begun_q == some_q);
      place:  assert (!some_q || (code_q != 4'd0) || ((before_q >= 0) && (before_q < 1 << IndexW) &&
                      ($signed({6'd0, \u_receiver.next_q }) == before_q + 1)));
    end else begin
      fresh: assert (!some_q && !beat_q && !ended_q);
    end
  end
endmodule

// Events of a layer come back once each and in order, whatever is stored in between: event number `which` of the memory is watched.
module formal_events #(
  parameter int IndexW = 4,
  parameter int Layers = 2
) (
  input logic               clk_i,
  input logic               store_i,
  input logic [IndexW-1:0]  index_i,
  input logic signed [15:0] x_i,
  input logic               close_i,
  input logic               up_i,      // on to the next layer
  input logic               rewind_i,
  input logic               issue_i
);
  logic               done, valid, started_q = 1'b0;
  logic [IndexW-1:0]  index;
  logic signed [15:0] x;
  logic [2:0]         layer_q;
  wuxing_events #(.Layers(Layers), .IndexW(IndexW)) u_events (
    .clk_i, .rst_ni(started_q), .clear_i(1'b0), .store_i, .index_i, .x_i, .layer_i(layer_q), .close_i, .rewind_i, .issue_i,
    .done_o(done), .valid_o(valid), .index_o(index), .x_o(x)
  );
  (* anyconst *) logic [IndexW-1:0] which;
  logic [IndexW:0]      fill_q, next_q, first_q, stop_q;
  logic                 replay_q, watched_q;
  logic [IndexW+15:0]   kept_q;
  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    watched_q <= started_q && issue_i && replay_q && (next_q != stop_q) && (next_q == which);
    if (!started_q) begin
      {layer_q, fill_q, first_q, stop_q, next_q} <= '0;
      replay_q <= 1'b0;
    end else begin
      if (store_i) fill_q <= fill_q + 1'b1;
      if (store_i && (fill_q == which)) kept_q <= {index_i, x_i};
      if (close_i) stop_q <= fill_q;
      if (rewind_i) begin
        next_q   <= first_q;
        replay_q <= 1'b1;
      end else if (issue_i && replay_q && (next_q != stop_q)) begin
        next_q <= next_q + 1'b1;
      end
      if (up_i) begin
        layer_q  <= layer_q + 3'd1;
        first_q  <= stop_q;
        replay_q <= 1'b0;
      end
    end
  end
  // The sequencer: a layer is closed, then replayed while the next one's events come, then left for the next.
  logic closed_q;
  always_ff @(posedge clk_i) closed_q <= started_q && (closed_q || close_i) && !up_i;
  always_comb begin
    assume (!(store_i && issue_i));
    assume (!store_i || !fill_q[IndexW]);
    assume (!close_i || !closed_q);
    assume (!close_i || !store_i);
    assume (!rewind_i || closed_q);
    assume (!issue_i || replay_q);
    assume (!up_i || (closed_q && !issue_i && !rewind_i && (layer_q + 1 < Layers)));
    if (started_q && replay_q) begin
      complete: assert (done == (next_q == stop_q));
    end
    if (started_q && watched_q) begin
      content: assert (valid && ({index, x} == kept_q));
    end
  end
endmodule

// The greatest output, the first of equals; hidden displacements become events once each: neuron `which` is watched.
module formal_collector #(
  parameter int Tiles = 3,
  parameter int Slots = 4
) (
  input logic               clk_i,
  input logic               start_i,
  input logic               collect_i,
  input logic signed [15:0] y_i
);
  (* anyconst *) logic [15:0] neurons;
  (* anyconst *) logic [15:0] which;
  (* anyconst *) logic [15:0] label_value;
  (* anyconst *) logic        output_layer;
  logic [7:0]         tile;
  logic               last, event_made, labelled;
  logic [15:0]        neuron, best;
  logic signed [15:0] best_y, y_q;
  wuxing_collector #(.Tiles(Tiles), .Slots(Slots)) u_collector (
    .clk_i, .layer_start_i(start_i), .collect_i, .output_layer_i(output_layer), .neurons_i(neurons), .label_i(label_value), .tile_o(tile), .y_i,
    .last_o(last), .event_o(event_made), .neuron_o(neuron), .labelled_o(labelled), .best_o(best), .best_y_o(best_y)
  );
  logic [15:0] count_q;
  logic [7:0]  tile_q;
  logic        known_q = 1'b0, collect_q = 1'b0, last_q = 1'b0, start_q = 1'b0;
  always_ff @(posedge clk_i) begin
    known_q   <= known_q || start_i;
    collect_q <= collect_i;
    last_q    <= collect_i && last;
    start_q   <= start_i;
    tile_q    <= collect_i ? tile_q + 8'd1 : 8'd0;
    if (start_i) count_q <= 16'd0;
    else if (collect_i) count_q <= count_q + 16'd1;
    if (collect_i && (count_q == which)) y_q <= y_i;
  end
  always_comb begin
    assume ((neurons != 16'd0) && (neurons <= Tiles * Slots));
    assume (!collect_i || (known_q && (count_q < neurons) && !last_q && !start_i && !start_q));
    assume (!start_i || !collect_q || last_q);
    if (known_q) begin
      number: assert ((neuron == count_q) && (count_q <= neurons));
      turn:   assert (!collect_i || !collect_q || (tile == tile_q));
      first:  assert (!collect_i || collect_q || (tile == 8'd0));
      round:  assert (!(collect_i && collect_q) || (tile_q != 8'd0));
      slot:   assert (!collect_i || (last == ((tile == Tiles - 1) || (count_q + 16'd1 == neurons))));
      hidden: assert (event_made == (collect_i && !output_layer && (y_i != 16'sd0)));
      target: assert (!collect_i || start_q || (labelled == (count_q == label_value)));
      if (output_layer && (count_q != 16'd0)) begin
        inside:   assert (best < count_q);
        greatest: assert ((which >= count_q) || (best_y > y_q) || ((best_y == y_q) && (best <= which)));
        itself:   assert ((which != best) || (best_y == y_q));
      end
    end
  end
endmodule

// Bytes to the framer: each moves once, and what the line has not taken stays. The payload comes out once, in order, escaped; then its
// check sum low byte first, and a flag. Checked by a receiver of its own that is told the payload.
module formal_frame_tx (
  input logic       clk_i,
  input logic       valid_i,
  input logic [7:0] data_i,
  input logic       last_i,
  input logic       ready_i
);
  logic       ready, valid, started_q = 1'b0;
  logic [7:0] data;
  wuxing_frame_tx u_tx (.clk_i, .rst_ni(started_q), .valid_i, .ready_o(ready), .data_i, .last_i, .valid_o(valid), .ready_i, .data_o(data));

  function automatic logic [15:0] crc_of(input logic [15:0] crc, input logic [7:0] value);
    crc_of = crc;
    for (int i = 0; i < 8; i++) crc_of = (crc_of >> 1) ^ (crc_of[0] ^ value[i] ? 16'h8408 : 16'd0);
  endfunction

  // One byte is on its way at most. at: 0 between frames, 1 payload, 2 and 3 check sum, 4 closing flag.
  logic        held_q, end_q, escaped_q, wait_q;
  logic [7:0]  byte_q, shown_q, plain, wanted;
  logic [2:0]  at_q;
  logic [15:0] sum_q, fcs;
  logic        special, arrives;
  assign fcs     = ~sum_q;
  assign wanted  = at_q == 3'd1 ? byte_q : at_q == 3'd2 ? fcs[7:0] : fcs[15:8];
  assign special = (wanted == 8'h7E) || (wanted == 8'h7D);
  assign plain   = escaped_q ? data ^ 8'h20 : data;
  assign arrives = valid && ready_i && ((at_q == 3'd0) || (at_q == 3'd4) || !special || escaped_q);
  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    wait_q    <= started_q && valid && !ready_i;
    shown_q   <= data;
    if (!started_q) begin
      {held_q, escaped_q, at_q, end_q} <= '0;
    end else begin
      if (valid_i && ready) {held_q, byte_q, end_q} <= {1'b1, data_i, last_i};
      if (valid && ready_i) escaped_q <= !arrives;
      if (arrives) begin
        case (at_q)
          3'd0: {at_q, sum_q} <= {3'd1, 16'hFFFF};
          3'd1: begin
            held_q <= 1'b0;
            sum_q  <= crc_of(sum_q, byte_q);
            if (end_q) at_q <= 3'd2;
          end
          3'd2: at_q <= 3'd3;
          3'd3: at_q <= 3'd4;
          default: at_q <= 3'd0;
        endcase
      end
    end
  end
  always_comb begin
    if (started_q) begin
      room:   assert (ready == !held_q);
      offer:  assert (valid == (held_q || (at_q >= 3'd2)));
      stable: assert (!wait_q || (valid && (data == shown_q)));
      if (valid) begin
        flags:   assert (((at_q != 3'd0) && (at_q != 3'd4)) || (data == 8'h7E));
        escapes: assert ((at_q == 3'd0) || (at_q == 3'd4) || !special || escaped_q || (data == 8'h7D));
        bytes:   assert ((at_q == 3'd0) || (at_q == 3'd4) || (special && !escaped_q) || (plain == wanted));
        inner:   assert ((at_q == 3'd0) || (at_q == 3'd4) || (data != 8'h7E));
      end
    end
  end
endmodule

// Two bytes over the line, from transmitter to receiver, at equal clocks, with any pause and any reset state of the line's synchroniser.
module formal_uart #(
  parameter int BitCycles = 4
) (
  input logic       clk_i,
  input logic       valid_i,
  input logic [7:0] data_i
);
  logic       ready, line, valid, spoilt, started_q = 1'b0;
  logic [7:0] data;
  wuxing_uart_tx #(.BitCycles(BitCycles)) u_tx (.clk_i, .rst_ni(started_q), .valid_i, .ready_o(ready), .data_i, .tx_o(line));
  wuxing_uart_rx #(.BitCycles(BitCycles)) u_rx (.clk_i, .rst_ni(started_q), .rx_i(line), .valid_o(valid), .data_o(data), .spoilt_o(spoilt));

  // At most one byte is sent and not yet received.
  logic       held_q;
  logic [7:0] byte_q, age_q;
  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    if (!started_q) held_q <= 1'b0;
    else if (valid_i && ready) {held_q, byte_q} <= {1'b1, data_i};
    else if (valid) held_q <= 1'b0;
    age_q <= held_q && started_q && !valid ? age_q + 8'd1 : 8'd0;
  end
  always_comb begin
    if (started_q) begin
      once:   assert (!(valid_i && ready) || !held_q || valid);
      right:  assert (!valid || (held_q && (data == byte_q)));
      soon:   assert (age_q < 10 * BitCycles + 4);
      clean:  assert (!spoilt);
      rests:  assert (held_q || !ready || line);
    end
  end
endmodule

// A sample's events on their way through wuxing_shift: each is handed on once, in order, moved as the contract has it (section 9, "Moved
// samples") or dropped if that leaves the frame; and every one as it is if M is 0. How long each waits. An event comes as row and column
// of the frame, so that nothing here divides; every index has these.
module formal_shift #(
  parameter int IndexW = 4,
  parameter int Columns = 0,  // 0: any frame of the host's rule, columns x rows = inputs, at most 2^IndexW
  parameter int Rows = 0
) (
  input logic               clk_i,
  input logic               beat_i,
  input logic               end_i,
  input logic               store_i,
  input logic               done_i,    // the sample's result is taken
  input logic [IndexW:0]    row_i,
  input logic [IndexW:0]    column_i,
  input logic [IndexW-1:0]  index_i,
  input logic signed [15:0] x_i,
  input logic [15:0]        columns_i,
  input logic [15:0]        rows_i,
  input logic [2:0]         most_i,
  input logic [31:0]        random_i
);
  localparam int PlaceW = 2 * IndexW + 4;  // any place within or near any frame
  localparam int WaitW = IndexW + 4;       // rows and 2 (2M + 1)
  logic               started_q = 1'b0, hold, out, beat, store;
  logic [IndexW-1:0]  index;
  logic signed [15:0] x;
  logic [15:0]        columns, rows;
  logic [1:0]         state_q;  // 0 idle, 1 a sample comes, 2 its end mark has come
  assign columns = Columns != 0 ? 16'(Columns) : columns_i;
  assign rows    = Columns != 0 ? 16'(Rows) : rows_i;
  assign beat    = beat_i && started_q && !hold && (state_q != 2'd2);
  assign store   = beat && store_i && !end_i;
  wuxing_shift #(.IndexW(IndexW)) u_shift (
    .clk_i, .rst_ni(started_q), .columns_i(columns), .rows_i(rows), .most_i, .random_i, .idle_i(state_q == 2'd0), .store_i(store),
    .index_i, .x_i, .hold_o(hold), .store_o(out), .index_o(index), .x_o(x)
  );

  // The event on its way, if there is one; the row of the last one, and of the first.
  logic               held_q, some_q;
  logic [IndexW:0]    row_q, column_q, first_q;
  logic [IndexW-1:0]  index_q;
  logic signed [15:0] x_q;
  logic [WaitW-1:0]   waits_q;  // cycles in which no beat could be taken
  logic [66:0]        set_q;
  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    set_q     <= {columns, rows, most_i, random_i};
    held_q    <= store || (held_q && hold);
    if (!started_q) {held_q, state_q} <= '0;
    else if (beat) state_q <= end_i ? 2'd2 : 2'd1;
    else if ((state_q == 2'd2) && done_i) state_q <= 2'd0;
    if (store) begin
      {row_q, column_q, index_q, x_q} <= {row_i, column_i, index_i, x_i};
      some_q <= 1'b1;
      if (!some_q || (state_q == 2'd0)) first_q <= row_i;
    end else if (state_q == 2'd0) begin
      {some_q, row_q, first_q} <= '0;
    end
    waits_q <= state_q == 2'd0 ? '0 : waits_q + WaitW'(hold);
  end

  // Where it goes.
  logic signed [7:0]        dx, dy;
  logic signed [PlaceW-1:0] row, column, place;
  logic                     kept;
  logic [3:0]               span;
  logic [WaitW-1:0]         count, due;
  assign span   = {most_i, 1'b1};
  assign count  = 2 * span;  // 2 (2M + 1)
  assign dx     = $signed(8'((32'(span) * random_i[15:0]) >> 16)) - $signed(8'(most_i));
  assign dy     = $signed(8'((32'(span) * random_i[31:16]) >> 16)) - $signed(8'(most_i));
  assign row    = $signed({1'b0, row_q}) + dy;
  assign column = $signed({1'b0, column_q}) + dx;
  assign kept   = (row >= 0) && (row < $signed({1'b0, rows})) && (column >= 0) && (column < $signed({1'b0, columns}));
  assign place  = $signed({1'b0, index_q}) + dy * $signed({1'b0, columns[IndexW:0]}) + dx;
  assign due    = (first_q > count ? WaitW'(first_q) : count) + row_q - first_q;

  // How far the machine is, for the induction.
  (* hierconn *) wire [4:0] \u_shift.count_q ;
  (* hierconn *) wire \u_shift.vertical_q ;
  (* hierconn *) wire \u_shift.valid_q ;
  (* hierconn *) wire [15:0] \u_shift.sum_q ;
  (* hierconn *) wire signed [3:0] \u_shift.dx_q ;
  (* hierconn *) wire signed [3:0] \u_shift.dy_q ;
  (* hierconn *) wire [IndexW-1:0] \u_shift.distance_q ;
  (* hierconn *) wire [IndexW-1:0] \u_shift.row_q ;
  (* hierconn *) wire [IndexW:0] \u_shift.end_q ;
  (* hierconn *) wire signed [IndexW+1:0] \u_shift.width_q ;
  logic [4:0]        done;
  logic [WaitW-1:0]  steps, line;
  logic [31:0]       multiple;
  logic signed [7:0] so_far;
  assign done     = \u_shift.count_q ;
  assign multiple = 32'(done[3:0]) * (\u_shift.vertical_q ? random_i[31:16] : random_i[15:0]);
  assign steps    = done[4] ? count : done + (\u_shift.vertical_q ? span : 4'd0);
  assign line     = \u_shift.row_q ;
  assign so_far   = $signed(8'(multiple >> 16)) - $signed(8'(done[3:0] < most_i ? done[3:0] : 4'(most_i)));
  always_comb begin
    if (Columns == 0) begin
      assume ((most_i == 3'd0) || ((columns >= 1) && (rows >= 1) && (columns <= 1 << IndexW) && (rows <= 1 << IndexW) &&
                                   (columns * rows <= 1 << IndexW)));
    end
    // Steady while a sample comes (formal_bus); R steps when it is over.
    assume (!started_q || (state_q == 2'd0) || ({columns, rows, most_i} == set_q[66:32]));
    assume (!started_q || (state_q != 2'd1) || (random_i == set_q[31:0]));
    assume (!store || (most_i == 3'd0) || ((column_i < columns) && (row_i < rows) && (index_i == row_i * columns + column_i)));
    assume (!store || (state_q == 2'd0) || !some_q || (index_i > index_q));  // formal_receiver
    assume (!store || (state_q == 2'd0) || !some_q || (most_i == 3'd0) || (row_i >= row_q));  // follows
    if (started_q) begin
      waits:   assert (!hold || (held_q && (most_i != 3'd0)));
      handed:  assert (out == (held_q && !hold && ((most_i == 3'd0) || kept)));
      moved:   assert (!out || (index == (most_i == 3'd0 ? $signed({1'b0, index_q}) : place)));
      value:   assert (!out || (x == x_q));
      delay:   assert (!held_q || hold || (waits_q == (most_i == 3'd0 ? '0 : due)));
      over:    assert ((state_q == 2'd1) || ((state_q != 2'd3) && !held_q));
      present: assert (held_q == \u_shift.valid_q );
      first:   assert ((state_q == 2'd0) || (held_q ? some_q : some_q || ({row_q, first_q} == '0)));
      if (state_q == 2'd1) begin
        counts: assert (done[4] ? (done == 5'd16) && \u_shift.vertical_q : (done[3:0] <= 4'(2 * most_i)) && (held_q || (done == 5'd0)));
        sums:   assert (done[4] || (\u_shift.sum_q == multiple[15:0]));
        right:  assert (\u_shift.vertical_q ? \u_shift.dx_q == dx : \u_shift.dx_q == so_far);
        down:   assert (done[4] ? \u_shift.dy_q == dy : \u_shift.dy_q == (\u_shift.vertical_q ? so_far : 8'sd0));
        far:    assert (\u_shift.distance_q == IndexW'(\u_shift.dx_q + \u_shift.dy_q * $signed({1'b0, columns[IndexW:0]})));
        width:  assert (!\u_shift.vertical_q || (done == 5'd0) || (\u_shift.width_q == $signed({1'b0, columns[IndexW:0]}) + dx));
        if (most_i != 3'd0) begin
          event_is: assert (!some_q || ((column_q < columns) && (row_q < rows) && (index_q == row_q * columns + column_q)));
          fresh:    assert (some_q || ((steps == 0) && (line == 0)));
          ready:    assert (held_q || !some_q || done[4]);
          alone:    assert ((done[4] && (line >= first_q)) || (row_q == first_q));
          rows_are: assert ((first_q <= row_q) && (held_q ? line <= row_q : line == row_q) && (\u_shift.end_q == (line + 1) * columns));
          waited:   assert (line < first_q ? (waits_q == line) && (done[4] ? line >= count : line == steps) :
                            !done[4] ? (waits_q == steps) && (line == first_q) && (first_q <= steps) :
                            waits_q == (first_q > count ? WaitW'(first_q) : count) + line - first_q);
        end else begin
          never:    assert (waits_q == 0);
        end
      end
    end
  end
endmodule

// Bytes from the line to frames in the buffer (docs/link.md, section 2, and the layout in rtl/wuxing_frame_rx.sv): the bytes of a frame are
// stored once each and in order, escapes undone; a frame is handed over sound or, without its bytes, as CORRUPT or OVERFLOW; what has
// not been read stays. The memory itself is left out: what is written where is looked at. Of escapes in a row, which no sender makes, one
// counts.
module formal_frame_rx (
  input logic       clk_i,
  input logic       valid_i,
  input logic [7:0] data_i,
  input logic       spoilt_i,
  input logic       read_i    // the reader needs a word less
);
  (* anyconst *) logic [9:0] word_first;  // something may stand in the buffer at the start
  logic       started_q = 1'b0, frame;
  logic [7:0] rdata;
  logic [9:0] word_q;
  wuxing_frame_rx u_rx (
    .clk_i, .rst_ni(started_q), .valid_i, .data_i, .spoilt_i, .raddr_i(11'd0), .rdata_o(rdata), .word_i(word_q), .frame_o(frame)
  );
  (* hierconn *) wire \u_rx.u_buffer.we_i ;
  (* hierconn *) wire [10:0] \u_rx.u_buffer.waddr_i ;
  (* hierconn *) wire [7:0] \u_rx.u_buffer.wdata_i ;
  (* hierconn *) wire [3:0] \u_rx.state_q ;
  logic        we;
  logic [10:0] waddr;
  logic [3:0]  state;
  assign we    = \u_rx.u_buffer.we_i ;
  assign waddr = \u_rx.u_buffer.waddr_i ;
  assign state = \u_rx.state_q ;
  (* hierconn *) wire [9:0] \u_rx.base_q ;
  (* hierconn *) wire [10:0] \u_rx.count_q ;
  (* hierconn *) wire [15:0] \u_rx.crc_q ;
  (* hierconn *) wire \u_rx.some_q ;
  (* hierconn *) wire \u_rx.escaped_q ;
  (* hierconn *) wire \u_rx.bad_q ;
  (* hierconn *) wire \u_rx.overflow_q ;
  localparam logic [3:0] Refuse = 4'd1, HeaderLow = 4'd2, HeaderHigh = 4'd4, Commit = 4'd8;

  function automatic logic [15:0] crc_of(input logic [15:0] crc, input logic [7:0] value);
    crc_of = crc;
    for (int i = 0; i < 8; i++) crc_of = (crc_of >> 1) ^ (crc_of[0] ^ value[i] ? 16'h8408 : 16'd0);
  endfunction

  // ---- the frame so far; its check sum over all but its last two bytes, over all but the last, over all
  logic        some_q, escaped_q, spoilt_q, over_q;
  logic [11:0] n_q;
  logic [15:0] sum2_q, sum1_q, sum_q;
  logic [7:0]  byte1_q, byte_q;
  // ---- its verdict, until it is handed over
  logic        verdict_q, corrupt_q, overflow_q, wait_q;
  logic [2:0]  age_q;   // cycles since, if there is room
  logic [11:0] length_q;
  logic [9:0]  base_q;
  logic [11:0] used, takes;
  logic        flag, escape, plain, room, fits, space, corrupt;
  logic [7:0]  value;
  assign flag    = valid_i && (data_i == 8'h7E);
  assign escape  = valid_i && (data_i == 8'h7D);
  assign plain   = valid_i && !flag && !escape;
  assign value   = escaped_q ? data_i ^ 8'h20 : data_i;
  assign used    = {1'b0, 10'(base_q - word_q), 1'b0};      // bytes not yet read
  assign takes   = (n_q + 12'd2) & ~12'd1;                  // with its header; an odd byte is given up
  assign room    = used + n_q + 12'd3 <= 12'd2048;          // for one byte more, where two stay free between frames
  assign fits    = used + takes <= 12'd2046;
  assign space   = used + 12'd2 <= 12'd2046;                // for a header
  assign corrupt = spoilt_q || escaped_q || (n_q < 12'd4) || ({byte_q, byte1_q} != ~sum2_q);
  logic       store;
  logic [3:0] gap_q;  // cycles since a byte
  assign store = plain && !over_q && !verdict_q && room;
  logic       there_q, busy_q;  // a frame was there; it need not have been announced
  always_ff @(posedge clk_i) begin
    started_q <= 1'b1;
    gap_q     <= valid_i ? 4'd0 : gap_q == 4'd8 ? 4'd8 : gap_q + 4'd1;
    there_q   <= started_q && (word_q != base_q);
    busy_q    <= valid_i || (verdict_q && (space || (state != Refuse)));
    if (!started_q) begin
      {some_q, escaped_q, spoilt_q, over_q, n_q, verdict_q, base_q, wait_q, age_q} <= '0;
      word_q <= word_first;
      {sum2_q, sum1_q, sum_q} <= {3{16'hFFFF}};
      gap_q <= 4'd8;
    end else begin
      if (valid_i) escaped_q <= escape;
      if (valid_i || spoilt_i) some_q <= !flag;
      if (spoilt_i) spoilt_q <= 1'b1;
      if (plain && !store) over_q <= 1'b1;
      if (store) begin
        n_q    <= n_q + 12'd1;
        {byte1_q, byte_q} <= {byte_q, value};
        {sum2_q, sum1_q, sum_q} <= {sum1_q, sum_q, crc_of(sum_q, value)};
      end
      if (flag && some_q && !verdict_q) begin
        {verdict_q, corrupt_q, overflow_q, wait_q} <= {1'b1, corrupt, over_q || !fits, !space};
        length_q <= corrupt || over_q || !fits ? 12'd2 : n_q + 12'd2;
        age_q    <= 3'd0;
      end
      if (flag || verdict_q) begin
        {spoilt_q, over_q, n_q} <= '0;
        {sum2_q, sum1_q, sum_q} <= {3{16'hFFFF}};
      end
      if (verdict_q && (space || !wait_q)) age_q <= age_q + 3'd1;
      if (state == Commit) begin
        verdict_q <= 1'b0;
        base_q    <= base_q + length_q[10:1];
        over_q    <= valid_i || spoilt_i ? !flag : some_q;  // its beginning is lost
        spoilt_q  <= spoilt_i;
      end
      if (read_i) word_q <= word_q + 10'd1;
    end
  end
  // ---- what may be written in this cycle
  logic        header;
  logic [10:0] place;
  logic [7:0]  datum;
  logic [2:0]  status;
  assign header = (state == HeaderLow) || (state == HeaderHigh);
  assign status = overflow_q ? 3'd5 : corrupt_q ? 3'd1 : 3'd0;
  assign place  = header ? {base_q, state == HeaderHigh} : {base_q, 1'b0} + 11'd2 + n_q[10:0];
  assign datum  = !header ? value : state == HeaderHigh ? {2'd0, status, length_q[10:8]} : length_q[7:0];
  logic cleared, none, unfit;
  assign cleared = (\u_rx.count_q == 11'd2) && (\u_rx.crc_q == 16'hFFFF);
  assign none    = (n_q == 12'd0) && (sum_q == 16'hFFFF) && !spoilt_q && !over_q;
  assign unfit   = corrupt_q || overflow_q;
  always_comb begin
    // The line: bytes are far apart. The reader reads what has been handed over.
    assume (!(valid_i && spoilt_i) && (started_q || !(valid_i || spoilt_i)));
    assume (!(valid_i || spoilt_i) || (gap_q >= 4'd8));
    assume (!read_i || (word_q != base_q));
    if (started_q) begin
      stored:  assert (we == (store || header));
      written: assert (!we || ((waddr == place) && (\u_rx.u_buffer.wdata_i == datum)));
      kept:    assert (!we || (10'(waddr[10:1] - word_q) >= 10'(base_q - word_q)));
      handed:  assert (verdict_q == (state != 4'd0));
      soon:    assert (!verdict_q || (age_q < 3'd6));
      announced: assert (!frame || there_q);
      seen:    assert (frame || !there_q || busy_q);
      // How far the machine is, for the proof.
      based:   assert (\u_rx.base_q == base_q);
      began:   assert ((\u_rx.some_q == some_q) && (\u_rx.escaped_q == escaped_q));
      legal:   assert (((state & (state - 4'd1)) == 4'd0) && (gap_q <= 4'd8));
      if (state == 4'd0) begin
        marks:   assert ((\u_rx.bad_q == spoilt_q) && (\u_rx.overflow_q == over_q));
        counted: assert (some_q ? (\u_rx.count_q == 11'(n_q + 12'd2)) && (\u_rx.crc_q == sum_q) : cleared || (gap_q == 4'd3));
        empty:   assert (some_q || none);
      end else begin
        header_of: assert ((\u_rx.bad_q == unfit) && (\u_rx.overflow_q == overflow_q) && none && (!unfit || (length_q == 12'd2)));
        places:    assert (((\u_rx.count_q >= 11'd2) && (used + \u_rx.count_q <= 12'd2048)) ||
                           ((\u_rx.count_q == 11'd0) && (used == 12'd0) && overflow_q && (state == Refuse)));
        if (state == Refuse) begin
          refused: assert (unfit && (cleared || (gap_q == 4'd0)) && (wait_q || space) && (overflow_q || (gap_q == 4'd0)));
          full:    assert (overflow_q || (used + (\u_rx.count_q & ~11'd1) <= 12'd2046));
          aged:    assert ((age_q == 3'd0) || ((age_q == 3'd1) && cleared && space));
        end else begin
          lengths: assert ((\u_rx.count_q == length_q) && (used + length_q <= 12'd2047) && (length_q >= 12'd2));
          behind:  assert (unfit ? cleared : !some_q && (gap_q == (state == HeaderLow ? 4'd0 : state == HeaderHigh ? 4'd1 : 4'd2)));
          lately:  assert (overflow_q || (gap_q <= (state == HeaderLow ? 4'd1 : state == HeaderHigh ? 4'd2 : 4'd3)));
          older:   assert (age_q <= (state == HeaderLow ? 3'd2 : state == HeaderHigh ? 3'd3 : 3'd4));
        end
      end
      sum1:  assert ((n_q < 12'd1) || (sum_q == crc_of(sum1_q, byte_q)));
      sum2:  assert ((n_q < 12'd2) || (sum1_q == crc_of(sum2_q, byte1_q)));
      bound: assert ((n_q <= 12'd2046) && (used + n_q + 12'd2 <= 12'd2048));
    end
  end
endmodule
