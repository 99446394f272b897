// The Wishbone slave: every request is answered once, in time, by ack or err and never by both, as the memory map of docs/core.md has it;
// what is refused, or let go, changes nothing; memories and the layer table are the host's only while no sample is in work. With a master
// that keeps a request until it is answered (Polite 1) or lets go when it likes (0); it changes nothing
// of a request on its way.
module formal_bus #(
  parameter int Tiles = 3,
  parameter int Slots = 24,
  parameter int Layers = 3,
  parameter int WeightDepth = 5000,
  parameter int IndexW = 10,
  parameter int LearnK = 1,
  parameter int Recompute = 0,
  parameter int AllCounters = 1,
  parameter int Polite = 1,
  parameter int Free = 0     // the counters alone, from any state, which no run from reset reaches within weeks
) (
  input logic        clk_i,
  input logic        cyc_i,
  input logic        stb_i,
  input logic        we_i,
  input logic [27:0] adr_i,
  input logic [31:0] dat_i,
  input logic        idle_i,
  input logic        finished_i,
  input logic        learned_i,
  input wuxing_pkg::sample_e code_i,
  input logic [15:0] busy_i,
  input logic [31:0] random_i,
  input logic [31:0] table_i,
  input logic [15:0] word_i,
  input logic [15:0] mean_i
);
  logic started_q = Free != 0;
  always_ff @(posedge clk_i) started_q <= 1'b1;

  (* anyconst *) logic [3:0] filled;  // steady while nobody writes the table; see below
  logic        ack, err, lock, nearest, random_set, table_host, table_we, mem, params, weight_we, param_we, mean_we;
  logic [31:0] rdata, wdata;
  logic [3:0]  layers, steps, leak;
  logic signed [15:0] eta, on, off;
  logic [15:0] columns, rows;
  logic [2:0]  shift, table_layer, sets;
  logic [1:0]  table_word;
  logic [13:0] gain_p, gain_i, gain_d;
  logic [7:0]  tile;
  logic [17:0] address;
  wuxing_bus #(
    .Tiles(Tiles), .Slots(Slots), .Layers(Layers), .WeightDepth(WeightDepth), .IndexW(IndexW), .LearnK(LearnK), .Recompute(Recompute),
    .AllCounters(AllCounters)
  ) u_bus (
    .clk_i, .rst_ni(started_q), .wb_cyc_i(cyc_i), .wb_stb_i(stb_i), .wb_we_i(we_i), .wb_adr_i(adr_i), .wb_dat_i(dat_i), .wb_dat_o(rdata),
    .wb_ack_o(ack), .wb_err_o(err), .lock_o(lock), .idle_i, .finished_i, .learned_i, .code_i, .busy_i, .layers_o(layers), .steps_o(steps),
    .eta_o(eta), .target_on_o(on), .target_off_o(off), .nearest_o(nearest), .columns_o(columns), .rows_o(rows), .shift_o(shift),
    .random_set_o(random_set), .wdata_o(wdata), .random_i, .table_o(table_host), .table_we_o(table_we), .table_layer_o(table_layer),
    .table_word_o(table_word), .table_i, .table_filled_i(filled), .gain_p_o(gain_p), .gain_i_o(gain_i), .gain_d_o(gain_d),
    .leak_o(leak), .sets_o(sets), .mem_o(mem), .mem_params_o(params), .mem_weight_we_o(weight_we), .mem_param_we_o(param_we),
    .mem_mean_we_o(mean_we), .mem_tile_o(tile), .mem_addr_o(address), .mem_word_i(word_i), .mem_mean_i(mean_i)
  );

  // ---- the memory map, as the page has it
  logic [1:0]  region;
  logic [31:0] low, high, number, k, line, slot;
  logic        listed, fits, served;
  assign region = adr_i[27:26];
  assign low    = {16'd0, dat_i[15:0]};
  assign high   = {16'd0, dat_i[31:16]};
  assign number = {6'd0, adr_i[25:0]};
  assign line   = (number - 32) / 4;
  assign slot   = region == 2'd2 ? adr_i[17:4] : adr_i[17:5];
  assign k      = dat_i[15:0];
  always_comb begin
    listed = 1'b0;
    fits   = 1'b0;
    served = 1'b0;
    case (region)
      2'd0: begin
        case (number)
          32'h00, 32'h01, 32'h02, 32'h03, 32'h0B, 32'h0E, 32'h0F: listed = 1'b1;
          32'h0C, 32'h0D: listed = AllCounters != 0;
          32'h04, 32'h08, 32'h09: {listed, fits} = 2'b11;
          32'h05: {listed, fits} = {1'b1, dat_i <= filled};
          32'h06: {listed, fits} = {1'b1, (dat_i >= 1) && (dat_i <= 15)};
          32'h07: {listed, fits} = {1'b1, dat_i <= (Recompute != 0 ? 0 : 32767)};
          32'h0A: {listed, fits} = {1'b1, dat_i != 0};
          32'h10: {listed, fits} = {1'b1, dat_i <= 1};
          32'h11, 32'h12, 32'h13: {listed, fits} = {LearnK != 0, dat_i <= 16383};
          32'h14: {listed, fits} = {LearnK != 0, dat_i <= 15};
          32'h15: {listed, fits} = {LearnK != 0, dat_i <= 7};
          32'h16: {listed, fits} = {1'b1, (low >= 1) && (low <= 1 << IndexW) && (high >= 1) && (high <= 1 << IndexW)};
          32'h17: {listed, fits} = {1'b1, (dat_i <= 7) && ((dat_i == 0) || (columns != 16'd0))};
          default: begin
            if ((number >= 32) && (number < 32 + 4 * Layers)) begin
              case (number[1:0])
                2'd0: {listed, fits} = {1'b1, (low >= 1) && (low <= 1 << IndexW) && (high >= 1) && (high <= Tiles * Slots)};
                2'd1: {listed, fits} = {1'b1, (low >= 1) && (low + high <= Slots)};
                2'd2: {listed, fits} = {1'b1, (Recompute != 0) || (dat_i < WeightDepth)};
                default: {listed, fits} = {Recompute != 0, dat_i <= 15};
              endcase
            end
          end
        endcase
        served = listed && (we_i ? fits && idle_i : idle_i || (number < 32));
      end
      2'd1: served = idle_i && (Recompute == 0) && (adr_i[25:18] < Tiles) && (adr_i[17:0] < WeightDepth);
      2'd2: begin
        case (adr_i[3:0])
          4'd0, 4'd1, 4'd2, 4'd3, 4'd4: fits = (k >= 2048) && (k <= 8192);
          4'd5, 4'd6, 4'd7, 4'd8, 4'd9: fits = (k >= 256) && (k <= 4096);
          default: fits = (k >= 256) && (k <= 8192);
        endcase
        served = idle_i && (adr_i[25:18] < Tiles) && (slot < Slots) && (adr_i[3:0] != 4'd15) && (!we_i || fits);
      end
      default: served = idle_i && (LearnK != 0) && (adr_i[25:18] < Tiles) && (slot < Slots) && (adr_i[3:0] != 4'd15);
    endcase
  end

  // ---- a request: how long it has waited, whether it is to be served (decided one cycle after it came), what it asked for
  logic        request, answer, writes, served_q, asked_q;
  logic [3:0]  wait_q;
  logic [60:0] ask_q;
  logic        idle_q, lock_q;
  assign request = cyc_i && stb_i;
  assign answer  = ack || err;
  assign writes  = weight_we || param_we || mean_we || table_we || random_set;
  always_ff @(posedge clk_i) begin
    asked_q <= started_q && request && !answer;
    ask_q   <= {we_i, adr_i, dat_i};
    idle_q  <= idle_i;
    lock_q  <= lock && started_q;
    wait_q  <= !started_q || !request || answer ? 4'd0 : wait_q + 4'd1;
    if (wait_q == 4'd1) served_q <= served;
  end

  // Everything that the host can write here, to see it change.
  logic [126:0] state, state_q;
  assign state = {layers, steps, leak, eta, on, off, nearest, columns, rows, shift, sets, gain_p, gain_i};
  logic act_q;
  always_ff @(posedge clk_i) begin
    state_q <= state;
    act_q   <= started_q && request && (wait_q == 4'd2) && we_i;
  end
  logic begun_q = 1'b0;
  always_ff @(posedge clk_i) begun_q <= started_q;

  // The counters, to their last bit, which no test lives to see.
  (* hierconn *) wire [31:0] \u_bus.cycles_q ;
  (* hierconn *) wire [31:0] \u_bus.multiplies_q ;
  (* hierconn *) wire [31:0] \u_bus.samples_q ;
  (* hierconn *) wire [31:0] \u_bus.trained_q ;
  logic [31:0] cycles, multiplies, samples, trained;
  always_ff @(posedge clk_i) begin
    cycles     <= \u_bus.cycles_q + 32'(!idle_i);
    multiplies <= \u_bus.multiplies_q + (AllCounters != 0 ? 32'(busy_i) : 32'd0);
    samples    <= \u_bus.samples_q + 32'((AllCounters != 0) && finished_i);
    trained    <= \u_bus.trained_q + 32'(finished_i && learned_i);
  end

  // What the table last showed the host in this request.
  logic        shown_q;
  logic [31:0] shown;
  always_ff @(posedge clk_i) begin
    shown_q <= started_q && request && !answer && (table_host || shown_q);
    if (table_host) shown <= table_i;
  end

  (* hierconn *) wire [2:0] \u_bus.state_q ;
  (* hierconn *) wire \u_bus.ok_q ;
  (* hierconn *) wire \u_bus.memory_q ;
  localparam logic [2:0] Ready = 3'd0, Decide = 3'd1, Act = 3'd2, Fetch = 3'd3, Answer = 3'd4;
  logic memory;
  assign memory = region != 2'd0;
  always_comb begin
    // The sequencer: while the core is taken no sample begins (formal_sequencer).
    assume (!lock_q || !idle_q || idle_i);
    assume (!asked_q || !request || (ask_q == {we_i, adr_i, dat_i}));
    assume (!asked_q || request || (Polite == 0));
    if (started_q && begun_q) begin
      counted: assert ((\u_bus.cycles_q == cycles) && (\u_bus.multiplies_q == multiplies) &&
                       (\u_bus.samples_q == samples) && (\u_bus.trained_q == trained));
    end
    if (started_q && (Free == 0)) begin
      never_both: assert (!(ack && err));
      taken:      assert (lock == (\u_bus.state_q != Ready));
      alone:      assert (!writes || (request && idle_i && we_i));
      host_only:  assert (!mem || idle_i);
      one_memory: assert ((2'(weight_we) + 2'(param_we) + 2'(mean_we) <= 2'd1));
      if (begun_q) begin
        unchanged: assert ((state == state_q) || act_q);
        answered_once: assert (!answer || (asked_q && (\u_bus.state_q == Answer)));
      end
      if (Polite != 0) begin
        steps_taken: assert (\u_bus.state_q == (wait_q == 4'd0 ? Ready : wait_q == 4'd1 ? Decide : wait_q == 4'd2 ? Act :
                             (wait_q == 4'd3) && \u_bus.memory_q ? Fetch : Answer));
        in_time:     assert (wait_q <= 4'd4);
        decided:     assert ((wait_q < 4'd2) || ((\u_bus.ok_q == served_q) && (\u_bus.memory_q == (served_q && memory))));
        map:         assert (!answer || ((ack == served_q) && (err == !served_q)));
        due:         assert (!request || (answer == ((wait_q == 4'd3) && !(served_q && memory) || (wait_q == 4'd4))));
        line_read:   assert (!ack || we_i || (region != 2'd0) || (number < 32) || (shown_q && (rdata == shown)));
        refused:     assert (!writes || ((wait_q == 4'd2) && served_q));
        carried_out: assert (!((wait_q == 4'd2) && served_q && we_i && memory) ||
                             ({weight_we, param_we, mean_we} == {region == 2'd1, region == 2'd2, region == 2'd3}));
        right_place: assert (!mem || ((tile == adr_i[25:18]) && (address == adr_i[17:0]) && (wdata == dat_i)));
      end
    end
  end
endmodule
