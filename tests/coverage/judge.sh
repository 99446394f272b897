#!/usr/bin/env bash
# Judges a list of merge.awk: prints what must not be, and exits 1 if there is any; writes the report all the same.
# usage: tests/coverage/judge.sh LIST EXPLAINED FLOORS REPORT [FILE...]
#   EXPLAINED  - : nothing need be explained, the floors are all there is       FILE  must have been measured
set -euo pipefail
stop() { echo "judge.sh: $1" >&2; exit 2; }
[[ $# -ge 4 ]] || stop "usage: judge.sh LIST EXPLAINED FLOORS REPORT [FILE...]"
explained=$2 strict=true
[[ $2 != - ]] || explained=/dev/null strict=false
for file in "$1" "$explained" "$3"; do [[ -r $file ]] || stop "there is no $file"; done
report=$4
jq -n -L "$(dirname "${BASH_SOURCE[0]}")" --rawfile items "$1" --slurpfile explained "$explained" --argjson strict "$strict" --slurpfile floors "$3" 'include "floors"; $ARGS.positional as $files | $floors[0] as $floors | '"$(cat "$(dirname "${BASH_SOURCE[0]}")/judge.jq")" \
    --args "${@:5}" > "$report.new" || stop "$1, $2 or $3 is not what it should be"
mv "$report.new" "$report"
jq -r '.findings[]' "$report"
[[ $(jq '.findings | length' "$report") == 0 ]]
