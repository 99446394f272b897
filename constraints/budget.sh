#!/usr/bin/env bash
# What place and route took, beside the committed budget; a count above it or a clock below it fails.
# usage: budget.sh BUDGET REPORT...   reports of nextpnr (--report), one a seed; prints a table and writes budget.json here
set -euo pipefail
[[ $# -ge 2 ]] || { echo "usage: budget.sh BUDGET REPORT..." >&2; exit 2; }
for file in "$@"; do [[ -s $file ]] || { echo "budget.sh: $file is missing or empty" >&2; exit 2; }; done
here=$(dirname "${BASH_SOURCE[0]}")
result=$(jq -s -f "$here/budget.jq" "$@") || { echo "budget.sh: one of these is no report of nextpnr: ${*:2}" >&2; exit 2; }
echo "$result" > budget.json.part
mv budget.json.part budget.json
jq -r '"                      taken     budget", (.rows[] | "\(.name + "                    " | .[:20])\("        \(.taken)" | .[-7:])    \("       \(.budget)" | .[-7:])  \(if .kept then "" else "BEYOND" end)"),
       "clock by seed, MHz    \(.clocks | map(tostring) | join(", "))"' <<< "$result"
jq -e '.rows | all(.kept)' <<< "$result" > /dev/null || { echo "budget.sh: beyond the budget of $1" >&2; exit 1; }
