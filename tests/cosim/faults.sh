#!/usr/bin/env bash
# The same faults in model and RTL (docs/faults.md), on the tests' own images: no event differs, `wuxing faults` and wuxing-cosim end with the
# same network, and a fault that only one side has is found.
# usage: faults.sh WUXING WUXING_COSIM IMAGES FOLDER CASE [images learning core FAULTS...]
set -euo pipefail
wuxing=$1 cosim=$2 data=$3 folder=$4/$5 case=$5
shift 5
rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"
fail() { echo "FAILED: $1" >&2; exit 1; }
quietly() {
    local code=0
    "$@" > command.log 2>&1 || code=$?
    [[ $code -eq 0 ]] || { cat command.log >&2; fail "exit code $code of $*"; }
}
# differs EVENT SAMPLE COMMAND...: exit code 1, and the report names that event and sample as the first that differs
differs() {
    local code=0 event sample
    "${@:3}" > differs.log 2>&1 || code=$?
    [[ $code -eq 1 ]] || { cat differs.log >&2; fail "exit code $code of ${*:3}"; }
    event=$(sed -n 's/^  event  *//p' differs.log) sample=$(sed -n 's/^  image .* (sample \([0-9]*\) of the run.*/\1/p' differs.log)
    [[ $event == "$1, tile "* && $sample == "$2" ]] || { cat differs.log >&2; fail "found: '$event', sample '$sample'; not $1, sample $2"; }
}
refused() { # TEXT COMMAND...: exit code 2, one line
    local code=0
    "${@:2}" > refused.out 2> refused.err || code=$?
    [[ $code -eq 2 && $(wc -l < refused.err) -eq 1 ]] || { cat refused.err >&2; fail "exit code $code of ${*:2}"; }
    grep -qF -- "$1" refused.err || { cat refused.err >&2; fail "no '$1'"; }
}
model() { # [OPTION...]
    quietly "$wuxing" train --data "$data" --layers 784-16-10 --epochs 2 --seed 3 --out m.wux "$@"
}

same_faults() { # least images core learning (off, c or both) faults...
    local learning="--images $2 --seed 2" decay=
    [[ $4 == off ]] || learning+=" --learn --eta 0.01" decay="--decay 1"
    [[ $4 != both ]] || learning+=" --k-sets 123 --k-p 0.02 --k-i 0.01 --k-d 0.01"
    quietly "$wuxing" faults m.wux --data "$data" "${@:5}" $learning --list f.jsonl --json model.json
    local check="$cosim --data $data --config $3 --model m.wux $decay --stall 0.1 --waves=off --faults f.jsonl $learning"
    quietly $check --json core.json --out core.wux
    jq -e -s --argjson least "$1" '.[0] as $m | .[1] as $c | $c.divergences == 0 and $m.correct == $c.correct_images and
        $m.learnt == $c.trained_images and $m.faults == $c.faults.struck and $m.faults >= $least and $c.weights_compared > 0' \
        model.json core.json > /dev/null || { cat model.json core.json >&2; fail "model and lock-step are not the same run"; }
    [[ $4 != off ]] || return 0  # wuxing faults writes no network then; wuxing-cosim has compared every word of it
    if jq -e .parameters_in_range model.json > /dev/null; then
        quietly "$wuxing" faults m.wux --data "$data" --faults f.jsonl $learning --out model.wux
        cmp model.wux core.wux || fail "another network at the end"
    else
        [[ ! -e core.wux ]] || fail "a model file of K out of its range"
    fi
}

case $case in
    refused)
        model
        echo '{"image":1,"kind":"state","layer":0,"neuron":3,"element":1,"bit":4}' > state.jsonl
        echo '{"image":1,"kind":"k","layer":0,"neuron":3,"parameter":1,"bit":15}' > k.jsonl
        echo '{"image":1,"kind":"pid","layer":0,"neuron":3,"word":1,"bit":15}' > pid.jsonl
        echo '{"image":1,"kind":"tile","tile":1,"tiles":3}' > tile.jsonl
        echo '{"image":7,"kind":"drop","event":1}' > late.jsonl
        echo '{"image":0,"kind":"drop","event":700}' > many.jsonl
        run=("$cosim" --data "$data" --model m.wux --images 3 --faults)
        refused "open memories" "${run[@]}" state.jsonl
        refused "open memories" "${run[@]}" k.jsonl
        refused "LearnK" "${run[@]}" pid.jsonl
        refused "the core has 4 tiles" "${run[@]}" tile.jsonl
        refused "only 3 images" "${run[@]}" late.jsonl
        refused "event 700" "${run[@]}" many.jsonl
        refused "nowhere.jsonl" "${run[@]}" nowhere.jsonl
        refused "first divergence" "${run[@]}" late.jsonl --further 3
        refused "--malformed" "${run[@]}" late.jsonl --malformed 1
        refused "--faults" "$cosim" --data "$data" --images 3 --core-faults late.jsonl
        ;;
    found) # one bit more, another bit, one event less: found where it is; the same list for both sides is found by none
        model
        core="$cosim --data $data --config tiles4open --model m.wux --images 4 --learn --eta 0.01 --waves=off --faults none.jsonl"
        : > none.jsonl
        found() { # EVENT LINE
            echo "$2" > one.jsonl
            differs "$1" "$(jq .image one.jsonl)" $core --core-faults one.jsonl
            quietly ${core/none.jsonl/one.jsonl}
        }
        found "drive of layer 1 neuron 4" '{"image":1,"kind":"c","layer":1,"neuron":4,"input":0,"bit":14}'
        found "neuron of layer 0 neuron 5" '{"image":1,"kind":"k","layer":0,"neuron":5,"parameter":6,"bit":15}'
        found "neuron of layer 1 neuron 2" '{"image":2,"kind":"k","layer":1,"neuron":2,"parameter":12,"bit":9}'
        found "drive of layer 1 neuron 0" '{"image":1,"kind":"state","layer":0,"neuron":6,"element":1,"bit":12}'
        found "backward of layer 1 neuron 3" '{"image":1,"kind":"state","layer":1,"neuron":3,"element":1,"bit":15}'
        found "drive of layer 0 neuron 0" '{"image":3,"kind":"drop","event":7}'
        found "drive of layer 0 neuron 0" '{"image":3,"kind":"events","event":7,"bit":15}'
        found "drive of layer 0 neuron 1" '{"image":2,"kind":"tile","tile":1,"tiles":4}'
        # Another bit of a word that both lists strike.
        echo '{"image":1,"kind":"k","layer":0,"neuron":5,"parameter":6,"bit":8}' > a.jsonl
        echo '{"image":1,"kind":"k","layer":0,"neuron":5,"parameter":6,"bit":9}' > b.jsonl
        differs "neuron of layer 0 neuron 5" 1 ${core/none.jsonl/a.jsonl} --core-faults b.jsonl
        # S and the last G1 are found where they are used.
        echo '{"image":1,"kind":"pid","layer":1,"neuron":4,"word":11,"bit":14}' > pid.jsonl
        differs "parameter_write of layer 1 neuron 4 K3[1]" 1 $core --k-sets 123 --k-i 0.01 --core-faults pid.jsonl
        ;;
    narrow)
        model --weight-bits 8
        same_faults 200 12 tiles4w8 c --kind c --rate 0.002
        ;;
    *)
        model
        same_faults "$@"
        ;;
esac
