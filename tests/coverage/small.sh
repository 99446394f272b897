#!/usr/bin/env bash
# Coverage of a small core in a few lock-step runs, against floors of its own; and the floors bite: without the runs that learn, they
# are not met.
# usage: tests/coverage/small.sh COSIM IMAGES FOLDER      IMAGES: 8 x 8 pixels (make_test_images)
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here
stop() { echo "small.sh: $1" >&2; exit 1; }
cosim=$1 images=$2
rm -rf "$3"
mkdir -p "$3"
cd "$3"

run() { # folder argument...
    mkdir -p "$1"
    WUXING_COVERAGE_DIR=$PWD/$1 "$cosim" --config covered --data "$images" --layers 64-10-6-10 --waves=off --seed 3 "${@:2}" > log 2>&1 ||
        { cat log >&2; stop "the run of $1 fails: ${*:2}"; }
}
list_of() { cat "$@" | awk -v root="$here/../.." -f "$here/merge.awk"; }

readonly pid=(--k-sets 123 --k-p 0.02 --k-i 0.01 --k-d 0.01)
run inferred --images 4 --steps 15 --malformed 1 --stall 0.2
run learnt --images 12 --learn=110 "${pid[@]}" --k-leak 3 --steps 2 --malformed 2 --stall 0.3
run learnt --images 6 --learn --core-shift 7 --steps 4 --rounding nearest --reset 1:update:5 --reset 2:neurons_backward:9 --reset 3:error_sums:3
run learnt --images 8 --learn --eta 0.49 --k-sets 123 --k-p 0.2499 --k-i 0.2499 --k-d 0.2499 --k-leak 0 --scale0 4 --scale 4 --steps 2
list_of inferred/* learnt/* > list
"$here/judge.sh" list - "$here/small_floors.json" report || stop "less is covered than before"
jq -r '.totals.rtl | to_entries[] | "\(.key): \(.value.covered) of \(.value.total)"' report
list_of inferred/* > list
code=0
"$here/judge.sh" list - "$here/small_floors.json" report > without_learning || code=$?
[[ $code == 1 && $(wc -l < without_learning) == 3 ]] || stop "without the runs that learn the floors are met as well"
