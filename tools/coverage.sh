#!/usr/bin/env bash
# Coverage of RTL, golden model and bench by the tests (docs/coverage.md): builds them so that they count, runs the tests, merges the
# counts of all, and writes docs/results/coverage.json and the table of docs/coverage.md. Fails, after having written both, if anything
# uncovered is not explained in tests/coverage/explained.jsonl, if an explanation is no longer true, or if a figure is below its floor
# in tests/coverage/floors.json; branches of C++ need no reason. The better part of an hour on two cores.
# usage: tools/coverage.sh [--check] [--judge] [--build DIR]
#   --check  write nothing in docs: what is there must be what comes out
#   --judge  build and run nothing: judge again what the last run has left
#   --page   nothing but the table of docs/coverage.md, from docs/results/coverage.json
#   --build  folder to build in (build/coverage)
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly root usage="usage: tools/coverage.sh [--check] [--judge] [--page] [--build DIR]"
stop() { echo "coverage.sh: $1" >&2; exit "${2:-2}"; }
. "$root/tools/lock.sh"

build=$root/build/coverage check=no judge=no page=no
while [[ $# -gt 0 ]]; do
    case $1 in
        --check) check=yes ;;
        --judge) judge=yes ;;
        --page) page=yes ;;
        -h | --help) sed -n '2,/^set/s/^# //p' "$0"; exit 0 ;;
        --build)
            [[ $# -ge 2 && -n $2 ]] || stop "--build needs a folder"
            mkdir -p "$2" || stop "cannot create $2"
            build=$(cd "$2" && pwd)
            shift
            ;;
        *) stop "unknown option $1; $usage" ;;
    esac
    shift
done
for program in awk cmake gcov jq ninja verilator; do
    command -v "$program" > /dev/null || stop "$program is missing; run ./demo.sh first (gcov comes with g++)"
done
export LC_ALL=C
readonly tests=$root/tests/coverage committed=$root/docs/results/coverage.json text=$root/docs/coverage.md

# write_page JSON PAGE: puts the table between the page's marks
write_page() { jq -r -f "$tests/table.jq" "$1" | "$root/tools/put_table.sh" "$2" coverage; }
if [[ $page == yes ]]; then
    [[ -f $committed ]] || stop "there is no $committed"
    below=$(jq -r --slurpfile floors "$tests/floors.json" -L "$tests" -f "$tests/below.jq" "$committed") || stop "$committed is no report of coverage"
    [[ -z $below ]] || stop "$committed: $below" 1
    (cd "$root" && tools/sums.sh --same docs/results/coverage.json) || exit  # of the RTL; the floors hold for the C++
    if [[ $check == yes ]]; then
        new=$(mktemp)
        trap 'rm -f "$new"' EXIT
        cp "$text" "$new"
        write_page "$committed" "$new"
        cmp -s "$new" "$text" || stop "docs/coverage.md is not what docs/results/coverage.json says; run tools/coverage.sh --page" 1
    else
        write_page "$committed" "$text"
    fi
    exit
fi

# ---- build and run
mkdir -p "$build" || stop "cannot create $build"
lock_folder "$build"
readonly counts=$build/counts list=$build/coverage.tsv
readonly merge=(awk -v root="$root" -f "$tests/merge.awk")
readonly targets=(check_run make_test_images make_test_models test_board test_board_sim test_checker test_core test_corpus test_files
    test_link test_model test_rtl test_runs wuxing wuxing-board-sim wuxing-cosim)
# Of RTL what the blocks' own tests and these cases of lock-step meet: a model that counts is ten times slower, and the other cases are the
# same on other cores, for more images or with other settings. Elaboration alone counts nothing.
readonly blocks_not='^(lint|parameters):'
lock_step=(both_784-48-32-24-16-10 both_nearest goal_80 k_784-14-13-12-11-12-10 k_784-14-13-12-11-12-13-10 k_784-14-13-12-11-12-13-14-10
    k_at_limits k_d k_i k_leak_0 k_leak_15 k_p k_sets_1 k_sets_12 k_sets_13 k_sets_2 k_sets_23 k_sets_3 k_sets_none k_steps_1 k_steps_15
    limits_tiles1_range-784-10b limits_tiles2r_recomputed-784-20-14-10b limits_tiles2r_recomputed-784-20-14-10d
    limits_tiles2r_recomputed-784-24-10a limits_tiles2r_recomputed-784-24-10b limits_tiles2r_recomputed-784-24-10c
    limits_tiles3_range-2016-32-10b limits_tiles3_range-784-30-20-10a limits_tiles3_sums-784-12-150-10 limits_tiles3w12_w12-784-24-10a
    limits_tiles3w12_w12-784-24-10b limits_tiles4_range-784-20-16-12-10b limits_tiles4_range-992-32-10a limits_tiles4k_states-784-20-14-10c
    limits_tiles4k_states-784-20-14-10d limits_tiles4k_states-784-24-10a limits_tiles4k_states-784-24-10b limits_tiles4k_states-784-24-10c
    limits_tiles4w8_w8-784-24-10a limits_tiles4w8_w8-784-24-10b malformed_with_k many_outputs moved_both recomputed_goal recomputed_nearest reset_tiles1
    reset_with_k reset_with_r tiles4_784-16-10_n1_stall0.3 w12_at_limits w8_at_limits widest_input)
# Of the bench also what goes wrong; epochs only as shards, since a whole one takes too long with counts.
bench=(usage_ injected_ systematic_ resynchronised_ watchdog waves_of_ faults_ learnt_before_ outputs_ two_outputs no_wave_folder
    unwritable_waves full_output interrupted inference model_ as_ second_ reset_sweep_tiles4\$ reset_of stalled)
any_of() { local IFS='|'; echo "^cosim_($*)"; }
merge_counts() {
    find "$counts" -type f -exec cat {} + | "${merge[@]}" "$build/rtl.tsv" - > "$build/rtl.new"
    mv "$build/rtl.new" "$build/rtl.tsv"
    find "$counts" -type f -delete
}
if [[ $judge == no ]]; then
    log=$build/build.log
    echo "building in $build (log: $log)" >&2
    { cmake -S "$root" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DWUXING_COVERAGE=ON &&
        cmake --build "$build" --target "${targets[@]}"; } > "$log" 2>&1 || { tail -n 30 "$log" >&2; stop "the build failed (all of it: $log)"; }
    (cd "$root" && tools/sums.sh rtl/wuxing_*.sv) > "$build/sources.json"  # what will be counted
    mkdir -p "$counts"
    find "$counts" -type f -delete
    find "$build" -name '*.gcda' -delete
    : > "$build/rtl.tsv"
    run() { # name ctest-option...
        echo "running the tests of $1" >&2
        nice ctest --test-dir "$build" -j 2 --output-on-failure --no-tests=error "${@:2}" > "$build/$1.log" 2>&1 ||
            { tail -n 30 "$build/$1.log" >&2; stop "tests of $1 fail (all of it: $build/$1.log)" 1; }
    }
    export WUXING_COVERAGE_DIR=$counts
    run blocks -L '^rtl$' -E "$blocks_not"
    merge_counts
    run lock_step -R "$(any_of "${lock_step[@]}")\$"
    merge_counts
    unset WUXING_COVERAGE_DIR  # what follows depends on time, or is for the C++ alone
    # Without cores that are not built, and without outputs that no one may write, or not far: the counts are such outputs, too.
    unwritable='outputs[_.](denied|limited)|a disk that fills up'
    run bench -L '^cosim$' -R "$(any_of "${bench[@]}")" -E "tiles16|tiles80|faults_c_many|$unwritable"
    run checker -L '^cosim$' -E '^cosim_'
    for label in model files; do run "$label" -L "^$label\$" -E "$unwritable"; done
    run board -L '^board$' -E UP5K
fi
[[ -s $build/rtl.tsv ]] || stop "there are no counts in $build; run it without --judge"

# ---- merge and judge
find "$build" -name '*.gcda' -print0 | sort -z | xargs -0 -n 50 gcov --json-format --branch-probabilities --stdout 2> "$build/gcov.log" |
    jq -r --arg root "$root" -f "$tests/lines.jq" | "${merge[@]}" "$build/rtl.tsv" - | sort -t $'\t' -k2,2 -k3,3n > "$list" ||
    stop "gcov cannot read the counts (see $build/gcov.log); after a new build of parts run it without --judge" 1
mapfile -t files < <(cd "$root" && ls rtl/wuxing_*.sv model/*.cpp sim/*.cpp | grep -vE '^rtl/wuxing_pkg\.sv$')
judged=0
"$tests/judge.sh" "$list" "$tests/explained.jsonl" "$tests/floors.json" "$build/report.json" "${files[@]}" || judged=$?
[[ $judged -le 1 ]] || exit "$judged"
sums=$(cd "$root" && tools/sums.sh rtl/wuxing_*.sv)
[[ -f $build/sources.json && $(jq -S . "$build/sources.json") == $(jq -S . <<< "$sums") ]] || stop "the RTL is not the one that was run; run it without --judge"
jq --argjson sources "$sums" '{command: "tools/coverage.sh", $sources, totals, files}' "$build/report.json" > "$build/coverage.json"
jq -r -f "$tests/table.jq" "$build/coverage.json"
if [[ $check == yes ]]; then  # what of C++ is met depends on time
    rtl() { jq -S '{rtl: .totals.rtl, files: [.files[] | select(.file | startswith("rtl/"))]}' "$1"; }
    cmp -s <(rtl "$build/coverage.json") <(rtl "$committed") || stop "docs/results/coverage.json is not what comes out for the RTL; see $build/coverage.json" 1
else
    cp "$build/coverage.json" "$committed.new"
    mv "$committed.new" "$committed"
    write_page "$committed" "$text"
fi
[[ $judged == 0 ]] || stop "see the lines above the table: nothing may be uncovered without a reason, no reason outlive what it is for" 1
