# The published report -> tables of docs/mutation.md. Argument: part
def row: "| " + (map(tostring) | join(" | ")) + " |";
def share: if .mutants == .proved then "-" else (100 * .killed / (.mutants - .proved) * 10 | round / 10 | "\(.) %") end;
def left: .mutants - .killed - .proved - .explained;
def line($first): [$first, .mutants, .killed, .without_verdict, .proved, .explained, left, share] | row;
def head($what): ([$what, "mutants", "found", "of these by a crash or no end", "proved equivalent", "explained", "left", "found of those not proved equivalent"] | row),
    "|---|---|---|---|---|---|---|---|";
def cell: gsub("\\|"; "\\|");
if $part == "modules" then .rtl | head("module"), (.modules[] | line("`\(.module)`")), line("all")
elif $part == "files" then .text | head("file"), (.files[] | line("`\(.file)`")), line("all")
else (["mutant", "why no test can find it"] | row), "|---|---|", ((.rtl.survivors + .text.survivors)[] | select(.why) | ["`\(.name | cell)`", (.why | cell)] | row)
end
