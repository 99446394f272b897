// Host side: Wishbone B4 classic slave (32-bit data, word addresses), registers, and access to the tiles' memories.
// Map: docs/core.md. An access first takes the core (lock_o: no beat of a sample is taken), is decided on, acts if no sample is in
// work, then answers: registers after 4 cycles, memories after 5. Address and data are the master's until then, as the standard has
// it; a master that lets go earlier gets nothing done.
module wuxing_bus #(
  parameter int Tiles = 4,
  parameter int Slots = 32,
  parameter int Layers = 4,
  parameter int WeightDepth = 16384,
  parameter int IndexW = 10,
  parameter int WeightW = 16,
  parameter int LearnK = 0,
  parameter int Recompute = 0,
  parameter int AllCounters = 1
) (
  input  logic                clk_i,
  input  logic                rst_ni,
  input  logic                wb_cyc_i,
  input  logic                wb_stb_i,
  input  logic                wb_we_i,
  input  logic [27:0]         wb_adr_i,
  input  logic [31:0]         wb_dat_i,
  output logic [31:0]         wb_dat_o,
  output logic                wb_ack_o,
  output logic                wb_err_o,
  // core
  output logic                lock_o,
  input  logic                idle_i,
  input  logic                finished_i,   // a result is taken
  input  logic                learned_i,    // with finished_i
  input  wuxing_pkg::sample_e code_i,       // with finished_i
  input  logic [15:0]         busy_i,       // multiplications started in the cycle before
  // configuration
  output logic [3:0]          layers_o,
  output logic [3:0]          steps_o,
  output logic signed [15:0]  eta_o,
  output logic signed [15:0]  target_on_o,
  output logic signed [15:0]  target_off_o,
  output logic                nearest_o,    // rounding of updates
  output logic [15:0]         columns_o,    // frame of moved samples
  output logic [15:0]         rows_o,
  output logic [2:0]          shift_o,      // M: greatest shift
  output logic                random_set_o,
  output logic [31:0]         wdata_o,      // data of the write in progress
  input  logic [31:0]         random_i,
  // layer table
  output logic                table_o,        // the host has the table
  output logic                table_we_o,
  output logic [2:0]          table_layer_o,
  output logic [1:0]          table_word_o,
  input  logic [31:0]         table_i,
  input  logic [3:0]          table_filled_i,
  // adjustment of K
  output logic [13:0]         gain_p_o,
  output logic [13:0]         gain_i_o,
  output logic [13:0]         gain_d_o,
  output logic [3:0]          leak_o,
  output logic [2:0]          sets_o,
  // memories of the tiles
  output logic                mem_o,
  output logic                mem_params_o,    // parameters are meant, also in the cycle after mem_o
  output logic                mem_weight_we_o,
  output logic                mem_param_we_o,
  output logic                mem_mean_we_o,
  output logic [7:0]          mem_tile_o,
  output logic [17:0]         mem_addr_o,
  input  logic [15:0]         mem_word_i,
  input  logic [15:0]         mem_mean_i
);
  typedef enum logic [2:0] {Ready, Decide, Act, Fetch, Answer} state_e;

  localparam int SlotsW = $clog2(Slots + 1);

  state_e      state_q;
  logic        ok_q, request;
  logic        table_q;  // while deciding and acting, if no sample was in work in the cycle before: one that began then does nothing
  logic [31:0] answer_q, cycles_q, multiplies_q, samples_q, trained_q;
  logic [3:0]  layers_q, steps_q;
  logic [14:0] eta_q;
  logic [15:0] target_on_q, target_off_q;
  logic        nearest_q;
  logic [IndexW:0] columns_q, rows_q;
  logic [2:0]  shift_q;
  wuxing_pkg::sample_e code_q;

  assign request = wb_cyc_i && wb_stb_i;

  // ---- decoding
  logic       is_register, is_table, is_weight, is_param, is_mean, is_adjust, tile_known, known, accepted;
  logic [7:0] number;
  assign number      = wb_adr_i[7:0];
  assign tile_known  = wuxing_pkg::below({24'd0, wb_adr_i[25:18]}, Tiles);
  assign is_register = (wb_adr_i[27:26] == 2'd0) && (wb_adr_i[25:8] == 18'd0);
  // Four words a line from 0x20 on, the last one only with recomputed connections.
  assign is_table    = is_register && (number[7:5] == 3'd1) && wuxing_pkg::below({29'd0, number[4:2]}, Layers) &&
                       ((Recompute != 0) || (number[1:0] != 2'd3));
  assign is_weight   = (Recompute == 0) && (wb_adr_i[27:26] == 2'd1) && tile_known &&
                       wuxing_pkg::below({14'd0, wb_adr_i[17:0]}, WeightDepth);
  assign is_param    = (wb_adr_i[27:26] == 2'd2) && tile_known && wuxing_pkg::below({18'd0, wb_adr_i[17:4]}, Slots) &&
                       (wb_adr_i[3:0] != 4'd15);
  assign is_mean     = (LearnK != 0) && (wb_adr_i[27:26] == 2'd3) && tile_known &&
                       wuxing_pkg::below({19'd0, wb_adr_i[17:5]}, Slots) && (wb_adr_i[3:0] != 4'd15);
  assign is_adjust   = (LearnK != 0) && is_register && (number[7:3] == 5'd2) && (number[2:0] != 3'd0) && wuxing_pkg::below({29'd0, number[2:0]}, 6);

  // ---- what fits: compared in as few bits as the limit has
  logic [15:0] low, high;
  logic        high_zero, none_low, none_high, inputs_fit, outputs_fit, slots_fit, columns_fit, rows_fit;
  logic [SlotsW:0] slots_sum;
  assign low         = wb_dat_i[15:0];
  assign high        = wb_dat_i[31:16];
  assign high_zero   = high == 16'd0;
  assign none_low    = low == 16'd0;
  assign none_high   = high_zero;
  // 1..2^IndexW
  assign inputs_fit  = !none_low && ((low[15:IndexW] == '0) || ((low[15:IndexW] == 1) && (low[IndexW-1:0] == '0)));
  assign columns_fit = inputs_fit;
  assign rows_fit    = !none_high && ((high[15:IndexW] == '0) || ((high[15:IndexW] == 1) && (high[IndexW-1:0] == '0)));
  assign outputs_fit = !none_high && wuxing_pkg::below({16'd0, high}, Tiles * Slots + 1);
  assign slots_sum   = {1'b0, low[SlotsW-1:0]} + {1'b0, high[SlotsW-1:0]};
  assign slots_fit   = !none_low && ((low >> SlotsW) == 16'd0) && ((high >> SlotsW) == 16'd0) && wuxing_pkg::below(32'(slots_sum), Slots + 1);

  // ---- register file: value read, and whether a write is accepted
  logic [31:0] value, adjust_value;
  logic        writable, adjust_writable;
  always_comb begin
    known    = is_register;
    writable = 1'b0;
    value    = 32'd0;
    unique case (number)
      8'h00: value = 32'h5755_5831;
      8'h01: value = wuxing_pkg::ContractVersion;
      8'h02: value = {16'(Slots), 8'(Layers), 8'(Tiles)};
      8'h03: value = {8'(IndexW), 24'(WeightDepth)};
      8'h04: begin
        value    = {24'd0, code_q, 3'd0, !idle_i};
        writable = 1'b1;
      end
      8'h05: begin
        value    = {28'd0, layers_q};
        writable = high_zero && (low[15:4] == 12'd0) && (low[3:0] <= table_filled_i);
      end
      8'h06: begin
        value    = {28'd0, steps_q};
        writable = high_zero && (low[15:4] == 12'd0) && !none_low;
      end
      8'h07: begin
        value    = {17'd0, eta_q};
        writable = high_zero && !low[15] && ((Recompute == 0) || none_low);
      end
      8'h08: begin
        value    = {{16{target_on_q[15]}}, target_on_q};
        writable = 1'b1;
      end
      8'h09: begin
        value    = {{16{target_off_q[15]}}, target_off_q};
        writable = 1'b1;
      end
      8'h0A: begin
        value    = random_i;
        writable = !none_low || !none_high;
      end
      8'h0B: value = cycles_q;
      8'h0C: begin
        known = is_register && (AllCounters != 0);
        value = multiplies_q;
      end
      8'h0D: begin
        known = is_register && (AllCounters != 0);
        value = samples_q;
      end
      8'h0E: value = trained_q;
      8'h0F: value = {21'd0, AllCounters != 0, Recompute != 0, LearnK != 0, 8'(WeightW)};
      8'h10: begin
        value    = {31'd0, nearest_q};
        writable = high_zero && (low[15:1] == 15'd0);
      end
      8'h11, 8'h12, 8'h13, 8'h14, 8'h15: begin
        known    = is_adjust;
        value    = adjust_value;
        writable = adjust_writable;
      end
      8'h16: begin
        value    = {16'(rows_q), 16'(columns_q)};
        writable = columns_fit && rows_fit;
      end
      8'h17: begin
        value    = {29'd0, shift_q};
        writable = high_zero && (low[15:3] == 13'd0) && (none_low || (columns_q != '0));
      end
      default: begin
        known = is_table;
        value = table_i;
        unique case (number[1:0])
          2'd0:    writable = inputs_fit && outputs_fit;
          2'd1:    writable = slots_fit;
          2'd2:    writable = (Recompute != 0) || (wuxing_pkg::below(wb_dat_i, WeightDepth));
          default: writable = high_zero && (low[15:4] == 12'd0);
        endcase
      end
    endcase
  end

  // ---- K within its range (contract, section 2): all limits are powers of two
  logic k_small, k_2048, k_4096, k_8192, k_ok;
  assign k_small = low[15:12] == 4'd0;                              // below 4096
  assign k_2048  = low[15:11] != 5'd0;                              // at least
  assign k_4096  = k_small || (low == 16'd4096);                    // at most
  assign k_8192  = (low[15:13] == 3'd0) || (low == 16'd8192);       // at most
  always_comb begin
    if (wuxing_pkg::below({28'd0, wb_adr_i[3:0]}, 5)) k_ok = k_2048 && k_8192;
    else if (wuxing_pkg::below({28'd0, wb_adr_i[3:0]}, 10)) k_ok = (low[15:8] != 8'd0) && k_4096;
    else k_ok = (low[15:8] != 8'd0) && k_8192;
  end

  always_comb begin
    accepted = known && (!wb_we_i || (writable && idle_i));
    if (is_table && !idle_i) accepted = 1'b0;  // the sequencer looks at the table
    if (is_weight || is_mean) accepted = idle_i;
    if (is_param) accepted = idle_i && (!wb_we_i || k_ok);
  end

  // ---- sequence of an access
  logic        act, act_register, is_memory;
  logic        memory_q;  // ok_q, and a memory is meant
  logic [15:0] mem_value;
  assign is_memory    = is_weight || is_param || is_mean;
  assign act          = (state_q == Act) && request && ok_q;
  assign act_register = act && wb_we_i && known;
  assign mem_value    = is_mean ? mem_mean_i : mem_word_i;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Ready;
    end else begin
      unique case (state_q)
        Ready:   if (request) state_q <= Decide;
        Decide:  state_q <= request ? Act : Ready;
        Act:     state_q <= !request ? Ready : memory_q ? Fetch : Answer;
        Fetch:   state_q <= request ? Answer : Ready;
        default: state_q <= Ready;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    table_q <= idle_i && request && ((state_q == Ready) || (state_q == Decide));
    if (state_q == Decide) begin
      ok_q     <= accepted;
      memory_q <= accepted && is_memory;
    end
    if (state_q == Act) begin  // by now the table shows the host's line, also if a sample ended in the first cycle of the request
      answer_q <= value;
    end
    if (state_q == Fetch) begin
      answer_q <= {{16{mem_value[15]}}, mem_value};
    end
  end

  assign lock_o   = state_q != Ready;
  assign wb_ack_o = (state_q == Answer) && ok_q;
  assign wb_err_o = (state_q == Answer) && !ok_q;
  assign wb_dat_o = answer_q;

  // ---- registers
  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      layers_q     <= 4'd0;
      steps_q      <= 4'd8;
      eta_q        <= 15'd0;
      target_on_q  <= 16'd4096;
      target_off_q <= -16'sd819;
      nearest_q    <= 1'b0;
      columns_q    <= '0;
      rows_q       <= '0;
      shift_q      <= 3'd0;
      code_q       <= wuxing_pkg::SampleOk;
      cycles_q     <= 32'd0;
      multiplies_q <= 32'd0;
      samples_q    <= 32'd0;
      trained_q    <= 32'd0;
    end else begin
      if (act_register) begin
        unique case (number)
          8'h04:   code_q <= wuxing_pkg::SampleOk;
          8'h05:   layers_q <= wb_dat_i[3:0];
          8'h06:   steps_q <= wb_dat_i[3:0];
          8'h07:   eta_q <= wb_dat_i[14:0];
          8'h08:   target_on_q <= wb_dat_i[15:0];
          8'h09:   target_off_q <= wb_dat_i[15:0];
          8'h10:   nearest_q <= wb_dat_i[0];
          8'h16: begin
            columns_q <= low[IndexW:0];
            rows_q    <= high[IndexW:0];
          end
          8'h17:   shift_q <= wb_dat_i[2:0];
          default: ;
        endcase
      end
      if (!idle_i) cycles_q <= cycles_q + 32'd1;
      if (AllCounters != 0) multiplies_q <= multiplies_q + {16'd0, busy_i};
      if (finished_i) begin
        if (AllCounters != 0) samples_q <= samples_q + 32'd1;
        if (learned_i) trained_q <= trained_q + 32'd1;
        if (code_i != wuxing_pkg::SampleOk) code_q <= code_i;
      end
    end
  end

  assign layers_o     = layers_q;
  assign steps_o      = steps_q;
  assign eta_o        = Recompute != 0 ? 16'd0 : {1'b0, eta_q};
  assign target_on_o  = target_on_q;
  assign target_off_o = target_off_q;
  assign nearest_o    = nearest_q;
  assign columns_o    = 16'(columns_q);
  assign rows_o       = 16'(rows_q);
  assign shift_o      = shift_q;
  assign random_set_o = act_register && (number == 8'h0A);
  assign wdata_o      = wb_dat_i;

  if (LearnK != 0) begin : g_adjust
    wuxing_k_registers u_k_registers (
      .clk_i, .rst_ni, .we_i(act_register && is_adjust), .number_i(number[2:0]), .wdata_i(wb_dat_i), .value_o(adjust_value),
      .writable_o(adjust_writable), .gain_p_o, .gain_i_o, .gain_d_o, .leak_o, .sets_o
    );
  end else begin : g_constant_k
    assign {adjust_value, adjust_writable, gain_p_o, gain_i_o, gain_d_o, leak_o, sets_o} = '0;
  end

  assign table_o       = table_q;
  assign table_we_o    = act_register && is_table;
  assign table_layer_o = number[4:2];
  assign table_word_o  = number[1:0];

  assign mem_o           = (state_q == Act) && request && memory_q;
  assign mem_params_o    = is_param && (act || (state_q == Fetch));  // else the tiles are at work
  assign mem_weight_we_o = mem_o && wb_we_i && is_weight;
  assign mem_param_we_o  = mem_o && wb_we_i && is_param;
  assign mem_mean_we_o   = mem_o && wb_we_i && is_mean;
  assign mem_tile_o      = wb_adr_i[25:18];
  assign mem_addr_o      = wb_adr_i[17:0];
endmodule
