#!/usr/bin/env bash
# The report of all mutants, docs/results/mutation.json, and its tables in docs/mutation.md, from what run.sh and text.sh left.
# usage: report.sh BUILD           writes both; exit code 1 if a mutant is neither found nor proved nor explained, or a reason is stale
#        report.sh --check BUILD   the same runs must have given the published report
#        report.sh --page          the page must be what the published report gives, and nothing may be open; nothing is run
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
published=$root/docs/results/mutation.json page=$root/docs/mutation.md
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
stop() { echo "report.sh: $1" >&2; exit "${2:-2}"; }

tables() { # REPORT PAGE
    local part
    for part in modules files explained; do
        jq -r --arg part "$part" -f "$here/tables.jq" "$1" | "$root/tools/put_table.sh" "$2" "$part"
    done
}
nothing_open() { # REPORT
    [[ $(jq '.open + .stale | length' "$1") == 0 ]] || stop "$(jq -r '(.open[] | "neither found, proved nor explained: \(.)"),
        (.stale[] | "explained in equivalent.jsonl, but found, proved or gone: \(.)")' "$1")" 1
}
if [[ ${1-} == --page ]]; then
    cp "$page" "$folder/page.md"
    tables "$published" "$folder/page.md"
    cmp -s "$page" "$folder/page.md" || { diff "$page" "$folder/page.md" >&2 || true; stop "docs/mutation.md is not what docs/results/mutation.json gives" 1; }
    nothing_open "$published"
    exit
fi
check=no
[[ ${1-} != --check ]] || { check=yes; shift; }
[[ $# == 1 && -d $1/tests/mutation ]] || stop "usage: report.sh [--check] BUILD"
runs=$1/tests/mutation
designs=()
for list in "$runs"/mutants_*.jsonl; do
    design=$(basename "$list" .jsonl) design=${design#mutants_}
    [[ -s $runs/$design.jsonl ]] || stop "$runs/$design.jsonl is missing: ctest --test-dir BUILD -R mutation"
    jq -n --arg design "$design" --slurpfile list "$list" --slurpfile results "$runs/$design.jsonl" '$ARGS.named' >"$folder/$design.json"
    designs+=("$folder/$design.json")
done
jq -n --slurpfile designs <(cat "${designs[@]}") --slurpfile texts <(cat "$runs"/text_*.jsonl) --slurpfile reasons "$here/equivalent.jsonl" \
    --argjson versions "{\"yosys\":\"$(yosys -V | cut -d' ' -f2)\",\"verilator\":\"$(verilator --version | cut -d' ' -f2)\"}" \
    -f "$here/report.jq" >"$folder/mutation.json"
jq -r '"RTL: \(.rtl | "\(.mutants) mutants, \(.killed) found, \(.proved) proved equivalent, \(.explained) explained")",
    "C++: \(.text | "\(.mutants) mutants, \(.killed) found, \(.explained) explained")"' "$folder/mutation.json"
if [[ $check == yes ]]; then
    cmp "$folder/mutation.json" "$published" >&2 || stop "docs/results/mutation.json is not what the runs gave" 1
else
    cp "$folder/mutation.json" "$published.part" && mv "$published.part" "$published"
    tables "$published" "$page"
fi
nothing_open "$folder/mutation.json"
