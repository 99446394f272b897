#!/usr/bin/env bash
# Trains the golden model on MNIST, then runs RTL and model in lock-step: while learning, and on images not seen before.
# usage: ./demo.sh [--data DIR]        Debian 12; about 5 minutes after the packages are installed
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/tools/setup.sh"
wuxing_setup "$@"

readonly out=$wuxing_root/build/demo bin=$wuxing_root/build/bin
mkdir -p "$out"
cd "$wuxing_root" # results are named relative to here

say() { printf '\n== %s\n' "$1"; }

say "golden model: two epochs of MNIST"
"$bin/wuxing" train --layers 784-80-10 --epochs 2 --shift 1 --seed 1 --out build/demo/model.wux --json build/demo/training.json
"$bin/wuxing" eval build/demo/model.wux --json build/demo/test.json --per-class

say "RTL and golden model in lock-step: 300 training images, learning"
"$bin/wuxing-cosim" --images 300 --learn --seed 1 --model build/demo/model.wux --json build/demo/lockstep_learning.json \
    --waves build/demo/lockstep_learning.fst

say "RTL and golden model in lock-step: 300 test images, inference"
"$bin/wuxing-cosim" --images 300 --seed 2 --model build/demo/model.wux --json build/demo/lockstep_inference.json

say "results"
"$bin/wuxing" report build/demo/{training,test,lockstep_learning,lockstep_inference}.json
echo
echo "model   build/demo/model.wux     (build/bin/wuxing info build/demo/model.wux)"
echo "JSON    build/demo/*.json"
shopt -s nullglob
for wave in build/demo/*.fst build/demo/*.gtkw; do echo "waves   $wave"; done
