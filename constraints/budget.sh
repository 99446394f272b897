#!/usr/bin/env bash
# What place and route took, beside the committed budget and the limits of the part and of the design. With the tools that the budget was
# made with, counts must be those of the budget and the median clock of five seeds no lower, within its tolerances; with others only the
# limits count. Prints a table and keeps it as OUTPUT, JSON, and beside it as text. Exit codes: 1 beyond, 2 a file or a tool is missing.
# usage: budget.sh BUDGET OUTPUT REPORT...   reports of nextpnr (--report), one a seed, or one of --pack-only
set -euo pipefail
[[ $# -ge 3 ]] || { echo "usage: budget.sh BUDGET OUTPUT REPORT..." >&2; exit 2; }
budget=$1 output=$2
shift 2
for file in "$budget" "$@"; do [[ -s $file ]] || { echo "budget.sh: $file is missing or empty" >&2; exit 2; }; done
here=$(dirname "${BASH_SOURCE[0]}")
for tool in "${YOSYS:=yosys}" "${NEXTPNR:=nextpnr-ice40}" jq; do command -v "$tool" > /dev/null || { echo "budget.sh: $tool is missing" >&2; exit 2; }; done
yosys=$("$YOSYS" -V | sed 's/^Yosys \([^ ]*\).*/\1/')
nextpnr=$("$NEXTPNR" --version 2>&1 | sed 's/.*(Version \(.*\))/\1/')
tools=$(jq -n --arg yosys "$yosys" --arg nextpnr "$nextpnr" '{$yosys, "nextpnr-ice40": $nextpnr}')
result=$(jq -s -f "$here/budget.jq" "$budget" <(echo "$tools") "$@") ||
    { echo "budget.sh: one of these is no budget or no report of nextpnr: $budget $*" >&2; exit 2; }
echo "$result" > "$output.part"
mv "$output.part" "$output"
jq -r 'def left: "\(.)               " | .[:15]; def right: "          \(.)" | .[-10:];
       "                    taken    budget     limit",
       (.rows[] | "\(.name | left)\(.taken | right)\(.budget | right)\(.limit | right)\(if .kept then "" else "  BEYOND" end)"),
       (if (.clocks | length) > 1 then "clock by seed, MHz: \(.clocks | map(tostring) | join(", "))" else empty end),
       (if .same then empty else "tools: \(.tools | tojson), not those of the budget, \(.expected | tojson): only the limits count" end)' <<< "$result" | tee "${output%.json}.txt"
jq -e '.rows | all(.kept)' <<< "$result" > /dev/null || { echo "budget.sh: beyond $budget" >&2; exit 1; }
