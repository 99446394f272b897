// Timing of one neuron, common to all tiles: which word meets which element in which cycle.
//
// Work comes in triples of three cycles, one element each; every cycle starts one multiplication, so the multiplier of
// a tile is never idle: 5 triples a derivative, 10 a Heun step, 30 N cycles for N steps. An operation passes four
// stages: address (cycle c), operands (c+1), product (c+3), and, when its triple's sum is complete, ring (first cycle of the
// triple after next). Phases of a triple k:
//
//   forward, element i = 4-k      phase 0: K2[m] S[m-2] + K3[m] -> gain, m = i-1 (one element ahead)
//                                 phase 1: sum  = half (+ u) + K1[i] S[i-1]      phase 2: sum -= gain S[i]
//   backward, element i = k       phase 0: sum  = half (+ e) - c[i+2] S[i+2]
//                                 phase 1: sum -= t[i] S[i]                      phase 2: sum += K1[i+1] S[i+1]
//   backward set-up, element k    phase 0: t[k] = K2[k] E[k-2] + K3[k]           phase 1: c[k] = K2[k] E[k]
//
// Forward starts with one triple that only prepares the first gain; backward with five set-up triples. K3 is read in phase
// 2, so the parameter memory gives one word a cycle. After start_i: forward 3 + 30 N + 4 + 2 cycles, backward
// 15 + 30 N + 4 + 3 (triples, last sums, tail), the last of them marked by done_o.
module wuxing_neuron_ctl (
  input  logic                clk_i,
  input  logic                rst_ni,
  input  logic                start_i,
  input  logic                backward_i,  // with start_i
  input  logic [3:0]          steps_i,
  output wuxing_pkg::neuron_t neuron_o,
  output logic                done_o
);
  typedef struct packed {
    logic       valid;
    logic       compute;  // makes a sum; else only gains (forward) or t and c (backward)
    logic       stage;    // 0 predictor, 1 corrector
    logic       final_step;
    logic [2:0] k;
  } triple_t;

  triple_t    t0_q, t1_q, t2_q, t0_next;
  logic [1:0] phase_q;
  logic [3:0] step_q;
  logic       run_q, backward_q;
  logic [1:0] tail_q;

  // ---- order of the triples
  always_comb begin
    t0_next         = t0_q;
    t0_next.compute = t0_q.valid;
    if (t0_q.k != 3'd4) begin
      t0_next.k       = t0_q.k + 3'd1;
      t0_next.compute = t0_q.compute;
    end else begin
      t0_next.k     = 3'd0;
      t0_next.stage = t0_q.compute && !t0_q.stage;
      t0_next.valid = t0_q.valid && !(t0_q.compute && t0_q.stage && t0_q.final_step);
    end
    t0_next.final_step = step_q == steps_i;
  end

  logic step_starts;  // the next triple is the first of a Heun step
  assign step_starts = (t0_q.k == 3'd4) && (!t0_q.compute || t0_q.stage);

  logic last_write, tail_end;
  assign last_write = run_q && (phase_q == 2'd0) && t2_q.valid && t2_q.compute && t2_q.stage && t2_q.final_step &&
                      (t2_q.k == 3'd4);
  assign tail_end   = tail_q == (backward_q ? 2'd3 : 2'd2);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      run_q  <= 1'b0;
      tail_q <= 2'd0;
    end else begin
      if (start_i) run_q <= 1'b1;
      else if (tail_end) run_q <= 1'b0;
      if (last_write) tail_q <= 2'd1;
      else if (tail_end) tail_q <= 2'd0;
      else if (tail_q != 2'd0) tail_q <= tail_q + 2'd1;
    end
  end

  always_ff @(posedge clk_i) begin
    if (start_i) begin
      backward_q      <= backward_i;
      phase_q         <= 2'd0;
      step_q          <= 4'd0;
      t0_q.valid      <= 1'b1;
      t0_q.compute    <= 1'b0;
      t0_q.stage      <= 1'b1;
      t0_q.final_step <= 1'b0;
      t0_q.k          <= backward_i ? 3'd0 : 3'd4;
      t1_q            <= '0;
      t2_q            <= '0;
    end else if (run_q) begin
      phase_q <= phase_q == 2'd2 ? 2'd0 : phase_q + 2'd1;
      if (phase_q == 2'd1 && step_starts) step_q <= step_q + 4'd1;  // in time for final_step below
      if (phase_q == 2'd2) begin
        t0_q <= t0_next;
        t1_q <= t0_q;
        t2_q <= t1_q;
      end
    end
  end

  assign done_o = run_q && tail_end;

  // ---- element numbers, modulo 5
  function automatic logic [2:0] plus(input logic [2:0] k, input logic [2:0] n);
    logic [3:0] sum;
    sum  = {1'b0, k} + {1'b0, n};
    plus = sum >= 4'd5 ? 3'(sum - 4'd5) : 3'(sum);
  endfunction

  logic [2:0] k0, i0, ahead;
  logic       active, ring_turn;
  assign k0        = t0_q.k;
  assign i0        = 3'd4 - k0;       // forward element
  assign ahead     = plus(i0, 3'd4);  // the one before it on the ring
  assign active    = run_q && (tail_q == 2'd0);
  assign ring_turn = active && (phase_q == 2'd0);

  // ---- address stage: triple t0
  logic [3:0] k1_word, k2_word, k3_word;
  always_comb begin
    neuron_o.param_scratch = 1'b0;
    neuron_o.state_word    = phase_q == 2'd0 ? plus(k0, 3'd3) : k0;
    k1_word                = {1'b0, backward_q ? plus(k0, 3'd1) : i0};
    k2_word                = 4'd5 + {1'b0, backward_q ? k0 : ahead};
    k3_word                = 4'd10 + {1'b0, backward_q ? k0 : ahead};
    unique case (phase_q)
      2'd0:    neuron_o.param_word = k2_word;
      2'd1:    neuron_o.param_word = backward_q ? k2_word : k1_word;
      default: neuron_o.param_word = k3_word;
    endcase
    if (backward_q && t0_q.compute) begin
      neuron_o.param_scratch = phase_q != 2'd2;
      unique case (phase_q)
        2'd0:    neuron_o.param_word = 4'd5 + {1'b0, plus(k0, 3'd2)};  // c
        2'd1:    neuron_o.param_word = {1'b0, k0};                     // t
        default: neuron_o.param_word = k1_word;
      endcase
    end
  end

  // ---- operand stage: phases 0 and 1 of t0, phase 2 of t1
  logic unneeded_gain;  // the gain after the last sum
  assign unneeded_gain = !backward_q && t0_q.compute && t0_q.stage && t0_q.final_step && (k0 == 3'd4);

  always_comb begin
    neuron_o.a_gain  = !backward_q && (phase_q == 2'd0);
    neuron_o.b_state = backward_q && !t0_q.compute;
    unique case (phase_q)
      2'd0: begin
        neuron_o.load     = active && t1_q.valid && t1_q.compute;
        neuron_o.b_state  = 1'b0;
        neuron_o.tap      = backward_q ? 2'd1 : 2'd0;
        neuron_o.tap_pred = t1_q.stage;
      end
      2'd1: begin
        neuron_o.load     = active && t0_q.valid && !unneeded_gain;
        neuron_o.tap      = backward_q ? 2'd2 : 2'd3;
        // One element ahead: at the end of a derivative that is already the next one's ring.
        neuron_o.tap_pred = t0_q.stage ^ (!backward_q && (k0 == 3'd4));
      end
      default: begin
        neuron_o.load     = active && t0_q.valid && (t0_q.compute || backward_q);
        neuron_o.tap      = backward_q ? 2'd0 : 2'd1;
        neuron_o.tap_pred = t0_q.stage;
      end
    endcase
  end

  // ---- product stage: triple t1
  logic in_sum, set_up;
  assign in_sum = active && t1_q.valid && t1_q.compute;
  assign set_up = active && t1_q.valid && backward_q && !t1_q.compute;

  always_comb begin
    neuron_o.gain_load     = active && t1_q.valid && !backward_q && (phase_q == 2'd0);
    neuron_o.gain_k3       = phase_q == 2'd0;
    neuron_o.scratch_write = set_up && (phase_q != 2'd2);
    neuron_o.scratch_word  = phase_q == 2'd0 ? {1'b0, t1_q.k} : 4'd5 + {1'b0, t1_q.k};
    neuron_o.acc_first     = in_sum && (phase_q == (backward_q ? 2'd0 : 2'd1));
    neuron_o.acc_drive     = t1_q.k == (backward_q ? 3'd1 : 3'd4);  // b[1] takes e, E[0] takes u
    neuron_o.acc_add       = in_sum && (phase_q == (backward_q ? 2'd2 : 2'd1));
    neuron_o.acc_sub       = in_sum && (backward_q ? phase_q != 2'd2 : phase_q == 2'd2);
  end

  // ---- ring stage: triple t2
  logic write;
  assign write = ring_turn && t2_q.valid && t2_q.compute;

  always_comb begin
    neuron_o.rotate      = ring_turn;
    neuron_o.write_pred  = write && !t2_q.stage;
    neuron_o.write_corr  = write && t2_q.stage;
    neuron_o.flag_load   = set_up && (phase_q == 2'd0);
    neuron_o.state_write = write && t2_q.stage && t2_q.final_step && !backward_q;
    neuron_o.write_word  = 3'd4 - t2_q.k;
  end

  always_comb begin
    neuron_o.run        = run_q;
    neuron_o.backward   = start_i ? backward_i : backward_q;
    neuron_o.clear      = start_i;
    neuron_o.tail_zero  = run_q && !backward_q && (tail_q == 2'd1);
    neuron_o.tail_error = run_q && !backward_q && (tail_q == 2'd2);
    neuron_o.tail_eta   = run_q && backward_q && (tail_q == 2'd1);
    neuron_o.tail_step  = run_q && backward_q && (tail_q == 2'd3);
  end
endmodule
