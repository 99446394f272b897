# Input: the budget, then reports of nextpnr. Output: rows of name, what was taken (clock: the median), the budget, and whether it was kept.
.[0] as $budget | .[1:] as $reports
| def hundredths: . * 100 | round / 100;
  [$reports[] | .fmax | to_entries | if length == 0 then error("no clock") else map(.value.achieved) | min end | hundredths] as $clocks
| ($clocks | sort | .[(length - 1) / 2 | floor]) as $clock
| def used($cell): $reports[0].utilization[$cell].used // error("no \($cell)");
  def most($name; $cell): {$name, taken: used($cell), budget: $budget[$name], kept: (used($cell) <= $budget[$name])};
  {rows: [most("logic cells"; "ICESTORM_LC"), most("DSP"; "ICESTORM_DSP"), most("block RAM"; "ICESTORM_RAM"),
          most("SPRAM"; "ICESTORM_SPRAM"),
          {name: "clock, MHz, median", taken: $clock, budget: $budget["clock, MHz, median"], kept: ($clock >= $budget["clock, MHz, median"])}],
   $clocks}
