#!/usr/bin/env bash
# Runs benches on every mutant of a list, one after the other until one fails: that one has killed it. A line of OUTPUT for each mutant says
# by which bench, or null. What OUTPUT has already is not run again, so an interrupted run goes on with the same command.
# A bench passes with exit code 0 and fails with one of its own (1, 2: no such core any more, or Catch2's number of failures), or by not coming
# to an end in SECONDS of processor time, many times what the design itself needs. A crash is neither and stops the run. The design
# itself, mutant 0, must pass all. In the place of a bench, `proof` has those left over looked at by equivalent.sh: no further bench needs
# to be tried on what is proved to be the design. `context TOP` has what all benches leave looked at by context.sh.
# usage: run.sh DESIGN BENCHES OUTPUT [JOBS]     DESIGN.jsonl is the list of mutate.sh; BENCHES: lines NAME SECONDS COMMAND; COMMAND finds
#                                                the mutant's number in WUXING_FAULT and that of its file in PART
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
one() { # "MUTANT PART" DESIGN BENCHES OUTPUT FOLDER
    local mutant part name seconds command code killed=null proved=false
    read -r mutant part <<<"$1"
    export WUXING_FAULT=$mutant PART=$part
    while read -r name seconds command; do
        [[ $name != context ]] || continue
        if [[ $name == proof ]]; then
            [[ $mutant != 0 ]] && "$here/equivalent.sh" "$2" "$mutant" | grep -q true && proved=true && break
            continue
        fi
        code=0
        (cd "$5" && ulimit -S -t "$seconds" && exec bash -c "exec $command") >"$5/$mutant.log" 2>&1 </dev/null || code=$?
        case $code in
            0) ;;
            152) killed="\"$name, no end\""; break ;;
            [1-9] | [1-9][0-9]) killed="\"$name\""; break ;;
            *) echo "mutant $mutant: $name ends with exit code $code: $(tail -n 1 "$5/$mutant.log")" >&2; return 255 ;;
        esac
    done <"$3"
    rm -f "$5/$mutant.log"
    echo "{\"mutant\":$mutant,\"killed_by\":$killed,\"proved\":$proved}" >>"$4"
}
if [[ $1 == --one ]]; then
    one "${@:2}" 2> >(grep -v 'CPU time limit exceeded' >&2)
    exit
fi
design=$1 benches=$2 output=$3 jobs=${4:-2}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
[[ -s $benches ]] || { echo "run.sh: no benches" >&2; exit 2; }
# Results of other mutants say nothing of these; of other benches, only of what a bench found that is still the same, and of what is proved.
of=$(cat "$design.jsonl" "$design.il" | cksum)
if [[ ! -e $output.of || $(head -n 1 "$output.of") != "$of" ]]; then rm -f "$output" "$output.of"; fi
if [[ ! -e $output.of ]] || ! cmp -s "$benches" <(tail -n +2 "$output.of"); then
    jq .part "$design.jsonl" | sort -nu | sed 's/^/0 /' | xargs -P "$jobs" -I{} "$0" --one {} "$design" "$benches" "$folder/itself" "$folder"
    ! grep -v '"killed_by":null' "$folder/itself" || { echo "run.sh: the design itself fails" >&2; exit 2; }
    if [[ -e $output ]]; then
        same=$(grep -Fxf <(tail -n +2 "$output.of") "$benches" | cut -d ' ' -f 1)
        jq -c --arg same "$same" 'select(.proved or ((.killed_by // "" | split(",")[0]) as $bench | $same | split("\n") | index($bench)))' "$output" >"$folder/kept"
        mv "$folder/kept" "$output"
    fi
    { echo "$of"; cat "$benches"; } >"$output.of"
fi
touch "$output"
all=$(wc -l <"$design.jsonl")
jq -r --slurpfile had "$output" '($had | map({key: "\(.mutant)", value: true}) | from_entries) as $had
    | select($had["\(.mutant)"] | not) | "\(.mutant) \(.part)"' "$design.jsonl" |
    xargs -P "$jobs" -I{} "$0" --one {} "$design" "$benches" "$output" "$folder" || { echo "run.sh: not all mutants could be run" >&2; exit 2; }
# What is left, as part of the whole.
top=$(sed -n 's/^context //p' "$benches")
mapfile -t left < <(jq 'select(.killed_by == null and (.proved | not)).mutant' "$output")
if [[ $top && ${#left[@]} -gt 0 ]]; then
    "$here/context.sh" "$design" "$top" "${left[@]}" >"$folder/context"
    jq -c --arg top "$top" --slurpfile context "$folder/context" '.mutant as $mutant
        | if any($context[]; .mutant == $mutant and .equivalent) then .proved = true | .within = $top else . end' "$output" >"$folder/with"
    mv "$folder/with" "$output"
fi
[[ $(jq -s 'map(.mutant) | unique | length' "$output") == "$all" ]] || { echo "run.sh: mutants are missing" >&2; exit 2; }
killed=$(jq -s 'map(select(.killed_by)) | length' "$output")
[[ $killed -gt 0 ]] || { echo "run.sh: none of $all mutants is found: is its number read at all?" >&2; exit 2; }
echo "$all mutants, $killed killed, $(jq -s 'map(select(.proved)) | length' "$output") proved to be the design"
