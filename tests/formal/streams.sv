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
