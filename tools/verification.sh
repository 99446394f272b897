#!/usr/bin/env bash
# The table of docs/verification.md from CTest's list of cases and the published reports.
# usage: tools/verification.sh [--check] [--build DIR]      --check: the page must be what they give
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
stop() { echo "verification.sh: $1" >&2; exit "${2:-2}"; }
build=$root/build check=no
while [[ $# -gt 0 ]]; do
    case $1 in
        --check) check=yes; shift ;;
        -h | --help) sed -n '2,/^set/s/^# //p' "$0"; exit 0 ;;
        --build) build=${2:-}; shift 2 || stop "--build needs a folder" ;;
        *) stop "unknown option $1; --check and --build DIR are possible" ;;
    esac
done
[[ -e $build/CTestTestfile.cmake ]] || stop "$build: not built; cmake -S . -B build && cmake --build build"
results=$root/docs/results page=$root/docs/verification.md
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

ctest --test-dir "$build" --show-only=json-v1 >"$folder/cases.json"
! grep -q '_NOT_BUILT' "$folder/cases.json" || stop "not all tests are built: cmake --build $build"
jq -nr --slurpfile cases "$folder/cases.json" --slurpfile epoch "$results/epoch.json" --slurpfile epoch_k "$results/epoch_k.json" \
    --slurpfile campaign "$results/campaign.jsonl" --slurpfile lockstep "$results/lockstep.jsonl" \
    --slurpfile faults "$results/faults_lockstep.jsonl" --slurpfile coverage "$results/coverage.json" \
    -f "$root/tools/verification.jq" >"$folder/table"
cp "$page" "$folder/page.md"
"$root/tools/put_table.sh" "$folder/page.md" numbers <"$folder/table"
if [[ $check == yes ]]; then
    diff "$page" "$folder/page.md" >&2 || stop "docs/verification.md is not what cases and reports give; run tools/verification.sh" 1
elif ! cmp -s "$page" "$folder/page.md"; then
    cp "$folder/page.md" "$page.part" && mv "$page.part" "$page"
fi
