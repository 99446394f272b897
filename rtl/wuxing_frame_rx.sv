// Takes frames from the UART's bytes (docs/link.md, section 2) into a circular buffer of 2,048 bytes. In the buffer a frame begins at
// an even address: two bytes of header ({3 bits of length, lowest 8 first; 3 bits of status above}), payload, FCS; length counts all
// of these, and the last byte is given up if it is odd. base_q is where the frame being received begins; the reader sees what lies
// before it. A bad frame gives its place back and leaves a header of length 2. One word of two bytes always stays free.
module wuxing_frame_rx (
  input  logic        clk_i,
  input  logic        rst_ni,
  // from the UART
  input  logic        valid_i,
  input  logic [7:0]  data_i,
  input  logic        spoilt_i,
  // reader; a byte read while it is being written is not used
  input  logic [10:0] raddr_i,
  output logic [7:0]  rdata_o,  // of the address one cycle ago
  input  logic [9:0]  word_i,   // first word (two bytes) that the reader still needs
  output logic        frame_o   // there was a frame at word_i one cycle ago, if one can begin there
);
  typedef enum logic [3:0] {Receive = 4'd0, Refuse = 4'd1, HeaderLow = 4'd2, HeaderHigh = 4'd4, Commit = 4'd8} state_e;
  localparam logic [15:0] Residue = 16'hF0B8;  // CRC over payload and FCS

  state_e      state_q;
  logic        receive, refuse, header_low, header_high, commit;  // one bit each
  logic [9:0]  base_q;                        // in words
  logic [10:0] count_q;                       // bytes of this frame, header included
  logic [15:0] crc_q, crc;
  logic        some_q, escaped_q, bad_q, overflow_q;
  logic        flag, escape, store, good, beyond, equal, full;
  logic [7:0]  plain, wdata;
  logic [9:0]  word;
  logic        odd;

  assign flag   = valid_i && (data_i == 8'h7E);
  assign escape = valid_i && (data_i == 8'h7D);
  assign plain  = data_i ^ {2'd0, escaped_q, 5'd0};

  assign {commit, header_high, header_low, refuse} = state_q;
  assign receive = state_q == Receive;

  // ---- address; beyond the header, or the header itself
  assign beyond = (valid_i && !header_low && !header_high) || refuse || commit;
  assign word   = beyond ? base_q + count_q[10:1] : base_q;
  assign odd    = beyond ? count_q[0] : header_high;
  assign equal  = word == word_i;
  assign full   = equal;  // of the place beyond
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) frame_o <= 1'b0;
    else frame_o <= refuse ? equal && count_q[1] : !beyond && !equal;
  end

  assign store = valid_i && !flag && !escape && !overflow_q;
  assign good  = (crc_q == Residue) && !bad_q && !overflow_q && !escaped_q && !full &&
                 ((count_q[10:3] != 8'd0) || (count_q[2:1] == 2'd3));

  always_comb begin
    wdata = plain;
    if (header_low) wdata = count_q[7:0];
    if (header_high) wdata = {2'd0, overflow_q, 1'b0, bad_q, count_q[10:8]};
  end

  wuxing_ram_dp #(.Width(8), .Depth(2048)) u_buffer (
    .clk_i, .raddr_i, .rdata_o, .we_i((store && !full) || header_low || header_high),
    .waddr_i({word, odd}), .wdata_i(wdata)
  );

  wuxing_crc u_crc (.high_i(crc_q[15:8]), .difference_i(plain ^ crc_q[7:0]), .crc_o(crc));

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q    <= Receive;
      base_q     <= 10'd0;
      some_q     <= 1'b0;
      escaped_q  <= 1'b0;
      bad_q      <= 1'b0;
      overflow_q <= 1'b0;
    end else begin
      if (valid_i || spoilt_i) some_q <= !flag;
      if (valid_i) escaped_q <= escape;
      if (spoilt_i) bad_q <= 1'b1;
      if (store && full) overflow_q <= 1'b1;
      unique case (state_q)
        Receive: begin
          if (flag && some_q) begin
            state_q    <= good ? HeaderLow : Refuse;
            bad_q      <= !good;
            overflow_q <= overflow_q || full;
          end
        end
        Refuse: begin
          // Bytes that come while there is no room for a header are lost, and so is the rest of their frame.
          if (!full) state_q <= HeaderLow;
          else overflow_q <= 1'b1;
        end
        HeaderLow:  state_q <= HeaderHigh;
        HeaderHigh: state_q <= Commit;
        default: begin
          state_q    <= Receive;
          base_q     <= word;
          bad_q      <= spoilt_i;
          overflow_q <= valid_i || spoilt_i ? !flag : some_q;
        end
      endcase
    end
  end

  // Between frames, and when one gives its place back.
  logic restart;
  assign restart = refuse || (receive && !some_q && !valid_i);
  always_ff @(posedge clk_i) begin
    if (restart) begin
      count_q <= 11'd2;
      crc_q   <= 16'hFFFF;
    end else if (store && !full) begin
      count_q <= count_q + 11'd1;
      crc_q   <= crc;
    end
  end
endmodule
