// The UP5K's PLL, for simulation: each cycle at its pin is one of 24 MHz inside, where the part makes two of 12 MHz. What the design
// asks of the PLL must give 24 MHz within the part's limits. LOCK rises later than any clock: 32 cycles after power-up.
module up5k_pll #(
  parameter FEEDBACK_PATH = "", parameter [3:0] DIVR = 0, parameter [6:0] DIVF = 0, parameter [2:0] DIVQ = 0, FILTER_RANGE = 0
) (input PACKAGEPIN, RESETB, BYPASS, output PLLOUTGLOBAL, LOCK);
`ifndef SYNTHESIS
  // MHz: comparator 10 to 133, oscillator 533 to 1,066, output 24. A filter range of 1 is for a comparator below 17 MHz.
  localparam Comparator = 12 / (DIVR + 1), Oscillator = Comparator * (DIVF + 1);
  if (FEEDBACK_PATH != "SIMPLE" || 12 % (DIVR + 1) != 0 || Comparator < 10 || Oscillator < 533 || Oscillator > 1066 ||
      Oscillator != 24 << DIVQ || FILTER_RANGE != 1)
    $error("these parameters of the PLL do not make 24 MHz of 12");

  reg [5:0] count = 0;
  always @(posedge PACKAGEPIN) if (!count[5]) count <= count + 1;
  assign PLLOUTGLOBAL = PACKAGEPIN;
  assign LOCK = count[5] && RESETB && !BYPASS;
`endif
endmodule
