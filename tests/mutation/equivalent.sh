#!/usr/bin/env bash
# Proves, by induction over Yosys' $equiv cells, that mutants are their modules: same outputs and same inputs of everything below for all inputs,
# from equal registers. A line {"mutant":n,"equivalent":true or false} for each; false says only that there is no such proof.
# usage: equivalent.sh DESIGN MUTANT...      DESIGN.il and DESIGN.apply are those of mutate.sh
set -euo pipefail
design=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
# What is below turns into ports. Of the wires, ports and registers alone keep their names, and are compared: what is between them may differ where nothing sees it.
prepare='memory_map -rom-only; memory_dff; expose -evert unit/t:$paramod* unit/t:wuxing_*; opt_clean; select -set kept unit/i:* unit/o:* unit/t:$*ff* %co1:+[Q] %u %u unit/w:* %i; select unit/w:* @kept %d; rename -hide; select -clear'
for mutant in "${@:2}"; do
    read -r _ _ _ _ _ how < <(sed -n "${mutant}p" "$design.apply")
    module=$(grep -oP -- '-module \K\S+' <<<"$how")
    how=${how/"-module $module"/-module unit}
    proved=false
    if timeout 300 yosys -q -p "read_rtlil $design.il; rename $module unit; design -save all
        hierarchy -top unit; $prepare; design -save gold
        design -load all; mutate $how; hierarchy -top unit; $prepare; design -stash gate
        design -reset; design -copy-from gold -as gold unit; design -copy-from gate -as gate unit
        equiv_make gold gate equiv; hierarchy -top equiv; async2sync
        equiv_simple -undef -seq 2; equiv_induct -undef -seq 4; equiv_status -assert" >"$folder/log" 2>&1; then proved=true; fi
    echo "{\"mutant\":$mutant,\"equivalent\":$proved}"
done
