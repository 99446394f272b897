// Single-port RAM: one access a cycle, read data one cycle later and held until the next access; after a write it is nobody's.
// Content undefined until written.
module wuxing_ram_sp #(
  parameter int Width = 16,
  parameter int Depth = 16384,
  localparam int AddrW = $clog2(Depth)
) (
  input  logic             clk_i,
  input  logic             en_i,
  input  logic             we_i,
  input  logic [AddrW-1:0] addr_i,
  input  logic [Width-1:0] wdata_i,
  output logic [Width-1:0] rdata_o
);
  logic [Width-1:0] mem [0:Depth-1];

  always_ff @(posedge clk_i) begin
    if (en_i) begin
      if (we_i) mem[addr_i] <= wdata_i;
      else rdata_o <= mem[addr_i];
    end
  end
endmodule
