#!/usr/bin/env bash
# Runs wuxing-cosim on a netlist with planted faults, one after the other: a divergence (exit code 1, a report) or, for a fault that
# these few samples never wake, a clean run, or refusal of a core that cannot even say who it is (exit code 2). At least LEAST of them must be found, and none where none is.
# usage: faults.sh LEAST FIRST LAST COMMAND...
set -euo pipefail
least=$1 first=$2 last=$3
shift 3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

fail() {
    echo "faults.sh: $1" >&2
    cat "$folder/out" >&2
    exit 1
}

command=("$@")
run() {
    local code=0
    WUXING_FAULT=$1 "${command[@]}" --json "$folder/json" --report "$folder/report" >"$folder/out" 2>&1 || code=$?
    echo $code
}

[[ $(run 0) == 0 ]] || fail "a divergence without a fault"
found=0
for ((fault = first; fault <= last; ++fault)); do
    code=$(run "$fault")
    case $code in
        0) echo "fault $fault: not met" ;;
        1)
            grep -q '^DIVERGENCE' "$folder/report" || fail "fault $fault: no report of the divergence"
            echo "fault $fault: $(grep -m1 '^DIVERGENCE' "$folder/report"), $(sed -n 's/^ *event  *//p' "$folder/report" | head -n 1)"
            found=$((found + 1))
            ;;
        2)
            echo "fault $fault: no such core any more: $(tail -n 1 "$folder/out")"
            found=$((found + 1))
            ;;
        *) fail "fault $fault: exit code $code" ;;
    esac
done
echo "$found of $((last - first + 1)) faults found"
[[ $found -ge $least ]] || fail "$found faults found instead of at least $least"
