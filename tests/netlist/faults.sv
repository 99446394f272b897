// Cells of the iCE40 with one thing wrong, as a faulty synthesis would leave them, if the environment variable WUXING_FAULT says this
// one's number (faults.cpp); else, and with 0, they are the cells themselves. tests/netlist/CMakeLists.txt puts them into a netlist.
`ifndef SYNTHESIS
import "DPI-C" function int wuxing_fault();
`endif

// The first bit of the table, where all inputs are 0.
module faulty_SB_LUT4 #(parameter Fault = 0, parameter [15:0] LUT_INIT = 0) (output O, input I0, I1, I2, I3);
`ifndef SYNTHESIS
  wire [15:0] init = LUT_INIT ^ 16'(wuxing_fault() == Fault);
  assign O = init[{I3, I2, I1, I0}];
`endif
endmodule

// A carry that does not arrive.
module faulty_SB_CARRY #(parameter Fault = 0) (output CO, input I0, I1, CI);
`ifndef SYNTHESIS
  assign CO = wuxing_fault() != Fault && ((I0 && I1) || ((I0 || I1) && CI));
`endif
endmodule

// Inverted data.
module faulty_SB_DFFE #(parameter Fault = 0) (output reg Q, input C, E, D);
`ifndef SYNTHESIS
  always @(posedge C) if (E) Q <= D ^ (wuxing_fault() == Fault);
`endif
endmodule

// Enabled when it should not be.
module faulty_SB_DFFESR #(parameter Fault = 0) (output reg Q, input C, E, R, D);
`ifndef SYNTHESIS
  always @(posedge C) if (E ^ (wuxing_fault() == Fault)) Q <= !R && D;
`endif
endmodule

// Two wires of the read address exchanged.
module faulty_SB_SPRAM256KA #(parameter Fault = 0) (
  input [13:0] ADDRESS, input [15:0] DATAIN, input [3:0] MASKWREN, input WREN, CHIPSELECT, CLOCK, STANDBY, SLEEP, POWEROFF,
  output [15:0] DATAOUT
);
`ifndef SYNTHESIS
  wire wrong = wuxing_fault() == Fault && !WREN;
  SB_SPRAM256KA cell_i (.ADDRESS(wrong ? {ADDRESS[13:2], ADDRESS[0], ADDRESS[1]} : ADDRESS), .*);
`endif
endmodule
module faulty_SB_RAM40_4K #(
  parameter Fault = 0, parameter WRITE_MODE = 0, READ_MODE = 0,
  parameter [255:0] INIT_0 = 0, INIT_1 = 0, INIT_2 = 0, INIT_3 = 0, INIT_4 = 0, INIT_5 = 0, INIT_6 = 0, INIT_7 = 0,
  INIT_8 = 0, INIT_9 = 0, INIT_A = 0, INIT_B = 0, INIT_C = 0, INIT_D = 0, INIT_E = 0, INIT_F = 0
) (
  output [15:0] RDATA, input RCLK, RCLKE, RE, input [10:0] RADDR, input WCLK, WCLKE, WE, input [10:0] WADDR,
  input [15:0] MASK, WDATA
);
`ifndef SYNTHESIS
  wire [10:0] read = wuxing_fault() == Fault ? {RADDR[10:2], RADDR[0], RADDR[1]} : RADDR;
  SB_RAM40_4K #(.WRITE_MODE(WRITE_MODE), .READ_MODE(READ_MODE)) cell_i (.RADDR(read), .*);
`endif
endmodule

// A_SIGNED (odd numbers) or B_SIGNED (even) is the other one.
module faulty_SB_MAC16 #(
  parameter Fault = 0,
  parameter [0:0] NEG_TRIGGER = 0, C_REG = 0, A_REG = 0, B_REG = 0, D_REG = 0, TOP_8x8_MULT_REG = 0, BOT_8x8_MULT_REG = 0,
  PIPELINE_16x16_MULT_REG1 = 0, PIPELINE_16x16_MULT_REG2 = 0,
  parameter [1:0] TOPOUTPUT_SELECT = 0, TOPADDSUB_LOWERINPUT = 0, parameter [0:0] TOPADDSUB_UPPERINPUT = 0,
  parameter [1:0] TOPADDSUB_CARRYSELECT = 0, BOTOUTPUT_SELECT = 0, BOTADDSUB_LOWERINPUT = 0,
  parameter [0:0] BOTADDSUB_UPPERINPUT = 0, parameter [1:0] BOTADDSUB_CARRYSELECT = 0,
  parameter [0:0] MODE_8x8 = 0, A_SIGNED = 0, B_SIGNED = 0
) (
  input CLK, CE, input [15:0] C, A, B, D,
  input AHOLD, BHOLD, CHOLD, DHOLD, IRSTTOP, IRSTBOT, ORSTTOP, ORSTBOT, OLOADTOP, OLOADBOT, ADDSUBTOP, ADDSUBBOT,
  input OHOLDTOP, OHOLDBOT, CI, ACCUMCI, SIGNEXTIN, output [31:0] O, output CO, ACCUMCO, SIGNEXTOUT
);
`ifndef SYNTHESIS
  wire [31:0] o [0:1];
  wire [2:0]  rest [0:1];
  for (genvar k = 0; k < 2; k++) begin : g
    SB_MAC16 #(
      .NEG_TRIGGER(NEG_TRIGGER), .C_REG(C_REG), .A_REG(A_REG), .B_REG(B_REG), .D_REG(D_REG),
      .TOP_8x8_MULT_REG(TOP_8x8_MULT_REG), .BOT_8x8_MULT_REG(BOT_8x8_MULT_REG),
      .PIPELINE_16x16_MULT_REG1(PIPELINE_16x16_MULT_REG1), .PIPELINE_16x16_MULT_REG2(PIPELINE_16x16_MULT_REG2),
      .TOPOUTPUT_SELECT(TOPOUTPUT_SELECT), .TOPADDSUB_LOWERINPUT(TOPADDSUB_LOWERINPUT),
      .TOPADDSUB_UPPERINPUT(TOPADDSUB_UPPERINPUT), .TOPADDSUB_CARRYSELECT(TOPADDSUB_CARRYSELECT),
      .BOTOUTPUT_SELECT(BOTOUTPUT_SELECT), .BOTADDSUB_LOWERINPUT(BOTADDSUB_LOWERINPUT),
      .BOTADDSUB_UPPERINPUT(BOTADDSUB_UPPERINPUT), .BOTADDSUB_CARRYSELECT(BOTADDSUB_CARRYSELECT), .MODE_8x8(MODE_8x8),
      .A_SIGNED(A_SIGNED ^ (k == 1 && Fault % 2 == 1)), .B_SIGNED(B_SIGNED ^ (k == 1 && Fault % 2 == 0))
    ) cell_i (.O(o[k]), .CO(rest[k][0]), .ACCUMCO(rest[k][1]), .SIGNEXTOUT(rest[k][2]), .*);
  end
  wire wrong = wuxing_fault() == Fault;
  assign O = o[wrong];
  assign {SIGNEXTOUT, ACCUMCO, CO} = rest[wrong];
`endif
endmodule
