#!/usr/bin/env bash
# Runs benches on every mutant of a list, one after the other until one fails: that one has killed it. A line of OUTPUT for each mutant says
# by which bench, or null. What OUTPUT has already is not run again, so an interrupted run goes on with the same command.
# A bench passes with exit code 0 and fails with one of its own (1, 2: no such core any more, or Catch2's number of failures), or by not coming
# to an end, which takes many times as long as the design itself needs. A crash is neither and stops the run. The design itself, mutant 0,
# must pass all.
# usage: run.sh LIST.jsonl OUTPUT.jsonl BENCHES [JOBS]     BENCHES: lines NAME SECONDS COMMAND; COMMAND finds the mutant's number in
#                                                          WUXING_FAULT and that of its file in PART
set -euo pipefail
if [[ $1 == --one ]]; then  # "MUTANT PART" OUTPUT BENCHES FOLDER
    read -r mutant part <<<"$2"
    export WUXING_FAULT=$mutant PART=$part
    killed=null
    while read -r name seconds command; do
        code=0
        (cd "$5" && exec timeout "$seconds" bash -c "exec $command") >"$5/$mutant.log" 2>&1 </dev/null || code=$?
        case $code in
            0) ;;
            124) killed="\"$name, no end\""; break ;;
            [1-9] | [1-9][0-9]) killed="\"$name\""; break ;;
            *) echo "mutant $mutant: $name ends with exit code $code: $(tail -n 1 "$5/$mutant.log")" >&2; exit 255 ;;
        esac
    done <"$4"
    rm -f "$5/$mutant.log"
    echo "{\"mutant\":$mutant,\"killed_by\":$killed}" >>"$3"
    exit
fi
list=$1 output=$2 benches=$3 jobs=${4:-2}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
[[ -s $benches ]] || { echo "run.sh: no benches" >&2; exit 2; }
while read -r part; do
    "$0" --one "0 $part" "$folder/itself" "$benches" "$folder"
done < <(jq .part "$list" | sort -nu)
! grep -v null "$folder/itself" || { echo "run.sh: the design itself fails" >&2; exit 2; }
of=$(cat "$list" "$benches" | cksum)  # results of other mutants say nothing of these
[[ -e $output.of && $(<"$output.of") == "$of" ]] || rm -f "$output"
echo "$of" >"$output.of"
touch "$output"
all=$(wc -l <"$list")
jq -r --slurpfile had "$output" '($had | map({key: "\(.mutant)", value: true}) | from_entries) as $had
    | select($had["\(.mutant)"] | not) | "\(.mutant) \(.part)"' "$list" |
    xargs -P "$jobs" -I{} "$0" --one {} "$output" "$benches" "$folder" || { echo "run.sh: not all mutants could be run" >&2; exit 2; }
[[ $(jq -s 'map(.mutant) | unique | length' "$output") == "$all" ]] || { echo "run.sh: mutants are missing" >&2; exit 2; }
killed=$(grep -vc null "$output") || true
[[ $killed -gt 0 ]] || { echo "run.sh: none of $all mutants is found: is its number read at all?" >&2; exit 2; }
echo "$all mutants, $killed killed"
