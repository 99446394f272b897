// The host link (docs/link.md): a UART each way, frames, and the commands that drive a core's bus and streams.
module wuxing_link #(
  parameter int BitCycles = 4  // clock cycles a bit on the line, 4..4096
) (
  input  logic        clk_i,
  input  logic        rst_ni,
  input  logic        rx_i,         // line from the host, not synchronous
  output logic        tx_o,         // line to the host
  // Wishbone B4 classic
  output logic        wb_cyc_o,
  output logic        wb_stb_o,
  output logic        wb_we_o,
  output logic [27:0] wb_adr_o,     // word address
  output logic [31:0] wb_dat_o,
  input  logic [31:0] wb_dat_i,
  input  logic        wb_ack_i,
  input  logic        wb_err_i,
  // samples
  output logic        smp_valid_o,
  input  logic        smp_ready_i,
  output logic        smp_last_o,   // end mark
  output logic [31:0] smp_data_o,   // event: index, pixel; end mark: label, learn
  // results
  input  logic        res_valid_i,  // stays until taken
  output logic        res_ready_o,
  input  logic [63:0] res_data_i    // class, label, y (Q3.12), status
);
  logic        rx_valid, rx_spoilt, frame, reply_valid, reply_ready, reply_last, tx_valid, tx_ready;
  logic [7:0]  rx_data, rdata, reply_data, tx_data;
  logic [9:0]  word;
  logic [10:0] raddr;

  wuxing_uart_rx #(.BitCycles(BitCycles)) u_uart_rx (
    .clk_i, .rst_ni, .rx_i, .valid_o(rx_valid), .data_o(rx_data), .spoilt_o(rx_spoilt)
  );

  wuxing_frame_rx u_frame_rx (
    .clk_i, .rst_ni, .valid_i(rx_valid), .data_i(rx_data), .spoilt_i(rx_spoilt),
    .raddr_i(raddr), .rdata_o(rdata), .word_i(word), .frame_o(frame)
  );

  wuxing_command u_command (
    .clk_i, .rst_ni, .frame_i(frame), .raddr_o(raddr), .rdata_i(rdata), .word_o(word),
    .tx_valid_o(reply_valid), .tx_ready_i(reply_ready), .tx_data_o(reply_data), .tx_last_o(reply_last),
    .wb_cyc_o, .wb_stb_o, .wb_we_o, .wb_adr_o, .wb_dat_o, .wb_dat_i, .wb_ack_i, .wb_err_i,
    .smp_valid_o, .smp_ready_i, .smp_last_o, .smp_data_o, .res_valid_i, .res_ready_o, .res_data_i
  );

  wuxing_frame_tx u_frame_tx (
    .clk_i, .rst_ni, .valid_i(reply_valid), .ready_o(reply_ready), .data_i(reply_data), .last_i(reply_last),
    .valid_o(tx_valid), .ready_i(tx_ready), .data_o(tx_data)
  );

  wuxing_uart_tx #(.BitCycles(BitCycles)) u_uart_tx (
    .clk_i, .rst_ni, .valid_i(tx_valid), .ready_o(tx_ready), .data_i(tx_data), .tx_o
  );
endmodule
