// The five elements of one neuron as rings that turn one place per element, so that every operand and every result
// has a fixed place and no five-way multiplexer is needed. Equations (3) and (6).
//
// Three rings turn together: base (E, or b), predictor P, first derivative d1. Forward the elements pass in the order
// 4, 3, 2, 1, 0, backward 0, 1, 2, 3, 4; while an element's operands are read it stands at place 0, and when its sum is
// complete, at place 4 of the turn after.
//   sum_i   derivative before rounding (half included), 24 fraction bits, 32 bits
//   value_o the new P or E' (clamped) or b' (saturated) of the element at place 4, Q3.12
//   tap_o   operand at place tap_i of the base or predictor ring, Q3.12
//   base_o  base ring, place 0 in the low bits
module wuxing_ring (
  input  logic               clk_i,
  input  logic               clear_i,
  input  logic               backward_i,
  input  logic               rotate_i,
  input  logic               write_pred_i,
  input  logic               write_corr_i,
  input  logic               flag_load_i,
  input  logic signed [15:0] flag_value_i,  // E whose clamped flag is taken
  input  logic signed [31:0] sum_i,
  input  logic        [1:0]  tap_i,
  input  logic               tap_pred_i,
  output logic signed [15:0] tap_o,
  output logic signed [15:0] value_o,
  output logic        [79:0] base_o
);
  // Split for the simulator: five words turn faster than one of 80 bits.
  logic [79:0] base_q /*verilator split_var*/;
  logic [79:0] pred_q /*verilator split_var*/;
  logic [79:0] slope_q /*verilator split_var*/;
  logic [4:0]  clamped_q;

  // Derivative of the element at place 4; nothing flows through a clamped element.
  logic signed [15:0] slope_sat, slope;
  wuxing_round #(.InW(32), .Shift(12)) u_slope (.v_i(sum_i), .y_o(slope_sat));
  assign slope = (backward_i && clamped_q[4]) ? 16'sd0 : slope_sat;

  // Heun: P = base + rnda(d1, 1), E' = base + rnda(d1 + d2, 2): halves away from zero, so a negative one goes down. Up is the
  // carry of the sum with the base.
  logic signed [15:0] base, slope_first;
  logic signed [16:0] both;
  logic signed [15:0] change;
  logic signed [17:0] target;
  logic               up;
  assign base        = base_q[64+:16];
  assign slope_first = slope_q[64+:16];
  assign both        = 17'(slope) + 17'(slope_first);
  assign change      = write_pred_i ? 16'(slope >>> 1) : 16'(both >>> 2);
  assign up          = write_pred_i ? slope[0] && !slope[15] : both[1] && (both[0] || !both[16]);
  assign target      = 18'(base) + 18'(change) + $signed({17'd0, up});

  logic signed [15:0] saturated, clamped;
  wuxing_round #(.InW(18), .Shift(0)) u_saturate (.v_i(target), .y_o(saturated));
  always_comb begin
    clamped = target[15:0];
    if (target[17]) clamped = 16'sd0;
    else if (|target[16:14]) clamped = 16'(wuxing_pkg::ElementMax);
  end
  assign value_o = backward_i ? saturated : clamped;

  logic [15:0] start;
  assign start = backward_i ? 16'd0 : 16'(wuxing_pkg::One);

  always_ff @(posedge clk_i) begin
    if (clear_i) begin
      base_q <= {5{start}};
    end else if (rotate_i) begin
      base_q    <= {base_q[15:0], write_corr_i ? value_o : base_q[79:64], base_q[63:16]};
      pred_q    <= {pred_q[15:0], write_pred_i ? value_o : pred_q[79:64], pred_q[63:16]};
      slope_q   <= {slope_q[15:0], write_pred_i ? slope : slope_q[79:64], slope_q[63:16]};
      clamped_q <= {clamped_q[0], clamped_q[4:1]};
      if (flag_load_i) begin
        clamped_q[4] <= (flag_value_i == 16'sd0) || (flag_value_i == 16'(wuxing_pkg::ElementMax));
      end
    end
  end

  logic [63:0] taps;
  assign taps   = tap_pred_i ? pred_q[63:0] : base_q[63:0];
  assign tap_o  = taps[tap_i*16+:16];
  assign base_o = base_q;
endmodule
