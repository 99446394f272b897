// Moves the events of a sample by (dx, dy) within the frame (contract, section 9, "Moved samples"); what leaves the frame
// is dropped. Both come from R, which stays as it is while a sample is received.
//
// The distances are counted while the first event of a sample waits: 2M + 1 times r is added to itself, modulo 2^16, first the
// half of R for dx, then the one for dy; the carries are ((2M + 1) r) >> 16. M of them are taken off on the way. The distance on the
// index grows along: by 1 with dx, by a row with dy. So there is no multiplier, and an adder for each.
//
// An event stays here for one cycle. Its row is found without a divider: indices ascend, so rows are stepped, one a cycle,
// until the event's index lies before the end of the row; hold_o keeps the next beat away meanwhile. M = 0: no steps.
module wuxing_shift #(
  parameter int IndexW = 10
) (
  input  logic               clk_i,
  input  logic               rst_ni,
  input  logic [15:0]        columns_i,  // of the frame, 1..2^IndexW where M > 0
  input  logic [15:0]        rows_i,
  input  logic [2:0]         most_i,     // M: greatest shift
  input  logic [31:0]        random_i,   // R
  input  logic               idle_i,     // no sample in work
  input  logic               store_i,    // an event, not while hold_o
  input  logic [IndexW-1:0]  index_i,
  input  logic signed [15:0] x_i,        // Q3.12
  output logic               hold_o,     // take no beat
  output logic               store_o,
  output logic [IndexW-1:0]  index_o,
  output logic signed [15:0] x_o         // Q3.12
);
  localparam int CountW = IndexW + 1;  // a number of columns or rows
  localparam int PlaceW = IndexW + 2;  // and a sign

  logic [CountW-1:0] columns, rows;
  assign columns = columns_i[CountW-1:0];
  assign rows    = rows_i[CountW-1:0];

  // ---- distances
  logic              valid_q, moved, ready, vertical_q, carry, less;
  logic [4:0]        count_q;               // additions done, of both halves
  logic [15:0]       random, sum_q;
  logic [16:0]       sum;
  logic [IndexW-1:0] distance_q, unit, change;
  logic [IndexW:0]   distance;
  logic signed [3:0] dx_q, dy_q, present;
  logic [3:0]        turns;                 // 2M + 1, less one
  logic              last;

  assign moved   = most_i != 3'd0;
  assign turns   = {most_i, 1'b0};
  assign last    = count_q[3:0] == turns;
  assign ready   = count_q[4];
  assign random  = vertical_q ? random_i[31:16] : random_i[15:0];
  assign sum     = {1'b0, sum_q} + {1'b0, random};
  assign carry   = sum[16];
  assign less    = count_q[3:0] < {1'b0, most_i};
  assign unit    = vertical_q ? columns[IndexW-1:0] : IndexW'(1);
  assign change  = carry == less ? '0 : less ? ~unit : unit;
  // A step back is the complement and one more, carried in from below.
  assign distance = {distance_q, 1'b1} + {change, less && !carry};
  assign present  = (vertical_q ? dy_q : dx_q) + (carry == less ? 4'sd0 : less ? -4'sd1 : 4'sd1);

  always_ff @(posedge clk_i) begin
    if (idle_i) begin
      count_q    <= 5'd0;
      vertical_q <= 1'b0;
      sum_q      <= 16'd0;
      dx_q       <= 4'd0;
      dy_q       <= 4'd0;
      distance_q <= '0;
    end else if (valid_q && !ready) begin
      count_q    <= last ? {vertical_q, 4'd0} : count_q + 5'd1;
      vertical_q <= vertical_q || last;
      sum_q      <= last ? 16'd0 : sum[15:0];
      distance_q <= distance[IndexW:1];
      if (vertical_q) dy_q <= present;
      else dx_q <= present;
    end
  end

  // ---- the event and its row
  logic                     row_before;
  logic [IndexW-1:0]        index_q, row_q;
  logic signed [15:0]       x_q;
  logic [CountW-1:0]        end_q;   // first index behind the row
  logic signed [PlaceW-1:0] beyond;  // index - end: below zero in the row

  assign beyond     = PlaceW'(index_q) - PlaceW'(end_q);
  assign row_before = !beyond[PlaceW-1];
  assign hold_o     = valid_q && moved && (!ready || row_before);

  always_ff @(posedge clk_i or negedge rst_ni) begin
    if (!rst_ni) valid_q <= 1'b0;
    else valid_q <= store_i || hold_o;
  end

  always_ff @(posedge clk_i) begin
    if (store_i) begin
      index_q <= index_i;
      x_q     <= x_i;
    end
    if (idle_i) begin
      row_q <= '0;
      end_q <= columns;
    end else if (valid_q && row_before) begin
      row_q <= row_q + IndexW'(1);
      end_q <= end_q + columns;
    end
  end

  // ---- where it goes
  logic signed [PlaceW-1:0] row, column, from_left;  // column counts from the end of the row, from_left from its start
  logic signed [PlaceW-1:0] width_q;                 // columns + dx, which is there long before dy
  logic                     kept;

  assign row       = $signed(PlaceW'(row_q)) + PlaceW'(dy_q);
  assign column    = beyond + PlaceW'(dx_q);
  assign from_left = beyond + width_q;
  assign kept      = column[PlaceW-1] && !from_left[PlaceW-1] && !row[PlaceW-1] && (row[CountW-1:0] < rows);

  always_ff @(posedge clk_i) width_q <= $signed(PlaceW'(columns)) + PlaceW'(dx_q);

  assign store_o = valid_q && (!moved || (ready && !row_before && kept));
  assign index_o = index_q + distance_q;
  assign x_o     = x_q;

  logic unused_frame;  // a frame has no more columns or rows than a layer has inputs
  assign unused_frame = ^{columns_i, rows_i};
endmodule
