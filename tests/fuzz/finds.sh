#!/usr/bin/env bash
# usage: finds.sh SEEDS_PROGRAM READER FUZZER PLANTED      Succeeds if PLANTED, a fuzzer with a planted mistake, finds an
# input that FUZZER, the same without it, withstands: so it is that mistake which was found.
set -euo pipefail
seeds=$1 reader=$2 fuzzer=$3 planted=$4
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export TMPDIR=$folder
"$seeds" "$folder/seeds"
mkdir "$folder/corpus"
options=(-timeout=10 -rss_limit_mb=1024 -malloc_limit_mb=256 -max_len=4096)
"$fuzzer" "${options[@]}" -runs=0 "$folder/seeds/$reader" >"$folder/log" 2>&1 || { cat "$folder/log"; echo "a finding without a mistake"; exit 1; }
start=$SECONDS
if "$planted" "${options[@]}" -seed=1 -max_total_time=200 -artifact_prefix="$folder/found-" "$folder/corpus" "$folder/seeds/$reader" \
    >"$folder/log" 2>&1; then
    tail -n 3 "$folder/log"
    echo "not found in $((SECONDS - start)) s"
    exit 1
fi
for input in "$folder"/found-*; do
    [[ -e $input ]] || { tail -n 20 "$folder/log"; echo "ended without a finding"; exit 1; }
    "$fuzzer" "${options[@]}" "$input" >"$folder/clean" 2>&1 || { cat "$folder/clean"; echo "found without the mistake, too"; exit 1; }
    executions=$(grep -aoE '^#[0-9]+' "$folder/log" | tail -n 1 || true)
    echo "found after $((SECONDS - start)) s, ${executions:-#0} executions: $(grep -a -m 1 -oE '(what\(\)|ERROR|runtime error):.*' "$folder/log" || true)"
done
