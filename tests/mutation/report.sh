#!/usr/bin/env bash
# The report of all mutants, docs/results/mutation.json, and its tables in docs/mutation.md, from what run.sh and text.sh left.
# usage: report.sh BUILD           writes both; exit code 1 if a mutant is neither found nor proved nor explained, or a reason is stale
#        report.sh --check BUILD   the same mutants must be found as in the published report, and nothing may be open
#        report.sh --page          the page must be what the published report gives, and nothing may be open, and no source other than it was; nothing is run
# BUILD/tests/mutation/expected says what must have been run: lines `design NAME MODULE...` and `text NAME FILE COUNT`.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=${WUXING_MUTATION_ROOT:-$(cd "$here/../.." && pwd)}  # another one in tests, with reasons of its own
reasons=${WUXING_MUTATION_ROOT:-$here}/equivalent.jsonl
published=$root/docs/results/mutation.json page=$root/docs/mutation.md
readonly usage="usage: report.sh BUILD | --check BUILD | --page"
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
stop() { echo "report.sh: $1" >&2; exit "${2:-2}"; }

write_page() { # REPORT PAGE
    local part
    for part in modules files explained; do
        jq -r --arg part "$part" -f "$here/tables.jq" "$1" >"$folder/table" || stop "$1 is no report of mutants"
        "$here/../../tools/put_table.sh" "$2" "$part" <"$folder/table"
    done
}
nothing_open() { # REPORT
    [[ $(jq '.open + .stale | length' "$1") == 0 ]] || stop "$(jq -r '(.open[] | "neither found, proved nor explained: \(.)"),
        (.stale[] | "explained in equivalent.jsonl, but found, proved or gone: \(.)")' "$1")" 1
}
# What of a report must come out again: not how long a proof was given, nor which of two benches came first.
verdicts() { jq -S '{rtl: (.rtl | {mutants, killed, modules: [.modules[] | {module: .module, mutants, killed}], survivors: [.survivors[].name] | sort}),
    text: (.text | {mutants, killed, survivors: [.survivors[].name] | sort})}' "$1"; }

check=no
[[ ${1-} != --check ]] || { check=yes; shift; }
[[ $# == 1 ]] || stop "$usage"
if [[ $check == yes || $1 == --page ]]; then
    jq -e '.rtl.modules and .text.files and .open and .stale' "$published" >/dev/null 2>&1 || stop "there is no report in $published; ctest --test-dir BUILD -R mutation, then report.sh BUILD"
fi
if [[ $1 == --page ]]; then
    cp "$page" "$folder/page.md"
    write_page "$published" "$folder/page.md"
    cmp -s "$page" "$folder/page.md" || { diff "$page" "$folder/page.md" >&2 || true; stop "docs/mutation.md is not what docs/results/mutation.json gives" 1; }
    (cd "$root" && "$here/../../tools/sums.sh" --same "$published") || exit
    nothing_open "$published"
    exit
fi
runs=$1/tests/mutation
[[ -s $runs/expected ]] || stop "$runs/expected is missing; $usage"
: >"$folder/designs" && : >"$folder/texts"
sources=(rtl/wuxing_pkg.sv)
while read -r kind name rest; do
    [[ -s $runs/$([[ $kind == text ]] && echo text_)$name.jsonl ]] || stop "$name has not been run: ctest --test-dir BUILD -R mutation"
    if [[ $kind == design ]]; then
        list=$runs/mutants_$name.jsonl
        cmp -s <(jq .mutant "$list" | sort) <(jq .mutant "$runs/$name.jsonl" | sort) || stop "the results of $name are not those of its list"
        for module in $rest; do
            grep -q "\"module\":\"$module\"" "$list" || stop "$name has no mutant of $module"
            sources+=("rtl/$module.sv")
            [[ ! $root/rtl/$module.sv -nt $list ]] || stop "rtl/$module.sv is newer than its mutants: build and run them again"
        done
        jq -cn --arg design "$name" --slurpfile list "$list" --slurpfile results "$runs/$name.jsonl" '$ARGS.named' >>"$folder/designs"
    else
        read -r file count <<<"$rest"
        sources+=("$file")
        [[ ! $root/$file -nt $runs/text_$name.jsonl ]] || stop "$file is newer than what was found of it: run it again"
        "$here/mutate_text.pl" list "$root/$file" "$count" | cut -f 1,2 | sort >"$folder/drawn"
        cmp -s "$folder/drawn" <(jq -r --arg file "$file" 'select(.file == $file) | "\(.line)\t\(.column)"' "$runs/text_$name.jsonl" | sort) ||
            stop "the results of $file are not those of its list"
        cat "$runs/text_$name.jsonl" >>"$folder/texts"
    fi
done <"$runs/expected"
sums=$(cd "$root" && "$here/../../tools/sums.sh" "${sources[@]}")
jq -n --slurpfile designs "$folder/designs" --slurpfile texts "$folder/texts" --slurpfile reasons "$reasons" --argjson sources "$sums" \
    --argjson versions "{\"yosys\":\"$(yosys -V | cut -d' ' -f2)\",\"verilator\":\"$(verilator --version | cut -d' ' -f2)\"}" \
    -f "$here/report.jq" >"$folder/mutation.json"
jq -r '"RTL: \(.rtl | "\(.mutants) mutants, \(.killed) found, \(.proved) proved equivalent, \(.explained) explained")",
    "C++: \(.text | "\(.mutants) mutants, \(.killed) found, \(.explained) explained")"' "$folder/mutation.json"
if [[ $check == yes ]]; then
    diff <(verdicts "$published") <(verdicts "$folder/mutation.json") >&2 || stop "the runs did not find what docs/results/mutation.json says" 1
else
    cp "$page" "$folder/page.md"
    write_page "$folder/mutation.json" "$folder/page.md"
    cp "$folder/mutation.json" "$published.part" && mv "$published.part" "$published"
    cp "$folder/page.md" "$page.part" && mv "$page.part" "$page"
fi
nothing_open "$folder/mutation.json"
