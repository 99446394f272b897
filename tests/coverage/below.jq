# What a published report must not have: figures below their floors, or anything but branches uncovered without a reason. Argument: floors
include "floors";
[below_floors(.totals; $floors[0]),
 (.totals | to_entries[] | .key as $part | .value | to_entries[]
  | select(.key != "branch" and .value.covered + .value.explained != .value.total) | "\($part), \(.key): uncovered without a reason")]
| join("; ")
