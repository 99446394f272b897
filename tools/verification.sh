#!/usr/bin/env bash
# The tables of docs/verification.md: its numbers from CTest's list of cases and the published reports, its plan from tests/plan.jsonl, in
# which every line is a claim and says which cases check it: of a CTest label, those whose names match, but for some. Every claim must
# have cases, and every case a claim.
# usage: tools/verification.sh [--build DIR]             writes the tables
#        tools/verification.sh --check [--build DIR]     the page must be what they give
#        tools/verification.sh --run N [--build DIR]     runs the cases of claim N
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
stop() { echo "verification.sh: $1" >&2; exit "${2:-2}"; }
build=$root/build check=no run=
while [[ $# -gt 0 ]]; do
    case $1 in
        --check) check=yes; shift ;;
        --run) run=${2:-}; shift 2 || stop "--run needs the number of a claim" ;;
        -h | --help) sed -n '2,/^set/s/^# //p' "$0"; exit 0 ;;
        --build) build=${2:-}; shift 2 || stop "--build needs a folder" ;;
        *) stop "unknown option $1; --check, --run N and --build DIR are possible" ;;
    esac
done
[[ -e $build/CTestTestfile.cmake ]] || stop "$build: not built; cmake -S . -B build && cmake --build build"
# each_choice CLAIM OPTION...: ctest for the cases of a claim, once for each choice of them
readonly plan=$root/tests/plan.jsonl
claims=$(wc -l <"$plan")
each_choice() {
    local options failed=0
    while IFS= read -r options; do
        eval "ctest --test-dir \"\$build\" $options \"\${@:2}\"" || failed=1
    done < <(jq -r --argjson n "$1" --slurp '.[$n - 1].cases[] | ["-L", "^\(.label)$", (.match // empty | "-R", .), (.not // empty | "-E", .)] | @sh' "$plan")
    return $failed
}
if [[ $run ]]; then
    [[ $run =~ ^[1-9][0-9]*$ && $run -le $claims ]] || stop "--run $run: there are claims 1 to $claims"
    each_choice "$run" --output-on-failure --no-tests=error && exit 0 || exit 1
fi

results=$root/docs/results page=$root/docs/verification.md
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

ctest --test-dir "$build" --show-only=json-v1 >"$folder/cases.json"
! grep -q '_NOT_BUILT' "$folder/cases.json" || stop "not all tests are built: cmake --build $build"
jq -nr --slurpfile cases "$folder/cases.json" --slurpfile epoch "$results/epoch.json" --slurpfile epoch_k "$results/epoch_k.json" \
    --slurpfile campaign "$results/campaign.jsonl" --slurpfile lockstep "$results/lockstep.jsonl" \
    --slurpfile faults "$results/faults_lockstep.jsonl" --slurpfile coverage "$results/coverage.json" \
    -f "$root/tools/verification.jq" >"$folder/table"
: >"$folder/counts" && : >"$folder/claimed"
for ((n = 1; n <= claims; ++n)); do
    each_choice "$n" -FA '.*' --show-only=json-v1 | jq -c '.tests[] | {name, label: [.properties[] | select(.name == "LABELS").value[]][0]}' >"$folder/some"
    [[ -s $folder/some ]] || stop "tests/plan.jsonl: no case checks claim $n" 1
    jq -sc . "$folder/some" >>"$folder/counts"
    jq -r .name "$folder/some" >>"$folder/claimed"
done
unclaimed=$(jq -r '.tests[].name' "$folder/cases.json" | sort -u | grep -vxFf "$folder/claimed" | head -n 3 || true)
[[ -z $unclaimed ]] || stop "tests/plan.jsonl: cases of no claim: $unclaimed" 1
cp "$page" "$folder/page.md"
"$root/tools/put_table.sh" "$folder/page.md" numbers <"$folder/table"
jq -nr --slurpfile plan "$plan" --slurpfile counts "$folder/counts" -f "$root/tools/verification_plan.jq" >"$folder/table"
"$root/tools/put_table.sh" "$folder/page.md" plan <"$folder/table"
if [[ $check == yes ]]; then
    diff "$page" "$folder/page.md" >&2 || stop "docs/verification.md is not what cases and reports give; run tools/verification.sh" 1
elif ! cmp -s "$page" "$folder/page.md"; then
    cp "$folder/page.md" "$page.part" && mv "$page.part" "$page"
fi
