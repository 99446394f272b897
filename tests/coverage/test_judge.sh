#!/usr/bin/env bash
# merge.awk, lines.jq and judge.sh on made-up data: what is right passes, and each thing that may be wrong is found and named.
# usage: tests/coverage/test_judge.sh FOLDER
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
readonly here root=$here/../..
rm -rf "$1"
mkdir -p "$1"
cd "$1"
fail() { echo "test_judge.sh: $1" >&2; exit 1; }

# ---- merging: two instances and two parameter sets of a module are one; benches, whole bodies and toggles of cover_point are nothing
clock=$(grep -n 'input.* clk_i,' "$root/rtl/wuxing_mac.sv" | head -1 | cut -d: -f1)
branch=$(grep -n 'if (load_i) begin' "$root/rtl/wuxing_mac.sv" | cut -d: -f1)
verilator() { # file line column page comment hierarchy count
    printf "C '\001f\002%s\001l\002%s\001n\002%s\001page\002%s\001o\002%s\001h\002%s' %s\n" "$@"
}
{
    echo "# SystemC::Coverage-3"
    verilator /x/rtl/wuxing_mac.sv "$clock" 5 v_toggle/wuxing_mac__B "clk_i" TOP.b 3
    verilator /x/rtl/wuxing_mac.sv "$clock" 5 v_toggle/wuxing_mac__A "clk_i" TOP.a 0
    verilator /x/rtl/wuxing_mac.sv "$branch" 5 v_branch/wuxing_mac if TOP.a 4
    verilator /x/rtl/wuxing_mac.sv "$branch" 6 v_branch/wuxing_mac else TOP.a 0
    verilator /x/rtl/wuxing_mac.sv "$branch" 1 v_line/wuxing_mac block TOP.a 2
    verilator /x/tests/rtl/mac_bench.sv 3 5 v_toggle/mac_bench "clk_i" TOP 0
    verilator /x/tests/coverage/cover_points.sv 12 3 v_user/cover_point hit TOP.u_core.u_sequencer.layers_8.hit 0
    verilator /x/tests/coverage/cover_points.sv 12 3 v_user/cover_point hit TOP.v_core.u_sequencer.layers_8.hit 1
    verilator /x/tests/coverage/cover_points.sv 9 3 v_toggle/cover_point hit_i TOP.u_core.u_sequencer.layers_8 0
} > one.dat
awk -v root="$root" -f "$here/merge.awk" one.dat | sort > merged
printf '%s\t%s\t%s\t%s\t%s\t%s\n' bit rtl/wuxing_mac.sv "$clock" clk_i 0 3 line rtl/wuxing_mac.sv "$branch" "if (load_i) begin [else]" 6 0 \
    line rtl/wuxing_mac.sv "$branch" "if (load_i) begin" 5 4 point rtl/wuxing_sequencer.sv 0 layers_8 0 1 | sort > wanted
cmp -s merged wanted || { diff wanted merged >&2; fail "merged wrongly"; }
awk -v root="$root" -f "$here/merge.awk" one.dat merged | awk -F '\t' '$4 == "clk_i" && $6 == 6' | grep -q . || fail "a list is not added to"
line=$(grep -n '^constexpr std::int16_t sat16' "$root/model/fixed.hpp" | cut -d: -f1)
printf 'line\tmodel/fixed.hpp\t%s\t-\t0\t0\n' "$line" | awk -v root="$root" -f "$here/merge.awk" | grep -q $'\tconstexpr std::int16_t sat16(std::int64_t v) {\t0\t0$' ||
    fail "a line of C++ has no text"

# ---- lines of C++: of model/ and sim/ alone, and branches but for those of exceptions
cat > gcov.json <<'J'
{"current_working_directory": "/x/build", "files": [
 {"file": "/x/model/b.cpp", "lines": [{"line_number": 5, "count": 2, "branches": [{"throw": false, "count": 1}, {"throw": true, "count": 0}, {"throw": false, "count": 0}]}]},
 {"file": "/x/sim/c.hpp", "lines": [{"line_number": 7, "count": 0, "branches": []}]},
 {"file": "near.cpp", "lines": [{"line_number": 1, "count": 1, "branches": []}]},
 {"file": "/x/tests/model/d.cpp", "lines": [{"line_number": 1, "count": 1, "branches": []}]},
 {"file": "/y/model/b.cpp", "lines": [{"line_number": 1, "count": 1, "branches": []}]}]}
J
jq '.current_working_directory = "/x/sim" | .files = [.files[2]]' gcov.json > near.json
cat gcov.json near.json | jq -r --arg root /x -f "$here/lines.jq" > lines
printf '%s\t%s\t%s\t%s\t%s\t%s\n' line model/b.cpp 5 - 0 2 branch model/b.cpp 5 - 0 1 branch model/b.cpp 5 - 1 0 line sim/c.hpp 7 - 0 0 \
    line sim/near.cpp 1 - 0 1 > wanted
cmp -s lines wanted || { diff wanted lines >&2; fail "lines of C++ listed wrongly"; }

# ---- judging
item() { printf '%s\t%s\t%s\t%s\t%s\t%s\n' "$@"; }
made_up() {
    item line rtl/a.sv 3 "if (x) begin" 1 7
    item line rtl/a.sv 9 "default: ;" 1 0
    item bit rtl/a.sv 5 "count_q[0]" 0 9
    item bit rtl/a.sv 5 "count_q[30]" 0 0
    item bit rtl/a.sv 5 "count_q[31]" 0 0
    item point rtl/a.sv 0 full 0 1
    item line model/b.cpp 4 "throw 1;" 0 0
    item line model/b.cpp 5 "return 1;" 0 2
    item branch model/b.cpp 5 - 0 0
    item branch model/b.cpp 5 - 1 2
}
made_up > list
cat > explained <<'J'
{"kind": "line", "file": "rtl/a.sv", "match": "default: ;", "count": 1, "why": "no such state"}
{"kind": "bit", "file": "rtl/a.sv", "match": "count_q\\[3[01]\\]", "count": 2, "why": "counts for hours"}
{"kind": "line", "file": "model/b.cpp", "match": "throw .*", "why": "a broken disk"}
J
echo '{"rtl": {"line": 50, "bit": 33, "point": 100}, "model": {"line": 50, "branch": 50}}' > floors
judge() { "$here/judge.sh" "$@"; }
judge list explained floors report rtl/a.sv model/b.cpp > out || { cat out >&2; fail "what is right is refused"; }
[[ $(jq -c '.totals.rtl.bit' report) == '{"covered":1,"explained":2,"total":3}' ]] || fail "counted wrongly"
{ cat explained; echo '{"kind": "line", "file": "model/b.cpp", "match": "return 2;", "sometimes": true, "why": "a matter of time"}'; } > at_times
judge list at_times floors report > out || { cat out >&2; fail "what is missed sometimes must be missed"; }
judge list - floors report > /dev/null || fail "explanations are wanted where none are due"

found=0
# refused NAME TEXT ARGUMENT...: exit code 1, and a line with the text
refused() {
    local code=0
    judge "${@:3}" > out || code=$?
    [[ $code == 1 ]] || fail "$1: exit code $code"
    grep -qF -- "$2" out || { cat out >&2; fail "$1: not said: $2"; }
    found=$((found + 1))
}
sed 's/\t7$/\t0/' list > lost
refused "a line lost" "rtl/a.sv:3: line not covered, not explained: if (x) begin" lost explained floors report
refused "... below the floor" "rtl, line: 0 % covered, the floor is 50 %" lost - floors report
sed 's/full\t0\t1/full\t0\t0/' list > lost
refused "a point lost" "rtl/a.sv: point not covered, not explained: full" lost explained floors report
sed 's/\t9$/\t0/' list > lost
refused "a bit lost" "rtl/a.sv:5: bit not covered, not explained: count_q[0]" lost explained floors report
sed 's/return 1;\t0\t2/return 1;\t0\t0/' list > lost
refused "a line of C++ lost" "model/b.cpp:5: line not covered, not explained: return 1;" lost explained floors report
sed 's/- \?\t1\t2$/-\t1\t0/' list > lost
refused "a branch lost" "model, branch: 0 % covered, the floor is 50 %" lost explained floors report
sed 's/count_q\[31\]\t0\t0/count_q[31]\t0\t4/' list > better
refused "a stale explanation, of many" 'said of 2, true of 1' better explained floors report
sed 's/throw 1;\t0\t0/throw 1;\t0\t4/' list > better
refused "a stale explanation, of any" 'throw .*: said of ?, true of 0' better explained floors report
grep -v 'count_q.31' list > gone
refused "what was explained has gone" 'said of 2, true of 1' gone explained floors report
sed 's/"a broken disk"/""/' explained > empty
refused "no reason" "no reason given" list empty floors report
sed 's/count_q..\[3\[01\]..\]/count_q.*/' explained > wide
sed 's/\t9$/\t0/' list > lost
refused "too wide a pattern" "said of 2, true of 3" lost wide floors report
# An explanation is for its kind, its file and whole names alone; of several names, too.
jq -c 'if .kind == "bit" then .match = "count_q\\[30\\]|count_q\\[31\\]" else . end' explained > either
judge list either floors report > out || { cat out >&2; fail "one of two names is refused"; }
{ cat list; item point rtl/a.sv 0 "count_q[31]" 0 0; } > longer
refused "the same name, of another kind" "rtl/a.sv: point not covered, not explained: count_q[31]" longer either floors report
{ cat list; item bit rtl/b.sv 5 "count_q[31]" 0 0; } > longer
refused "the same name, in another file" "rtl/b.sv:5: bit not covered, not explained: count_q[31]" longer either floors report
{ cat list; item bit rtl/a.sv 6 "my_count_q[31]" 0 0; } > longer
refused "a name that ends like it" "rtl/a.sv:6: bit not covered, not explained: my_count_q[31]" longer either floors report
{ cat list; item bit rtl/a.sv 6 "count_q[30]_q" 0 0; } > longer
refused "a name that begins like it" "rtl/a.sv:6: bit not covered, not explained: count_q[30]_q" longer either floors report
echo '{"rtl": {"line": 50.01}}' > closer
refused "just below the floor" "rtl, line: 50 % covered, the floor is 50.01 %" list explained closer report
refused "a file without counts" "rtl/c.sv: nothing was measured in it" list explained floors report rtl/a.sv rtl/c.sv
# What coverage.sh --page asks of the published report.
below() { jq -r -L "$here" --slurpfile floors floors -f "$here/below.jq" <<< "$1"; }
echo '{"rtl": {"line": 90, "point": 100}}' > floors
published='{"totals": {"rtl": {"line": {"covered": 9, "explained": 1, "total": 10}, "point": {"covered": 2, "explained": 0, "total": 2}},
    "model": {"branch": {"covered": 1, "explained": 0, "total": 2}}}}'
[[ -z $(below "$published") ]] || fail "a good report: $(below "$published")"
for worse in '.totals.model.line = {covered: 9, explained: 0, total: 10}' '.totals.rtl.line.covered = 8' '.totals.rtl.line.explained = 0' 'del(.totals.rtl.point)' '.totals.rtl.point.total = 3'; do
    [[ -n $(below "$(jq "$worse" <<< "$published")") ]] || fail "published with $worse"
    found=$((found + 1))
done
code=0; judge nowhere explained floors report 2> /dev/null || code=$?
[[ $code == 2 ]] || fail "no list: exit code $code"
code=0; judge list nowhere floors report 2> /dev/null || code=$?
[[ $code == 2 ]] || fail "no explanations: exit code $code"
echo '{"kind": ' > broken
code=0; judge list broken floors report 2> /dev/null || code=$?
[[ $code == 2 ]] || fail "broken explanations: exit code $code"
echo "$found wrong ones found"
[[ $found -ge 22 ]] || fail "only $found"
