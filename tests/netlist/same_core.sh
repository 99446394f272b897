#!/usr/bin/env bash
# Two netlists of the core, of which one may have the observation port: is the rest of them the same machine? Their memory elements
# (flip-flops, multipliers, RAM) must be the same, by type and by the RTL's name of what they drive, and the logic between
# them equivalent: every input of every element and every output of the core, as ABC proves it, is the same function of the
# elements' outputs and the core's inputs. What only feeds the observation port is taken away first.
# usage: same_core.sh CELLS_SIM_V ONE.v OTHER.v [COMMAND]      COMMAND: for Yosys, on OTHER, to plant a difference
set -euo pipefail
cells=$1 here=$(dirname "${BASH_SOURCE[0]}")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
ports="delete -port wuxing_core/o:obs_*"
cp "$2" "$folder/0.v"
cp "$3" "$folder/1.v"
for k in 0 1; do
    plant=""
    [[ $k == 1 ]] && plant=${4:-}
    yosys -q -p "read_verilog -lib -D NO_ICE40_DEFAULT_ASSIGNMENTS $cells; read_verilog $folder/$k.v; hierarchy -top wuxing_core
        $ports; $plant; opt_clean; write_rtlil $folder/$k.il; delete =A:blackbox =A:whitebox; write_json $folder/$k.json"
done
for k in 0 1; do
    jq -rs --argjson netlist $k -f "$here/elements.jq" "$folder/0.json" "$folder/1.json" >"$folder/names"
    sed 's/.* \\//' "$folder/names" | sort >"$folder/elements$k"
    { echo "cd wuxing_core"; cat "$folder/names"; echo "cd .."; } >"$folder/names.ys"
    yosys -q -p "read_rtlil $folder/$k.il; hierarchy -top wuxing_core; script $folder/names.ys; opt_clean -purge
        techmap -map $here/cells.v; opt_clean; expose -evert t:SB_DFF* t:SB_MAC16 t:SB_RAM40_4K t:SB_SPRAM256KA
        opt_clean -purge; setundef -undriven -zero; write_blif $folder/$k.blif"
done
[[ $(wc -l <"$folder/elements0") -ge 1000 ]] || { echo "same_core.sh: hardly any memory elements" >&2; exit 2; }
diff "$folder/elements0" "$folder/elements1" >"$folder/diff" || {
    echo "other memory elements:"
    head -n 20 "$folder/diff"
    exit 1
}
berkeley-abc -c "cec $folder/0.blif $folder/1.blif" >"$folder/cec" 2>&1 || true
grep -q 'Networks are equivalent' "$folder/cec" || { tail -n 8 "$folder/cec"; exit 1; }
points=$(sed -n 's/^\.outputs //p' "$folder/0.blif" | wc -w)
echo "$(wc -l <"$folder/elements0") memory elements with equal names, $points functions between them equivalent"
