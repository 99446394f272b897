#!/usr/bin/env bash
# Makes every run of docs/results.md, collects in docs/results what page and plots need, and writes page, plots and the blocks of
# README.md from it. All of it is reproducible to the last digit: speed is measured elsewhere (target bench). Runs are kept in
# build/experiments and build/campaign: stopped, however that was, the same command goes on where it was.
# usage: tools/results.sh [--check] [--quick] [--keep] [--build DIR] [--data DIR]
#   --check  change nothing: everything run anew must give what is in docs/results, and that the page, the plots and the blocks
#            (of the campaign nothing is run: its runs must be in build/campaign, newer than wuxing-cosim)
#   --quick  of the training runs a sample, of the lock-step runs those outside the campaign; docs/results stands for the others. Enough
#            after a change of the RTL that computes the same: the counts of synthesis are new
#   --keep   take finished runs although wuxing or wuxing-cosim was built after them
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
usage="usage: tools/results.sh [--check] [--quick] [--keep] [--build DIR] [--data DIR]"

# Run again by --check --quick: every learner, arithmetic, method, width and rounding, recomputed connections, either kind of shift.
sample=(connections-seed-1 both-double-seed-1 perceptron-seed-1 linear-seed-1 two-epochs depth-both-seed-2-layers-784-64-64-10
    bits-seed-1-weight-bits-12-rounding-nearest mnist-80-8bit-seed-3 mnist-80-core-shift-seed-2 gains-pid-01-seed-1 wide-recomputed-seed-1)

stop() { echo "results.sh: $1" >&2; exit "${2:-2}"; }
. "$root/tools/lock.sh"

build=$root/build check=no quick=no keep=no
while [[ $# -gt 0 ]]; do
    case $1 in
        --check) check=yes ;;
        --quick) quick=yes ;;
        --keep) keep=yes ;;
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
for program in wuxing wuxing-cosim; do
    [[ -x $build/bin/$program ]] || stop "$build/bin/$program is not built; run ./demo.sh first"
done
for program in gnuplot jq; do command -v "$program" > /dev/null || stop "$program is missing; run ./demo.sh first"; done
export PATH=$build/bin:$PATH LC_ALL=C

committed=$root/docs/results
out=$build/results data=$build/results/data
mkdir -p "$out"
lock_folder "$out"
rm -rf "$data"
mkdir -p "$data"
cd "$out"
missing_is_empty=("$committed"/*.jsonl)
[[ $check == no || -e ${missing_is_empty[0]} ]] || stop "there is nothing in docs/results to check"

failed=0
complain() { echo "results.sh: $1" >&2; failed=1; }
same() { diff -U 0 "$1" "$2" >&2 || complain "$3"; } # same COMMITTED NEW WHAT
collect() { jq -c --arg name "$(basename "$1" .json)" -f "$root/tools/collect.jq" "$1"; }
quietly() { "$@" > command.log 2>&1 || { cat command.log >&2; stop "failed: $*" 1; }; }

# ---- of the campaign what is missing, or older than the program; --check makes none of it
campaign=$build/campaign
wanted=()
if [[ $quick == no ]]; then
    mapfile -t cases < <(ctest --test-dir "$build" -N -R '^campaign_' | sed -n 's/^ *Test *#[0-9]*: campaign_//p')
    [[ ${#cases[@]} -gt 0 ]] || stop "$build has no cases campaign_...; configure and build it again"
    for name in "${cases[@]}"; do
        [[ -s $campaign/$name.json && ($keep == yes || $campaign/$name.json -nt $build/bin/wuxing-cosim) ]] || wanted+=("campaign_$name")
    done
    [[ $check == no || ${#wanted[@]} -eq 0 ]] ||
        stop "${#wanted[@]} of ${#cases[@]} runs of the campaign are missing or older than wuxing-cosim (${wanted[0]}); run ctest --test-dir $build -R '^campaign_' first"
fi

# ---- training runs
runs=$build/experiments
experiments() { wuxing experiment "$root"/experiments/*.toml --out "$runs" --json summary.json > experiments.log; }
older() { [[ -d $1 ]] && find "$1" -name '*.json' ! -newer "$build/bin/$2" | grep -q .; }

if [[ $quick == yes ]]; then
    # The committed results stand for runs that are not in the sample: the command skips what has the configuration of
    # experiments/*.toml and refuses what has another one.
    runs=$out/sample
    rm -rf "$runs"
    mkdir -p "$runs"
    mnist=$(wuxing train --print-config | sed -n 's/^data = //p')
    jq -r --argjson mnist "$mnist" '"\(.name)\t\({accuracy, weights, versions: {contract: .contract}, configuration: (.configuration + {seed}
        | if .data == "mnist" then .data = $mnist else . end)})"' "$committed/experiments.jsonl" |
        while IFS=$'\t' read -r name result; do echo "$result" > "$runs/$name.json"; done
    for name in "${sample[@]}"; do rm "$runs/$name.json" || stop "there is no run $name in docs/results"; done
elif [[ $check == yes ]]; then
    runs=$out/again
    if older "$runs" wuxing; then rm -rf "$runs"; fi
elif [[ $keep == no ]] && older "$runs" wuxing; then
    stop "$runs holds runs that are older than wuxing: remove it, or --keep them"
fi
: > experiments.err
messages=experiments.err
[[ ! -t 2 ]] || messages=/dev/stderr # how far it is
experiments 2> "$messages" &
training=$!
trap 'kill $training 2> /dev/null || true' EXIT # of an interrupt: the command keeps what it has

finish_training() {
    wait "$training" || { cat experiments.log experiments.err >&2; stop "wuxing experiment failed" 1; }
    trap - EXIT
    jq -r '.groups[].runs[]' summary.json > names.txt
    if [[ $quick == yes ]]; then
        jq -r .name "$committed/experiments.jsonl" | diff - names.txt >&2 || complain "docs/results has other runs than experiments/*.toml"
        for name in "${sample[@]}"; do
            collect "$runs/$name.json" > run.txt
            grep "^{\"name\":\"$name\"," "$committed/experiments.jsonl" | diff - run.txt >&2 || complain "run $name gives something else"
        done
        cp "$committed/experiments.jsonl" "$data"
    else
        while read -r name; do collect "$runs/$name.json"; done < names.txt > "$data/experiments.jsonl"
    fi
}

# ---- how large the signals are in every layer of the networks of the comparison of depths
signals() {
    jq -r '.groups[].runs[] | select(test("^depth-(connections|fixed-points|both)-"))' summary.json | while read -r name; do
        if [[ -e $runs/$name.wux ]]; then
            quietly wuxing eval "$runs/$name.wux" --signals --json "$name.json"
            collect "$name.json"
        else # of --quick: not run again
            grep "^{\"name\":\"$name\"," "$committed/signals.jsonl" || stop "docs/results has no signals of $name" 1
        fi
    done > "$data/signals.jsonl"
}

# ---- lock-step; models are those of the training runs
lockstep() { # lockstep NAME ARGUMENT...
    local command="wuxing-cosim ${*:2}"
    quietly wuxing-cosim "${@:2}" --json "$1.json"
    collect "$1.json" | jq -c --arg command "${command//$runs/build/experiments}" '. + {$command}' >> "$data/lockstep.jsonl"
}
lockstep fresh --images 1000 --learn --seed 1 --stall 0
lockstep tiles1 --images 100 --learn --config tiles1
lockstep tiles3 --images 100 --learn --config tiles3
lockstep tiles16 --images 100 --learn --config tiles16
lockstep deep --images 100 --learn --layers 784-64-32-10 --steps 4
finish_training
signals
lockstep trained --images 1000 --learn --seed 1 --stall 0 --model "$runs/two-epochs.wux"
lockstep inference --images 1000 --seed 1 --stall 0 --model "$runs/connections-seed-1.wux"

# ---- the campaign, a test a run: what is missing is made, unless this is one of the tests itself
if [[ $quick == yes ]]; then
    cp "$committed/campaign.jsonl" "$data"
else
    [[ ${#wanted[@]} -eq 0 ]] || quietly ctest --test-dir "$build" -j "$(nproc)" -R "^($(IFS='|'; echo "${wanted[*]}"))\$"
    for file in "$campaign"/*.json; do collect "$file"; done > "$data/campaign.jsonl"
fi

# ---- synthesis, as the tests of label synth left it
synthesis() { # synthesis FAMILY TITLE LUT_NAME LUT FLIP_FLOPS MULTIPLIER MEMORY...: names of cells, as patterns
    local report=$build/tests/synth/synth_$1.txt memory memories=()
    [[ -s $report ]] || quietly ctest --test-dir "$build" -R "^synth\.$1\$"
    cells() { awk -v cell="^($1)\$" '$1 ~ cell { sum += $2 } END { print sum + 0 }' "$report"; }
    for memory in "${@:7}"; do memories+=("{\"count\":$(cells "$memory"),\"name\":\"$memory\"}"); done
    jq -nc --arg family "$2" --arg lut_name "$3" --argjson lut "$(cells "$4")" --argjson flip_flops "$(cells "$5")" \
        --arg multiplier_name "$6" --argjson multipliers "$(cells "$6")" --argjson memories "[$(IFS=,; echo "${memories[*]}")]" \
        '{$family, $lut, $lut_name, $flip_flops, $multipliers, $multiplier_name, $memories}' >> "$data/synthesis.jsonl"
}
ice40_cells=(SB_LUT4 SB_LUT4 'SB_DFF.*' SB_MAC16 SB_SPRAM256KA SB_RAM40_4K)
synthesis ice40 'iCE40 UltraPlus' "${ice40_cells[@]}"
synthesis ice40_w8 '... connections of 8 bits' "${ice40_cells[@]}"
synthesis ice40_k '... learns K, too' "${ice40_cells[@]}"
synthesis ice40_r '... learns K, recomputes C' "${ice40_cells[@]}"
synthesis xilinx 'Xilinx 7 series' LUT1..6 'LUT[1-6]' 'FD.E' DSP48E1 RAMB36E1 RAMB18E1
synthesis ecp5 'Lattice ECP5' LUT4 LUT4 TRELLIS_FF MULT18X18D DP16KD

# ---- the sample report of the README: one bit of one observed event flipped; folders of this machine left out
wuxing-cosim --images 20 --learn --eta 0.014 --inject backward:500:3:b[1] --waves=off > command.log 2>&1 &&
    stop "the injected fault was not found" 1
{
    echo '```'
    sed -n '/^DIVERGENCE/,$p' command.log | sed -E 's#(reproduce +)[^ ]*wuxing-cosim#\1build/bin/wuxing-cosim#; s# --data [^ ]+##'
    echo '```'
} > report.md

# ---- data
if [[ $check == yes ]]; then
    for name in experiments signals lockstep campaign synthesis; do
        same "$committed/$name.jsonl" "$data/$name.jsonl" "docs/results/$name.jsonl is not what the runs give; run tools/results.sh"
    done
    data=$committed
fi

# ---- page, blocks, goals and plots: functions of the data
page() {
    jq -nr --arg part "$1" --slurpfile runs "$data/experiments.jsonl" --slurpfile signals "$data/signals.jsonl" --slurpfile lockstep "$data/lockstep.jsonl" \
        --slurpfile campaign "$data/campaign.jsonl" --slurpfile synthesis "$data/synthesis.jsonl" -f "$root/tools/page.jq"
}
page page > results.md
page readme > summary.md
page missed > missed.txt
rm -rf plots
mkdir plots
jq -rs -f "$root/tools/curves.jq" "$data/experiments.jsonl" > curves.dat
quietly gnuplot -e "curves = 'curves.dat'; folder = 'plots'" "$root/tools/plots.gp"
(cd plots && sha256sum -- *.png *.svg > plots.sha256)

# README.md with the lines between two markers replaced by a file; and those lines.
replace() { awk -v name="$1" -v file="$2" '
    $0 == "<!-- " name " -->" { print; while ((getline line < file) > 0) print line; skip = 1 }
    $0 == "<!-- end of " name " -->" { skip = 0 }
    !skip { if ($0 != "<!-- " name " -->") print }' "$3"; }
between() { sed -n "/^<!-- $1 -->\$/,/^<!-- end of $1 -->\$/p" "$root/README.md" | sed '1d;$d'; }

if [[ $check == yes ]]; then
    same "$root/docs/results.md" results.md "docs/results.md is not what docs/results gives; run tools/results.sh"
    between results > block.md
    same block.md summary.md "the table of README.md is not what docs/results gives; run tools/results.sh"
    between report > block.md
    same block.md report.md "the report in README.md is not what its command gives; run tools/results.sh"
    for plot in plots/*.svg; do
        cmp "$committed/$(basename "$plot")" "$plot" >&2 || complain "$(basename "$plot") is not what docs/results gives; run tools/results.sh"
    done
    (cd "$committed" && sha256sum --quiet -c plots.sha256) >&2 || complain "a plot is not the one that was written with the others"
elif [[ $failed -eq 0 ]]; then
    mkdir -p "$committed"
    cp "$data"/*.jsonl plots/* "$committed"
    cp results.md "$root/docs/results.md"
    replace results summary.md "$root/README.md" > readme1.md
    replace report report.md readme1.md > readme2.md
    cp readme2.md "$root/README.md"
    echo "docs/results.md, docs/results and README.md written"
fi
[[ ! -s missed.txt ]] || { cat missed.txt >&2; complain "a goal is missed"; }
[[ $failed -eq 0 ]] || exit 1
[[ $check == no ]] || echo "docs/results.md, its data and plots, and README.md are what their commands give"
if [[ $check == yes && $quick == no ]]; then rm -rf "$runs"; fi
