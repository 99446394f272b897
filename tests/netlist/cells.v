// Tables and carries of the iCE40 as Yosys' own cells, for comparing what lies between the memory elements.
(* techmap_celltype = "SB_LUT4" *)
module table_of_four(output O, input I0, I1, I2, I3);
  parameter [15:0] LUT_INIT = 0;
  \$lut #(.WIDTH(4), .LUT(LUT_INIT)) _TECHMAP_REPLACE_ (.A({I3, I2, I1, I0}), .Y(O));
endmodule
(* techmap_celltype = "SB_CARRY" *)
module carry(output CO, input I0, I1, CI);
  \$lut #(.WIDTH(3), .LUT(8'he8)) _TECHMAP_REPLACE_ (.A({CI, I1, I0}), .Y(CO));
endmodule
