#!/usr/bin/env bash
# Runs the cases of CTest whose names match, with another program in the place of one, until a case fails, which it then names.
# usage: cases.sh BUILD NAMES PROGRAM OTHER      NAMES: regular expression; PROGRAM: below BUILD/bin, to stand in each command; OTHER: path
set -euo pipefail
build=$(cd "$1" && pwd) names=$2 program=$build/bin/$3 other=$4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ctest --test-dir "$build" --show-only=json-v1 -R "$names" |
    jq -r --arg program "$program" --arg other "$other" '.tests[] | select(.command | index($program))
        | [.name, (.properties[] | select(.name == "WORKING_DIRECTORY").value), (.command | map(if . == $program then $other else . end) | @sh)]
        | join("\t")' >"$folder/cases"
[[ -s $folder/cases ]] || { echo "cases.sh: no case of $program matches $names" >&2; exit 2; }
while IFS=$'\t' read -r name place command; do
    (cd "$place" && eval "$command") </dev/null >"$folder/log" 2>&1 || { echo "$name: $(head -n 1 "$folder/log")"; exit 1; }
done <"$folder/cases"
