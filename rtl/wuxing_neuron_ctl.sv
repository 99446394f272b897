// Timing of one neuron, common to all tiles: which word meets which element in which cycle.
//
// Work comes in triples of three cycles, one element each; every cycle starts one multiplication, so the multiplier of
// a tile is never idle: 5 triples a derivative, 10 a Heun step, 30 N cycles for N steps. An operation passes these
// stages: address (cycle c), operands (c+1), product (c+3), sum (c+4); and, when its triple's sum is complete, ring: slope in the
// first cycle of the triple after next, value in the second. Phases of a triple:
//
//   forward, element i       phase 0: K2[m] S[m-2] + K3[m] -> g[m], of the element m = i-2 that comes next
//                            phase 1: sum  = half (+ u) - g[i] S[i]        phase 2: sum += K1[i] S[i-1]
//   backward, element i      phase 0: sum  = half (+ e) - c[i+2] S[i+2]
//                            phase 1: sum -= t[i] S[i]                     phase 2: sum += K1[i+1] S[i+1]
//   backward set-up, i       phase 0: t[i] = K2[i] E[i-2] + K3[i]          phase 2: c[i] = K2[i] E[i]
//
// A value is in memory 8 cycles after its triple began and read 9 after it at the earliest. So the order of the elements is one in
// which none is wanted sooner: forward 0, 3, 1, 4, 2 (i-2 follows i), backward 0, 1, 2, 3, 4. Forward starts with one triple that
// only prepares the first g; backward with five set-up triples. K3 is read in phase 1 and held: the parameter memory gives one word a
// cycle. After start_i: forward 3 + 30 N + 5 + 2 cycles, backward 15 + 30 N + 5 + 18 (triples, last sum, tail), the last of them
// marked by done_o.
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
    logic       compute;     // makes a sum; else only g (forward) or t and c (backward)
    logic       stage;       // 0 predictor, 1 corrector
    logic       first_step;
    logic       last_step;
    logic [2:0] k;           // element
  } triple_t;

  // Last cycle of the tail after a backward integration: the product eta b[0] has been added up 16 times, so that the sum stands
  // where all others stand and is rounded as they are: rnd(16 v, 12) = rnd(v, 8).
  localparam logic [4:0] TailStep = 5'd18;

  triple_t    t0_q, t1_q, t2_q, t0_next;
  logic [1:0] phase_q;
  logic [3:0] step_q;
  logic       run_q, active_q, backward_q, start_value_q;  // active: before the tail
  logic [4:0] tail_q;
  logic       two_q;  // tail_q is 2: what the accumulator waits for, which has a long carry behind it

  // ---- element numbers, modulo 5
  logic [2:0] k0, next, last_element;
  assign k0           = t0_q.k;
  assign next         = backward_q ? wuxing_pkg::ring_plus(k0, 1) : wuxing_pkg::ring_plus(k0, 3);
  assign last_element = backward_q ? 3'd4 : 3'd2;

  // ---- order of the triples
  logic last0;
  assign last0 = k0 == last_element;

  always_comb begin
    t0_next            = t0_q;
    t0_next.k          = next;
    t0_next.last_step  = step_q == steps_i;
    if (last0) begin
      t0_next.compute    = t0_q.valid;
      t0_next.stage      = t0_q.compute && !t0_q.stage;
      t0_next.first_step = t0_q.compute ? t0_q.first_step && !t0_q.stage : 1'b1;
      t0_next.valid      = t0_q.valid && !(t0_q.compute && t0_q.stage && t0_q.last_step);
    end
  end

  logic step_starts;  // the next triple is the first of a Heun step
  assign step_starts = last0 && (!t0_q.compute || t0_q.stage);

  logic sum2, last_value, tail_end;
  assign sum2       = t2_q.valid && t2_q.compute;
  assign last_value = active_q && (phase_q == 2'd1) && sum2 && t2_q.stage && t2_q.last_step && (t2_q.k == last_element);
  assign tail_end   = backward_q ? tail_q == TailStep : two_q;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      run_q    <= 1'b0;
      active_q <= 1'b0;
      tail_q   <= 5'd0;
      two_q    <= 1'b0;
    end else begin
      if (start_i) run_q <= 1'b1;
      else if (tail_end) run_q <= 1'b0;
      if (start_i) active_q <= 1'b1;
      else if (last_value) active_q <= 1'b0;
      if (last_value) tail_q <= 5'd1;
      else if (tail_end) tail_q <= 5'd0;
      else if (tail_q != 5'd0) tail_q <= tail_q + 5'd1;
      two_q    <= !last_value && (tail_q == 5'd1);
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
      t0_q.first_step <= 1'b0;
      t0_q.last_step  <= 1'b0;
      t0_q.k          <= backward_i ? 3'd0 : 3'd2;
      t1_q            <= '0;
      t2_q            <= '0;
    end else if (run_q) begin
      phase_q <= phase_q == 2'd2 ? 2'd0 : phase_q + 2'd1;
      if (phase_q == 2'd1 && step_starts) step_q <= step_q + 4'd1;  // in time for last_step below
      if (phase_q == 2'd2) begin
        t0_q <= t0_next;
        t1_q <= t0_q;
        t2_q <= t1_q;
      end
    end
    start_value_q <= start_value;
  end

  assign done_o = run_q && tail_end;

  // ---- address stage: triple t0
  logic       set_up0, ahead, corrector, start_value;
  assign set_up0 = backward_q && !t0_q.compute;
  // g is prepared for the next element: after the last of a derivative that is one of the next derivative.
  assign ahead       = !backward_q && (phase_q == 2'd0);
  assign corrector   = t0_q.stage ^ (ahead && last0);
  assign start_value = !corrector && !set_up0 && (ahead && last0 ? !t0_q.compute : t0_q.first_step);

  always_comb begin
    neuron_o.param_scratch = backward_q && t0_q.compute && (phase_q != 2'd2);
    unique case (phase_q)
      2'd0: begin
        neuron_o.param_word = 4'd5 + {1'b0, backward_q ? k0 : next};           // K2
        neuron_o.state_word = backward_q && !t0_q.compute ? wuxing_pkg::ring_plus(k0, 3) : backward_q ? wuxing_pkg::ring_plus(k0, 2) : wuxing_pkg::ring_plus(k0, 1);
        if (neuron_o.param_scratch) neuron_o.param_word = 4'd5 + {1'b0, wuxing_pkg::ring_plus(k0, 2)};  // c
      end
      2'd1: begin
        neuron_o.param_word = 4'd10 + {1'b0, backward_q ? k0 : next};          // K3
        neuron_o.state_word = k0;
        if (neuron_o.param_scratch) neuron_o.param_word = {1'b0, k0};          // t
      end
      default: begin
        neuron_o.param_word = {1'b0, backward_q ? next : k0};                  // K1
        neuron_o.state_word = backward_q ? next : wuxing_pkg::ring_plus(k0, 4);
        if (set_up0) begin
          neuron_o.param_word = 4'd5 + {1'b0, k0};                             // K2
          neuron_o.state_word = k0;
        end
      end
    endcase
    neuron_o.state_record = corrector ? wuxing_pkg::RecordPredictor :
                            backward_q ? wuxing_pkg::RecordBackward : wuxing_pkg::RecordSlot;
    if (set_up0) neuron_o.state_record = wuxing_pkg::RecordSlot;
    // Nothing more to address: b[0] for the step, E[1] for the displacement.
    if (!t0_q.valid) begin
      neuron_o.state_record = wuxing_pkg::RecordSlot;
      neuron_o.state_word   = backward_q ? wuxing_pkg::WordBackward : 3'd1;
    end
  end

  // ---- operand stage: phases 0 and 1 of t0, phase 2 of t1
  logic unneeded_gain;  // g after the last sum
  assign unneeded_gain = !backward_q && t0_q.compute && t0_q.stage && t0_q.last_step && last0;

  always_comb begin
    unique case (phase_q)
      2'd0:    neuron_o.load = active_q && t1_q.valid && (t1_q.compute || backward_q);
      2'd1:    neuron_o.load = active_q && t0_q.valid && !unneeded_gain;
      default: neuron_o.load = active_q && t0_q.valid && t0_q.compute;
    endcase
    neuron_o.b_eta   = backward_q && last_value;
    neuron_o.a_held  = phase_q == 2'd2 ? !backward_q : neuron_o.b_eta;
    neuron_o.b_start = start_value_q;
    neuron_o.k3_load = phase_q == 2'd2;
    if (neuron_o.b_eta) neuron_o.load = 1'b1;
  end

  // ---- product stage: triple t1; in the tail the step
  logic product1, sum1, set_up1;
  assign product1 = active_q && t1_q.valid;
  assign sum1     = product1 && t1_q.compute;
  assign set_up1  = product1 && backward_q && !t1_q.compute;

  always_comb begin
    neuron_o.acc_sub   = active_q && t1_q.compute && ((phase_q == 2'd1) || (backward_q && (phase_q == 2'd0)));
    neuron_o.acc_k3    = active_q && (phase_q == 2'd0) && !(backward_q && t1_q.compute);
    neuron_o.acc_drive = active_q && t1_q.compute && !neuron_o.acc_k3 && (t1_q.k == (backward_q ? 3'd1 : 3'd0));  // E[0] takes u, b[1] takes e
    unique case (phase_q)
      2'd0: begin
        neuron_o.acc_add   = product1;
        neuron_o.acc_first = active_q;
      end
      2'd1: begin
        neuron_o.acc_add   = sum1;
        neuron_o.acc_first = active_q && !backward_q;
      end
      default: begin
        neuron_o.acc_add   = sum1 || set_up1;
        neuron_o.acc_first = active_q && !t1_q.compute;
      end
    endcase
    // From the second cycle of the tail on eta b[0] is there.
    if (backward_q && two_q) neuron_o.acc_first = 1'b1;
    if (backward_q && (tail_q[4:1] != 4'd0) && !tail_end) neuron_o.acc_add = 1'b1;
  end

  // ---- sum stage: t in phase 1 of t1, c in phase 0 of t2; g in phase 1 of t1
  always_comb begin
    neuron_o.held_load     = active_q && !backward_q && (phase_q == 2'd1);
    neuron_o.held_state    = active_q && backward_q && (phase_q == 2'd0) && !t0_q.valid;
    neuron_o.scratch_write = (set_up1 && (phase_q == 2'd1)) ||
                             (active_q && backward_q && t2_q.valid && !t2_q.compute && (phase_q == 2'd0));
    neuron_o.scratch_word  = phase_q == 2'd1 ? {1'b0, t1_q.k} : 4'd5 + {1'b0, t2_q.k};
  end

  // ---- ring stage: triple t2
  always_comb begin
    neuron_o.flag_load     = set_up1 && (phase_q == 2'd0);
    neuron_o.slope         = active_q && sum2 && (phase_q == 2'd0);
    neuron_o.value         = active_q && sum2 && (phase_q == 2'd1);
    neuron_o.corrector     = t2_q.stage;
    neuron_o.last_step     = t2_q.last_step;
    neuron_o.element       = t2_q.k;
    neuron_o.value_record  = !t2_q.stage ? wuxing_pkg::RecordPredictor :
                             backward_q ? wuxing_pkg::RecordBackward : wuxing_pkg::RecordSlot;
    neuron_o.value_word    = t2_q.k;
    if (backward_q && t2_q.stage && t2_q.last_step && (t2_q.k == 3'd0)) begin
      neuron_o.value_record = wuxing_pkg::RecordSlot;
      neuron_o.value_word   = wuxing_pkg::WordBackward;
    end
    neuron_o.ring_word     = phase_q == 2'd0 ? {1'b0, t2_q.k} : {1'b1, t1_q.k};
    // The first two triples have no values yet: five of their cycles set the bases, none in the cycle in which it is read.
    neuron_o.ring_start    = active_q && !t2_q.valid && !(t1_q.valid && (phase_q == 2'd2));
    neuron_o.start_element = t1_q.valid ? (phase_q == 2'd0 ? 3'd4 : 3'd0) : {1'b0, phase_q} + 3'd1;
  end

  always_comb begin
    neuron_o.run         = run_q;
    neuron_o.backward    = backward_q;
    neuron_o.tail_first  = run_q && !backward_q && (tail_q == 5'd1);
    neuron_o.tail_second = run_q && !backward_q && two_q;
    neuron_o.tail_step   = run_q && backward_q && tail_end;
  end
endmodule
