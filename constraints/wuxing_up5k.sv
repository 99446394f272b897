// The iCE40 UP5K as a Wuxing board: the part's PLL and reset around wuxing_board. 12 MHz in, 24 MHz inside, 6 Mbaud on the lines.
module wuxing_up5k #(
  parameter int ClockOnPllPin = 1,  // the clock comes in at pin 35, beside the PLL; else at any other
  parameter int Tiles = 4,          // this and all others as of wuxing_board
  parameter int Slots = 24,
  parameter int Layers = 2,
  parameter int WeightDepth = 16384,
  parameter int IndexW = 10,
  parameter int LearnK = 0,
  parameter int AllCounters = 0,
  parameter int BitCycles = 4       // 8: 3 Mbaud
) (
  input  logic clk_12_i,
  input  logic rx_i,
  output logic tx_o,
  output logic busy_no,      // lit while a sample is in work
  output logic flash_cs_no   // the configuration memory shares the lines on some boards: never selected
);
  // 12 MHz x (63 + 1) / 2^5 = 24 MHz
  logic clk, locked;
  if (ClockOnPllPin != 0) begin : g_pad
    SB_PLL40_PAD #(
      .FEEDBACK_PATH("SIMPLE"), .DIVR(4'd0), .DIVF(7'd63), .DIVQ(3'd5), .FILTER_RANGE(3'd1)
    ) u_pll (.PACKAGEPIN(clk_12_i), .PLLOUTGLOBAL(clk), .LOCK(locked), .RESETB(1'b1), .BYPASS(1'b0));
  end else begin : g_core
    SB_PLL40_CORE #(
      .FEEDBACK_PATH("SIMPLE"), .DIVR(4'd0), .DIVF(7'd63), .DIVQ(3'd5), .FILTER_RANGE(3'd1)
    ) u_pll (.REFERENCECLK(clk_12_i), .PLLOUTGLOBAL(clk), .LOCK(locked), .RESETB(1'b1), .BYPASS(1'b0));
  end

  logic rst_n, busy;
  wuxing_start u_start (.clk_i(clk), .locked_i(locked), .rst_no(rst_n));
  wuxing_board #(
    .Tiles(Tiles), .Slots(Slots), .Layers(Layers), .WeightDepth(WeightDepth), .IndexW(IndexW), .LearnK(LearnK),
    .AllCounters(AllCounters), .BitCycles(BitCycles)
  ) u_board (
    .clk_i(clk), .rst_ni(rst_n), .rx_i, .tx_o, .busy_o(busy)
  );

  assign busy_no     = !busy;
  assign flash_cs_no = 1'b1;
endmodule
