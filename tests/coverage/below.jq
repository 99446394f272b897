# What a published report must not have: figures below their floors, or parts of the RTL uncovered without a reason. Argument: floors
.totals as $totals
| ([$floors[0] | to_entries[] | .key as $part | .value | to_entries[] | .key as $kind | $totals[$part][$kind] as $t
    | if $t == null or $t.total == 0 then "\($part), \($kind): nothing measured"
      elif 100 * $t.covered / $t.total < .value then "\($part), \($kind): \($t.covered) of \($t.total), the floor is \(.value) %"
      else empty end]
  + [$totals.rtl | to_entries[] | select(.value.covered + .value.explained != .value.total) | "rtl, \(.key): uncovered without a reason"])
| join("; ")
