# Input: the budget, the tools that were used, then reports of nextpnr, one a seed, or one of packing alone, which has no clock.
# Output: the tools as they should be and are, whether they are the same, the clock of each seed, and rows: name, what was taken (clock: the
# median), the budget, the limit, and whether both are kept. The budget counts only for the tools that it was made with.
.[0] as $budget | .[1] as $tools | .[2:] as $reports
| ($budget.tools == $tools) as $same
| [$reports[] | .fmax // {} | [.[].achieved | . * 100 | round / 100] | if length > 1 then error("more than one clock") else .[] end] as $clocks
| def used($cell): $reports[0].utilization[$cell].used // error("no \($cell)");
  def row($name; $taken; $kept): {$name, $taken, budget: $budget.taken[$name], limit: $budget.limits[$name], $kept};
  def most($name; $cell): used($cell) as $taken | row($name; $taken;
    $taken <= $budget.limits[$name] and (($same | not) or
      (($taken - $budget.taken[$name]) | fabs) <= ($budget.tolerances[$name] // 0) * $budget.taken[$name]));
  # One seed is not compared with a median.
  def clock: "clock, MHz" as $name | ($clocks | sort | .[(length - 1) / 2 | floor]) as $taken | row($name; $taken;
    $taken >= $budget.limits[$name] and (($same | not) or ($clocks | length) < 5 or
      $taken >= $budget.taken[$name] * (1 - $budget.tolerances[$name])));
  {expected: $budget.tools, $tools, $same, $clocks,
   rows: [most("logic cells"; "ICESTORM_LC"), most("DSP"; "ICESTORM_DSP"), most("block RAM"; "ICESTORM_RAM"),
          most("SPRAM"; "ICESTORM_SPRAM"), (if ($clocks | length) > 0 then clock else empty end)]}
