// UART receiver: 8 data bits, no parity, one stop bit, least significant bit first (docs/link.md, section 1).
// A bit is read in its middle. A start bit that is high again before its middle is none. A byte whose stop bit is low is not
// handed on: spoilt_o once or oftener, and then, when the line is high again, a byte 0 in its place.
// All nine places of the shift register at 1 is rest; the 0 of the start bit, once at the bottom, says that the stop bit is next.
module wuxing_uart_rx #(
  parameter int BitCycles = 4  // clock cycles a bit, 4..4096
) (
  input  logic       clk_i,
  input  logic       rst_ni,
  input  logic       rx_i,      // line, not synchronous
  output logic       valid_o,   // one cycle: a byte
  output logic [7:0] data_o,
  output logic       spoilt_o   // one cycle: the stop bit is low
);
  if (BitCycles < 4 || BitCycles > 4096) begin : g_bad_bit
    $error("BitCycles must be 4..4096");
  end

  localparam int CountW = $clog2(BitCycles);
  localparam logic [CountW-1:0] Whole = CountW'(BitCycles - 1);
  localparam logic [CountW-1:0] Half = CountW'((BitCycles - 1) / 2);

  logic [1:0]        sync_q;
  logic [8:0]        shift_q;
  logic [CountW-1:0] count_q;
  logic              rx, rest, sample, stop;

  assign rx     = sync_q[1];
  assign rest   = shift_q == 9'h1FF;
  assign sample = count_q == '0;
  assign stop   = !shift_q[0];

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      sync_q  <= 2'b11;
      shift_q <= 9'h1FF;
      count_q <= Half;
    end else begin
      sync_q <= {sync_q[0], rx_i};
      if (rest && rx) count_q <= Half;
      else if (sample) count_q <= Whole;
      else count_q <= count_q - 1'b1;
      // A stop bit fills the register with itself: rest, or waiting for the line to be high.
      if (sample) shift_q <= stop ? {9{rx}} : {rx, shift_q[8:1]};
    end
  end

  assign valid_o  = sample && stop && rx;
  assign spoilt_o = sample && stop && !rx;
  assign data_o   = shift_q[8:1];
endmodule
