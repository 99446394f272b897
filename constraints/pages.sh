#!/usr/bin/env bash
# The table of what the UP5K's bitstreams take, from the committed budgets, in README.md and docs/board.md.
# usage: pages.sh            write it there
#        pages.sh --check    change nothing; exit code 1 if a page says something else
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[[ $# == 0 || ($# == 1 && $1 == --check) ]] || { echo "usage: pages.sh [--check]" >&2; exit 2; }

block=$(
    echo '<!-- board -->'
    jq -rn --slurpfile c constraints/up5k_budget.json --slurpfile k constraints/up5k_k_budget.json '
        def commas: tostring | if length > 3 then .[:-3] + "," + .[-3:] else . end;
        def row($target; $what): "| `\($target)` | \($what) | \(.taken["logic cells"] | commas) of 5,280 | \(.taken.DSP) of 8 | \(.taken["block RAM"]) of 30 | \(.taken.SPRAM) of 4 | \(.taken["clock, MHz"]) MHz |";
        "| target, iCE40 UP5K | | logic cells | DSP | block RAM | SPRAM | clock, median of 5 seeds |", "|---|---|---|---|---|---|---|",
        ($c[0] | row("fpga-up5k"; "learns C, 784-80-10, 4 tiles")), ($k[0] | row("fpga-up5k-k"; "learns C and K, 784-50-10, 2 tiles")),
        "", "Board and all, routed, by Yosys \($c[0].tools.yosys) and nextpnr-ice40 \($c[0].tools["nextpnr-ice40"]); the design runs at 24 MHz."'
    echo '<!-- end of board -->'
)
for page in README.md docs/board.md; do
    [[ $(grep -Ex '<!-- (end of )?board -->' "$page" | tr -d '\n') == '<!-- board --><!-- end of board -->' ]] || { echo "pages.sh: $page has no place for the table" >&2; exit 1; }
    new=$(awk -v block="$block" '/^<!-- board -->$/ { print block; inside = 1 } !inside { print } /^<!-- end of board -->$/ { inside = 0 }' "$page")
    if [[ $# == 1 ]]; then
        diff "$page" <(echo "$new") >&2 || { echo "pages.sh: $page does not say what the budgets say" >&2; exit 1; }
    else
        echo "$new" > "$page.part"
        mv "$page.part" "$page"
    fi
done
