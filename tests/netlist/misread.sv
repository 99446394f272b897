// For misread.sh: what it must find, and what only looks like it.
typedef enum logic [1:0] {One, Two} kind_e;
typedef struct packed { logic [3:0] low; } pair_t;
typedef struct packed { logic a; } [3:0] four_t;  // wrong
module misread (input kind_e kind_i, input logic [3:0] select_i, output logic [7:0] data_o);
  kind_e [3:0] kinds;  // wrong
  kind_e kinds_unpacked [0:3];  // wrong
  pair_t pairs [0:3];  // wrong
  wuxing_pkg::layer_t [1:0] layers;  // wrong
  wuxing_pkg::layer_t layer;
  logic [7:0] memory [0:15];
  pair_t pair;
  assign data_o = memory[select_i] + 8'(pair.low);
  assign data_o[0] = u_tile.flag;  // wrong
  wuxing_mac u_mac (.clk_i(data_o[0]), .a_i());
  for (genvar k = 0; k < 2; k++) begin : g_tile
  end
endmodule
bind misread misread_checks u_checks (.*);  // wrong
