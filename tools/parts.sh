#!/usr/bin/env bash
# Cells of the core for 784-80-10 on three families of parts, by number of tiles: one line of JSON a synthesis.
# usage: tools/parts.sh [FAMILY:TILES...] > parts.jsonl      Yosys alone; the largest takes some ten minutes and 3 GB
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly default_points=(ice40:4 xilinx:4 xilinx:16 xilinx:64 ecp5:4 ecp5:16 ecp5:64)

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

points=("$@")
[[ ${#points[@]} -gt 0 ]] || points=("${default_points[@]}")
for p in "${points[@]}"; do point "${p%:*}" "${p#*:}"; done
