// UART transmitter: 8 data bits, no parity, one stop bit, least significant bit first (docs/link.md, section 1).
// The 1 of the stop bit follows the byte down the shift register; when nothing is above it the byte is out.
module wuxing_uart_tx #(
  parameter int BitCycles = 4  // clock cycles a bit, 4..4096
) (
  input  logic       clk_i,
  input  logic       rst_ni,
  input  logic       valid_i,
  output logic       ready_o,  // a byte moves when both are high
  input  logic [7:0] data_i,
  output logic       tx_o      // line, rests high
);
  if (BitCycles < 4 || BitCycles > 4096) begin : g_bad_bit
    $error("BitCycles must be 4..4096");
  end

  localparam int CountW = $clog2(BitCycles);
  localparam logic [CountW-1:0] Whole = CountW'(BitCycles - 1);

  logic [9:0]        shift_q;
  logic [CountW-1:0] count_q;
  logic              last, ended, load;

  assign last    = shift_q[9:1] == 9'd0;
  assign ended   = count_q == '0;
  assign ready_o = last && ended;
  assign load    = valid_i && ready_o;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      shift_q <= 10'd1;
      count_q <= '0;
    end else begin
      if (load) shift_q <= {1'b1, data_i, 1'b0};
      else if (ended && !last) shift_q <= {1'b0, shift_q[9:1]};
      if (!ended) count_q <= count_q - 1'b1;
      else if (load || !last) count_q <= Whole;
    end
  end

  assign tx_o = shift_q[0];
endmodule
