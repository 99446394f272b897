#!/usr/bin/env bash
# What the UP5K's bitstreams take, from the committed budgets, in README.md and docs/board.md, and how fast they are, from the runs of
# tools/board_speed.sh, in docs/board.md.
# usage: pages.sh            write it there
#        pages.sh --check    change nothing; exit code 1 if a page says something else
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
[[ $# == 0 || ($# == 1 && $1 == --check) ]] || { echo "usage: pages.sh [--check]" >&2; exit 2; }
readonly commas='def commas: tostring | if length > 3 then .[:-3] + "," + .[-3:] else . end;'

board() {
    jq -rn --slurpfile c constraints/up5k_budget.json --slurpfile k constraints/up5k_k_budget.json "$commas"'
        def row($target; $what): if (.seeds | sort | .[2]) != .taken["clock, MHz"] then error("no median: \(.seeds)") else . end | "| `\($target)` | \($what) | \(.taken["logic cells"] | commas) of 5,280 | \(.taken.DSP) of 8 | \(.taken["block RAM"]) of 30 | \(.taken.SPRAM) of 4 | \(.taken["clock, MHz"]) MHz | \(.seeds | map(tostring) | join(", ")) |";
        "| target, iCE40 UP5K | | logic cells | DSP | block RAM | SPRAM | clock, median of 5 seeds | of each |", "|---|---|---|---|---|---|---|---|",
        ($c[0] | row("fpga-up5k"; "learns C, 784-80-10, 4 tiles")), ($k[0] | row("fpga-up5k-k"; "learns C and K, 784-50-10, 2 tiles")),
        "", "Board and all, routed, by Yosys \($c[0].tools.yosys) and nextpnr-ice40 \($c[0].tools["nextpnr-ice40"]); the design runs at 24 MHz."'
}
speed() { # cycles at the pins, and images a second at 24 MHz
    jq -rs "$commas"'
        def at($core; $bits; $run): .[] | select(.core == $core and .bit_cycles == $bits and .run == $run)
            | "\(.cycles | commas) | \(24000000 / .cycles | floor | commas)";
        def row($target; $what; $core; $run; $slow): "| \($target) | \($what) | \(at($core; 4; $run)) |\(if $slow then " \(at($core; 8; $run)) |" else " | |" end)";
        "| bitstream | | cycles an image, 6 Mbaud | images a second | 3 Mbaud | images a second |", "|---|---|---|---|---|---|",
        row("`fpga-up5k`"; "learning, from random weights"; "up5k"; "fresh"; true),
        row(""; "the whole first epoch"; "up5k"; "epoch"; false),
        row(""; "after two epochs"; "up5k"; "trained"; true),
        row(""; "inference"; "up5k"; "inferred"; true),
        row("`fpga-up5k-k`"; "learning C, from random weights"; "up5k_k"; "fresh-c"; false),
        row(""; "after 16 epochs"; "up5k_k"; "trained-c"; false),
        row(""; "learning K, from random weights"; "up5k_k"; "fresh-k"; false),
        row(""; "after 16 epochs"; "up5k_k"; "trained-k"; false),
        row(""; "learning both, from random weights"; "up5k_k"; "fresh-both"; false),
        row(""; "after 16 epochs"; "up5k_k"; "trained-both"; false),
        row(""; "inference"; "up5k_k"; "inferred"; false),
        "",
        "784-50-10, the network of `fpga-up5k-k`, is right in \(["c", "k", "both"] as $methods | . as $runs | $methods
            | map(. as $m | $runs[] | select(.run == "\($m)-50") | "\(.accuracy * 10000 | round / 100) % (\({c: "C", k: "K", both: "both"}[$m]))") | join(", ")) of the test images after 16 epochs. \([.[].divergences // empty] | if add == 0 then "All runs on the virtual board agreed with the golden model, word for word." else error("divergences") end)"
        ' docs/results/board_speed.jsonl
}

for place in README.md:board docs/board.md:board docs/board.md:speed; do
    page=${place%:*} name=${place#*:}
    [[ $(grep -Ex "<!-- (end of )?$name -->" "$page" | tr -d '\n') == "<!-- $name --><!-- end of $name -->" ]] || { echo "pages.sh: $page has no place for the table of $name" >&2; exit 1; }
    block=$("$name")
    new=$(awk -v name="$name" -v block="$block" '{ ends = $0 == "<!-- end of " name " -->" } ends { inside = 0 } !inside { print } $0 == "<!-- " name " -->" { print block; inside = 1 }' "$page")
    if [[ $# == 1 ]]; then
        diff "$page" <(echo "$new") >&2 || { echo "pages.sh: $page does not say what budgets and runs say" >&2; exit 1; }
    else
        echo "$new" > "$page.part"
        mv "$page.part" "$page"
    fi
done
