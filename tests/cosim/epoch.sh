#!/usr/bin/env bash
# Cases of tools/epoch.sh, on the tests' own images: a run in shards is the unbroken run, what does not fit together is refused.
# usage: epoch.sh WUXING_COSIM IMAGES FOLDER CASE
set -euo pipefail
tool=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/tools/epoch.sh
export WUXING_COSIM=$1
images=$2 folder=$3/$4 case=$4
rm -rf "$folder"
mkdir -p "$folder"
cd "$folder"

fail() { echo "FAILED: $1" >&2; exit 1; }
# refused CODE TEXT COMMAND...: one line on standard error, with the text
refused() {
    local code=0
    "${@:3}" > refused.out 2> refused.err || code=$?
    [[ $code -eq $1 ]] || { cat refused.err >&2; fail "exit code $code of ${*:3}"; }
    [[ $(wc -l < refused.err) -eq 1 ]] || { cat refused.err >&2; fail "not one line of ${*:3}"; }
    grep -qF -- "$2" refused.err || { cat refused.err >&2; fail "no '$2' of ${*:3}"; }
}
small=(--data "$images" --layers 784-16-10 --seed 3 --learn)
numbers='{images, trained_images, malformed_samples, events, correct_images, cycles, busy_cycles, multiplies}'

# One run and its shards: everything that is counted, and the states where they begin and end.
same_as_whole() { # images shards argument...
    "$tool" plan made --images "$1" --shards "$2" -- "${@:3}"
    "$tool" run made
    "$tool" merge made > report.txt
    "$WUXING_COSIM" "${@:3}" --images "$1" --json whole.json > /dev/null
    jq -S "$numbers"' + {ends: .state_digest.end, begins: .state_digest.start}' whole.json > whole.txt
    jq -s -S 'map(.run) | {images: map(.images) | add, trained_images: map(.trained_images) | add, correct_images: map(.correct_images) | add,
        malformed_samples: map(.malformed_samples) | add, cycles: map(.cycles) | add, busy_cycles: map(.busy_cycles) | add,
        multiplies: map(.multiplies) | add, begins: .[0].state_digest.start, ends: .[-1].state_digest.end,
        events: (map(.events | to_entries) | add | group_by(.key) | map({key: .[0].key, value: map(.value) | add}) | from_entries)}' \
        made/shard-*.json > shards.txt
    diff whole.txt shards.txt >&2 || fail "the shards are not the whole run"
    # The report says the same.
    diff <(jq -S '[.images, .events, .cycles, .state_digest.start, .state_digest.end]' whole.json) \
        <(jq -S '[.images, .events, .cycles, .states[0], .states[-1]]' made/epoch.json) >&2 || fail "the report is not of the whole run"
    jq -e --argjson shards "$2" '.divergences == 0 and .seams == {checked: ($shards - 1), of: ($shards - 1)} and
        (.states | length) == $shards + 1 and (.states | unique | length) == $shards + 1' made/epoch.json > /dev/null || fail "seams"
    grep -q "^seams  *$(($2 - 1)) of $(($2 - 1)) checked" report.txt || fail "the report lacks its seams"
}

# Three shards of 60 images, and a run of one of them again with other options: `other SHARD ARGUMENT...` puts it in its place.
three() {
    "$tool" plan made --images 60 --shards 3 -- "${small[@]}" --stall 0
    "$tool" run made
    cp -r made good
}
other() {
    "$WUXING_COSIM" "${small[@]}" --stall 0 "${@:2}" --json other.json > /dev/null
    edit "$1" '.run = $other[0]' --slurpfile other other.json
}
edit() { # shard program argument...
    jq "${@:3}" "$2" "good/shard-000$1.json" > "made/shard-000$1.json"
}
mend() { cp good/* made; }

case $case in
    whole) same_as_whole 300 3 "${small[@]}" --stall 0 --shift 2 ;;
    # Sizes that do not divide, malformed samples at the seams, images at which nothing is learnt, rates that fall.
    whole_k)
        same_as_whole 130 7 "${small[@]}" --config tiles4k --k-sets 123 --k-p 0.01 --k-i 0.01 --k-d 0.005 --decay 0.5 --core-shift 2 \
            --malformed 3 --learn=1101 --stall 0
        ;;
    recomputed)
        same_as_whole 70 2 "${small[@]}" --config tiles2r --recomputed --k-sets 13 --k-p 0.1 --k-i 0.02 --core-shift 1 --stall 0
        ;;
    restart)
        "$tool" plan made --images 120 --shards 4 -- "${small[@]}"
        "$tool" plan made --images 120 --shards 4 -- "${small[@]}" # again: the same
        refused 2 "another plan" "$tool" plan made --images 120 --shards 5 -- "${small[@]}"
        [[ $("$tool" list made | paste -sd ' ') == "0 1 2 3" ]] || fail "list"
        "$tool" shard made 2
        touch -d '2001-01-01' made/shard-0002.json
        [[ $("$tool" list made | paste -sd ' ') == "0 1 3" ]] || fail "list after shard 2"
        "$tool" run made --jobs 3 2> run.err
        [[ ! -s run.err ]] || fail "not quiet in a pipe"
        [[ $(stat -c %y made/shard-0002.json) == 2001-01-01* ]] || fail "shard 2 was made again"
        "$tool" merge made --no-times > /dev/null
        jq -e 'has("times") | not' made/epoch.json > /dev/null || fail "times"
        # Another folder, other processes: the same report, every digit.
        "$tool" check made/epoch.json again --jobs 2 > /dev/null
        cmp made/epoch.json <(jq 'del(.times)' again/epoch.json)
        jq -e '.times | .seconds > 0 and (.images_per_second * .seconds / 120 | . > 0.999 and . < 1.001)' again/epoch.json > /dev/null || fail "times of a check"
        "$tool" show again/epoch.json | grep -qE '^time of processes +0:[0-9]{2}, [0-9.]+ images/s each$' || fail "times are not shown"
        [[ -z $(find again -name 'shard-*') ]] || fail "a check would find the shards of the one before"
        jq '.events.drive += 1' made/epoch.json > wrong.json
        code=0
        "$tool" check wrong.json again > /dev/null 2> wrong.err || code=$?
        [[ $code -eq 1 ]] && grep -q "wrong.json is not what its command gives" wrong.err || fail "a wrong report passes"
        ;;
    interrupted)
        "$tool" plan made --images 4000 --shards 2 -- "${small[@]}" --stall 0
        "$tool" run made --jobs 2 &
        process=$!
        sleep 3
        kill -TERM "$process"
        code=0
        wait "$process" || code=$?
        [[ $code -eq 130 ]] || fail "exit code $code"
        [[ $("$tool" list made | wc -l) -eq 2 ]] || fail "an interrupted shard counts as finished"
        [[ -z $(find made -name '*.part') ]] || fail "an interrupted shard leaves its file"
        refused 2 "2 of 2 shards are missing, the first is 0" "$tool" merge made
        ;;
    parallel)
        "$tool" plan made --images 60 --shards 3 -- "${small[@]}" --stall 0
        command -v parallel > /dev/null || fail "GNU parallel is missing (apt-get install parallel)"
        "$tool" list made | parallel -j 2 "$tool" shard made
        "$tool" merge made > /dev/null
        ;;
    seams)
        three
        "$tool" merge made > /dev/null
        other 1 --first 20 --images 21 --learnt-before
        refused 2 "shard 1 has 21 images, and 20 are planned" "$tool" merge made
        other 1 --first 20 --images 19 --learnt-before
        refused 2 "shard 1 has 19 images, and 20 are planned" "$tool" merge made
        other 1 --first 19 --images 20 --learnt-before
        refused 2 "shard 1 begins at image 19, and image 20 is planned" "$tool" merge made
        # One that lies about it, and one of a model that has learnt nothing before.
        jq '.run.samples.first = 20' made/shard-0001.json > lie.json
        cp lie.json made/shard-0001.json
        refused 2 "shards 0 and 1 do not meet" "$tool" merge made
        other 1 --first 20 --images 20
        refused 2 "shard 1 begins at image 20" "$tool" merge made
        edit 1 '.run = $other[0] | .run.samples.learnt_before = true' --slurpfile other other.json
        refused 2 "shards 0 and 1 do not meet" "$tool" merge made
        mend
        other 2 --first 40 --images 20 --learnt-before --seed 4
        refused 2 "shards 0 and 2 were made with other settings: seed" "$tool" merge made
        jq '.run.seed = 3' made/shard-0002.json > lie.json
        cp lie.json made/shard-0002.json
        refused 2 "shards 1 and 2 do not meet" "$tool" merge made
        mend
        other 2 --first 40 --images 20 --learnt-before --eta 0.01
        refused 2 "other settings: learning.eta" "$tool" merge made
        for state in start end; do
            mend
            edit 1 ".run.state_digest.$state |= (.[:15] + (if .[15:] == \"0\" then \"1\" else \"0\" end))"
            refused 2 "do not meet" "$tool" merge made
        done
        mend
        edit 2 '.run.state_digest.end = null'
        refused 2 "shard 2 does not say how it ended" "$tool" merge made
        mend
        "$tool" merge made > /dev/null
        ;;
    damage)
        three
        rm made/shard-0001.json
        refused 2 "1 of 3 shards are missing, the first is 1" "$tool" merge made
        head -c 1000 good/shard-0001.json > made/shard-0001.json
        refused 2 "made/shard-0001.json is damaged" "$tool" merge made
        cp good/shard-0000.json made/shard-0001.json
        refused 2 "shard 1: its file holds shard 0" "$tool" merge made
        echo '[1]' > made/shard-0001.json
        refused 2 "made/shard-0001.json is damaged" "$tool" merge made
        edit 1 '.plan.images = 61'
        refused 2 "shard 1 is of another plan" "$tool" merge made
        edit 1 '.run.interrupted = true'
        refused 2 "shard 1 was interrupted" "$tool" merge made
        edit 1 '.run.events.drive -= 1'
        refused 2 "shard 1 has not as many events as its images make" "$tool" merge made
        for wrong in '.events.neuron -= 1' '.events.backward = 0' '.trained_images -= 1' 'del(.events.neuron)'; do
            mend
            edit 1 ".run |= ($wrong)"
            refused 2 "shard 1 has kinds of events or images that do not add up" "$tool" merge made
        done
        for wrong in '.weights_compared = 0' '.parameters_compared -= 1' '.registers_compared = 0' 'del(.registers_compared)' \
            'del(.weights_compared)'; do
            mend
            edit 1 ".run |= ($wrong)"
            refused 2 "shard 1 has not compared all memories at its end" "$tool" merge made
        done
        mend
        cp good/shard-0002.json made/shard-0003.json
        refused 2 "made/shard-0003.json: the plan has only 3 shards" "$tool" merge made
        rm made/shard-0003.json
        echo '{' > made/plan.json
        for verb in list "run" merge; do refused 2 "plan.json is damaged" "$tool" "$verb" made; done
        rm made/plan.json
        refused 2 "plan.json is missing" "$tool" shard made 0
        ;;
    divergence)
        "$tool" plan made --images 60 --shards 3 -- "${small[@]}" --stall 0 --inject weight_write:50:9
        code=0
        "$tool" shard made 0 2> shard.err || code=$?
        [[ $code -eq 1 ]] && grep -q "shard 0 diverges" shard.err || fail "a diverging shard, exit code $code"
        "$tool" run made 2> run.err
        code=0
        "$tool" merge made > report.txt || code=$?
        [[ $code -eq 1 ]] && grep -q '^divergences  *3, in shards 0, 1, 2$' report.txt || fail "report, exit code $code"
        jq -e '.divergences == 3 and .seams == {checked: 0, of: 2} and .cycles == null and .images == 57' made/epoch.json > /dev/null ||
            fail "merged"
        ;;
    usage)
        refused 2 "not frobnicate" "$tool" frobnicate
        refused 2 "needs a folder" "$tool" run
        refused 2 "nowhere: no such folder" "$tool" run nowhere
        refused 2 "--shards 4" "$tool" plan made --images 3 --shards 4
        refused 2 "--shards 0" "$tool" plan made --shards 0
        refused 2 "--images x" "$tool" plan made --images x
        refused 2 "--images: the shards have their own" "$tool" plan made -- --images 3
        refused 2 "--json=x: a shard has its own files" "$tool" plan made -- --json=x
        refused 2 "--model" "$tool" plan made -- --model x
        refused 2 "merge does not take --jobs" "$tool" merge made --jobs 2
        refused 2 "no merged report" "$tool" show /dev/null
        refused 2 "no merged report" "$tool" check /dev/null made
        "$tool" plan made --images 6 --shards 3 -- --learn --data /nowhere
        refused 2 "shard 3: the plan has 0 to 2" "$tool" shard made 3
        refused 2 "shard x" "$tool" shard made x
        refused 2 "nowhere" "$tool" run made
        "$tool" plan still --images 6 --shards 3
        refused 2 "--learn is missing" "$tool" run still
        WUXING_COSIM=/nowhere/wuxing-cosim refused 2 "/nowhere/wuxing-cosim is not built" "$tool" run made
        ;;
    # The page shows the published reports.
    page)
        results=$(dirname "$tool")/../docs
        for name in epoch epoch_k; do
            "$tool" show "$results/results/$name.json" > report.txt
            awk -v wanted="$(cat report.txt)" 'BEGIN { RS = "\0" } { exit index($0, wanted) == 0 }' "$results/epoch.md" ||
                fail "docs/epoch.md does not show docs/results/$name.json"
            jq -e '.divergences == 0 and .seams.checked == .seams.of and .seams.of == .plan.shards - 1 and .images == .plan.images' \
                "$results/results/$name.json" > /dev/null || fail "docs/results/$name.json is not of a whole run without divergence"
        done
        ;;
    *) fail "no case $case" ;;
esac
echo "epoch, case $case: as expected"
