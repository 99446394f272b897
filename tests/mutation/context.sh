#!/usr/bin/env bash
# Proves that mutants do what the design does as a whole, from the state of a flip-flop technology in which all begin at 0, whatever comes in
# and whatever its memories and multipliers give: for those that differ in their module alone, or from states that it never reaches. Sequential
# equivalence by ABC: correspondence of registers, then property directed reachability. A line {"mutant":n,"equivalent":true or false} for each;
# false says only that there is no such proof in the time given, or that the mutant is of a memory or of the multiplier, which are left outside.
# usage: context.sh DESIGN TOP JOBS MUTANT...      DESIGN.il and DESIGN.apply are those of mutate.sh
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
prove() { # FOLDER FIRST MUTANT: FIRST is the first of the inputs that choose
    local proved=false
    perl "$here/choose.pl" "$1/all.aig" "$2" 11 "$3" >"$1/$3.aig"
    (ulimit -S -t 200; yosys-abc -c "read_aiger $1/$3.aig; strash; scleanup; lcorr; pdr -T 60; print_status") >"$1/$3.log" 2>&1 || true
    rm -f "$1/$3.aig"
    ! grep -q '^Status = 1' "$1/$3.log" || proved=true
    echo "{\"mutant\":$3,\"equivalent\":$proved}"
}
if [[ ${1-} == --one ]]; then
    prove "${@:2}"
    exit
fi
design=$1 top=$2 jobs=$3
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
fail() { tail -n 3 "$folder/log" >&2; echo "context.sh: $1" >&2; exit 2; }

for mutant in "${@:4}"; do
    if sed -n "${mutant}p" "$design.apply" | grep -Eq 'wuxing_(ram_|mac)'; then
        echo "{\"mutant\":$mutant,\"equivalent\":false}"
    else
        echo "$mutant" >>"$folder/mutants"
        sed -n "${mutant}p" "$design.apply" >>"$folder/apply.ys"
    fi
done
[[ -s $folder/mutants ]] || exit 0

# One model for all: the design beside the design with mutants, of which eleven inputs choose one.
prepare="hierarchy -top $top; setattr -mod -set keep_hierarchy 1 A:hdlname=*wuxing_ram_* A:hdlname=*wuxing_mac; flatten; opt_clean; memory_map -rom-only
    expose -evert $top/t:*wuxing_ram* $top/t:*wuxing_mac; opt_clean; memory -nordff; async2sync; setundef -zero; setundef -init -zero; opt_clean"
yosys -q -p "read_rtlil $design.il; design -save all; $prepare; rename $top gold; add -input mutant 11; design -stash gold
    design -load all; script $folder/apply.ys; $prepare; rename $top gate; design -stash gate
    design -copy-from gold -as gold gold; design -copy-from gate -as gate gate
    miter -equiv -flatten gold gate miter; hierarchy -top miter; opt_clean; techmap; dffunmap; aigmap; setundef -zero; opt_clean
    write_aiger -zinit -map $folder/all.map $folder/all.aig" >"$folder/log" 2>&1 || fail "Yosys failed"
first=$(awk '/^input .* in_mutant$/ { print $2 - $3 }' "$folder/all.map" | sort -u) # of those inputs, if they stand in a row
[[ $first =~ ^[0-9]+$ && $(grep -c '^input .* in_mutant$' "$folder/all.map") == 11 ]] || fail "the mutant is not an input"

prove "$folder" "$first" 0 | grep -q true || fail "the design itself is not proved equal"
xargs -P "$jobs" -I{} "$0" --one "$folder" "$first" {} <"$folder/mutants"
