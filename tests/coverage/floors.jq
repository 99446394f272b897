# Figures below their floors, a line each; what was not measured is 0 %. totals, floors: by part and kind
def below_floors($totals; $floors): $floors | to_entries[] | .key as $part | .value | to_entries[] | .key as $kind
  | ($totals[$part][$kind] // {covered: 0, total: 0} | if .total == 0 then 0 else 100 * .covered / .total end) as $share
  | select($share < .value) | "\($part), \($kind): \($share * 100 | floor / 100) % covered, the floor is \(.value) %";
