#!/usr/bin/env bash
# Runs benches on every mutant of a list, one after the other until one fails: that one has killed it. A line of OUTPUT for each mutant says
# by which bench, or null. A verdict holds as long as what it was found with is the same, mutants, bench, its program and its data: so an
# interrupted run goes on with the same command, and after a change only what changed is run again. OUTPUT.passed has what found nothing.
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

one() { # "MUTANT PART" DESIGN BENCHES OUTPUT FOLDER; here a line of BENCHES is NAME SUM SECONDS COMMAND
    local mutant part name sum seconds command code killed=null proved=false
    read -r mutant part <<<"$1"
    export WUXING_FAULT=$mutant PART=$part
    while read -r name sum seconds command; do
        if [[ $name == context ]] || grep -Fqx "$mutant $part $name $sum" "$4.passed"; then continue; fi
        if [[ $name == proof ]]; then
            [[ $mutant == 0 ]] || ! "$here/equivalent.sh" "$2" "$mutant" | grep -q true || proved=true
        else
            code=0
            (cd "$5" && ulimit -S -t "$seconds" && exec bash -c "exec $command") >"$5/$mutant.$part.log" 2>&1 </dev/null || code=$?
            if [[ $code == 152 ]]; then
                killed="\"$name, no end\""
            elif [[ $code != 0 ]] && [[ $code -lt 100 ]] && grep -Eq "$differs" "$5/$mutant.$part.log"; then
                killed="\"$name\""
            elif [[ $code != 0 ]]; then
                echo "mutant $mutant: $name ends with exit code $code: $(tail -n 1 "$5/$mutant.$part.log")" >&2
                return 255
            fi
            rm -f "$5/$mutant.$part.log"
        fi
        if [[ $killed != null || $proved == true ]]; then
            [[ $mutant != 0 ]] || { echo "the design itself fails: $name, part $part" >&2; return 255; }
            echo "{\"mutant\":$mutant,\"killed_by\":$killed,\"proved\":$proved,\"bench\":\"$name\",\"sum\":\"$sum\"}" >>"$4"
            return
        fi
        echo "$mutant $part $name $sum" >>"$4.passed"
    done <"$3"
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

# Of each bench the sum of all that a verdict depends on: the mutants, its command, its program and its data.
mutants=$(cat "$design.jsonl" "$design.il" | cksum)
sum_of() { # COMMAND
    local part word
    {
        echo "$1"
        for part in "${parts[@]}"; do
            for word in ${1//\$PART/$part}; do [[ $word != /* || ! -e $word ]] || find "$word" -type f | LC_ALL=C sort | xargs -r -d '\n' cat; done
        done
    } | cksum
}
while read -r name command; do
    case $name in
        proof) needs=$here/equivalent.sh ;;
        context) needs="$here/context.sh $here/choose.pl $command" ;;
        *) needs=$command ;;
    esac
    sum="$mutants $(sum_of "$needs")"
    echo "$name ${sum// /.} $command"
done <"$benches" >"$folder/benches"

# Verdicts that still hold.
touch "$output" "$output.passed"
jq -c --arg sums "$(cut -d ' ' -f 1,2 "$folder/benches")" '($sums | split("\n")) as $sums | select("\(.bench) \(.sum)" as $by | $sums | index($by))' "$output" >"$folder/kept"
mv "$folder/kept" "$output"
awk 'NR == FNR { holds[$1, $2]; next } ($3, $4) in holds' "$folder/benches" "$output.passed" >"$folder/kept"
mv "$folder/kept" "$output.passed"

printf '0 %s\n' "${parts[@]}" | xargs -P "$jobs" -I{} "$0" --one {} "$design" "$folder/benches" "$output" "$folder" || stop "the design itself cannot be run, or fails"
left() { # MUTANT PART of those without a verdict
    jq -r --slurpfile had "$output" '($had | map({key: "\(.mutant)", value: true}) | from_entries) as $had
        | select($had["\(.mutant)"] | not) | "\(.mutant) \(.part)"' "$design.jsonl"
}
left | xargs -P "$jobs" -I{} "$0" --one {} "$design" "$folder/benches" "$output" "$folder" || stop "not all mutants could be run"
# What is left, as part of the whole.
read -r _ sum top < <(grep '^context ' "$folder/benches") || true
if [[ $top ]]; then
    while read -r mutant part; do
        grep -Fqx "$mutant $part context $sum" "$output.passed" || echo "$mutant $part"
    done < <(left) >"$folder/left"
    if [[ -s $folder/left ]]; then
        cut -d ' ' -f 1 "$folder/left" | xargs "$here/context.sh" "$design" "$top" "$jobs" >"$folder/context" || stop "proofs in context cannot be made"
        jq -c --arg top "$top" --arg sum "$sum" 'select(.equivalent) | {mutant, killed_by: null, proved: true, within: $top, bench: "context", sum: $sum}' "$folder/context" >>"$output"
        jq -r 'select(.equivalent | not).mutant' "$folder/context" | while read -r mutant; do grep "^$mutant " "$folder/left"; done | sed "s/\$/ context $sum/" >>"$output.passed"
    fi
fi
left | sed -E 's/ .*//; s/.*/{"mutant":&,"killed_by":null,"proved":false}/' >"$folder/none"
cat "$folder/none" >>"$output"
all=$(wc -l <"$design.jsonl")
[[ $(jq -s 'map(.mutant) | unique | length' "$output") == "$all" ]] || stop "mutants are missing"
killed=$(jq -s 'map(select(.killed_by)) | length' "$output")
[[ $killed -gt 0 ]] || stop "none of $all mutants is found: is its number read at all?"
echo "$all mutants, $killed killed, $(jq -s 'map(select(.proved)) | length' "$output") proved to be the design"
