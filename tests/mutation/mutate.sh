#!/usr/bin/env bash
# Verilog files that hold a design and mutants of it, which Yosys' mutate makes: a cell's input or output inverted, stuck, or
# inverted when another bit of it says so. wuxing_fault(), of the C side, chooses the mutant; 0 is the design itself. One file of all would
# do, but is slow: every mutant costs a multiplexer.
# Every module gets its share of COUNT by its number of cells, fourteen at least. Clocks are left alone, since simulation has no time within an
# edge, and the enables of asynchronous reading, which Yosys cannot write.
# usage: mutate.sh OUTPUT PARTS COUNT MODULES TOP COMMANDS     OUTPUT_1.v and so on, list in OUTPUT.jsonl; the design in OUTPUT.il and what
#                                                              Yosys is told of the mutants in OUTPUT.apply, for proofs (equivalent.sh)
#                                                              MODULES: regular expression; COMMANDS: of Yosys, read and elaborate
set -euo pipefail
output=$1 parts=$2 count=$3 modules=$4 top=$5 commands=$6
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

yosys -q -p "$commands; proc; opt_expr; opt_clean; write_rtlil $folder/design.il; tee -q -o $folder/stat stat"
awk -v count="$count" -v modules="$modules" -f "$here/shares.awk" "$folder/stat" >"$folder/shares"
{
    echo "read_rtlil $folder/design.il"
    while read -r module number; do
        # Under its own name, or under those of its sets of parameters.
        echo "select -set all $module A:hdlname=*$module; mutate -list $number -seed 1 -o $folder/$module.list @all"
    done <"$folder/shares"
} >"$folder/list.ys"
yosys -q -s "$folder/list.ys" >"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }
while read -r module _; do
    { grep -Ev -- '-cell \$memrd[^ ]* -port \\?EN |-port \\?(CLK|RD_CLK|WR_CLK|clk_i) ' "$folder/$module.list" || true; } | sed "s/^/$module /"
done <"$folder/shares" >"$folder/all"
[[ $(wc -l <"$folder/all") -ge $((count / 2)) ]] || { echo "mutate.sh: $(wc -l <"$folder/all") mutants instead of $count" >&2; exit 1; }
each=$((($(wc -l <"$folder/all") + parts - 1) / parts))
jq -cR --argjson each "$each" -f "$here/list.jq" "$folder/all" >"$folder/list.jsonl"
awk '{ sub(/^[^ ]+ mutate /, ""); print "mutate -ctrl mutant 11 " NR " " $0 }' "$folder/all" >"$folder/apply"
for ((part = 1; part <= parts; ++part)); do
    sed -n "$(((part - 1) * each + 1)),$((part * each))p" "$folder/apply" >"$folder/apply.ys"
    yosys -q -p "read_rtlil $folder/design.il; hierarchy -top $top; script $folder/apply.ys; flatten; splitnets; opt_clean
        rename -top $top; write_verilog -noattr $folder/mutants.v"
    {
        echo 'import "DPI-C" function int wuxing_fault();'
        # The number is a port up to here, so that all that follows from it does follow from it.
        sed -E '/^module /,/\);$/ s/, mutant\b|\bmutant, //
            /^  input \[10:0\] mutant;$/ d
            s/^  wire \[10:0\] mutant;$/  reg [10:0] mutant; initial mutant = wuxing_fault();/' "$folder/mutants.v"
    } >"$folder/part.v"
    [[ $(grep -c 'initial mutant = wuxing_fault' "$folder/part.v") == 1 ]] || { echo "mutate.sh: no mutant can be chosen" >&2; exit 1; }
    mv "$folder/part.v" "${output}_$part.v"
done
mv "$folder/design.il" "$output.il"
mv "$folder/apply" "$output.apply"
mv "$folder/list.jsonl" "$output.jsonl"
