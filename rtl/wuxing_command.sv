// Carries out requests (docs/link.md, sections 2 to 4): takes frames from the buffer of wuxing_frame_rx byte by byte, is the master
// of the bus, the source of samples and the sink of results, and makes the replies. A reply is on its way from the first byte
// of its request, so nothing of it is kept; status comes last, once the frame's place is free again.
// word_q collects bytes from its top (address, label, word to write) and gives them from its bottom (word read, result).
// address_q is the bus address; of a sample, the index, and at its end the label.
// count_q counts down: words to READ from n, words written from 255, bytes of HELLO.
module wuxing_command (
  input  logic        clk_i,
  input  logic        rst_ni,
  // frames
  input  logic        frame_i,
  output logic [10:0] raddr_o,
  input  logic [7:0]  rdata_i,
  output logic [9:0]  word_o,
  // reply
  output logic        tx_valid_o,
  input  logic        tx_ready_i,
  output logic [7:0]  tx_data_o,
  output logic        tx_last_o,
  // Wishbone B4 classic
  output logic        wb_cyc_o,
  output logic        wb_stb_o,
  output logic        wb_we_o,
  output logic [27:0] wb_adr_o,
  output logic [31:0] wb_dat_o,
  input  logic [31:0] wb_dat_i,
  input  logic        wb_ack_i,
  input  logic        wb_err_i,
  // samples
  output logic        smp_valid_o,
  input  logic        smp_ready_i,
  output logic        smp_last_o,
  output logic [31:0] smp_data_o,   // event: index, pixel; end mark: label, learn
  // results
  input  logic        res_valid_i,
  output logic        res_ready_o,
  input  logic [63:0] res_data_i    // class, label, y (Q3.12), status
);
  // States, one bit each. Of a frame: its header, command and sequence number (sent back), body before the verdict, verdict, next
  // sequence number (sent). Collect takes four bytes into word_q, or two. Hello, Count, Reply (of word_q) and Status send.
  localparam int Idle = 0, Header = 1, Command = 2, Sequence = 3, Collect = 4, Check = 5, Next = 6, Status = 7;
  localparam int Hello = 8, Access = 9, Reply = 10, Count = 11;
  localparam int Skip = 12, Gap = 13, Pixel = 14, Mark = 15, Low = 16, High = 17;  // of a sample; halves of its result
  localparam logic [1:0] CodeHello = 2'd1, CodeRead = 2'd2, CodeWrite = 2'd3, CodeSample = 2'd0;  // 4

  logic [17:0] at_q, at_d;
  logic        body_q;                      // neither Idle nor Header
  logic        load_q;                      // Next or Skip
  logic [1:0]  from_q;                      // source of word_q: result (two halves), bus, bytes
  logic [10:0] pointer_q, left_q, pointer;  // byte read; bytes of the frame from it on, and two
  logic [27:0] address_q;
  logic [31:0] word_q;
  logic [7:0]  next_q, count_q;
  logic [2:0]  status_q;
  logic [1:0]  code_q, byte_q;
  logic        unknown_q, match_q;
  logic        wide_q;                      // words of four bytes
  logic        second_q;                    // WRITE: the address is there; SAMPLE: second half of the result
  logic        is_read, is_write, is_sample, bad, take, sent, shift, at_end, drained, wide, length_ok, ends, last_byte;

  assign is_read   = code_q == CodeRead;
  assign is_write  = code_q == CodeWrite;
  assign is_sample = code_q == CodeSample;
  assign bad       = status_q[0];  // a frame that could not be read, until Check
  assign ends      = wb_ack_i || wb_err_i;

  // ---- place in the frame
  // A byte is there two cycles after the one before it was taken: those states that could be too quick wait once.
  logic taken_q, late, no_event;
  assign no_event = rdata_i == 8'd0;
  assign late = taken_q && (at_q[Header] || at_q[Collect] || at_q[Skip]);
  assign take = (at_q[Idle] && frame_i) || (at_q[Header] && !taken_q) || ((at_q[Command] || at_q[Sequence]) && sent && !bad) ||
                (at_q[Collect] && (wide_q || !byte_q[1]) && !at_end && !taken_q) || (at_q[Skip] && !at_end && !taken_q) ||
                (at_q[Pixel] && (no_event || smp_ready_i)) || (at_q[Status] && !drained);
  assign pointer = pointer_q + {10'd0, take};
  assign raddr_o = pointer_q;
  assign word_o  = pointer_q[10:1];
  assign at_end  = (left_q[10:3] == 8'd0) && (left_q[2:0] == 3'd4);
  assign drained = (left_q[10:2] == 9'd0) && !pointer_q[0];

  // Loaded or counted in one cell a bit (two where a gap is added): where a value is taken over, what is added does not matter.
  logic [10:0] left;
  logic [7:0]  count, gap;
  logic [28:0] address;
  assign left    = left_q + {11{body_q}};
  assign count   = count_q + {8{!load_q}};
  assign gap     = rdata_i & {8{at_q[Gap]}};
  assign address = {address_q, 1'b1} + {{20{load_q}}, gap, !load_q};

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      pointer_q <= 11'd0;
      taken_q   <= 1'b0;
    end else begin
      pointer_q <= pointer;
      taken_q   <= take;
    end
  end
  always_ff @(posedge clk_i) begin
    if (take && !at_q[Header]) left_q[7:0] <= body_q ? left[7:0] : rdata_i;
    if (take) left_q[10:8] <= body_q ? left[10:8] : rdata_i[2:0];
    if (at_q[Sequence]) count_q <= 8'hFF;
    else if ((is_read && at_q[Next]) || (sent && at_q[Hello]) ||
             (at_q[Access] && (wb_ack_i || (is_read && wb_err_i))))
      count_q <= load_q ? rdata_i : count;
    if (at_q[Sequence]) address_q <= '1;
    else if ((!is_sample && at_q[Next]) || (at_q[Skip] && at_end) || at_q[Gap] ||
             (at_q[Access] && ends))
      address_q <= load_q ? word_q[27:0] : address[28:1];
  end

  // ---- words
  assign last_byte = byte_q[0] && (byte_q[1] || (!wide_q && at_q[Reply]));
  assign shift     = (at_q[Collect] && !taken_q) || (at_q[Reply] && sent);
  // Two cells a bit: a half of the result, or which of the other two.
  logic [31:0] choice, shifted;
  assign choice  = from_q[1] ? {32{from_q[0]}} : from_q[0] ? res_data_i[63:32] : res_data_i[31:0];
  assign shifted = {rdata_i, word_q[31:8]};
  always_ff @(posedge clk_i) begin
    if (at_q[Access] && wb_err_i) word_q <= 32'd0;
    else if ((is_read && at_q[Access]) || at_q[Low] || at_q[High] || shift)
      word_q <= from_q[1] ? (choice & shifted) | (~choice & wb_dat_i) : choice;
    if (!at_q[Collect] && !at_q[Reply]) byte_q <= 2'd0;
    else if (shift) byte_q <= byte_q + 2'd1;
  end

  // ---- verdict, with the fixed part of the body, if any, taken
  assign wide = word_q[27:26] == 2'd0;
  always_comb begin
    unique case (code_q)
      CodeHello: length_ok = at_end;
      CodeRead:  length_ok = (left_q[10:3] == 8'd0) && (left_q[2:0] == 3'd5);
      CodeWrite: length_ok = !at_end && !left_q[0] && !(left_q[1] && wide);
      default:   length_ok = !left_q[0];
    endcase
  end

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) next_q <= 8'd0;
    else if (at_q[Check] && (status_q == 3'd0) && !unknown_q && length_ok && match_q && (code_q != CodeHello))
      next_q <= next_q + 8'd1;
  end

  always_ff @(posedge clk_i) begin
    if (at_q[Header]) status_q <= rdata_i[5:3];
    if (at_q[Collect] && at_end && !second_q && (wide_q || !byte_q[1])) status_q <= 3'd2;
    if (at_q[Check] && (status_q == 3'd0)) begin
      if (unknown_q) status_q <= 3'd3;
      else if (!length_ok) status_q <= 3'd2;
      else if (!match_q && (code_q != CodeHello)) status_q <= 3'd4;
    end
    if (at_q[Access] && wb_err_i) status_q <= 3'd6;

    if (at_q[Command]) begin
      code_q    <= rdata_i[1:0];
      unknown_q <= (rdata_i[7:3] != 5'd0) || (rdata_i[2] == (rdata_i[1:0] != 2'd0));
    end
    if (at_q[Sequence]) begin
      match_q  <= rdata_i == next_q;
      wide_q   <= !is_sample;
      second_q <= 1'b0;
    end
    if (at_q[Check]) begin
      wide_q   <= wide || is_sample;
      second_q <= is_write;
    end
    if (at_q[High]) second_q <= 1'b1;
  end

  // ---- sequence: one bit a state. at_d follows a state that is over.
  logic cut, fixed, more, stay;
  assign fixed = bad || unknown_q || (code_q == CodeHello);  // no body that is collected before Check
  assign cut   = at_end && !second_q && (wide_q || !byte_q[1]);
  assign more  = count_q != 8'd0;
  assign stay  = late || (at_q[Idle] && !frame_i) || (sends && !sent) || (at_q[Access] && !ends) ||
                 (at_q[Pixel] && !take) || (at_q[Mark] && !smp_ready_i) || (at_q[Low] && !res_valid_i);
  logic served, words, half;
  assign served = at_q[Next] && (status_q == 3'd0);
  assign words  = (served && is_read) || (at_q[Reply] && last_byte && !is_sample);
  assign half   = at_q[Reply] && last_byte && is_sample;
  always_comb begin
    at_d = '0;
    at_d[Idle]     = at_q[Status];
    at_d[Header]   = at_q[Idle];
    at_d[Command]  = at_q[Header];
    at_d[Sequence] = at_q[Command];
    at_d[Collect]  = (at_q[Sequence] && !fixed) || (at_q[Collect] && !last_byte && !cut) || (served && is_write) ||
                     (at_q[Access] && is_write && wb_ack_i && !at_end);
    at_d[Check]    = (at_q[Sequence] && fixed) || (at_q[Collect] && (cut || (last_byte && !second_q)));
    at_d[Next]     = at_q[Check];
    at_d[Hello]    = (served && (code_q == CodeHello)) || (at_q[Hello] && (count_q[2:0] != 3'd2));
    at_d[Access]   = (words && more) || (at_q[Collect] && last_byte && second_q);
    at_d[Reply]    = (at_q[Access] && is_read) || at_q[High] || at_q[Low] || (at_q[Reply] && !last_byte);
    at_d[Count]    = at_q[Access] && is_write && (wb_err_i || at_end);
    at_d[Skip]     = (served && is_sample) || at_q[Pixel];
    at_d[Gap]      = at_q[Skip] && !at_end;
    at_d[Pixel]    = at_q[Gap];
    at_d[Mark]     = at_q[Skip] && at_end;
    at_d[Low]      = at_q[Mark];
    at_d[High]     = half && !second_q;
    at_d[Status]   = (words && !more) || (at_q[Next] && (status_q != 3'd0)) || (half && second_q) ||
                     (at_q[Hello] && (count_q[2:0] == 3'd2)) || at_q[Count];
  end
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      at_q   <= 18'd1;
      body_q <= 1'b0;
    end else if (!stay) begin
      at_q   <= at_d;
      body_q <= !(at_d[Idle] || at_d[Header]);
    end
  end
  always_ff @(posedge clk_i) begin
    if (!stay) begin
      load_q <= at_d[Next] || at_d[Skip];
      from_q <= {!(at_d[Low] || at_d[High]), at_d[High] || at_d[Collect] || at_d[Reply]};
    end
  end

  // ---- reply
  logic [7:0] rom;
  always_comb begin
    unique case (count_q[2:0])
      3'd7:    rom = 8'h57;  // "WUX"
      3'd6:    rom = 8'h55;
      3'd5:    rom = 8'h58;
      3'd4:    rom = 8'h01;  // version of the link
      3'd3:    rom = 8'hFE;  // 2,046 bytes
      default: rom = 8'h07;
    endcase
  end
  logic sends;
  assign sends = at_q[Command] || at_q[Sequence] || at_q[Next] || at_q[Hello] || at_q[Count] || at_q[Reply] || at_q[Status];
  assign tx_valid_o = sends && (drained || !at_q[Status]) && !(taken_q && at_q[Command]);
  assign tx_data_o = ({8{(at_q[Command] || at_q[Sequence]) && !bad}} & rdata_i) ^ {at_q[Command], 7'd0} | ({8{at_q[Next]}} & next_q) |
     ({8{at_q[Hello]}} & rom) | ({8{at_q[Count]}} & ~count_q) | ({8{at_q[Reply]}} & word_q[7:0]) | ({8{at_q[Status]}} & {5'd0, status_q});
  assign sent      = tx_valid_o && tx_ready_i;
  assign tx_last_o = at_q[Status];

  // ---- bus, samples, results
  assign wb_cyc_o    = at_q[Access];
  assign wb_stb_o    = wb_cyc_o;
  assign wb_we_o     = is_write;
  assign wb_adr_o    = address_q;
  assign wb_dat_o    = word_q;
  assign smp_last_o  = at_q[Mark];
  assign smp_valid_o = smp_last_o || (at_q[Pixel] && !no_event);
  assign smp_data_o  = {8'd0, rdata_i[7:1], smp_last_o ? address_q[15] : rdata_i[0], address_q[15] && !smp_last_o,
                        address_q[14:0]};
  assign res_ready_o = at_q[High];
endmodule
