#!/usr/bin/env bash
# Runs benches on every mutant of a list, one after the other until one fails: that one has killed it. A line of OUTPUT for each mutant says
# by which bench, or null. What OUTPUT has already is not run again, so an interrupted run goes on with the same command; but a bench that
# is another by now (its command, its program or its data) has found nothing yet, and other proofs have proved nothing.
# A bench passes with exit code 0. It fails by saying that something differs, or by not coming to an end in SECONDS of processor time, many
# times what the design itself needs. Whatever else it ends with says nothing of the mutant and stops the run. The design itself, mutant
# 0, must pass all. In the place of a bench, `proof` has those left over looked at by equivalent.sh: no further bench needs to be tried on
# what is proved to be the design. `context TOP` has what all benches leave looked at by context.sh.
# usage: run.sh DESIGN BENCHES OUTPUT [JOBS]     DESIGN.jsonl is the list of mutate.sh; BENCHES: lines NAME SECONDS COMMAND; COMMAND finds
#                                                the mutant's number in WUXING_FAULT and that of its file in PART
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
stop() { echo "run.sh: $1" >&2; exit 2; }
# What a bench says of a core that is wrong, and Catch2 of a case.
readonly differs='^DIVERGENCE|the core refused to|this is no Wuxing core|the core follows contract version|assertions: .*failed'

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
        [[ $code != 0 ]] || continue
        if [[ $code == 152 ]]; then
            killed="\"$name, no end\""
        elif [[ $code -lt 100 ]] && grep -Eq "$differs" "$5/$mutant.log"; then
            killed="\"$name\""
        else
            echo "mutant $mutant: $name ends with exit code $code: $(tail -n 1 "$5/$mutant.log")" >&2
            return 255
        fi
        break
    done <"$3"
    rm -f "$5/$mutant.log"
    echo "{\"mutant\":$mutant,\"killed_by\":$killed,\"proved\":$proved}" >>"$4"
}
if [[ ${1-} == --one ]]; then
    set +e
    one "${@:2}" 2>&1 | grep -v 'CPU time limit exceeded' >&2
    exit "${PIPESTATUS[0]}"
fi
[[ $# == 3 || $# == 4 ]] || stop "usage: run.sh DESIGN BENCHES OUTPUT [JOBS]"
design=$1 benches=$2 output=$3 jobs=${4:-2}
for file in "$design.jsonl" "$design.il" "$benches"; do [[ -s $file ]] || stop "there is no $file"; done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
mapfile -t parts < <(jq .part "$design.jsonl" | sort -nu)

# What a result is the result of: a line for the design and one for each bench, NAME and a sum of all that it consists of.
sum_of() { # COMMAND
    local part word
    {
        echo "$1"
        for part in "${parts[@]}"; do
            for word in ${1//\$PART/$part}; do [[ $word != /* || ! -e $word ]] || find "$word" -type f | LC_ALL=C sort | xargs -r -d '\n' cat; done
        done
    } | cksum
}
{
    echo "design $(cat "$design.jsonl" "$design.il" | cksum)"
    while read -r name command; do
        case $name in
            proof) command=$here/equivalent.sh ;;
            context) command="$here/context.sh $here/choose.pl $command" ;;
        esac
        echo "$name $(sum_of "$command")"
    done <"$benches"
} >"$folder/of"
if [[ ! -e $output.of ]] || ! cmp -s "$folder/of" "$output.of"; then
    [[ -e $output.of && $(head -n 1 "$folder/of") == $(head -n 1 "$output.of") ]] || rm -f "$output" "$output.of"
    printf '0 %s\n' "${parts[@]}" | xargs -P "$jobs" -I{} "$0" --one {} "$design" "$benches" "$folder/itself" "$folder" || stop "the design itself cannot be run"
    ! grep -v '"killed_by":null' "$folder/itself" || stop "the design itself fails"
    if [[ -e $output ]]; then
        jq -c --arg same "$(grep -Fxf "$output.of" "$folder/of" | cut -d ' ' -f 1)" '($same | split("\n")) as $same
            | select((if .within then "context" elif .proved then "proof" else .killed_by // "" | split(",")[0] end) as $by | $same | index($by))' "$output" >"$folder/kept"
        mv "$folder/kept" "$output"
    fi
    mv "$folder/of" "$output.of"
fi
touch "$output"
all=$(wc -l <"$design.jsonl")
jq -r --slurpfile had "$output" '($had | map({key: "\(.mutant)", value: true}) | from_entries) as $had
    | select($had["\(.mutant)"] | not) | "\(.mutant) \(.part)"' "$design.jsonl" |
    xargs -P "$jobs" -I{} "$0" --one {} "$design" "$benches" "$output" "$folder" || stop "not all mutants could be run"
# What is left, as part of the whole.
top=$(sed -n 's/^context //p' "$benches")
mapfile -t left < <(jq 'select(.killed_by == null and (.proved | not)).mutant' "$output")
if [[ $top && ${#left[@]} -gt 0 ]]; then
    "$here/context.sh" "$design" "$top" "${left[@]}" >"$folder/context"
    jq -c --arg top "$top" --slurpfile context "$folder/context" '.mutant as $mutant
        | if any($context[]; .mutant == $mutant and .equivalent) then .proved = true | .within = $top else . end' "$output" >"$folder/with"
    mv "$folder/with" "$output"
fi
[[ $(jq -s 'map(.mutant) | unique | length' "$output") == "$all" ]] || stop "mutants are missing"
killed=$(jq -s 'map(select(.killed_by)) | length' "$output")
[[ $killed -gt 0 ]] || stop "none of $all mutants is found: is its number read at all?"
echo "$all mutants, $killed killed, $(jq -s 'map(select(.proved)) | length' "$output") proved to be the design"
