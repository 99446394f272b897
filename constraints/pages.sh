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
        def one($core; $bits; $run): [.[] | select(.core == $core and .bit_cycles == $bits and .run == $run)]
            | if length == 1 and .[0].divergences == 0 then .[0].cycles else error("no run \($core) \($run), or one that differs") end;
        def at($core; $bits; $run): one($core; $bits; $run) | "\(. | commas) | \(24000000 / . | floor | commas)";
        def row($target; $what; $core; $run; $slow): "| \($target) | \($what) | \(at($core; 4; $run)) |\(if $slow then " \(at($core; 8; $run)) |" else " | |" end)";
        def software($run): [.[] | select(.run == $run and (has("core") | not))] | if length == 1 then .[0].accuracy * 10000 | round / 100 else error("no run \($run)") end;
        def reached($run): one("up5k"; 4; $run) | if . <= 14000 and 24000000 / . >= 1700 then "yes" else "no" end;
        "| bitstream | | cycles an image, 6 Mbaud | images a second | 3 Mbaud | images a second |", "|---|---|---|---|---|---|",
        row("`fpga-up5k`"; "learning, from random weights"; "up5k"; "fresh"; true),
        row(""; "the whole first epoch, images moved by the core"; "up5k"; "epoch"; false),
        row(""; "after two epochs"; "up5k"; "trained"; true),
        row(""; "after two epochs, images moved by the core"; "up5k"; "moved"; false),
        row(""; "after 16 epochs, images moved by the core"; "up5k"; "late"; false),
        row(""; "inference"; "up5k"; "inferred"; true),
        row("`fpga-up5k-k`"; "learning C, from random weights"; "up5k_k"; "fresh-c"; false),
        row(""; "after 16 epochs"; "up5k_k"; "trained-c"; false),
        row(""; "learning K, from random weights"; "up5k_k"; "fresh-k"; false),
        row(""; "after 16 epochs"; "up5k_k"; "trained-k"; false),
        row(""; "learning both, from random weights"; "up5k_k"; "fresh-both"; false),
        row(""; "after 16 epochs"; "up5k_k"; "trained-both"; false),
        row(""; "inference"; "up5k_k"; "inferred"; false),
        "",
        "At most 14,000 cycles a trained image, and so 1,700 a second, were aimed at: \([["trained", "after two epochs"], ["moved", "after two epochs with moved images"], ["late", "after 16 epochs with moved images"], ["epoch", "over the whole first epoch"]] as $aims | . as $runs | $aims | map(. as [$run, $what] | "\($runs | reached($run)) \($what)") | join(", ")). All these runs on the virtual board agreed with the golden model, word for word.",
        "",
        "In software, and so on a board, 784-50-10, the network of `fpga-up5k-k`, is right in \(software("c-50")) % (C), \(software("k-50")) % (K alone, which hardly learns so small a network) and \(software("both-50")) % (both) of the test images after 16 epochs (`wuxing train`, commands in [board_speed.jsonl](results/board_speed.jsonl))."
        ' docs/results/board_speed.jsonl
}

for place in README.md:board docs/board.md:board docs/board.md:speed; do
    page=${place%:*} name=${place#*:}
    [[ $(grep -Ex "<!-- (end of )?$name -->" "$page" | tr -d '\n') == "<!-- $name --><!-- end of $name -->" ]] || { echo "pages.sh: $page has no place for the table of $name" >&2; exit 1; }
    block=$("$name") || { echo "pages.sh: the data of the table of $name are not whole" >&2; exit 1; }
    new=$(awk -v name="$name" -v block="$block" '{ ends = $0 == "<!-- end of " name " -->" } ends { inside = 0 } !inside { print } $0 == "<!-- " name " -->" { print block; inside = 1 }' "$page")
    if [[ $# == 1 ]]; then
        diff "$page" <(echo "$new") >&2 || { echo "pages.sh: $page does not say what budgets and runs say" >&2; exit 1; }
    else
        echo "$new" > "$page.part"
        mv "$page.part" "$page"
    fi
done
