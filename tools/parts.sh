#!/usr/bin/env bash
# What the core for 784-80-10 takes on three families of parts, by number of tiles, and how many cycles a sample takes it. A line of
# JSON a synthesis and a run, kept in docs/results; the page docs/parts.md and a table of README.md are written from them.
# usage: tools/parts.sh [FAMILY:TILES...] > docs/results/parts.jsonl      Yosys alone; half an hour, most of it for 80 tiles
#        tools/parts.sh --cycles > docs/results/parts_cycles.jsonl        wuxing and wuxing-cosim of build/bin
#        tools/parts.sh --table > docs/parts.md
#        tools/parts.sh --summary                                         the table of README.md
#        tools/parts.sh --check FAMILY:TILES...                           synthesised again: memories and multipliers the same,
#                                                                         every other count within 2 %
#        tools/parts.sh --check-cycles [BUILD]                            run again: every digit the same
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly default_points=(ice40:4 xilinx:4 xilinx:16 xilinx:80 ecp5:4 ecp5:16 ecp5:80)
readonly cells=docs/results/parts.jsonl cycles=docs/results/parts_cycles.jsonl

fail() {
    echo "parts.sh: $1" >&2
    exit 2
}

# The smallest core that holds 784-80-10 on so many tiles.
core_parameters() { # tiles
    local hidden=$(((80 + $1 - 1) / $1)) output=$(((10 + $1 - 1) / $1)) words depth=2
    words=$((hidden * 784 + output * 80))
    while ((depth < words)); do depth=$((2 * depth)); done
    echo "Tiles $1 Slots $((hidden + output)) Layers 2 WeightDepth $depth IndexW 10"
}

synthesis() { # family
    case $1 in
        ice40) echo "synth_ice40 -dsp -spram -device u -top wuxing_core" ;;
        xilinx) echo "synth_xilinx -family xc7 -flatten -top wuxing_core" ;;
        ecp5) echo "synth_ecp5 -top wuxing_core" ;;
        *) fail "no family $1: ice40, xilinx, ecp5" ;;
    esac
}

# Cells by kind, whatever the family calls them; `cells` keeps its own names.
readonly kinds='
  def sum(pattern): [to_entries[] | select(.key | test(pattern)) | .value] | add // 0;
  {lut: sum("^(SB_LUT4|LUT[1-6]|LUT4|INV)$"), ff: sum("^(SB_DFF.*|FD[RSCP]E.*|TRELLIS_FF)$"), carry: sum("^(SB_CARRY|CARRY4|CCU2C)$"),
   dsp: sum("^(SB_MAC16|DSP48E1|MULT18X18D)$"), block_ram: sum("^(SB_RAM40_4K.*|RAMB36E1|RAMB18E1|DP16KD)$"),
   block_ram_bits: ([to_entries[] | .value * ({SB_RAM40_4K: 4096, RAMB36E1: 36864, RAMB18E1: 18432, DP16KD: 18432}[.key] // 0)] | add),
   single_port_ram: sum("^SB_SPRAM256KA$"), lut_ram: sum("^(RAM[0-9]+.*|TRELLIS_DPR16X4)$"), cells: .}'

point() { # family tiles
    local family=$1 tiles=$2 parameters command log start
    [[ $tiles =~ ^[0-9]+$ ]] || fail "$family:$tiles: not FAMILY:TILES"
    parameters=$(core_parameters "$tiles")
    command=$(synthesis "$family")
    log=$(mktemp -d)
    start=$SECONDS
    yosys -q -l "$log/log" -p "read_verilog -sv $(grep '\.sv$' rtl/wuxing.f | tr '\n' ' ')
        hierarchy -check -top wuxing_core $(sed -E 's/([A-Za-z]+) ([0-9]+)/-chparam \1 \2/g' <<<"$parameters")
        proc; $command; check -assert; tee -q -o $log/stat stat -json" >"$log/out" 2>&1 ||
        { tail -n 5 "$log/out" >&2; fail "$family with $tiles tiles: synthesis failed (all of it: $log)"; }
    jq -c --arg family "$family" --argjson tiles "$tiles" --arg parameters "$parameters" --arg command "$command" \
        --arg version "$(yosys -V)" --argjson seconds $((SECONDS - start)) \
        '.design.num_cells_by_type | {family: $family, tiles: $tiles, parameters: $parameters} + ('"$kinds"') +
         {command: $command, yosys: ($version | sub(" \\(.*"; "")), seconds: $seconds}' "$log/stat"
    rm -rf "$log"
}

# Cycles do not depend on a memory's depth nor on slots that are not used: cores of wuxing-cosim serve that are larger than needed.
all_cycles() { # build
    local build=${1:-build} folder tiles name arguments
    for program in wuxing wuxing-cosim; do
        [[ -x $build/bin/$program ]] || fail "$build/bin/$program is not built"
    done
    folder=$(mktemp -d)
    trap "rm -rf '$folder'" EXIT
    local train="wuxing train --layers 784-80-10 --epochs 2 --shift 1 --seed 1 --out two-epochs.wux"
    run() { (cd "$folder" && PATH=$build/bin:$PATH && $1 >"$folder/log" 2>&1) || { tail -n 5 "$folder/log" >&2; fail "failed: $1"; }; }
    build=$(cd "$build" && pwd)
    run "$train"
    for tiles in 4 16 80; do
        for name in fresh trained inferred; do
            arguments="--config tiles$tiles --images 1000 --seed 1 --stall 0"
            [[ $name == inferred ]] || arguments+=" --learn"
            [[ $name == fresh ]] || arguments+=" --model two-epochs.wux"
            run "wuxing-cosim $arguments --json run.json"
            jq -c --arg name "$name" --arg command "wuxing-cosim $arguments" --arg model "$train" \
                '{tiles: .config.tiles, run: $name, images, divergences, events: ([.events[]] | add), trace_digest,
                  cycles: (.cycles_per_trained_image + .cycles_per_inferred_image),
                  phases: (.images as $n | .phase_cycles | map_values(. / $n)), multiplier_utilisation, $command}
                 + if $name == "fresh" then {} else {$model} end' "$folder/run.json"
        done
    done
}

# Page or summary, of lines that the tool would make today: the same points, parameters and commands.
written() { # part
    local wanted=() p
    for p in "${default_points[@]}"; do wanted+=("$p $(core_parameters "${p#*:}"); $(synthesis "${p%:*}")"); done
    diff <(printf '%s\n' "${wanted[@]}") <(jq -r '"\(.family):\(.tiles) \(.parameters); \(.command)"' "$cells") >&2 ||
        fail "$cells has other syntheses than those of today"
    jq -nr --arg part "$1" --slurpfile parts "$cells" --slurpfile cycles "$cycles" -f tools/parts.jq
}

check() { # point...
    local p again
    for p in "$@"; do
        again=$(point "${p%:*}" "${p#*:}")
        jq -es --argjson again "$again" '
            map(select(.family == $again.family and .tiles == $again.tiles)) | length == 1 and (.[0] as $old |
            ($old | [.dsp, .block_ram, .single_port_ram]) == ($again | [.dsp, .block_ram, .single_port_ram]) and
            all("lut", "ff", "carry", "lut_ram"; ($old[.] - $again[.]) * 50 <= $old[.] and ($again[.] - $old[.]) * 50 <= $old[.]))' \
            "$cells" >/dev/null || fail "$p: $cells does not say what synthesis gives: $again"
    done
    echo "$# syntheses as $cells says"
}

case ${1:-} in
    --cycles) all_cycles "${@:2}"; exit ;;
    --table) written page; exit ;;
    --summary) written summary; exit ;;
    --check) check "${@:2}"; exit ;;
    --check-cycles) diff "$cycles" <(all_cycles "${@:2}") >&2 || fail "$cycles is not what the runs give"; exit ;;
    -*) fail "no option $1; $(sed -n 's/^# usage: /usage: /p' "$0")" ;;
esac
points=("$@")
[[ ${#points[@]} -gt 0 ]] || points=("${default_points[@]}")
for p in "${points[@]}"; do point "${p%:*}" "${p#*:}"; done
