// Carries out requests (docs/link.md, sections 2 to 4): takes frames from the buffer of wuxing_frame_rx byte by byte, is the master
// of the bus, the source of samples and the sink of results, and makes the replies. A reply is on its way from the first byte
// of its request, so nothing of it is kept; status comes last, once the frame's place is free again.
// word_q collects bytes from its top (address, label, word to write) and gives them from its bottom (word read, result).
// address_q is the bus address; of a sample, the index, and at its end the label.
// count_q counts down: words to READ from n, words written from 255, places of a gap, bytes of HELLO.
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
  // The bits of a state mean something: 4 beyond the header, 2 sends (or Mark), 3 (of those that count) a load, 1 and 0 (of those
  // that change word_q) where it comes from.
  typedef enum logic [4:0] {
    Idle     = 5'b00000,  // lower byte of the header
    Header   = 5'b00001,  // upper byte
    Low      = 5'b10000,  // half of a result
    High     = 5'b10001,
    Access   = 5'b10010,  // of the bus
    Gap      = 5'b10011,  // of a sample: places before an event
    Command  = 5'b10100,  // sent back
    Sequence = 5'b10101,  // sent back
    Hello    = 5'b10110,  // sent
    Next     = 5'b10111,  // sequence number, sent
    Check    = 5'b11000,
    Skip     = 5'b11001,  // of a sample: their count
    Pixel    = 5'b11010,
    Collect  = 5'b11011,  // four bytes into word_q, or two
    Count    = 5'b11100,  // words written, sent
    Status   = 5'b11101,  // drain the frame, then sent
    Mark     = 5'b11110,  // of a sample: its end
    Reply    = 5'b11111   // word_q, sent
  } state_e;
  localparam logic [1:0] CodeHello = 2'd1, CodeRead = 2'd2, CodeWrite = 2'd3, CodeSample = 2'd0;  // 4

  state_e      state_q;
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
  always_comb begin
    unique case (state_q)
      Idle:              take = frame_i;
      Header:            take = 1'b1;
      Command, Sequence: take = tx_ready_i && !bad;
      Collect:           take = (wide_q || !byte_q[1]) && !at_end;
      Check:             take = is_read && (status_q == 3'd0);
      Skip:              take = !at_end;
      Pixel:             take = (rdata_i == 8'd0) || smp_ready_i;
      Status:            take = !drained;
      default:           take = 1'b0;
    endcase
  end
  assign pointer = pointer_q + {10'd0, take};
  assign raddr_o = pointer;
  assign word_o  = pointer_q[10:1];
  assign at_end  = (left_q[10:3] == 8'd0) && (left_q[2:0] == 3'd4);
  assign drained = (left_q[10:2] == 9'd0) && !pointer_q[0];

  // Loaded or counted in one cell a bit: where a value is taken over, what is added does not matter.
  logic        body, load;
  logic [10:0] left;
  logic [7:0]  count;
  logic [28:0] address;
  assign body    = state_q[4];
  assign load    = state_q[3];
  assign left    = left_q + {11{body}};
  assign count   = count_q + {8{!load}};
  assign address = {address_q, 1'b1} + {{28{load}}, !load};

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) pointer_q <= 11'd0;
    else pointer_q <= pointer;
  end
  always_ff @(posedge clk_i) begin
    if (take && (body || !state_q[0])) left_q[7:0] <= body ? left[7:0] : rdata_i;
    if (take) left_q[10:8] <= body ? left[10:8] : rdata_i[2:0];
    if (state_q == Sequence) count_q <= 8'hFF;
    else if ((is_read && (state_q == Check)) || (state_q == Skip) || (state_q == Gap) || (sent && (state_q == Hello)) ||
             ((state_q == Access) && (wb_ack_i || (is_read && wb_err_i))))
      count_q <= load ? rdata_i : count;
    if (state_q == Sequence) address_q <= '1;
    else if ((!is_sample && (state_q == Check)) || ((state_q == Skip) && at_end) || (state_q == Gap) ||
             ((state_q == Access) && ends))
      address_q <= load ? word_q[27:0] : address[28:1];
  end

  // ---- words
  assign last_byte = byte_q[0] && (byte_q[1] || (!wide_q && (state_q == Reply)));
  assign shift     = (state_q == Collect) || ((state_q == Reply) && sent);
  // Two cells a bit: a half of the result, or which of the other two.
  logic [1:0]  from;
  logic [31:0] choice, shifted;
  assign from    = state_q[1:0];
  assign choice  = from[1] ? {32{from[0]}} : from[0] ? res_data_i[63:32] : res_data_i[31:0];
  assign shifted = {rdata_i, word_q[31:8]};
  always_ff @(posedge clk_i) begin
    if ((state_q == Access) && wb_err_i) word_q <= 32'd0;
    else if ((is_read && (state_q == Access)) || (state_q == Low) || (state_q == High) || shift)
      word_q <= from[1] ? (choice & shifted) | (~choice & wb_dat_i) : choice;
    if ((state_q != Collect) && (state_q != Reply)) byte_q <= 2'd0;
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
    else if ((state_q == Check) && (status_q == 3'd0) && !unknown_q && length_ok && match_q && (code_q != CodeHello))
      next_q <= next_q + 8'd1;
  end

  always_ff @(posedge clk_i) begin
    if (state_q == Header) status_q <= rdata_i[5:3];
    if ((state_q == Collect) && at_end && !second_q && (wide_q || !byte_q[1])) status_q <= 3'd2;
    if ((state_q == Check) && (status_q == 3'd0)) begin
      if (unknown_q) status_q <= 3'd3;
      else if (!length_ok) status_q <= 3'd2;
      else if (!match_q && (code_q != CodeHello)) status_q <= 3'd4;
    end
    if ((state_q == Access) && wb_err_i) status_q <= 3'd6;

    if (state_q == Command) begin
      code_q    <= rdata_i[1:0];
      unknown_q <= (rdata_i[7:3] != 5'd0) || (rdata_i[2] == (rdata_i[1:0] != 2'd0));
    end
    if (state_q == Sequence) begin
      match_q  <= rdata_i == next_q;
      wide_q   <= !is_sample;
      second_q <= 1'b0;
    end
    if (state_q == Check) begin
      wide_q   <= wide || is_sample;
      second_q <= is_write;
    end
    if (state_q == High) second_q <= 1'b1;
  end

  // ---- sequence
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Idle;
    end else begin
      unique case (state_q)
        Idle:     if (frame_i) state_q <= Header;
        Header:   state_q <= Command;
        Command:  if (sent) state_q <= Sequence;
        Sequence: if (sent) state_q <= (bad || unknown_q || (code_q == CodeHello)) ? Check : Collect;
        Collect: begin
          if (last_byte) state_q <= second_q ? Access : Check;
          if (at_end && !second_q && (wide_q || !byte_q[1])) state_q <= Check;
        end
        Check:    state_q <= Next;
        Next: begin
          if (sent) begin
            unique case (code_q)
              CodeHello: state_q <= Hello;
              CodeRead:  state_q <= (count_q == 8'd0) ? Status : Access;
              CodeWrite: state_q <= Collect;
              default:   state_q <= Skip;
            endcase
            if (status_q != 3'd0) state_q <= Status;
          end
        end
        Hello:    if (sent && (count_q[2:0] == 3'd2)) state_q <= Status;
        Access: begin
          if (ends) begin
            state_q <= Reply;
            if (is_write) state_q <= (at_end || wb_err_i) ? Count : Collect;
          end
        end
        Reply: begin
          if (sent && last_byte) begin
            if (is_sample) state_q <= second_q ? Status : High;
            else state_q <= (count_q == 8'd0) ? Status : Access;
          end
        end
        Count:    if (sent) state_q <= Status;
        Skip:     state_q <= at_end ? Mark : Gap;
        Gap:      if (count_q == 8'd0) state_q <= Pixel;
        Pixel:    if (take) state_q <= Skip;
        Mark:     if (smp_ready_i) state_q <= Low;
        Low:      if (res_valid_i) state_q <= Reply;
        High:     state_q <= Reply;
        default:  if (sent) state_q <= Idle;
      endcase
    end
  end

  // ---- reply
  always_comb begin
    tx_valid_o = 1'b1;
    tx_data_o  = word_q[7:0];
    unique case (state_q)
      Command:  tx_data_o = bad ? 8'h80 : rdata_i ^ 8'h80;
      Sequence: tx_data_o = bad ? 8'h00 : rdata_i;
      Next:     tx_data_o = next_q;
      Hello: begin
        unique case (count_q[2:0])
          3'd7:    tx_data_o = 8'h57;  // "WUX"
          3'd6:    tx_data_o = 8'h55;
          3'd5:    tx_data_o = 8'h58;
          3'd4:    tx_data_o = 8'h01;  // version of the link
          3'd3:    tx_data_o = 8'hFE;  // 2,046 bytes
          default: tx_data_o = 8'h07;
        endcase
      end
      Count:    tx_data_o = ~count_q;
      Reply:    ;
      Status: begin
        tx_valid_o = drained;
        tx_data_o  = {5'd0, status_q};
      end
      default:  tx_valid_o = 1'b0;
    endcase
  end
  assign sent      = tx_valid_o && tx_ready_i;
  assign tx_last_o = state_q == Status;

  // ---- bus, samples, results
  assign wb_cyc_o    = state_q == Access;
  assign wb_stb_o    = wb_cyc_o;
  assign wb_we_o     = is_write;
  assign wb_adr_o    = address_q;
  assign wb_dat_o    = word_q;
  assign smp_last_o  = state_q == Mark;
  assign smp_valid_o = smp_last_o || ((state_q == Pixel) && (rdata_i != 8'd0));
  assign smp_data_o  = {8'd0, rdata_i[7:1], smp_last_o ? address_q[15] : rdata_i[0], address_q[15] && !smp_last_o,
                        address_q[14:0]};
  assign res_ready_o = state_q == High;
endmodule
