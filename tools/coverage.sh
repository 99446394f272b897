#!/usr/bin/env bash
# Coverage of RTL, golden model and bench by the tests (docs/coverage.md): builds them so that they count, runs the tests, merges the
# counts of all, and writes docs/results/coverage.json and the table of docs/coverage.md. Fails, after having written both, if anything
# uncovered is not explained in tests/coverage/explained.jsonl, if an explanation is no longer true, or if a figure is below its floor
# in tests/coverage/floors.json. Three quarters of an hour on two cores.
# usage: tools/coverage.sh [--check] [--judge] [--build DIR]
#   --check  write nothing in docs: what is there must be what comes out
#   --judge  build and run nothing: judge again what the last run has left
#   --page   nothing but the table of docs/coverage.md, from docs/results/coverage.json
#   --build  folder to build in (build/coverage)
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly root usage="usage: tools/coverage.sh [--check] [--judge] [--page] [--build DIR]"
stop() { echo "coverage.sh: $1" >&2; exit "${2:-2}"; }

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

# write_page JSON PAGE: the table between the page's marks, on standard output
write_page() {
    [[ $(grep -Ex "<!-- (end of )?coverage -->" "$2" | tr -d '\n') == "<!-- coverage --><!-- end of coverage -->" ]] ||
        stop "$2 has no place for the table"
    awk -v table="$(jq -r -f "$tests/table.jq" "$1")" '
        $0 == "<!-- end of coverage -->" { skip = 0 }
        !skip
        $0 == "<!-- coverage -->" { print table; skip = 1 }' "$2"
}
if [[ $page == yes ]]; then
    [[ -f $committed ]] || stop "there is no $committed"
    new=$(mktemp)
    trap 'rm -f "$new"' EXIT
    write_page "$committed" "$text" > "$new"
    if [[ $check == yes ]]; then
        cmp -s "$new" "$text" || stop "docs/coverage.md is not what docs/results/coverage.json says; run tools/coverage.sh --page" 1
    else
        cat "$new" > "$text"
    fi
    exit
fi

# ---- build and run
readonly counts=$build/counts list=$build/coverage.tsv
readonly merge=(awk -v root="$root" -f "$tests/merge.awk")
readonly targets=(check_run make_test_images make_test_models test_board test_board_sim test_checker test_core test_corpus test_files
    test_link test_model test_rtl test_runs wuxing wuxing-board-sim wuxing-cosim)
# Elaboration alone counts nothing. Of lock-step, whose models are ten times slower when they count, every kind of case; the other cases are
# the same on other cores, for more images or with other settings.
readonly not_run='^(lint|parameters):|tiles16|tiles80'
lock_step=(images.* models usage_.* injected_.* systematic_.* watchdog waves_of_.* two_outputs_in_one no_wave_folder unwritable_waves full_output
    interrupted inference eta_zero model_files malformed_tiles3 malformed_black malformed_with_. reset_tiles1 reset_with_.*
    resynchronised_memory resynchronised_reset resynchronised_with_r tiles4_784-16-10_n1_.* goal_80 both_784-48-32-24-16-10 both_nearest k_.*
    recomputed_nearest recomputed_goal moved_both w8_.* w12_at_limits w12_nearest faults_.* outputs_.* limits_tiles1_range-784-10.
    limits_tiles3_range-784-30-20-10. limits_tiles3_range-2016-32-10. limits_tiles3_sums.* limits_tiles3_w12.* limits_tiles4_range-784-20.*
    limits_tiles4_range-992.* limits_tiles4k_.* limits_tiles2r_.* limits_tiles4w8_.*)
lock_step="^cosim_($(IFS='|'; echo "${lock_step[*]}"))\$"
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
    mkdir -p "$counts"
    find "$counts" -type f -delete
    find "$build" -name '*.gcda' -delete
    : > "$build/rtl.tsv"
    for label in model files board rtl cosim; do
        echo "running the tests of $label" >&2
        only=()
        [[ $label != cosim ]] || only=(-R "$lock_step")
        WUXING_COVERAGE_DIR=$counts ctest --test-dir "$build" -L "^$label\$" "${only[@]}" -E "$not_run" -j 2 --output-on-failure --no-tests=error \
            > "$build/$label.log" 2>&1 || { tail -n 30 "$build/$label.log" >&2; stop "tests of $label fail (all of it: $build/$label.log)" 1; }
        merge_counts
    done
fi
[[ -s $build/rtl.tsv ]] || stop "there are no counts in $build; run it without --judge"

# ---- merge and judge
find "$build" -name '*.gcda' -print0 | sort -z | xargs -0 -n 50 gcov --json-format --branch-probabilities --stdout 2> "$build/gcov.log" |
    jq -r --arg root "$root" -f "$tests/lines.jq" | "${merge[@]}" "$build/rtl.tsv" - | sort -t $'\t' -k2,2 -k3,3n > "$list"
mapfile -t files < <(cd "$root" && ls rtl/wuxing_*.sv model/*.cpp sim/*.cpp | grep -vE '^rtl/wuxing_pkg\.sv$')
judged=0
"$tests/judge.sh" "$list" "$tests/explained.jsonl" "$tests/floors.json" "$build/report.json" "${files[@]}" || judged=$?
[[ $judged -le 1 ]] || exit "$judged"
jq '{command: "tools/coverage.sh", totals, files}' "$build/report.json" > "$build/coverage.json"
jq -r -f "$tests/table.jq" "$build/coverage.json"
if [[ $check == yes ]]; then
    cmp -s "$build/coverage.json" "$committed" || stop "docs/results/coverage.json is not what comes out; see $build/coverage.json" 1
    cmp -s <(write_page "$build/coverage.json" "$text") "$text" || stop "the table of docs/coverage.md is not what comes out" 1
else
    cp "$build/coverage.json" "$committed.new"
    mv "$committed.new" "$committed"
    write_page "$committed" "$text" > "$build/coverage.md"
    cat "$build/coverage.md" > "$text"
fi
[[ $judged == 0 ]] || stop "see the lines above the table: nothing may be uncovered without a reason, no reason outlive what it is for" 1
