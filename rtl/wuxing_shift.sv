// Moves the events of a sample by (dx, dy) within the frame (contract, section 9, "Moved samples"); what leaves the frame
// is dropped. Both come from R, which stays as it is while a sample is received.
//
// An event stays here for one cycle. Its row is found without a divider: indices ascend, so rows are stepped, one a cycle,
// until the event's index lies before the end of the row; hold_o keeps the next beat away meanwhile. M = 0: no steps.
module wuxing_shift #(
  parameter int IndexW = 10
) (
  input  logic               clk_i,
  input  logic               rst_ni,
  input  logic [15:0]        columns_i,  // of the frame, 1..32768 where M > 0
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
  // ---- distances, two cycles after R, M or the frame: ((2M + 1) r >> 16) - M, without a multiplier
  function automatic logic [19:0] scaled(logic [2:0] most, logic [15:0] r);
    scaled = {4'b0, r} + (most[0] ? {3'b0, r, 1'b0} : 20'd0) + (most[1] ? {2'b0, r, 2'b0} : 20'd0) +
             (most[2] ? {1'b0, r, 3'b0} : 20'd0);
  endfunction

  logic [19:0]        scaled_x, scaled_y;
  logic signed [3:0]  dx_q, dy_q;
  logic [IndexW-1:0]  columns, by1, by2, by4, by8, distance_q;  // distance = dy columns + dx, modulo 2^IndexW

  assign scaled_x = scaled(most_i, random_i[15:0]);
  assign scaled_y = scaled(most_i, random_i[31:16]);
  assign columns  = columns_i[IndexW-1:0];
  assign by1      = dy_q[0] ? columns : '0;
  assign by2      = dy_q[1] ? columns << 1 : '0;
  assign by4      = dy_q[2] ? columns << 2 : '0;
  assign by8      = dy_q[3] ? columns << 3 : '0;

  always_ff @(posedge clk_i) begin
    dx_q       <= scaled_x[19:16] - {1'b0, most_i};
    dy_q       <= scaled_y[19:16] - {1'b0, most_i};
    distance_q <= by1 + by2 + by4 - by8 + IndexW'(dx_q);
  end

  // ---- the event and its row
  logic               valid_q, moved, row_before;
  logic [IndexW-1:0]  index_q, row_q;
  logic signed [15:0] x_q;
  logic [15:0]        end_q;               // first index behind the row
  logic signed [16:0] beyond;              // index - end: below zero in the row

  assign moved      = most_i != 3'd0;
  assign beyond     = 17'(index_q) - 17'(end_q);
  assign row_before = !beyond[16];
  assign hold_o     = valid_q && moved && row_before;

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
      end_q <= columns_i;
    end else if (hold_o) begin
      row_q <= row_q + IndexW'(1);
      end_q <= end_q + columns_i;
    end
  end

  // ---- where it goes
  logic signed [16:0] row, column, from_left;  // column counts from the end of the row, from_left from its start
  logic               kept;

  assign row       = $signed(17'(row_q)) + 17'(dy_q);
  assign column    = beyond + 17'(dx_q);
  assign from_left = column + $signed(17'(columns_i));
  assign kept      = column[16] && !from_left[16] && !row[16] && (row[15:0] < rows_i);

  assign store_o = valid_q && (!moved || (!row_before && kept));
  assign index_o = index_q + distance_q;
  assign x_o     = x_q;
endmodule
