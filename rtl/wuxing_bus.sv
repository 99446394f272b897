// Host side: Wishbone B4 classic slave (32-bit data, word addresses), registers, and access to the tiles' memories.
// Map: docs/core.md. An access first takes the core (lock_o: no beat of a sample is taken), then acts if no sample is in
// work, then answers: registers after 3 cycles, memories after 5.
module wuxing_bus #(
  parameter int Tiles = 4,
  parameter int Slots = 32,
  parameter int Layers = 4,
  parameter int WeightDepth = 16384,
  parameter int IndexW = 10,
  parameter int WeightW = 16,
  parameter int LearnK = 0,
  parameter int Recompute = 0
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
  input  logic [15:0]         busy_i,       // multiplications started in this cycle
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
  output logic                mem_weight_we_o,
  output logic                mem_param_we_o,
  output logic                mem_mean_we_o,
  output logic [7:0]          mem_tile_o,
  output logic [17:0]         mem_addr_o,
  input  logic [15:0]         mem_weight_i,
  input  logic [15:0]         mem_param_i,
  input  logic [15:0]         mem_mean_i
);
  typedef enum logic [2:0] {Ready, Locked, Memory, Fetch, Answer} state_e;

  state_e      state_q;
  logic        we_q, ok_q;
  logic [27:0] adr_q;
  logic [31:0] dat_q, answer_q, cycles_q, multiplies_q, samples_q, trained_q;
  logic [3:0]  layers_q, steps_q;
  logic [14:0] eta_q;
  logic [15:0] target_on_q, target_off_q;
  logic        nearest_q;
  logic [31:0] frame_q;
  logic [2:0]  shift_q;
  wuxing_pkg::sample_e code_q;

  // ---- decoding
  logic       is_register, is_table, is_weight, is_param, is_mean, is_adjust, known, accepted;
  logic [7:0] number;
  logic [7:0] table_line;
  assign number     = adr_q[7:0];
  assign table_line = number - 8'h20;
  assign is_register = (adr_q[27:26] == 2'd0) && (adr_q[25:8] == 18'd0);
  assign is_table    = is_register && (number >= 8'h20) && (table_line[7:2] < 6'(Layers)) &&
                       ((Recompute != 0) || (number[1:0] != 2'd3));
  assign is_weight   = (Recompute == 0) && (adr_q[27:26] == 2'd1) && (adr_q[25:18] < 8'(Tiles)) && ({14'd0, adr_q[17:0]} < WeightDepth);
  assign is_param    = (adr_q[27:26] == 2'd2) && (adr_q[25:18] < 8'(Tiles)) && ({18'd0, adr_q[17:4]} < Slots) &&
                       (adr_q[3:0] != 4'd15);
  assign is_mean     = (LearnK != 0) && (adr_q[27:26] == 2'd3) && (adr_q[25:18] < 8'(Tiles)) &&
                       ({19'd0, adr_q[17:5]} < Slots) && (adr_q[3:0] != 4'd15);
  assign is_adjust   = (LearnK != 0) && is_register && (number >= 8'h11) && (number <= 8'h15);

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
        writable = dat_q <= {28'd0, table_filled_i};
      end
      8'h06: begin
        value    = {28'd0, steps_q};
        writable = (dat_q[31:4] == 28'd0) && (dat_q[3:0] != 4'd0);
      end
      8'h07: begin
        value    = {17'd0, eta_q};
        writable = (dat_q[31:15] == 17'd0) && ((Recompute == 0) || (dat_q[14:0] == 15'd0));
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
        writable = dat_q != 32'd0;
      end
      8'h0B: value = cycles_q;
      8'h0C: value = multiplies_q;
      8'h0D: value = samples_q;
      8'h0E: value = trained_q;
      8'h0F: value = {22'd0, Recompute != 0, LearnK != 0, 8'(WeightW)};
      8'h10: begin
        value    = {31'd0, nearest_q};
        writable = dat_q[31:1] == 31'd0;
      end
      8'h11, 8'h12, 8'h13, 8'h14, 8'h15: begin
        known    = is_adjust;
        value    = adjust_value;
        writable = adjust_writable;
      end
      8'h16: begin
        value    = frame_q;
        writable = (dat_q[15:0] != 16'd0) && (dat_q[15:0] <= 16'h8000) && (dat_q[31:16] != 16'd0) &&
                   (dat_q[31:16] <= 16'h8000);
      end
      8'h17: begin
        value    = {29'd0, shift_q};
        writable = (dat_q[31:3] == 29'd0) && ((dat_q[2:0] == 3'd0) || (frame_q != 32'd0));
      end
      default: begin
        known = is_table;
        value = table_i;
        unique case (number[1:0])
          2'd0:    writable = (dat_q[15:0] != 16'd0) && ({16'd0, dat_q[15:0]} <= (1 << IndexW)) &&
                              (dat_q[31:16] != 16'd0) && ({16'd0, dat_q[31:16]} <= Tiles * Slots);
          2'd1:    writable = (dat_q[15:0] != 16'd0) && ({16'd0, dat_q[15:0]} + {16'd0, dat_q[31:16]} <= Slots);
          2'd2:    writable = (Recompute != 0) || (dat_q < WeightDepth);
          default: writable = dat_q[31:4] == 28'd0;
        endcase
      end
    endcase
  end

  // ---- K within its range (contract, section 2)
  logic signed [15:0] k;
  logic               k_ok;
  assign k = dat_q[15:0];
  always_comb begin
    if (adr_q[3:0] < 4'd5) k_ok = (k >= 16'sd2048) && (k <= 16'sd8192);
    else if (adr_q[3:0] < 4'd10) k_ok = (k >= 16'sd256) && (k <= 16'sd4096);
    else k_ok = (k >= 16'sd256) && (k <= 16'sd8192);
  end

  always_comb begin
    accepted = known && (!we_q || (writable && idle_i));
    if (is_weight || is_mean) accepted = idle_i;
    if (is_param) accepted = idle_i && (!we_q || k_ok);
  end

  // ---- sequence of an access
  logic act, act_register;
  assign act          = (state_q == Locked) && accepted;
  assign act_register = act && we_q && known;

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) begin
      state_q <= Ready;
    end else begin
      unique case (state_q)
        Ready:   if (wb_cyc_i && wb_stb_i) state_q <= Locked;
        Locked:  state_q <= (act && (is_weight || is_param || is_mean)) ? Memory : Answer;
        Memory:  state_q <= Fetch;
        Fetch:   state_q <= Answer;
        default: state_q <= Ready;
      endcase
    end
  end

  always_ff @(posedge clk_i) begin
    if (state_q == Ready) begin
      we_q  <= wb_we_i;
      adr_q <= wb_adr_i;
      dat_q <= wb_dat_i;
    end
    if (state_q == Locked) begin
      ok_q     <= accepted;
      answer_q <= value;
    end
    if (state_q == Fetch) begin
      answer_q <= {{16{mem_value[15]}}, mem_value};
    end
  end

  logic [15:0] mem_value;
  assign mem_value = is_weight ? mem_weight_i : is_mean ? mem_mean_i : mem_param_i;

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
      frame_q      <= 32'd0;
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
          8'h05:   layers_q <= dat_q[3:0];
          8'h06:   steps_q <= dat_q[3:0];
          8'h07:   eta_q <= dat_q[14:0];
          8'h08:   target_on_q <= dat_q[15:0];
          8'h09:   target_off_q <= dat_q[15:0];
          8'h10:   nearest_q <= dat_q[0];
          8'h16:   frame_q <= dat_q;
          8'h17:   shift_q <= dat_q[2:0];
          default: ;
        endcase
      end
      if (!idle_i) cycles_q <= cycles_q + 32'd1;
      multiplies_q <= multiplies_q + {16'd0, busy_i};
      if (finished_i) begin
        samples_q <= samples_q + 32'd1;
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
  assign columns_o    = frame_q[15:0];
  assign rows_o       = frame_q[31:16];
  assign shift_o      = shift_q;
  assign random_set_o = act_register && (number == 8'h0A);
  assign wdata_o      = dat_q;

  if (LearnK != 0) begin : g_adjust
    wuxing_k_registers u_k_registers (
      .clk_i, .rst_ni, .we_i(act_register && is_adjust), .number_i(number[2:0]), .wdata_i(dat_q), .value_o(adjust_value),
      .writable_o(adjust_writable), .gain_p_o, .gain_i_o, .gain_d_o, .leak_o, .sets_o
    );
  end else begin : g_constant_k
    assign {adjust_value, adjust_writable, gain_p_o, gain_i_o, gain_d_o, leak_o, sets_o} = '0;
  end

  assign table_we_o    = act_register && is_table;
  assign table_layer_o = table_line[4:2];
  assign table_word_o  = number[1:0];

  assign mem_o           = state_q == Memory;
  assign mem_weight_we_o = we_q && is_weight;
  assign mem_param_we_o  = we_q && is_param;
  assign mem_mean_we_o   = we_q && is_mean;
  assign mem_tile_o      = adr_q[25:18];
  assign mem_addr_o      = adr_q[17:0];
endmodule
