#!/usr/bin/env bash
# Fuzzes every reader of hostile bytes with libFuzzer, address and undefined-behaviour sanitizers (docs/fuzz.md).
# usage: tools/fuzz.sh [--minutes M] [--jobs J] [--build DIR] [READER...]     M minutes each (10), all readers
#        tools/fuzz.sh --planted [--build DIR]                                planted mistakes must be found
#        tools/fuzz.sh --report [--build DIR]                                 prints what all runs in DIR came to
#        tools/fuzz.sh --publish [--build DIR]                                ... into docs/results/fuzz.json and docs/fuzz.md
#        tools/fuzz.sh --page                                                 the page must be what the published report gives: every
#                                                                             reader run, nothing found
#        tools/fuzz.sh --corpus [--build DIR]                                 tests/fuzz/corpus anew from them; found-* stay
# A run goes on with the corpus of the one before; stopped at any moment it loses a minute at most, of which nothing is written down.
# Exit codes: 0 nothing found, 1 a finding, 2 set-up or usage error, 77 clang's fuzzer is not installed, 129, 130, 143 interrupted.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
all=(idx gzip model_file config_file plan checkpoint resume result frame)
published=$root/docs/results/fuzz.json page=$root/docs/fuzz.md
. "$root/tools/lock.sh"

fail() { echo "fuzz.sh: $1" >&2; exit "${2:-2}"; }

minutes=10 jobs=1 build=$root/build/fuzz mode=run readers=()
while [[ $# -gt 0 ]]; do
    case $1 in
        --minutes=* | --jobs=* | --build=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" ;;
        --minutes) minutes=${2:-}; shift 2 || fail "--minutes needs a number" ;;
        --jobs) jobs=${2:-}; shift 2 || fail "--jobs needs a number" ;;
        --build) build=${2:-}; shift 2 || fail "--build needs a folder" ;;
        --planted | --report | --publish | --page | --corpus) mode=${1#--}; shift ;;
        -h | --help) sed -n '2,/^set/s/^# \?//p' "$0"; exit 0 ;;
        -*) fail "unknown option $1" ;;
        *) [[ " ${all[*]} " == *" $1 "* ]] || fail "there is no reader $1; there are: ${all[*]}"; readers+=("$1"); shift ;;
    esac
done
[[ $minutes =~ ^[1-9][0-9]*$ && $jobs =~ ^[1-9][0-9]*$ ]] || fail "--minutes and --jobs are whole numbers from 1"
[[ ${#readers[@]} -gt 0 ]] || readers=("${all[@]}")
command -v jq >/dev/null || fail "jq is missing (apt-get install jq)"

# One line a run of a reader in runs.jsonl; here all of them together.
report() {
    [[ -s $build/runs.jsonl ]] || fail "nothing has been run in $build"
    jq -s 'group_by(.reader) | map({reader: .[0].reader, seconds: (map(.seconds) | add), executions: (map(.executions) | add),
            executions_per_second: ((map(.executions) | add) / ((map(.seconds) | add) | if . == 0 then 1 else . end) | floor),
            edges: (last | .edges), features: (last | .features), corpus: (last | .corpus), findings: (map(.findings) | add)})
        | {command: "fuzz", seconds: (map(.seconds) | add), executions: (map(.executions) | add), findings: (map(.findings) | add), readers: .}' \
        "$build/runs.jsonl"
}
table() {
    jq -r '"| reader | minutes | executions | a second | edges | features | corpus | findings |", "|---|---|---|---|---|---|---|---|",
        (.readers[] | "| \(.reader) | \(.seconds / 60 | floor) | \(.executions) | \(.executions_per_second) | \(.edges) | \(.features) | \(.corpus) | \(.findings) |"),
        "| all | \(.seconds / 60 | floor) | \(.executions) | | | | | \(.findings) |"' "$1"
}
# good REPORT NAME: every reader has been run, and nothing found.
good() {
    local wrong
    wrong=$(jq -r '[($ARGS.positional - [.readers[].reader] | .[] | "\(.) was not run"), ([.readers[].reader] - $ARGS.positional | .[] | "there is no reader \(.)"),
        (.readers[] | select((.executions | type) != "number" or .executions <= 0) | "\(.reader): no executions"),
        (.readers[] | select(.findings != 0) | "\(.reader): \(.findings) findings"),
        (("seconds", "executions", "findings") as $what | select(.[$what] != (.readers | map(.[$what]) | add)) | "\($what): not the sum of the readers")]
        | join("; ")' "$1" --args "${all[@]}" 2>/dev/null) || fail "$2 is no report of fuzzing"
    [[ -z $wrong ]] || fail "$2: $wrong" 1
}
if [[ $mode == report ]]; then report | table /dev/stdin; exit; fi
if [[ $mode == publish || $mode == page ]]; then
    new=$(mktemp -d)
    trap 'rm -rf "$new"' EXIT
    if [[ $mode == publish ]]; then
        report >"$new/fuzz.json"
    else
        [[ -s $published ]] || fail "there is no docs/results/fuzz.json; run tools/fuzz.sh --publish"
        cp "$published" "$new/fuzz.json"
    fi
    good "$new/fuzz.json" "$([[ $mode == page ]] && echo docs/results/fuzz.json || echo "$build/runs.jsonl")"
    cp "$page" "$new/page.md"
    table "$new/fuzz.json" | "$root/tools/put_table.sh" "$new/page.md" runs
    if [[ $mode == page ]]; then
        cmp -s "$page" "$new/page.md" || fail "docs/fuzz.md is not what docs/results/fuzz.json gives; run tools/fuzz.sh --publish" 1
        exit
    fi
    cp "$new/fuzz.json" "$published.part" && mv "$published.part" "$published"
    cp "$new/page.md" "$page.part" && mv "$page.part" "$page"
    exit
fi

# What is started has a process group of its own: an interrupt reaches this script alone, which ends all of them.
start() { set -m; "$@" & set +m; }
interrupted() { # EXIT_CODE
    trap '' INT TERM HUP
    local groups tenth
    groups=$(jobs -p | sed 's/^/-/')
    if [[ $groups ]]; then
        kill -TERM -- $groups || true
        for ((tenth = 0; tenth < 50; ++tenth)); do
            kill -0 -- $groups || break
            sleep 0.1
        done
        kill -KILL -- $groups || true
    fi
    exit "$1"
} 2>/dev/null
trap 'interrupted 129' HUP
trap 'interrupted 130' INT
trap 'interrupted 143' TERM

clang=$(command -v clang++-14 || command -v clang++ || true)
[[ -n $clang ]] && echo 'extern "C" int LLVMFuzzerTestOneInput(const char*, unsigned long) { return 0; }' |
    "$clang" -x c++ -fsanitize=fuzzer,address - -o /dev/null 2>/dev/null ||
    fail "clang's fuzzer is missing (apt-get install clang-14 libclang-rt-14-dev)" 77
mkdir -p "$build" || fail "cannot create $build"
lock_folder "$build"
compile() {
    cmake -S "$root" -B "$build" -G Ninja -DWUXING_FUZZ=ON -DCMAKE_CXX_COMPILER="$clang" -DCMAKE_BUILD_TYPE=Debug \
        -DCMAKE_CXX_FLAGS_DEBUG="-g -O1" -DWUXING_NATIVE=OFF &&
        cmake --build "$build" --parallel "$jobs" --target fuzzers $([[ $mode == planted ]] && echo planted)
}
start compile >"$build/build.log" 2>&1
wait $! ||
    { tail -n 30 "$build/build.log" >&2; fail "the harnesses do not build ($build/build.log)"; }
if [[ $mode == planted ]]; then
    start ctest --test-dir "$build" -L planted --no-tests=error --output-on-failure -j "$jobs"
    wait $! && exit 0 || exit 1
fi

"$build/bin/fuzz_seeds" "$build/seeds"
# Of the inputs that together reach all edges the 22 largest, which reach most.
if [[ $mode == corpus ]]; then
    for reader in "${readers[@]}"; do
        folder=$root/tests/fuzz/corpus/$reader
        rm -rf "$build/merged" && mkdir -p "$build/merged" "$folder"
        start "$build/bin/fuzz_$reader" -set_cover_merge=1 -use_counters=0 -max_len=4096 "$build/merged" "$build/corpus/$reader" "$build/seeds/$reader" \
            >"$build/$reader.log" 2>&1
        wait $! || fail "$reader: no corpus ($build/$reader.log)"
        find "$folder" -type f ! -name 'found-*' -delete
        find "$build/merged" -type f -printf '%s %f\n' | sort -rn | head -n 22 | while read -r _ name; do
            cp "$build/merged/$name" "$folder/${name:0:8}"
        done
        echo "$reader: $(find "$folder" -type f | wc -l) inputs, $(cat "$folder"/* | wc -c) bytes"
    done
    exit
fi

# fuzz READER SECONDS: fails at a finding, whose input stays in findings/. 72: libFuzzer was interrupted, which counts as nothing.
fuzz() {
    local reader=$1 seconds=$2 log=$build/$1.log found status=0
    mkdir -p "$build/corpus/$reader" "$build/findings" "$build/scratch"
    TMPDIR=$build/scratch ASAN_OPTIONS=quarantine_size_mb=16 "$build/bin/fuzz_$reader" -timeout=20 -rss_limit_mb=1024 -malloc_limit_mb=256 \
        -max_len=4096 -max_total_time="$seconds" -print_final_stats=1 -artifact_prefix="$build/findings/$reader-" \
        "$build/corpus/$reader" "$build/seeds/$reader" "$root/tests/fuzz/corpus/$reader" >"$log" 2>&1 || status=$?
    if [[ $status == 72 ]]; then
        echo "$reader: interrupted; this minute does not count" >&2
        return
    fi
    found=$((status == 0 ? 0 : 1))
    # libFuzzer's time-out is of the wall clock: on a busy machine any input may meet it. Only one that is slow by itself is a finding.
    local late
    late=$(grep -aoE 'Test unit written to .*-timeout-.*' "$log" | sed 's/^Test unit written to //' || true)
    if [[ $found == 1 && -s $late ]] && TMPDIR=$build/scratch "$build/bin/fuzz_$reader" -timeout=20 "$late" >"$build/$reader.again" 2>&1; then
        mkdir -p "$build/slow"
        mv "$late" "$build/slow"
        echo "$reader: an input was slow, but is not by itself; it is now in $build/slow" >&2
        found=0
    fi
    last() { grep -aoE "$1[ /]*[0-9]+" "$log" | tail -n 1 | grep -oE '[0-9]+$' || echo 0; }
    printf '{"reader":"%s","seconds":%d,"executions":%d,"edges":%d,"features":%d,"corpus":%d,"findings":%d}\n' "$reader" "$seconds" \
        "$(last number_of_executed_units:)" "$(last cov:)" "$(last ft:)" "$(last corp:)" "$found" >>"$build/runs.jsonl"
    [[ $found == 0 ]] && return
    echo "FINDING in $reader: $(grep -a -m 1 -oE '(what\(\)|ERROR|runtime error):.*' "$log"); input in $build/findings" >&2
    return 1
}

# A minute each in turn, so that any stop leaves all of them tried about as long.
findings=0
for ((minute = 0; minute < minutes; ++minute)); do
    running=()
    for reader in "${readers[@]}"; do
        start fuzz "$reader" 60
        running+=($!)
        [[ ${#running[@]} -lt $jobs ]] && continue
        wait "${running[0]}" || findings=$((findings + 1))
        running=("${running[@]:1}")
    done
    for process in "${running[@]}"; do wait "$process" || findings=$((findings + 1)); done
    [[ $findings == 0 ]] || break
done
report | table /dev/stdin
[[ $findings == 0 ]]
