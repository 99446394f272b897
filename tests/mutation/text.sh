#!/usr/bin/env bash
# Mutants of a C++ file (mutate_text.pl), each compiled as the build would, linked before all that have the file's own object, and
# given to benches until one fails. A line of OUTPUT for each: which, and by which bench it was killed, or null; one that does not
# compile is none. What OUTPUT has already is not made again, unless the sources, the program or the benches are others by now.
# usage: text.sh BUILD FILE COUNT PROGRAM OUTPUT BENCHES [SOURCE...]    FILE: from the project's root; PROGRAM: Ninja's target, as
#                                                        bin/test_model; BENCHES: lines NAME COMMAND, in which $MUTANT is the program;
#                                                        SOURCE: of a header, files of its folder that are compiled with it
set -euo pipefail
[[ $# -ge 6 ]] || { echo "text.sh: usage: text.sh BUILD FILE COUNT PROGRAM OUTPUT BENCHES [SOURCE...]" >&2; exit 2; }
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
build=$(cd "$1" && pwd) file=$2 count=$3 program=$4 output=$5 benches=$(realpath "$6")
sources=("${@:7}")
[[ ${#sources[@]} -gt 0 ]] || sources=("${file##*/}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
stop() { echo "text.sh: $1" >&2; exit 2; }

# Copies of all, so that #include finds those beside it first.
origin=$root/${file%/*}
cp "$origin"/*.hpp "$folder"
compile= objects=
for source in "${sources[@]}"; do
    cp "$origin/$source" "$folder"
    command=$(ninja -C "$build" -t compdb | jq -r --arg file "$origin/$source" '[.[] | select(.file == $file) | .command][0] // empty')
    [[ $command ]] || stop "$build does not build $source with Ninja"
    object=$folder/${source%.cpp}.o
    compile+=$(sed -E "s|^[^ ]*ccache ||; s| -o [^ ]+| -o $object|; s| -M[TF] [^ ]+||g; s| -MD||; s|$origin/$source|-I$origin $folder/$source|" <<<"$command")" && "
    objects+="$object "
done
link=$(ninja -C "$build" -t commands "$program" | tail -n 1)
[[ $link == *"-o $program "* ]] || stop "$build does not build $program with Ninja"
# First of all objects: of an inline function that several have, the linker takes the first.
link=$(sed -E "s| ([^ ]+\.o) | $objects\1 |" <<<"${link/-o $program /-o $folder/mutant }")
[[ $link == *"$objects"* ]] || stop "the objects of $program are not to be found"
export MUTANT=$folder/mutant
make_mutant() { (cd "$build" && eval "$compile true") &>"$folder/log" && (cd "$build" && eval "$link") &>"$folder/log"; }
killer() { # name of the bench that fails, with `crash` or `no end` if it has no verdict; or nothing
    local name command code
    while read -r name command; do
        code=0
        (cd "$folder" && ulimit -S -t 100 && eval "timeout 900 $command") &>"$folder/log" </dev/null || code=$?
        case $code in
            0) continue ;;
            124 | 152) echo "$name, no end" ;;
            129 | 1[3-9][0-9]) echo "$name, crash" ;;
            *) grep -Eq 'assertions: .*failed|^cosim_' "$folder/log" || return 1; echo "$name" ;;
        esac
        return
    done <"$benches"
}

make_mutant || stop "$file itself does not compile: $(head -n 3 "$folder/log")"
itself=$(killer) || stop "$file itself cannot be run: $(tail -n 3 "$folder/log")"
[[ -z $itself ]] || stop "$file itself fails: $(tail -n 3 "$folder/log")"
of=$(cat "$origin"/*.[ch]pp "$build/$program" "$benches" "$here"/{cases.sh,mutate_text.pl,text.sh} | cksum)
[[ -e $output.of && $(<"$output.of") == "$of" ]] || rm -f "$output"
echo "$of" >"$output.of"
touch "$output"
"$here/mutate_text.pl" list "$root/$file" "$count" >"$folder/list"
[[ -s $folder/list ]] || stop "$file has nothing to change"
while IFS=$'\t' read -r line column from to; do
    key=$(jq -nc --arg file "$file" --argjson line "$line" --argjson column "$column" --arg from "$from" --arg to "$to" '$ARGS.named')
    if grep -qF "${key%\}}," "$output"; then continue; fi
    "$here/mutate_text.pl" apply "$root/$file" "$line" "$column" "$from" "$to" >"$folder/${file##*/}"
    if make_mutant; then
        killed=$(killer) || stop "$file:$line: a bench ends without a verdict: $(tail -n 3 "$folder/log")"
        jq -nc --argjson key "$key" --arg killed "$killed" '$key + {compiles: true, killed_by: (if $killed == "" then null else $killed end)}' >>"$output"
    else
        jq -nc --argjson key "$key" '$key + {compiles: false, killed_by: null}' >>"$output"
    fi
done <"$folder/list"
echo "$file: $(jq -s 'map(select(.compiles)) | length' "$output") mutants, $(jq -s 'map(select(.killed_by)) | length' "$output") killed"
