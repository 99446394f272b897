#!/usr/bin/env bash
# One proof, or one wrong version that must be found out.
# usage: prove.sh [--wrong FILE EDIT NAME] METHOD DEPTH TOP [PARAMETER=VALUE ...]
#   METHOD  always     no state; DEPTH is not used
#           free       the property looks DEPTH - 1 steps back, and the state is any at the start: unbounded
#           bounded    DEPTH steps after reset
#           induction  the first DEPTH steps after reset, and induction over DEPTH steps: unbounded
#           pdr        property directed reachability, that is induction with invariants found by the tool: unbounded; a wrong version
#                      is looked for in DEPTH steps
#           cover      every cover statement is reached within DEPTH steps; in a wrong version NAME is not
#   TOP     a module of tests/formal/*.sv
#   What is assumed must leave something to prove: before each proof a run of DEPTH steps is looked for that meets all assumptions.
#   --wrong EDIT (sed) is applied to FILE, relative to the project; property NAME must fail then, and from a state that
#           reset leads to. Nothing else counts: neither a failure of a tool, nor another property, nor an edit without effect.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

fail() {
    echo "prove.sh: $1" >&2
    exit 1
}

readonly usage="usage: prove.sh [--wrong FILE EDIT NAME] METHOD DEPTH TOP [PARAMETER=VALUE ...]"
wrong=
if [[ ${1-} == --wrong ]]; then
    [[ $# -ge 7 ]] || fail "$usage"
    file=$2 edit=$3 wrong=$4
    shift 4
fi
[[ $# -ge 3 ]] || fail "$usage"
method=$1 depth=$2 top=$3
[[ $depth =~ ^[1-9][0-9]*$ ]] || fail "DEPTH is a number from 1; $usage"
shift 3

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

mapfile -t design < <(grep 'sv$' rtl/wuxing.f)
properties=$(grep -lw "^module $top" tests/formal/*.sv) || fail "no module $top"
if [[ $wrong ]]; then
    sed -E "$edit" "$file" >"$work/${file##*/}"
    cmp -s "$file" "$work/${file##*/}" && fail "$edit changes nothing in $file"
    design=("${design[@]/#$file/$work/${file##*/}}")
    [[ $properties == "$file" ]] && properties=$work/${file##*/}
fi
possible=
if [[ -z $wrong && $method != cover ]]; then  # an assertion that fails in step DEPTH of every run
    possible='always_comb possible: assert (1'"'"'b0);'
    if sed -n "/^module $top\\b/,/^endmodule/p" "$properties" | grep -q '\bclk_i\b'; then
        possible="int unsigned step_of_run = 0; always_ff @(posedge clk_i) step_of_run <= step_of_run + 1; always_comb possible: assert (step_of_run != $((depth - 1)));"
    fi
    sed "/^module $top\\b/,/^endmodule/ s|^endmodule|$possible\nendmodule|" "$properties" >"$work/possible.sv"
    properties=$work/possible.sv
fi
parameters=
for parameter; do parameters+="chparam -set ${parameter%%=*} ${parameter#*=} $top; "; done

# The design without its own assertions; what nobody drives may be anything. Of a wrong version only the property that must fail.
script="read_verilog -sv ${design[*]}; read_verilog -formal -sv $properties; $parameters prep -top $top -flatten; "
script+="memory_map -formal; async2sync; dffunmap; setundef -undriven -anyseq; opt_clean; "
[[ $wrong ]] && script+="select -assert-count 1 $top/$wrong; delete t:\$assert t:\$cover %u $top/$wrong %d; opt_clean; "
tool() {
    "$@" >"$work/log" 2>&1 && return
    tail -n 20 "$work/log" >&2
    fail "$1 failed"
}

if [[ $method == cover ]]; then kind="delete t:\$assert; techmap -map tests/formal/cover.v;"; else kind="delete t:\$cover;"; fi

# What is undefined may be anything, also what becomes so in gates, as a place beyond a vector; `opt -full` before that would choose.
write_model() {
    echo "opt -fast; techmap; opt_clean; setundef -anyseq; opt -full; techmap; opt -fast; dffunmap; abc -g AND -fast; opt_clean; write_aiger -I -B -zinit $work/$1.aig; "
}
if [[ $possible ]]; then
    script+="design -save all; delete t:\$assert t:\$cover %u $top/possible %d; select -assert-count 1 t:\$assert; $(write_model possible) "
    script+="design -load all; delete $top/possible; opt_clean; "
fi
found='^Output [0-9]+ of miter .* was asserted in frame'
# abc COMMAND: properties as outputs that must never be 1, with assumptions folded in.
abc() {
    script+="select -assert-min 1 t:\$assert t:\$cover; "
    tool yosys -q -p "$script $kind $(write_model model)"
    if [[ $possible ]]; then
        tool yosys-abc -c "read_aiger $work/possible.aig; fold; strash; $(if [[ $method == always ]]; then echo pdr; else echo "bmc3 -F $depth"; fi)"
        expect "$found" "$top: nothing meets what is assumed"
    fi
    tool yosys-abc -c "read_aiger $work/model.aig; fold; strash; $1"
}
expect() {
    grep -qE "$1" "$work/log" && return
    tail -n 20 "$work/log" >&2
    fail "$2"
}

case $method in
    always | free | bounded | induction | pdr)
        if [[ $wrong && $method == always ]]; then
            abc pdr
            expect "$found" "$wrong does not fail with $edit in $file"
        elif [[ $wrong ]]; then
            abc "bmc3 -F $depth"
            expect "$found" "$wrong does not fail with $edit in $file"
        elif [[ $method == bounded || $method == free ]]; then
            abc "bmc3 -F $depth"
            expect "^No output asserted in $depth frames" "$top is not proved"
        elif [[ $method == induction ]]; then
            abc "orpos; bmc3 -F $((depth + 1)); ind -F $depth"
            expect "^No output asserted in $((depth + 1)) frames" "$top does not hold after reset"
            expect '^Networks are equivalent' "$top is not inductive"
        else
            abc "scorr; pdr"
            expect '^Property proved|^Networks are equivalent' "$top is not proved"
        fi
        ;;
    cover)
        abc "bmc3 -a -F $depth"
        if [[ $wrong ]]; then
            expect "^No output asserted in $depth frames" "$wrong is reached with $edit in $file"
        else
            expect '\(solved +([0-9]+) out of \1 outputs\)' "$top: not all is reached"
        fi
        ;;
    *) fail "unknown method $method" ;;
esac
if [[ $wrong ]]; then echo "$top: $wrong fails, as it must"; else echo "$top is proved"; fi
