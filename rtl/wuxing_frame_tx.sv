// Sends frames (docs/link.md, section 2): flag, bytes, FCS, flag; 0x7E and 0x7D within escaped. The FCS goes out by way of its own
// register: a byte that equals its lower half moves the upper half down.
module wuxing_frame_tx (
  input  logic       clk_i,
  input  logic       rst_ni,
  // payload
  input  logic       valid_i,
  output logic       ready_o,  // a byte moves when both are high
  input  logic [7:0] data_i,
  input  logic       last_i,   // of its frame
  // to the UART
  output logic       valid_o,
  input  logic       ready_i,
  output logic [7:0] data_o
);
  typedef enum logic [2:0] {Rest, Data, Low, High, Close} state_e;

  state_e      state_q;
  logic        escaped_q;          // the escape byte has gone
  logic        full_q, last_q;     // a byte is waiting
  logic [7:0]  waiting_q;
  logic [15:0] crc_q, crc;
  logic        flag, fcs, escape, moves;
  logic [7:0]  plain, difference;

  assign flag   = (state_q == Rest) || (state_q == Close);
  assign fcs    = (state_q == Low) || (state_q == High);
  assign plain  = fcs ? ~crc_q[7:0] : waiting_q;
  assign escape = !flag && !escaped_q && (plain[7:2] == 6'h1F) && (plain[1] != plain[0]);

  assign valid_o = fcs || (state_q == Close) || full_q;
  always_comb begin
    data_o = plain ^ {2'd0, escaped_q, 5'd0};
    if (flag) data_o = 8'h7E;
    if (escape) data_o = 8'h7D;
  end
  assign moves   = ready_i && valid_o && !escape;
  assign ready_o = !full_q;

  assign difference = fcs ? 8'd0 : waiting_q ^ crc_q[7:0];
  wuxing_crc u_crc (.high_i(crc_q[15:8]), .difference_i(difference), .crc_o(crc));

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q   <= Rest;
      escaped_q <= 1'b0;
      full_q    <= 1'b0;
    end else begin
      if (!full_q) full_q <= valid_i;
      else if (moves && (state_q == Data)) full_q <= 1'b0;
      if (ready_i && valid_o) escaped_q <= escape;
      if (moves) begin
        unique case (state_q)
          Rest:    state_q <= Data;
          Data:    if (last_q) state_q <= Low;
          Low:     state_q <= High;
          High:    state_q <= Close;
          default: state_q <= Rest;
        endcase
      end
    end
  end

  always_ff @(posedge clk_i) begin
    if (!full_q) begin
      waiting_q <= data_i;
      last_q    <= last_i;
    end
    if (state_q == Rest) crc_q <= 16'hFFFF;
    else if (moves) crc_q <= crc;
  end
endmodule
