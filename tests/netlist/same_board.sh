#!/usr/bin/env bash
# Two netlists of wuxing_up5k: are they the same machine? Their memory elements (flip-flops, multipliers, RAM, PLL) must be the same,
# by type, parameters and the RTL's name of what they drive, and the logic between them equivalent: every input of every element and
# every output of the board, as ABC proves it, is the same function of the elements' outputs and the board's inputs. Elements of one
# netlist that are equal by construction (same type, same inputs) count as one.
# usage: same_board.sh CELLS_SIM_V ONE.json OTHER.json [COMMAND]      COMMAND: for Yosys, on OTHER, to plant a difference
set -euo pipefail
cells=$1 here=$(dirname "${BASH_SOURCE[0]}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cp "$2" "$folder/0.board"
cp "$3" "$folder/1.board"
elements="t:SB_DFF* t:SB_MAC16 t:SB_RAM40_4K t:SB_SPRAM256KA t:SB_PLL40_*"
for k in 0 1; do
    plant=""
    [[ $k == 1 ]] && plant=${4:-}
    # Without what one ABC run finds equal, an element that one netlist has twice would have no counterpart in the other.
    yosys -q -p "read_json $folder/$k.board; delete =A:blackbox =A:whitebox
        read_verilog -lib -D NO_ICE40_DEFAULT_ASSIGNMENTS $cells; hierarchy -check -top wuxing_up5k; $plant
        techmap -map $here/cells.v; opt_clean; abc -fast -g AND,XOR; opt_merge -share_all; opt_clean
        write_rtlil $folder/$k.il; delete =A:blackbox =A:whitebox; write_json $folder/$k.json"
done
for k in 0 1; do
    jq -rs --argjson netlist $k -f "$here/elements.jq" "$folder/0.json" "$folder/1.json" >"$folder/names$k"
    sed 's/.* \\//' "$folder/names$k" | sort >"$folder/elements$k"
done
differ() { # WHAT, files
    diff "$2" "$3" >"$folder/diff" || {
        echo "other $1:"
        head -n 20 "$folder/diff"
        exit 1
    }
}
[[ $(wc -l <"$folder/elements0") -ge 1000 ]] || { echo "same_board.sh: hardly any memory elements" >&2; exit 2; }
differ "memory elements" "$folder/elements0" "$folder/elements1"
for k in 0 1; do
    { echo "cd wuxing_up5k"; cat "$folder/names$k"; echo "cd .."; } >"$folder/names.ys"
    yosys -q -p "read_rtlil $folder/$k.il; hierarchy -top wuxing_up5k; script $folder/names.ys; opt_clean -purge
        tee -q -o $folder/dump dump -n $elements; expose -evert $elements
        opt_clean -purge; setundef -undriven -zero; write_blif $folder/$k.blif"
    # Type, name and parameter; what a memory begins with is of no part.
    awk '$1 == "cell" { cell = $2 " " $3 } $1 == "parameter" && !/ \\INIT_/ { print cell, $0 }' "$folder/dump" | sort >"$folder/parameters$k"
done
[[ $(wc -l <"$folder/parameters0") -ge 50 ]] || { echo "same_board.sh: hardly any parameters" >&2; exit 2; }
differ "parameters" "$folder/parameters0" "$folder/parameters1"
berkeley-abc -c "cec $folder/0.blif $folder/1.blif" >"$folder/cec" 2>&1 || true
grep -q 'Networks are equivalent' "$folder/cec" || { tail -n 8 "$folder/cec"; exit 1; }
points=$(sed -n 's/^\.outputs //p' "$folder/0.blif" | wc -w)
echo "$(wc -l <"$folder/elements0") memory elements with equal names, $(wc -l <"$folder/parameters0") parameters of theirs, $points functions between them equivalent"
