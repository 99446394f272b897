# What a published report must not have: figures below their floors, or parts of the RTL uncovered without a reason. Argument: floors
include "floors";
[below_floors(.totals; $floors[0]),
 (.totals.rtl | to_entries[] | select(.value.covered + .value.explained != .value.total) | "rtl, \(.key): uncovered without a reason")]
| join("; ")
