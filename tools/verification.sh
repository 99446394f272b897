#!/usr/bin/env bash
# The tables of docs/verification.md: its numbers from CTest's list of cases and the published reports, its plan from tests/plan.jsonl, in
# which every line is a claim and says which cases check it: of a CTest label, those whose names match, but for some. Every claim must
# have cases, and every case a claim.
# usage: tools/verification.sh [--build DIR]             writes the tables
#        tools/verification.sh --check [--build DIR]     the page must be what they give
#        tools/verification.sh --run N [--campaign] [--build DIR]     runs the cases of claim N, of the campaign only if asked
#        tools/verification.sh --record FILE...          FILE, which ./test.sh leaves in build/tests.xml, becomes the run that the tables
#                                                        report, docs/results/tests.json; further files are of cases run again
#        --plan FILE: another plan
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
stop() { echo "verification.sh: $1" >&2; exit "${2:-2}"; }
build=$root/build check=no run= record=() campaign=no plan=$root/tests/plan.jsonl
while [[ $# -gt 0 ]]; do
    case $1 in
        --check) check=yes; shift ;;
        --campaign) campaign=yes; shift ;;
        --plan) plan=${2:-}; shift 2 || stop "--plan needs a file" ;;
        --record) record=("${@:2}"); [[ ${record[0]-} ]] || stop "--record needs a file"; shift $# ;;
        --run) run=${2:-}; [[ $run ]] || stop "--run needs the number of a claim"; shift 2 ;;
        -h | --help) sed -n '2,/^set/s/^# //p' "$0"; exit 0 ;;
        --build) build=${2:-}; shift 2 || stop "--build needs a folder" ;;
        *) stop "unknown option $1; --check, --run N, --record FILE..., --campaign, --build DIR and --plan FILE are possible" ;;
    esac
done
recorded=$root/docs/results/tests.json
if [[ ${#record[@]} -gt 0 ]]; then
    # CTest's JUnit: a line each case, "run" if it passed. Of a case in several files the last counts.
    for program in cmake g++ verilator yosys; do command -v "$program" >/dev/null || stop "$program is missing"; done
    : >"$recorded.cases"
    trap 'rm -f "$recorded.cases" "$recorded.part"' EXIT
    date=
    for file in "${record[@]}"; do
        [[ -f $file ]] || stop "there is no $file; ./test.sh leaves one"
        cases=$(sed -nE 's/.*<testcase name="([^"]*)".* status="([a-z]*)".*/\2 \1/p' "$file")
        [[ $cases && $(wc -l <<<"$cases") == $(sed -n '1,/>/s/.*tests="\([0-9]*\)".*/\1/p' "$file" | head -n 1) ]] || stop "$file is no whole report of CTest"
        sed 's/&lt;/</g; s/&gt;/>/g; s/&quot;/"/g; s/&apos;/'"'"'/g; s/&amp;/\&/g' <<<"$cases" >>"$recorded.cases"
        date=$(sed -n 's/.*timestamp="\([0-9-]*\)T.*/\1/p' "$file")
    done
    jq -nR --arg date "$date" --arg cmake "$(cmake --version | sed -n '1s/.* //p')" --arg gcc "$(g++ -dumpfullversion)" \
        --arg verilator "$(verilator --version | cut -d' ' -f2)" --arg yosys "$(yosys -V | cut -d' ' -f2)" '
        [inputs | capture("^(?<status>[a-z]+) (?<name>.*)$")] | (map({key: .name, value: .status}) | from_entries) as $status
        | (group_by(.name) | map(select(length > 1)[0].name)) as $again
        | def those(f): [$status | to_entries[] | select(.value | f) | .key];
          {command: "./test.sh", $date, versions: {$verilator, $yosys, $gcc, $cmake}, passed: those(. == "run"), skipped: those(IN("notrun", "disabled")),
           failed: those(IN("run", "notrun", "disabled") | not), $again}' "$recorded.cases" >"$recorded.part"
    mv "$recorded.part" "$recorded"
    jq -r '"\(.date): \(.passed | length) passed, \(.failed | length) failed, \(.skipped | length) skipped"' "$recorded"
    exit
fi
[[ -s $recorded ]] || stop "there is no $recorded; ./test.sh, then --record"
[[ -e $build/CTestTestfile.cmake ]] || stop "$build: not built; cmake -S . -B build && cmake --build build"
jq -es 'length > 0 and all(.claim and .how and .where and (.cases | length > 0 and all(.label)))' "$plan" >/dev/null 2>&1 ||
    stop "$plan is no plan: lines with claim, how, where, cases"
claims=$(wc -l <"$plan")
# choices CLAIM: options of ctest for its cases, a line for each group of them
choices() {
    jq -r --argjson n "$1" --arg campaign "$campaign" --slurp '.[$n - 1].cases[] | select(.label != "campaign" or $campaign == "yes")
        | ["-L", "^\(.label)$", (.match // empty | "-R", .), (.not // empty | "-E", .)] | @sh' "$plan"
}
if [[ $run ]]; then
    [[ $run =~ ^[1-9][0-9]*$ && $run -le $claims ]] || stop "--run $run: there are claims 1 to $claims"
    mapfile -t groups < <(choices "$run")
    [[ ${#groups[@]} -gt 0 ]] || stop "claim $run is for the campaign: --run $run --campaign"
    failed=0
    for group in "${groups[@]}"; do
        eval "ctest --test-dir \"\$build\" $group --output-on-failure --no-tests=error" || failed=1
    done
    exit $failed
fi
campaign=yes # what follows is of all

results=$root/docs/results page=$root/docs/verification.md
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

ctest --test-dir "$build" --show-only=json-v1 >"$folder/cases.json"
! grep -q '_NOT_BUILT' "$folder/cases.json" || stop "not all tests are built: cmake --build $build"
jq -nr --slurpfile cases "$folder/cases.json" --slurpfile epoch "$results/epoch.json" --slurpfile epoch_k "$results/epoch_k.json" \
    --slurpfile campaign "$results/campaign.jsonl" --slurpfile lockstep "$results/lockstep.jsonl" \
    --slurpfile faults "$results/faults_lockstep.jsonl" --slurpfile coverage "$results/coverage.json" --slurpfile mutation "$results/mutation.json" \
    --slurpfile tests "$recorded" --slurpfile fuzz "$results/fuzz.json" \
    -f "$root/tools/verification.jq" >"$folder/table"
: >"$folder/counts" && : >"$folder/claimed"
for ((n = 1; n <= claims; ++n)); do
    : >"$folder/some"
    while IFS= read -r group; do
        eval "ctest --test-dir \"\$build\" $group -FA '.*' --show-only=json-v1" |
            jq -c '.tests[] | {name, label: [.properties[] | select(.name == "LABELS").value[]][0]}' >"$folder/group"
        [[ -s $folder/group ]] || stop "$plan: claim $n: there is no case of $group" 1
        cat "$folder/group" >>"$folder/some"
    done < <(choices "$n")
    jq -sc . "$folder/some" >>"$folder/counts"
    jq -r .name "$folder/some" >>"$folder/claimed"
done
unclaimed=$(jq -r '.tests[].name' "$folder/cases.json" | sort -u | grep -vxFf "$folder/claimed" | head -n 3 | paste -sd, || true)
[[ -z $unclaimed ]] || stop "$plan: cases of no claim: $unclaimed" 1
cp "$page" "$folder/page.md"
"$root/tools/put_table.sh" "$folder/page.md" numbers <"$folder/table"
jq -r --slurpfile placed "$root/constraints/up5k_budget.json" '"Reports were made by " + ([.versions[] | .verilator, "SystemC \(.systemc)"] + ($placed[0].tools | to_entries | map("\(.key) \(.value)")) | join(", ")) +
    ", with the compilers of Debian 12 (GCC 12; clang 14 for fuzzing)."' "$results/epoch.json" >"$folder/table"
"$root/tools/put_table.sh" "$folder/page.md" tools <"$folder/table"
jq -nr --slurpfile plan "$plan" --slurpfile counts "$folder/counts" --slurpfile tests "$recorded" -f "$root/tools/verification_plan.jq" >"$folder/table"
"$root/tools/put_table.sh" "$folder/page.md" plan <"$folder/table"
if [[ $check == yes ]]; then
    # Of the recorded run these cases themselves are left out: they look at what became of it.
    wrong=$(jq -r --slurpfile run "$recorded" '[.tests[] | select([.properties[] | select(.name == "LABELS").value[]] | index("campaign") | not) | .name] as $today
        | ($run[0].failed | map(select(startswith("results.verification") | not))) as $failed | $today - $run[0].passed - $run[0].skipped - $run[0].failed
        | if $failed != [] then "\($failed | join(", ")) failed" elif length > ($today | length) / 10 then "\(length) of \($today | length) cases are not in it"
          else empty end' "$folder/cases.json")
    [[ -z $wrong ]] || stop "${recorded##*/}: $wrong; ./test.sh, then --record" 1
    diff "$page" "$folder/page.md" >&2 || stop "docs/verification.md is not what cases and reports give; run tools/verification.sh" 1
elif ! cmp -s "$page" "$folder/page.md"; then
    cp "$folder/page.md" "$page.part" && mv "$page.part" "$page"
fi
