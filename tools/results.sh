#!/usr/bin/env bash
# Runs every command of docs/results.md and writes the page, and the table of README.md, from what they give. All of it is
# reproducible to the last digit: speed is measured elsewhere (target bench).
# usage: tools/results.sh [--check] [--build DIR] [--data DIR]
#   --check  change nothing; fail if the page or the table would change
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$root/build check=no data=()
while [[ $# -gt 0 ]]; do
    case $1 in
        --check) check=yes ;;
        --build) build=$(cd "$2" && pwd); shift ;;
        --data) data=(--data "$2"); shift ;;
        *) echo "results.sh: unknown option $1; usage: tools/results.sh [--check] [--build DIR] [--data DIR]" >&2; exit 2 ;;
    esac
    shift
done
for program in wuxing wuxing-cosim; do
    [[ -x $build/bin/$program ]] || { echo "results.sh: $build/bin/$program is not built; run ./demo.sh first" >&2; exit 2; }
done

out=$build/results
mkdir -p "$out"
cd "$out"
page=$out/results.md
export PATH=$build/bin:$PATH

# Runs a command of the page; JSON files land in build/results. Quiet unless it fails.
run() {
    "$@" "${data[@]}" > command.log 2>&1 || { echo "results.sh: failed: $*" >&2; cat command.log >&2; exit 1; }
    echo "$*" >> commands.txt
}
# A number at the top level of a JSON result.
value() { sed -n "s/^  \"$2\": \([-0-9.e]*\),\{0,1\}$/\1/p" "$1.json"; }
event() { sed -n "s/^    \"$2\": \([0-9]*\),\{0,1\}$/\1/p" "$1.json" | head -n 1; }
percent() { awk "BEGIN { printf \"%.2f %%\", 100 * $1 }"; }
count() { LC_ALL=C awk "BEGIN { s = sprintf(\"%.0f\", $1); while (match(s, /[0-9][0-9][0-9][0-9](,|\$)/)) s = substr(s, 1, RSTART) \",\" substr(s, RSTART + 1); print s }"; }
median() { printf '%s\n' "$@" | sort -n | sed -n "$((($# + 1) / 2))p"; }
all_events() { echo $(($(event "$1" drive) + $(event "$1" neuron) + $(event "$1" backward) + $(event "$1" weight_write) + $(event "$1" parameter_write) + $(event "$1" result))); }

section() { # section TITLE FILE...: the commands since the last section, and their table
    { printf '\n## %s\n\n```sh\n' "$1"; cat commands.txt; printf '```\n\n```\n'; wuxing report --no-rates "${@:2}"; printf '```\n'; } >> "$page"
    : > commands.txt
}

: > commands.txt
cat > "$page" <<'HEAD'
# Results

Written by `tools/results.sh`, which runs the commands on this page in `build/results` and prints what they give; a test runs them
again and fails if a digit changes. Full MNIST, on-line (one sample at a time), fixed point throughout. Speed depends on the
machine and stands in [speed.md](speed.md).
HEAD

for seed in 1 2 3; do
    run wuxing train --layers 784-64-10 --epochs 8 --eta 0.0078125 --decay 0.5 --decay-every 2 --seed "$seed" --out "n64s$seed.wux" --json "n64s$seed.json"
done
section "784-64-10, 8 epochs, eta 1/128 halved every 2 epochs, 3 seeds" n64s{1,2,3}.json

for seed in 1 2 3; do
    run wuxing train --layers 784-80-10 --epochs 16 --eta 0.014 --decay 0.82 --shift 1 --seed "$seed" --out "n80s$seed.wux" --json "n80s$seed.json"
done
section "784-80-10, 16 epochs, eta 0.014 x 0.82^epoch, random shifts of up to one pixel, 3 seeds" n80s{1,2,3}.json

run wuxing train --layers 784-80-10 --epochs 30 --eta 0.014 --decay 0.9 --shift 1 --seed 1 --out n80long.wux --json n80long.json
run wuxing train --layers 784-128-10 --epochs 20 --eta 0.012 --decay 0.87 --shift 1 --steps 4 --seed 1 --out n128.wux --json n128.json
section "Longer, and wider with half the Heun steps" n80long.json n128.json

run wuxing-cosim --images 1000 --learn --seed 1 --stall 0 --json fresh.json
run wuxing train --layers 784-80-10 --epochs 2 --shift 1 --seed 1 --out two.wux --json two.json
run wuxing-cosim --images 1000 --learn --seed 1 --stall 0 --model two.wux --json trained.json
run wuxing-cosim --images 1000 --seed 1 --stall 0 --model n80s1.wux --json inference.json
section "Lock-step on four tiles: from random weights, after two epochs, and inference" fresh.json trained.json inference.json

run wuxing-cosim --images 100 --learn --config tiles1 --layers 784-80-10 --json tiles1.json
run wuxing-cosim --images 100 --learn --config tiles3 --layers 784-80-10 --json tiles3.json
run wuxing-cosim --images 100 --learn --config tiles16 --layers 784-80-10 --json tiles16.json
run wuxing-cosim --images 100 --learn --config tiles4 --layers 784-64-32-10 --steps 4 --json deep.json
section "Lock-step on other cores, and with two hidden layers; random pauses at the streams" tiles{1,3,16}.json deep.json

# ---- synthesis, as the tests of label synth left it
synth=$build/tests/synth
for family in ice40 xilinx ecp5; do
    [[ -s $synth/synth_$family.txt ]] || ctest --test-dir "$build" -R '^synth\.' > command.log 2>&1 ||
        { echo "results.sh: synthesis failed" >&2; cat command.log >&2; exit 1; }
done
cells() { count "$(awk -v cell="^($2)\$" '$1 ~ cell { sum += $2 } END { print sum + 0 }' "$synth/synth_$1.txt")"; }
cat >> "$page" <<TABLE

## Synthesis, four tiles, 784-80-10, observation port kept

\`\`\`sh
ctest --test-dir build -L synth     # Yosys 0.23, constraints/synth_*.ys; reports in build/tests/synth
\`\`\`

| family | LUT | flip-flops | multipliers | memories |
|---|---|---|---|---|
| iCE40 UltraPlus | $(cells ice40 SB_LUT4) SB_LUT4 | $(cells ice40 'SB_DFF.*') | $(cells ice40 SB_MAC16) SB_MAC16 | $(cells ice40 SB_SPRAM256KA) SB_SPRAM256KA, $(cells ice40 SB_RAM40_4K) SB_RAM40_4K |
| Xilinx 7 series | $(cells xilinx 'LUT[1-6]') LUT1..6 | $(cells xilinx 'FD.E') | $(cells xilinx DSP48E1) DSP48E1 | $(cells xilinx RAMB36E1) RAMB36E1, $(cells xilinx RAMB18E1) RAMB18E1 |
| Lattice ECP5 | $(cells ecp5 LUT4) LUT4 | $(cells ecp5 TRELLIS_FF) | $(cells ecp5 MULT18X18D) MULT18X18D | $(cells ecp5 DP16KD) DP16KD |

Counts after generic synthesis; place and route has not been run. An iCE40 UP5K has 5,280 logic cells: this build, with its observation
port, general layer table and 32-bit registers, does not fit.
TABLE

# ---- goals: missed ones fail
missed=0
goal() { # goal WHAT MEASURED RELATION LIMIT SHOWN_LIMIT SHOWN
    local verdict=met
    awk "BEGIN { exit !($2 $3 $4) }" || { verdict=missed; missed=1; }
    printf '| %s | %s | %s | %s |\n' "$1" "$5" "$6" "$verdict" >> "$page"
}
middle() { median "$(value "$1"1 accuracy)" "$(value "$1"2 accuracy)" "$(value "$1"3 accuracy)"; }
differing=0
for run_name in fresh trained inference tiles1 tiles3 tiles16 deep; do differing=$((differing + $(value "$run_name" divergences))); done
printf '\n## Goals\n\n| goal | wanted | measured | |\n|---|---|---|---|\n' >> "$page"
goal "784-64-10, 8 epochs, median of 3 seeds" "$(middle n64s)" '>=' 0.969 "at least 96.90 %" "$(percent "$(middle n64s)")"
goal "784-80-10, 16 epochs, shifts, median of 3 seeds" "$(middle n80s)" '>=' 0.978 "at least 97.80 %" "$(percent "$(middle n80s)")"
goal "784-80-10, 30 epochs, shifts" "$(value n80long accuracy)" '>=' 0.98 "at least 98.00 %" "$(percent "$(value n80long accuracy)")"
goal "cycles a trained image, 4 tiles, 784-80-10, about 30 % of the neurons live" "$(value trained cycles_per_trained_image)" '<=' 17000 \
    "13,600, and 25 % at most" "$(count "$(value trained cycles_per_trained_image)")"
goal "events that differ, all lock-step runs of this page" "$differing" '==' 0 0 "$differing"
cat >> "$page" <<NOTE

The cycle budget of 13,600 is for a network under way, in which about 30 % of the neurons of a sample are live. From random weights
nearly all are: the first thousand samples take $(count "$(value fresh cycles_per_trained_image)") cycles each, and every later one fewer, since backward passes and updates
are only made where there is an error.
NOTE

# ---- the table of the README
accuracy() { percent "$(middle "$1")"; }
lockstep() { # lockstep FILE WHAT
    printf '| %s | %s events, %s differ | %s | %s |\n' "$2" "$(count "$(all_events "$1")")" "$(value "$1" divergences)" "$3" \
        "$(percent "$(value "$1" multiplier_utilisation)")"
}
{
    echo '| golden model, full MNIST, fixed point, on-line | test accuracy |'
    echo '|---|---|'
    echo "| 784-64-10, 8 epochs (median of 3 seeds) | $(accuracy n64s) |"
    echo "| 784-80-10, 16 epochs, random shifts (median of 3 seeds) | $(accuracy n80s) |"
    echo "| 784-80-10, 30 epochs, random shifts | $(percent "$(value n80long accuracy)") |"
    echo
    echo '| RTL in lock-step with it, 784-80-10 on 4 tiles, 1,000 images | compared | cycles an image | multipliers busy |'
    echo '|---|---|---|---|'
    lockstep fresh "learning from random weights" "$(count "$(value fresh cycles_per_trained_image)")"
    lockstep trained "learning on, after two epochs" "$(count "$(value trained cycles_per_trained_image)")"
    lockstep inference "inference" "$(count "$(value inference cycles_per_inferred_image)")"
} > summary.md

# ---- the sample report of the README: one bit of one observed event flipped; folders of this machine left out
wuxing-cosim --images 20 --learn --eta 0.014 --inject backward:500:3:b[1] --waves=off "${data[@]}" > command.log 2>&1 && {
    echo "results.sh: the injected fault was not found" >&2
    exit 1
}
{
    echo '```'
    sed -n '/^DIVERGENCE/,$p' command.log | sed -E "s#(reproduce +)[^ ]*wuxing-cosim#\\1build/bin/wuxing-cosim#; s# --data [^ ]+##"
    echo '```'
} > report.md

# The lines of README.md between two markers, replaced by a file; and those lines.
replace() { awk -v name="$1" -v file="$2" '
    $0 == "<!-- " name " -->" { print; while ((getline line < file) > 0) print line; skip = 1 }
    $0 == "<!-- end of " name " -->" { skip = 0 }
    !skip { if ($0 != "<!-- " name " -->") print }' "$3"; }
between() { sed -n "/^<!-- $1 -->\$/,/^<!-- end of $1 -->\$/p" "$root/README.md" | sed '1d;$d'; }

[[ $missed -eq 0 ]] || { echo "results.sh: a goal is missed:" >&2; grep '| missed |' "$page" >&2; exit 1; }

if [[ $check == yes ]]; then
    diff -u "$root/docs/results.md" "$page" || { echo "results.sh: docs/results.md is not what its commands give; run tools/results.sh" >&2; exit 1; }
    between results | diff -u - summary.md && between report | diff -u - report.md ||
        { echo "results.sh: README.md is not what the commands give; run tools/results.sh" >&2; exit 1; }
    echo "docs/results.md and the table in README.md are what their commands give"
else
    cp "$page" "$root/docs/results.md"
    replace results summary.md "$root/README.md" > readme1.md
    replace report report.md readme1.md > readme2.md
    cp readme2.md "$root/README.md"
    echo "docs/results.md and README.md written"
fi
