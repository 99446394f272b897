#!/usr/bin/env bash
# Mutants of a C++ file (mutate_text.pl), each compiled as the build would, linked before the library that has the file's own object, and
# given to benches until one fails. A line of OUTPUT for each: which, and by which bench it was killed, or null; one that does not
# compile is none. What OUTPUT has already is not made again.
# usage: text.sh BUILD SOURCE COUNT PROGRAM OUTPUT BENCHES    SOURCE: from the project's root; PROGRAM: Ninja's target, as bin/test_model;
#                                                             BENCHES: lines NAME COMMAND, in which $MUTANT is the program
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$(cd "$1" && pwd) source=$2 count=$3 program=$4 output=$5 benches=$(realpath "$6")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
stop() { echo "text.sh: $1" >&2; exit 2; }

compile=$(ninja -C "$build" -t compdb | jq -r --arg file "$root/$source" '[.[] | select(.file == $file) | .command][0] // empty')
link=$(ninja -C "$build" -t commands "$program" | tail -n 1)
[[ -n $compile && $link == *"-o $program "* ]] || stop "$build does not build $source and $program with Ninja"
compile=$(sed -E "s|^[^ ]*ccache ||; s| -o [^ ]+| -o $folder/mutant.o|; s| -M[TF] [^ ]+||g; s| -MD||; s|$root/$source|-I$(dirname "$root/$source") $folder/mutant.cpp|" <<<"$compile")
export MUTANT=$folder/mutant
make_mutant() { (cd "$build" && eval "$compile") &>"$folder/log" && (cd "$build" && eval "${link/-o $program /$folder/mutant.o -o $MUTANT }") &>"$folder/log"; }
killer() { # name of the bench that fails, or nothing
    local name command code
    while read -r name command; do
        code=0
        (cd "$folder" && eval "timeout 120 $command") &>"$folder/log" </dev/null || code=$?
        [[ $code == 0 ]] || { echo "$name"; return; }
    done <"$benches"
}

cp "$root/$source" "$folder/mutant.cpp"
make_mutant || stop "$source itself does not compile: $(head -n 3 "$folder/log")"
[[ -z $(killer) ]] || stop "$source itself fails: $(killer): $(tail -n 3 "$folder/log")"
touch "$output"
"$here/mutate_text.pl" list "$root/$source" "$count" >"$folder/list"
while IFS=$'\t' read -r line column from to; do
    key=$(jq -nc --arg file "$source" --argjson line "$line" --argjson column "$column" --arg from "$from" --arg to "$to" '$ARGS.named')
    if grep -qF "${key%\}}," "$output"; then continue; fi
    "$here/mutate_text.pl" apply "$root/$source" "$line" "$column" "$from" "$to" >"$folder/mutant.cpp"
    if make_mutant; then
        killed=$(killer)
        jq -nc --argjson key "$key" --arg killed "$killed" '$key + {compiles: true, killed_by: (if $killed == "" then null else $killed end)}' >>"$output"
    else
        jq -nc --argjson key "$key" '$key + {compiles: false, killed_by: null}' >>"$output"
    fi
done <"$folder/list"
