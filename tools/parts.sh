#!/usr/bin/env bash
# Cells of the core for 784-80-10 on three families of parts, by number of tiles: one line of JSON a synthesis.
# usage: tools/parts.sh [FAMILY:TILES...] > docs/results/parts.jsonl      Yosys alone; some minutes
#        tools/parts.sh --table FILE > docs/parts.md                      the page from these lines
#        tools/parts.sh --check FILE FAMILY:TILES...                      synthesised again: memories and multipliers the same,
#                                                                         every other count within 2 %
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly default_points=(ice40:4 xilinx:4 xilinx:16 ecp5:4 ecp5:16)

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

table() { # file
    cat <<'END'
# The core on larger parts

784-80-10 on 4 and 16 tiles, synthesised with the observation port kept. Cells as Yosys counts them; place and route was not
run for Artix-7 and ECP5, because no open tool for it is packaged for Debian 12, so nothing is said about clock rates there.
Written by `tools/parts.sh --table`.

| part | tiles | LUT | flip-flops | carry cells | multipliers | block RAM | SPRAM | LUT RAM | core, command, version |
|---|---|---|---|---|---|---|---|---|---|
END
    jq -r '"| \({ice40: "iCE40 UltraPlus", xilinx: "Artix-7", ecp5: "ECP5"}[.family]) | \(.tiles) | \(.lut) | \(.ff) | \(.carry) | \(.dsp) | \(.block_ram) (\(.block_ram_bits / 1024) Kbit) | \(.single_port_ram) | \(.lut_ram) | \(.parameters); `\(.command)`; \(.yosys) |"' "$1"
}

check() { # file point...
    local file=$1 p again
    shift
    for p in "$@"; do
        again=$(point "${p%:*}" "${p#*:}")
        jq -es --argjson again "$again" '
            map(select(.family == $again.family and .tiles == $again.tiles)) | length == 1 and (.[0] as $old |
            ($old | [.dsp, .block_ram, .single_port_ram]) == ($again | [.dsp, .block_ram, .single_port_ram]) and
            all("lut", "ff", "carry", "lut_ram"; ($old[.] - $again[.]) * 50 <= $old[.] and ($again[.] - $old[.]) * 50 <= $old[.]))' \
            "$file" >/dev/null || fail "$p: $file does not say what synthesis gives: $again"
    done
    echo "$# syntheses as $file says"
}

case ${1:-} in
    --table) table "${2:?a file is missing}"; exit ;;
    --check) shift; check "$@"; exit ;;
esac
points=("$@")
[[ ${#points[@]} -gt 0 ]] || points=("${default_points[@]}")
for p in "${points[@]}"; do point "${p%:*}" "${p#*:}"; done
