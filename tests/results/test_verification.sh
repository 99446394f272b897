#!/usr/bin/env bash
# Wrong plans and commands must be refused by tools/verification.sh, and the right ones run what they say.
# usage: test_verification.sh BUILD FOLDER
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
tool=$here/../../tools/verification.sh plan=$here/../plan.jsonl build=$1 folder=$2
rm -rf "$folder" && mkdir -p "$folder"
refused() { # CODE TEXT ARGUMENT...
    local code=0
    "$tool" --build "$build" "${@:3}" >"$folder/out" 2>&1 || code=$?
    [[ $code == "$1" && $(wc -l <"$folder/out") == 1 ]] && grep -qF -- "$2" "$folder/out" ||
        { echo "test_verification.sh: ${*:3}: exit code $code, $(cat "$folder/out"); $1 and \"$2\" wanted"; exit 1; }
}
jq -c 'select(.cases | all(.label != "formal"))' "$plan" >"$folder/unclaimed"
refused 1 "cases of no claim: formal." --check --plan "$folder/unclaimed"
jq -c 'if .cases[0].label == "formal" then .cases += [{label: "formal", match: "nothing of this name"}] else . end' "$plan" >"$folder/some_empty"
refused 1 "there is no case of '-L' '^formal\$' '-R' 'nothing of this name'" --check --plan "$folder/some_empty"
jq -c 'if .cases[0].label == "formal" then .claim += "?" else . end' "$plan" >"$folder/reworded"
"$tool" --build "$build" --check --plan "$folder/reworded" >"$folder/out" 2>&1 && { echo "test_verification.sh: a stale page passes"; exit 1; }
grep -q "is not what cases and reports give" "$folder/out"
echo '{"claim": "anything"}' >"$folder/short"
refused 2 "is no plan" --check --plan "$folder/short"
echo '{' >"$folder/damaged"
refused 2 "is no plan" --check --plan "$folder/damaged"
refused 2 "there are claims 1 to" --run 0
refused 2 "there are claims 1 to" --run 1000
campaign=$(jq -s 'map(.cases | all(.label == "campaign")) | index(true) + 1' "$plan")
refused 2 "is for the campaign" --run "$campaign"
refused 2 "--run needs" --run
refused 2 "unknown option" --nothing
refused 2 "there is no" --record "$folder/nowhere.xml"
refused 2 "is no whole report of CTest" --record "$plan"
printf '<testsuite name=""\n\ttests="2"\n>\n<testcase name="a" status="run"/>\n' >"$folder/cut.xml"
refused 2 "is no whole report of CTest" --record "$folder/cut.xml"
refused 2 "--record needs" --record ""
# One claim, whose cases pass; and one that has a case that fails to be found.
echo '{"claim": "a", "how": "b", "where": "c", "cases": [{"label": "coverage", "match": "^coverage.judge"}, {"label": "coverage", "match": "^coverage.page"}]}' >"$folder/two"
"$tool" --build "$build" --plan "$folder/two" --run 1 >"$folder/out" 2>&1
[[ $(grep -c '^100% tests passed, 0 tests failed out of 1$' "$folder/out") == 2 ]]
sed 's/coverage.judge/nothing/' "$folder/two" >"$folder/none"
! "$tool" --build "$build" --plan "$folder/none" --run 1 >"$folder/out" 2>&1
echo "verification: as expected"
