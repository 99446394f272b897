#!/usr/bin/env bash
# What a published report is of: a JSON object that gives for each source file a sum of its text without comments and white space, so that a
# report can be told from one of another design.
# usage: sums.sh FILE...             prints the object; names are relative to the folder it is called in, the project's
#        sums.sh --same REPORT       REPORT.sources must be the sums of today; else a line that names files that have changed, exit code 1
set -euo pipefail
stop() { echo "sums.sh: $1" >&2; exit "${2:-2}"; }
sums() {
    local file
    for file; do
        [[ -f $file ]] || stop "there is no $file"
        printf '%s %s\n' "$file" "$(sed 's:^//.*::; s:[[:space:]]//.*::' "$file" | tr -d '[:space:]' | sha256sum | cut -c1-16)"
    done | jq -Rn '[inputs | split(" ") | {key: .[0], value: .[1]}] | from_entries'
}
[[ $# -ge 1 ]] || stop "usage: sums.sh FILE... | --same REPORT"
if [[ $1 == --same ]]; then
    [[ $# == 2 ]] || stop "usage: sums.sh --same REPORT"
    mapfile -t files < <(jq -r '.sources | keys_unsorted[]' "$2" 2>/dev/null)
    [[ ${#files[@]} -gt 0 ]] || stop "$2 does not say what it is of" 1
    for file in "${files[@]}"; do [[ -f $file ]] || stop "${2##*/} is of $file, which there is no longer: run it again" 1; done
    changed=$(jq -r --argjson now "$(sums "${files[@]}")" '[.sources | to_entries[] | select($now[.key] != .value) | .key] | join(", ")' "$2")
    [[ -z $changed ]] || stop "${2##*/} is of other text of $changed: run it again" 1
else
    sums "$@"
fi
