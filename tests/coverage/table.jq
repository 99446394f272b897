# The report of judge.jq as the table of docs/coverage.md.
def cell: if . == null then "" else "\(.covered) of \(.total)" + (if .explained > 0 then ", \(.explained) explained" else "" end) end;
def percent: if . == null or .total == 0 then "" else "\(10000 * .covered / .total | floor / 100) %" end;
def row($name; $kinds): "| \($name) | " + ([.[$kinds[]] | cell] | join(" | ")) + " |";
["line", "bit", "point"] as $rtl | ["line", "branch"] as $model | . as $report
| "| RTL | lines | bits | points |", "|---|---|---|---|",
  ($report.totals.rtl | "| all, covered by the tests | " + ([.[$rtl[]] | percent] | join(" | ")) + " |"),
  ($report.totals.rtl | row("all"; $rtl)),
  ($report.files[] | select(.file | startswith("rtl/")) | row("`\(.file | ltrimstr("rtl/") | rtrimstr(".sv"))`"; $rtl)),
  (select(.totals.model) | "", "| C++ | lines | branches |", "|---|---|---|",
    (.totals.model | "| all, covered by the tests | " + ([.[$model[]] | percent] | join(" | ")) + " |"),
    (.totals.model | row("all"; $model)),
    (.files[] | select(.file | startswith("rtl/") | not) | row("`\(.file)`"; $model)))
