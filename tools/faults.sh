#!/usr/bin/env bash
# What faults do (docs/faults.md): strikes trained networks of five seeds with every kind at many rates, learning off and on, and model
# and RTL with the same faults in lock-step. Leaves a line of JSON a point in docs/results/faults.jsonl and a run in
# faults_lockstep.jsonl, the pictures, and the tables of docs/faults.md. Reproducible to the last digit.
# usage: tools/faults.sh [--check [--quick]] [--build DIR] [--data DIR]
#   --check  change nothing: everything run again must give what is there
#   --quick  with --check: of the points a sample, of the lock-step runs one
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
usage="usage: tools/faults.sh [--check [--quick]] [--build DIR] [--data DIR]"
stop() { echo "faults.sh: $1" >&2; exit "${2:-2}"; }

. "$root/tools/lock.sh"

build=$root/build check=no quick=no
while [[ $# -gt 0 ]]; do
    case $1 in
        --check) check=yes ;;
        --quick) quick=yes ;;
        -h | --help) sed -n '2,/^set/s/^# //p' "$0"; exit 0 ;;
        --build | --data)
            [[ $# -ge 2 && -d $2 ]] || stop "$1 needs a folder"
            if [[ $1 == --build ]]; then build=$(cd "$2" && pwd); else WUXING_DATA=$(cd "$2" && pwd); export WUXING_DATA; fi
            shift
            ;;
        *) stop "unknown option $1; $usage" ;;
    esac
    shift
done
[[ $quick == no || $check == yes ]] || stop "--quick goes with --check; $usage"
for program in wuxing wuxing-cosim; do
    [[ -x $build/bin/$program ]] || stop "$build/bin/$program is not built; run ./demo.sh first"
done
for program in gnuplot jq; do command -v "$program" > /dev/null || stop "$program is missing; run ./demo.sh first"; done
export PATH=$build/bin:$PATH LC_ALL=C

readonly committed=$root/docs/results page=$root/docs/faults.md seeds=(1 2 3 4 5)
readonly train="wuxing train --layers 784-80-10 --epochs 16 --eta 0.014 --decay 0.82 --shift 1"
readonly on="--learn --eta 0.002" both="--k-sets 123 --k-p 0.01"
mkdir -p "$build/faults"
cd "$build/faults"
lock_folder "$build/faults"
quietly() { "$@" > command.log 2>&1 || { cat command.log >&2; stop "failed: $*" 1; }; }

# ---- the points: figure, learning, arguments of `wuxing faults`
points() {
    local kind rate bit n
    for kind in c k state events drop; do
        for rate in 1e-06 3e-06 1e-05 3e-05 0.0001 0.0003 0.001 0.003 0.01 0.03 0.1; do
            echo "rates off --kind $kind --rate $rate"
            echo "rates c --kind $kind --rate $rate $on --images 10000 --tests 10000"
            [[ $kind != k ]] || echo "rates both --kind $kind --rate $rate $on $both --images 10000 --tests 10000"
        done
    done
    for n in 4:0.25 4:0.5 4:0.75 16:0.0625 16:0.125 16:0.25 16:0.5; do
        echo "tiles off --kind tile --tiles ${n%:*} --rate ${n#*:}"
        echo "tiles c --kind tile --tiles ${n%:*} --rate ${n#*:} $on --images 10000 --tests 10000"
    done
    local curve="--images 60000 --tests 0,30,100,300,1000,3000,10000,30000,60000"
    for rate in 0 0.0003 0.001 0.003 0.01; do echo "recovery c --kind c --rate $rate $on $curve"; done
    echo "recovery both --kind k --rate 0.01 $on $both $curve"
    echo "recovery c --kind tile --tiles 4 --rate 0.25 $on $curve"
    for rate in 1e-09 3e-09 1e-08 3e-08 1e-07 3e-07 1e-06; do
        echo "steady off --kind c --each-image --rate $rate --learn --eta 0 --images 60000 --tests 60000"
        echo "steady c --kind c --each-image --rate $rate $on --images 60000 --tests 60000"
    done
    for kind in c k state; do
        for bit in {0..15}; do echo "bits off --kind $kind --rate 0.01 --bits $bit"; done
    done
}
readonly sample='^(rates (off|c) --kind (c|state|events) --rate (0.001|1e-05)|tiles .* --tiles 4 --rate 0.25|rates both .* --rate 0.01 |bits off --kind k .* --bits 13$)'

model() { # seed
    [[ -s seed-$1.wux && seed-$1.wux -nt $build/bin/wuxing ]] || quietly $train --seed "$1" --out "seed-$1.wux"
}

point() { # figure learning argument...
    local seed files=()
    for seed in "${seeds[@]}"; do
        model "$seed"
        quietly wuxing faults "seed-$seed.wux" "${@:3}" --seed "$seed" --json "run-$seed.json"
        files+=("run-$seed.json")
    done
    jq -sc --arg figure "$1" --arg learning "$2" --arg command "wuxing faults seed-S.wux ${*:3} --seed S" '
        .[0] as $first | {figure: $figure, kind: $first.kind, rate: $first.rate, learning: $learning}
        + (if $first.tiles then {tiles: $first.tiles} else {} end) + (if $first.bits then {bits: ($first.bits | tonumber)} else {} end)
        + {images: $first.images, faults: map(.faults), refused: map(.refused), accuracy: map(.tests[-1].accuracy // .accuracy)}
        + (if ($first.tests | length) > 1 then {after: ($first.tests | map(.images)), curve: (map(.tests | map(.accuracy)) | transpose)} else {} end)
        + {command: $command}' "${files[@]}"
}

# Few bits struck say little in five draws: the same networks a hundred times each, learning off.
draw_kinds() { # kind rate
    local kind
    for kind in "c 1e-06" "c 1e-05" "c 0.0001" "k 3e-05" "k 0.0001" "k 0.001"; do echo "$kind"; done
}
draw() { # kind rate
    local seed n
    for seed in "${seeds[@]}"; do
        model "$seed"
        quietly wuxing eval "seed-$seed.wux" --json "run-0.json"
        for n in {1..100}; do quietly wuxing faults "seed-$seed.wux" --kind "$1" --rate "$2" --seed "$n" --json "run-$n.json"; done
        jq -sc '.[0].correct as $right | .[1:][] | [.images, .faults, $right - .correct]' run-{0..100}.json
    done | jq -sc --arg kind "$1" --argjson rate "$2" '{figure: "draws", $kind, $rate, learning: "off", images: .[0][0], faults: .[0][1],
        lost: map(.[2]), command: "wuxing faults seed-S.wux --kind \($kind) --rate \($rate) --seed 1, ..., 100"}'
}

# ---- lock-step: what `wuxing faults` draws strikes model and RTL
lockstep_runs() { # name images learning argument...
    echo "c 200 c --kind c --each-image --rate 1e-05"
    echo "k 200 both --kind k --each-image --rate 0.0002"
    echo "pid 200 both --kind pid --each-image --rate 0.0001"
    echo "state 200 c --kind state --rate 0.001"
    echo "events 500 c --kind events --rate 0.0001"
    echo "drop 200 c --kind drop --rate 0.02"
    echo "tile 50 c --kind tile --tiles 4 --rate 0.25"
    echo "k-many 20 both --kind k --rate 0.3"
    echo "state-many 20 both --kind state --rate 0.3"
    echo "c-off 200 off --kind c --each-image --rate 1e-05"
    echo "k-off 200 off --kind k --each-image --rate 0.0002"
    echo "state-off 200 off --kind state --rate 0.001"
    echo "events-off 500 off --kind events --rate 0.0001"
    echo "drop-off 200 off --kind drop --rate 0.02"
    echo "tile-off 50 off --kind tile --tiles 4 --rate 0.25"
}

lockstep() { # name images learning argument...
    local learning="--images $2" decay= drawn="wuxing faults seed-1.wux ${*:4}" core
    [[ $3 == off ]] || learning="$on $learning" decay=" --decay 1"
    [[ $3 != both ]] || learning+=" $both"
    drawn+=" $learning --seed 1 --list $1.jsonl"
    core="wuxing-cosim --config tiles4open --model seed-1.wux $learning$decay --seed 1 --faults $1.jsonl"
    model 1
    quietly $drawn --json model.json
    quietly $core --waves=off --json core.json
    jq -sc --arg name "$1" --arg drawn "$drawn" --arg core "$core" '
        .[0] as $model | .[1] as $rtl | if $model.correct != $rtl.correct_images or $model.learnt != $rtl.trained_images
        then error("\($name): wuxing faults and wuxing-cosim differ") else
        {name: $name, kind: $model.kind, images: $rtl.images, refused: $model.refused, faults: $rtl.faults.struck,
         events: ([$rtl.events[]] | add), words: ($rtl | .weights_compared + .parameters_compared + .states_compared),
         divergences: $rtl.divergences, accuracy: $rtl.accuracy, trace_digest: $rtl.trace_digest, commands: [$drawn, $core]} end' \
        model.json core.json
}

# ---- data
all() { # function, what it is called with
    local arguments
    while read -r arguments; do "$1" $arguments < /dev/null; done < <("${@:2}")
}
rm -rf data
mkdir data
if [[ $quick == yes ]]; then
    all point eval "points | grep -E '$sample'" > some.jsonl
    all lockstep eval "lockstep_runs | grep -E '^(c|events|state-many) '" >> some.jsonl
    [[ $(wc -l < some.jsonl) == 19 ]] || stop "$(wc -l < some.jsonl) points to run again instead of 19" 1
    while read -r line; do
        grep -qxF "$line" "$committed"/faults.jsonl "$committed"/faults_lockstep.jsonl || stop "docs/results does not say what is run again: $line" 1
    done < some.jsonl
    cp "$committed"/faults.jsonl "$committed"/faults_lockstep.jsonl data
else
    all point points > data/faults.jsonl
    while read -r kind rate; do draw "$kind" "$rate" < /dev/null; done < <(draw_kinds) >> data/faults.jsonl
    all lockstep lockstep_runs > data/faults_lockstep.jsonl
fi

# ---- tables and pictures: functions of the data
part() { jq -nr --arg part "$1" --slurpfile points data/faults.jsonl --slurpfile lockstep data/faults_lockstep.jsonl -f "$root/tools/faults.jq"; }
readonly tables=(rates draws events tiles recovery steady lockstep)
cp "$page" page.md
for table in "${tables[@]}"; do
    part "$table" > table.md
    "$root/tools/put_table.sh" page.md "$table" < table.md
done
part curves > curves.dat
rm -rf plots
mkdir plots
quietly gnuplot -e "curves = 'curves.dat'; folder = 'plots'" "$root/tools/faults.gp"
(cd plots && sha256sum -- *.png *.svg > faults_plots.sha256)

if [[ $check == no ]]; then
    put() { cp "$1" "$2.part" && mv "$2.part" "$2"; } # as a whole or not at all
    for file in data/*.jsonl plots/*; do put "$file" "$committed/${file##*/}"; done
    put page.md "$page"
    echo "docs/faults.md and its data and pictures in docs/results written"
    exit
fi
failed=0
same() { cmp "$1" "$2" >&2 || { diff -U 0 "$1" "$2" >&2 || true; echo "faults.sh: $1 is not what the runs give; run tools/faults.sh" >&2; failed=1; }; }
for data in faults faults_lockstep; do same "$committed/$data.jsonl" "data/$data.jsonl"; done
same "$page" page.md
for plot in plots/*.svg; do same "$committed/$(basename "$plot")" "$plot"; done
(cd "$committed" && sha256sum --quiet -c faults_plots.sha256) >&2 || { echo "faults.sh: a picture is not the one that was written with the others" >&2; failed=1; }
[[ $failed -eq 0 ]] || exit 1
echo "docs/faults.md, its data and pictures are what their commands give"
