#!/usr/bin/env bash
# The campaign's own scripts on made-up designs and results: what they must refuse, and what must not pass for found.
# usage: test_campaign.sh FOLDER
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
rm -rf "$1" && mkdir -p "$1" && cd "$1"
cases=0
fail() { echo "test_campaign.sh: $1" >&2; exit 1; }
must_fail() { # EXIT-CODE TEXT COMMAND...
    local code=0
    "${@:3}" >said 2>&1 || code=$?
    [[ $code == "$1" ]] || fail "exit code $code instead of $1: ${*:3}: $(<said)"
    grep -q -- "$2" said || fail "not said, \"$2\": $(<said)"
    cases=$((cases + 1))
}
must_pass() { # TEXT COMMAND...
    "${@:2}" >said 2>&1 || fail "fails: ${*:2}: $(<said)"
    [[ -z $1 ]] || grep -q -- "$1" said || fail "not said, \"$1\": $(<said)"
    cases=$((cases + 1))
}
bench() { printf '#!/usr/bin/env bash\n%s\n' "$1" >bench.sh; }
killers() { jq -r '"\(.mutant) \(.killed_by)"' k.jsonl | sort | tr '\n' ','; }

# ---- run.sh
for n in 1 2 3; do echo "{\"mutant\":$n,\"part\":$((n % 2 + 1)),\"module\":\"wuxing_a\",\"source\":\"a.sv:1\",\"cell\":\"x\",\"port\":\"A\",\"bit\":$((n / 3)),\"mode\":\"inv\",\"by\":null}"; done >mutants_k.jsonl
echo module >mutants_k.il
bench 'case $WUXING_FAULT in 1) echo "DIVERGENCE (value)"; exit 1 ;; 2) while :; do :; done ;; esac'
chmod +x bench.sh
echo "first 1 $PWD/bench.sh" >benches
run=("$here/run.sh" mutants_k benches k.jsonl 1)
must_pass '^3 mutants, 2 killed' "${run[@]}"
[[ $(killers) == "1 first,2 first, no end,3 null," ]] || fail "killed are $(killers)"
bench '[[ $WUXING_FAULT != 3 ]] || { echo "assertions: 4 | 1 failed"; exit 1; }'
must_pass '^3 mutants, 1 killed' "${run[@]}"  # another bench: nothing of what the first found is left
[[ $(killers) == "1 null,2 null,3 first," ]] || fail "killed are $(killers)"
# A bench more: what the first has passed is not run again, what it has killed stays so.
sed "s|!= 3|!= 2|; 2i echo second \$WUXING_FAULT >>$PWD/ran" bench.sh >second.sh
chmod +x second.sh
echo "second 1 $PWD/second.sh" >>benches
must_pass '^3 mutants, 2 killed' "${run[@]}"
[[ $(killers) == "1 null,2 second,3 first," ]] || fail "killed are $(killers)"
[[ $(sort ran | tr '\n' ',') == "second 0,second 0,second 1,second 2," ]] || fail "run were $(<ran)"
must_pass '^3 mutants, 2 killed' "${run[@]}"
[[ $(wc -l <ran) == 4 ]] || fail "run again: $(<ran)"
sed -i '$d' benches
bench 'exit 0'
must_fail 2 'none of 3 mutants is found' "${run[@]}"
bench '[[ $WUXING_FAULT == 0 ]] || { echo "no space left"; exit 2; }'
must_fail 2 'no space left' "${run[@]}"
bench '[[ $WUXING_FAULT == 0 ]] || { echo "DIVERGENCE (value)"; kill -SEGV $$; }'
must_fail 2 'exit code 139' "${run[@]}"
bench 'echo "DIVERGENCE (value)"; exit 1'
must_fail 2 'the design itself fails' "${run[@]}"
must_fail 2 'usage' "$here/run.sh" mutants_k
must_fail 2 'there is no mutants_x' "$here/run.sh" mutants_x benches k.jsonl
must_fail 2 'usage' "$here/text.sh"

# ---- report.sh, in a project of its own with nothing explained
mkdir -p root/docs/results root/model root/rtl build/tests/mutation
: >root/rtl/wuxing_pkg.sv
: >root/rtl/wuxing_b.sv
echo 'module wuxing_a; endmodule' >root/rtl/wuxing_a.sv
export WUXING_MUTATION_ROOT=$PWD/root
: >root/equivalent.jsonl
printf '<!-- modules -->\n<!-- end of modules -->\n<!-- files -->\n<!-- end of files -->\n<!-- explained -->\n<!-- end of explained -->\n' >root/docs/mutation.md
printf 'int f(int a) {\n    return a + 1;\n}\n' >root/model/a.cpp
cp mutants_k.jsonl build/tests/mutation
printf 'design k wuxing_a\ntext model_a model/a.cpp 9\n' >build/tests/mutation/expected
old() { touch -d 2001-01-01 root/rtl/* root/model/*; }
old
report=("$here/report.sh" build)
results() { # KILLED-BY of the three, PROVED of the third
    local n=0 killed
    for killed in "${@:1:3}"; do n=$((n + 1)); echo "{\"mutant\":$n,\"killed_by\":$killed,\"proved\":$([[ $n == 3 ]] && echo "$4" || echo false)}"; done >build/tests/mutation/k.jsonl
}
texts() { "$here/mutate_text.pl" list root/model/a.cpp 9 | jq -cR --argjson killed "$1" 'split("\t") | {file: "model/a.cpp", line: (.[0] | tonumber),
    column: (.[1] | tonumber), from: .[2], to: .[3], compiles: true, killed_by: $killed}' >build/tests/mutation/text_model_a.jsonl; }
results '"x"' '"x, no end"' null true
must_fail 2 'model_a has not been run' "${report[@]}"
texts '"cases"'
must_fail 2 'no report' "$here/report.sh" --page
must_pass '^RTL: 3 mutants, 2 found, 1 proved' "${report[@]}"
grep -q '^| `wuxing_a` | 3 | 2 | 1 | 1 | 0 | 0 | 100 % |' root/docs/mutation.md || fail "the page says $(<root/docs/mutation.md)"
must_pass '' "$here/report.sh" --page
must_pass '' "$here/report.sh" --check build
printf '// said otherwise\nmodule wuxing_a;\nendmodule\n' >root/rtl/wuxing_a.sv
must_pass '' "$here/report.sh" --page
echo 'module wuxing_a; wire b; endmodule' >root/rtl/wuxing_a.sv
must_fail 1 'of other text of rtl/wuxing_a.sv: run it again' "$here/report.sh" --page
echo 'module wuxing_a; endmodule' >root/rtl/wuxing_a.sv
sed -i 's/+ 1/+ 2/' root/model/a.cpp
must_fail 1 'of other text of model/a.cpp' "$here/report.sh" --page
sed -i 's/+ 2/+ 1/' root/model/a.cpp
must_fail 2 'rtl/wuxing_a.sv is newer than its mutants' "${report[@]}"
touch -d 2001-01-01 root/rtl/*
must_fail 2 'model/a.cpp is newer than what was found' "${report[@]}"
old
jq 'del(.sources)' root/docs/results/mutation.json >root/unsaid.json
mv root/docs/results/mutation.json root/said.json && mv root/unsaid.json root/docs/results/mutation.json
must_fail 1 'does not say what it is of' "$here/report.sh" --page
mv root/said.json root/docs/results/mutation.json
sed -i 's/100 %/99 %/' root/docs/mutation.md
must_fail 1 'is not what' "$here/report.sh" --page
results '"x"' null null true
must_fail 1 'did not find what' "$here/report.sh" --check build
must_fail 1 'neither found, proved nor explained: k: wuxing_a a.sv:1 x A\[0\] inv (2)$' "${report[@]}"
must_fail 1 'neither found' "$here/report.sh" --page
results '"x"' '"x"' '"x"' false
texts null
must_fail 1 "neither found.*model/a.cpp:2" "${report[@]}"
texts '"cases"'
sed -i '$d' build/tests/mutation/text_model_a.jsonl
must_fail 2 'results of model/a.cpp' "${report[@]}"
texts '"cases"'
sed -i '$d' build/tests/mutation/k.jsonl
must_fail 2 'results of k are not' "${report[@]}"
results '"x"' '"x"' '"x"' false
echo 'design k wuxing_a wuxing_b' >build/tests/mutation/expected
must_fail 2 'no mutant of wuxing_b' "${report[@]}"
printf 'design k wuxing_a\n' >build/tests/mutation/expected
echo '{"mutant":"k: gone","why":"it was"}' >root/equivalent.jsonl
must_fail 1 'found, proved or gone: k: gone' "${report[@]}"
rm build/tests/mutation/expected
must_fail 2 'expected is missing' "${report[@]}"
must_fail 2 'usage' "$here/report.sh"
[[ $cases -ge 31 ]] || fail "$cases cases"
