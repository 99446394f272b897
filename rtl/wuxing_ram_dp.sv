// Simple dual-port RAM: one read and one write a cycle, read data one cycle later. The user never reads and
// writes one address in one cycle: the outcome would differ between parts. Content undefined until written.
module wuxing_ram_dp #(
  parameter int Width = 16,
  parameter int Depth = 256,
  localparam int AddrW = $clog2(Depth)
) (
  input  logic             clk_i,
  input  logic [AddrW-1:0] raddr_i,
  output logic [Width-1:0] rdata_o,
  input  logic             we_i,
  input  logic [AddrW-1:0] waddr_i,
  input  logic [Width-1:0] wdata_i
);
  (* no_rw_check *)
  logic [Width-1:0] mem [0:Depth-1];

  always_ff @(posedge clk_i) begin
    if (we_i) mem[waddr_i] <= wdata_i;
    rdata_o <= mem[raddr_i];
  end
endmodule
