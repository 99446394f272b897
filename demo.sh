#!/usr/bin/env bash
# Trains the golden model on MNIST, then runs RTL and model in lock-step: while learning, and on images not seen before.
# usage: ./demo.sh [--data DIR]        Debian 12; about 5 minutes after the packages are installed
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/tools/setup.sh"
wuxing_targets=(wuxing wuxing-cosim)
wuxing_sets=(mnist)
wuxing_setup "$@"

readonly bin=$wuxing_root/build/bin out=$wuxing_root/build/demo # whole paths: they are shown, and work from anywhere
mkdir -p "$out"
rm -f "$out"/*.{wux,json,fst,gtkw}

say() { printf '\n== %s\n' "$1"; }

say "golden model: two epochs of MNIST"
"$bin/wuxing" train --layers 784-80-10 --epochs 2 --shift 1 --seed 1 --out "$out/model.wux" --json "$out/training.json"
"$bin/wuxing" eval "$out/model.wux" --json "$out/test.json" --per-class

say "RTL and golden model in lock-step: 300 training images, learning"
"$bin/wuxing-cosim" --images 300 --learn --seed 1 --model "$out/model.wux" --json "$out/lockstep_learning.json" \
    --waves --wave-dir "$out"

say "RTL and golden model in lock-step: 300 test images, inference"
"$bin/wuxing-cosim" --images 300 --seed 2 --model "$out/model.wux" --json "$out/lockstep_inference.json"

say "results"
"$bin/wuxing" report "$out"/{training,test,lockstep_learning,lockstep_inference}.json
echo
echo "model   $out/model.wux     ($bin/wuxing info $out/model.wux)"
echo "JSON    $out/*.json"
shopt -s nullglob
for wave in "$out"/*.fst "$out"/*.gtkw; do echo "waves   $wave"; done
