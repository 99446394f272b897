#!/usr/bin/env bash
# How many cycles a sample takes a board, from one result to the next, its link at work: measured on the virtual board
# (wuxing-board-sim), whose host follows with the golden model and compares everything. And what the smaller network of the second bitstream
# learns. A line of JSON a run, kept in docs/results; constraints/pages.sh writes the table of docs/board.md from them.
# usage: tools/board_speed.sh [BUILD] > docs/results/board_speed.jsonl      a quarter of an hour, most of it for the whole epoch
#        tools/board_speed.sh --check [BUILD]                               run again: the same, cycles within 0.5 %
set -euo pipefail
readonly kept=docs/results/board_speed.jsonl

fail() {
    echo "board_speed.sh: $1" >&2
    exit 2
}
check=no
if [[ ${1:-} == --check ]]; then
    check=yes
    shift
fi
[[ $# -le 1 && ${1:-} != -* ]] || fail "no option $1; $(sed -n 's/^# usage: /usage: /p' "$0")"
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=${1:-$root/build}
command -v jq >/dev/null || fail "jq is missing"
for program in wuxing wuxing-board-sim; do
    [[ -x $build/bin/$program ]] || fail "$build/bin/$program is not built"
done
bin=$(cd "$build/bin" && pwd)
cd "$root"
folder=$(mktemp -d)
board=0
trap 'if [[ $board != 0 ]]; then kill "$board" 2>/dev/null || true; fi; rm -rf "$folder"' EXIT

run() { (cd "$folder" && PATH=$bin:$PATH && "$@" >"$folder/log" 2>&1) || { tail -n 5 "$folder/log" >&2; fail "failed: $*"; }; }

on_board() { # core, bit cycles, what, ARGUMENT...
    rm -f "$folder/port" "$folder/out"
    (cd "$folder" && exec "$bin/wuxing-board-sim" --core "$1" --bit-cycles "$2" --link port --idle-exit 60 >out 2>/dev/null) &
    board=$!
    until grep -q '^board at' "$folder/out" 2>/dev/null; do
        kill -0 "$board" 2>/dev/null || fail "wuxing-board-sim has ended"
        sleep 0.05
    done
    run wuxing board "$4" --port port "${@:5}" --json run.json
    kill -TERM "$board"
    wait "$board" || true
    board=0
    jq -c --arg core "$1" --argjson bit_cycles "$2" --arg run "$3" --arg command "wuxing board $4 --port port ${*:5}" \
        --argjson cycles "$(sed -n 's/.*cycles from sample to sample \([0-9]*\).*/\1/p' "$folder/out")" \
        '{$core, $bit_cycles, $run, samples, divergences, words_compared, $cycles, accuracy, $command}' "$folder/run.json"
}
in_software() { # what, ARGUMENT...
    run wuxing train "${@:2}" --out "$1.wux" --json run.json
    jq -c --arg run "$1" --arg command "wuxing train ${*:2} --out $1.wux" '{$run, accuracy, $command}' "$folder/run.json"
}
runs() {
    local few="--train-images 1000 --test-images 1 --epochs 1" bits
    in_software two-epochs --layers 784-80-10 --epochs 2 --shift 1 --seed 1
    in_software all-epochs --layers 784-80-10 --shift 1 --seed 1
    for bits in 4 8; do
        on_board up5k $bits fresh train --layers 784-80-10 --seed 1 $few
        on_board up5k $bits trained train --model two-epochs.wux $few
        on_board up5k $bits inferred eval two-epochs.wux --test-images 1000
    done
    on_board up5k 4 moved train --model two-epochs.wux --core-shift 1 $few
    on_board up5k 4 late train --model all-epochs.wux --core-shift 1 $few
    on_board up5k 4 epoch train --layers 784-80-10 --seed 1 --epochs 1 --core-shift 1 --test-images 1
    local -A how=([c]="" [k]="--k-sets 123 --k-p 0.005 --eta 0" [both]="--k-sets 123 --k-p 0.01") start=([c]="" [k]="--scale0 2 --scale 2" [both]="")
    local method
    for method in c k both; do
        in_software $method-50 --layers 784-50-10 --shift 1 --seed 1 ${start[$method]} ${how[$method]}
        on_board up5k_k 4 fresh-$method train --layers 784-50-10 --seed 1 $few ${start[$method]} ${how[$method]}
        on_board up5k_k 4 trained-$method train --model $method-50.wux $few ${how[$method]}
    done
    on_board up5k_k 4 inferred eval both-50.wux --test-images 1000
}

if [[ $check == no ]]; then
    runs
else
    runs >"$folder/again"
    jq -es --slurpfile again "$folder/again" '
        def near($a; $b): ($a - $b) * 200 <= $a and ($b - $a) * 200 <= $a;
        . as $kept | length == ($again | length) and all(range(length); $kept[.] as $a | $again[.] as $b
            | ($a | del(.cycles)) == ($b | del(.cycles)) and near($a.cycles // 0; $b.cycles // 0))' "$kept" >/dev/null || {
        diff "$kept" "$folder/again" >&2 || true
        fail "$kept does not say what the runs give"
    }
    echo "$(wc -l <"$kept") runs as $kept says"
fi
