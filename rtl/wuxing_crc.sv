// One byte into a CRC-16/X-25 register (polynomial 0x8408 reflected, lowest bit first; docs/link.md, section 2).
module wuxing_crc (
  input  logic [7:0]  high_i,        // upper half of the register
  input  logic [7:0]  difference_i,  // byte xor lower half
  output logic [15:0] crc_o
);
  logic [7:0] x;
  assign x     = {difference_i[7:4] ^ difference_i[3:0], difference_i[3:0]};
  assign crc_o = {8'd0, high_i} ^ {x, 8'd0} ^ {5'd0, x, 3'd0} ^ {12'd0, x[7:4]};
endmodule
