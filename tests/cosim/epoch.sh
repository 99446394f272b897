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
# odd TEXT PROGRAM...: shard 1, so changed, is refused
odd() {
    local wrong
    for wrong in "${@:2}"; do
        mend
        edit 1 ".run |= ($wrong)"
        refused 2 "$1" "$tool" merge made
        grep -q 'shard[ -]0*1[. ]' refused.err || fail "another shard than 1: $(cat refused.err)"
    done
    mend
}
# A wuxing-cosim that prints a text and ends with an exit code, whatever it is asked.
impostor() { # text code
    printf '#!/bin/sh\ncat <<"END"\n%s\nEND\nexit %s\n' "$1" "$2" > impostor
    chmod +x impostor
}
# Root writes into any folder unless it gives that up.
without_rights() { if ((EUID == 0)); then setpriv --inh-caps=-all --bounding-set=-all "$@"; else "$@"; fi; }
# With so many KiB left for every file, as on a disk that is full; the errors go through a pipe, which takes them.
full() { # KiB command...
    (
        trap '' XFSZ
        ulimit -f "$1"
        "${@:2}" 2>&1 > /dev/null
    ) | cat >&2
}

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
        odd "shard 1 has kinds of events or images that do not add up" '.events.neuron -= 1' '.events.backward = 0' '.trained_images -= 1' \
            '.events.parameter_write = 5' '.events.backward = 521' '.correct_images = 21' '.parameters_limited = 1' \
            '.weights_limited = .events.weight_write + 1' '.learning.eta = 0'
        odd "shard 1 has not compared all memories at its end" '.weights_compared = 0' '.parameters_compared -= 1' \
            '.registers_compared = 0' '.registers_compared += 1' '.states_compared = 780'
        odd "shard 1 has learnt, and has no event of it" '.events.weight_write = 0'
        odd "shard 1 has 0 divergences and 1 after the first" '.further_divergences = 1'
        odd "shard 1 has 2 divergences and 0 after the first" '.divergences = 2'
        odd "shard 1 does not say how it ended" '.cycles = null'
        # What is not known is not 0.
        odd "made/shard-0001.json is damaged" '.divergences = null' 'del(.divergences)' '.divergences = "0"' '.divergences = -1' \
            '.divergences = 0.5' '.correct_images = "9"' '.correct_images = null' 'del(.further_divergences)' 'del(.events.neuron)' \
            'del(.events.weight_write)' 'del(.weights_compared)' 'del(.states_compared)' 'del(.registers_compared)' \
            '.state_digest.start = ""' '.state_digest.end = ""' 'del(.state_digest)' '.layers = "784-16-10"' '.layers = []' \
            '.config = null' '.config.tiles = {}' '.learning = 3' '.learning.k_sets = null' '.samples = []' '.seconds = "1"' \
            '.busy_cycles = null' '.versions = {}' '.interrupted = 0' '.events = [1]' '.events.more = "x"' '[]' 'null'
        grep -q 'damaged, .* is missing: remove it, and epoch.sh shard made 1$' refused.err || fail "what is missing is not said"
        cat good/shard-0001.json good/shard-0001.json > made/shard-0001.json
        refused 2 "made/shard-0001.json is damaged, it is more than one value" "$tool" merge made
        mend
        cp good/shard-0002.json made/shard-0003.json
        refused 2 "made/shard-0003.json: the plan has only 3 shards" "$tool" merge made
        rm made/shard-0003.json
        cp good/shard-0002.json made/shard-two.json
        refused 2 "made/shard-two.json is no shard" "$tool" merge made
        rm made/shard-two.json
        for wrong in '{' '[]' '{"images": 60, "shards": 3, "arguments": [1, null]}' '{"images": 60, "shards": 3, "arguments": ["a\nb"]}' \
            '{"images": 60.5, "shards": 3, "arguments": []}' '{"images": 2, "shards": 3, "arguments": []}' \
            '{"images": "60", "shards": 3, "arguments": []}'; do
            echo "$wrong" > made/plan.json
            for verb in list "run" merge; do refused 2 "plan.json is damaged" "$tool" "$verb" made; done
        done
        rm made/plan.json
        refused 2 "plan.json is missing" "$tool" shard made 0
        ;;
    # K and C learn, and K alone.
    damage_k)
        small+=(--config tiles4k --k-sets 12 --k-p 0.01)
        three
        "$tool" merge made > /dev/null
        odd "shard 1 has not compared all memories at its end" '.states_compared = 0' '.states_compared -= 1' '.states_compared = 390'
        odd "made/shard-0001.json is damaged" 'del(.states_compared)'
        odd "shard 1 has kinds of events or images that do not add up" '.events.parameter_write = 0' '.events.parameter_write += 1' \
            '.events.backward -= 1' '.learning.k_sets = "1"' '.learning.k_sets = "none"'
        odd "shard 1 has learnt, and has no event of it" '.events.weight_write = 0'
        small+=(--eta 0)
        rm -r made good
        three
        "$tool" merge made > /dev/null
        odd "shard 1 has kinds of events or images that do not add up" '.events.weight_write = 1' '.events.parameter_write = 0'
        ;;
    # Runs in which little or nothing is learnt are whole runs.
    little)
        count=0
        whole() { # images shards argument...
            count=$((count + 1))
            "$tool" plan "made$count" --images "$1" --shards "$2" -- --data "$images" --layers 784-16-10 --seed 3 --stall 0 "${@:3}"
            "$tool" run "made$count"
            "$tool" merge "made$count" > /dev/null || fail "${*:3}"
        }
        k=(--config tiles4k --k-sets 3)
        whole 30 2 --learn --eta 0
        whole 30 2 --learn=0
        whole 30 2 --learn --eta 1e-7 --malformed 1
        whole 80 2 --learn --eta 0.1 --decay 0.00001 # nothing in the second epoch
        whole 80 2 --learn --eta 0.1 --decay 0.00001 "${k[@]}"
        whole 30 2 --learn --eta 0 --core-shift 2
        whole 12 12 --learn --shift 64 # images of which nothing is left
        whole 30 2 --learn --eta 0 "${k[@]}" --k-p 0
        whole 30 2 --learn --config tiles4k
        whole 30 2 --learn --config tiles2r --recomputed
        whole 2 2 --learn --target-on=-0.2 --eta 0.49
        # A sample that a fault makes malformed has no events; a connection that is struck was not written.
        printf '{"image":%s,"kind":%s}\n' 0 '"events","event":3,"bit":9' 2 '"c","layer":0,"neuron":3,"input":403,"bit":13' \
            4 '"drop","event":4' > faults.jsonl
        whole 10 1 --learn --faults "$PWD/faults.jsonl"
        whole 10 1 --learn=0 --faults "$PWD/faults.jsonl"
        whole 10 1 --learn --eta 0 "${k[@]}" --faults "$PWD/faults.jsonl"
        jq -e '.run.events.drive == 9 * 26' "made$count/shard-0000.json" > /dev/null || fail "no sample was made malformed"
        # No image without divergence.
        "$tool" plan none --images 2 --shards 2 -- "${small[@]}" --inject drive:0:9
        "$tool" run none
        code=0
        "$tool" merge none > report.txt || code=$?
        [[ $code -eq 1 ]] && grep -q '^accuracy  *0 %' report.txt || fail "no image, exit code $code"
        ;;
    # What check works in is its own; nothing else is touched.
    check_folder)
        three
        "$tool" merge made > report.txt
        cp made/epoch.json result.json
        cp -r made before
        refused 2 "made holds a run that is of no check" "$tool" check result.json made
        rm made/plan.json made/epoch.json
        refused 2 "made holds a run that is of no check" "$tool" check result.json made
        rm before/plan.json before/epoch.json
        diff -r before made >&2 || fail "a refused check changed the folder"
        # Old shards: those of check are made again, others stay as they are. Interrupted: it goes on.
        mkdir -p again/more
        cp good/* again/more
        touch -d 2001-01-01 again/more/*
        WUXING_COSIM=/nowhere/wuxing-cosim refused 2 "not built" "$tool" check result.json again
        cp good/shard-0000.json good/shard-0001.json again
        touch -d 2001-01-01 again/shard-0000.json
        echo kept > again/shard-0001.json
        refused 2 "again/shard-0001.json is damaged" "$tool" check result.json again # was not made again
        cp good/shard-0001.json again
        "$tool" check result.json again > again.txt
        diff <(grep -v ^time report.txt) <(grep -v ^time again.txt) >&2 || fail "another report"
        diff -r good again/more >&2 || fail "a sub-folder was touched"
        [[ $(stat -c %y again/more/shard-0000.json) == 2001-01-01* ]] || fail "a sub-folder was touched"
        [[ -z $(find again -maxdepth 1 -name 'shard-*') ]] || fail "a check would find the shards of the one before"
        refused 2 "again is of a check" "$tool" plan again --images 60 --shards 3 -- "${small[@]}" --stall 0
        jq '.plan.images = 61' result.json > other.json
        refused 2 "again has another plan" "$tool" check other.json again
        "$tool" check result.json again > /dev/null
        # Two at once. After a kill the next one goes on.
        printf '#!/bin/sh\ntouch began\nsleep 60 & echo $! > sleeper; wait $!\nexit 2\n' > slow
        chmod +x slow
        touch -d 2001-01-01 slow
        WUXING_COSIM=$PWD/slow "$tool" check result.json again > /dev/null 2>&1 &
        process=$!
        for ((n = 0; n < 200; ++n)); do [[ ! -e sleeper ]] || break; sleep 0.1; done
        refused 2 "again: another check is at work there" "$tool" check result.json again
        kill -KILL "$process"
        wait "$process" 2> /dev/null || true
        kill "$(cat sleeper)"
        "$tool" check result.json again > /dev/null
        ;;
    # What wuxing-cosim does not say is not made up.
    impostor)
        "$tool" plan made --images 60 --shards 3 -- "${small[@]}" --stall 0
        real=$WUXING_COSIM
        "$real" "${small[@]}" --stall 0 --images 20 --first 0 --learnt-before --json whole.json > /dev/null
        export WUXING_COSIM=$PWD/impostor
        unmade() { # text
            refused 2 "$1" "$tool" shard made 0
            refused 2 "$1" "$tool" run made
            [[ $("$tool" list made | paste -sd ' ') == "0 1 2" ]] || fail "a shard counts as finished"
            [[ -z $(find made -name 'shard-*') ]] || fail "a file of a shard is left"
        }
        for code in 0 1; do
            impostor "" $code
            unmade "shard 0 is not finished: no whole result of wuxing-cosim, exit code $code: it is empty"
            impostor 'no JSON' $code
            unmade "exit code $code: it is not JSON"
            impostor '{"a":1}' $code
            unmade "exit code $code: layers is missing"
            impostor "$(head -n 60 whole.json)" $code
            unmade "exit code $code: it is not JSON"
            impostor "$(jq '.divergences = null' whole.json)" $code
            unmade "exit code $code: divergences is missing"
        done
        impostor "$(cat whole.json)" 1
        unmade "wuxing-cosim ended with exit code 1, and its result says otherwise"
        impostor "$(jq '.divergences = 1' whole.json)" 0
        unmade "wuxing-cosim ended with exit code 0, and its result says otherwise"
        for code in 2 3 139; do
            impostor "$(cat whole.json)" $code
            unmade "shard 0 is not finished: wuxing-cosim ended with exit code $code"
        done
        WUXING_COSIM=$real "$tool" run made
        "$tool" merge made > /dev/null
        ;;
    full)
        "$tool" plan made --images 60 --shards 3 -- "${small[@]}" --stall 0
        unmade() { # text KiB
            refused 2 "$1" full "$2" "$tool" run made
            [[ $("$tool" list made | wc -l) -eq 3 ]] || fail "a shard counts as finished"
            [[ -z $(find made -name 'shard-*') ]] || fail "a file of a shard is left"
        }
        unmade "shard 0 is not finished, and nothing says why: is the disk of made full?" 0
        unmade "cannot write to standard output" 1
        # A result that is cut off, and one that goes into its file, but not as a shard with its plan.
        real=$WUXING_COSIM
        "$real" "${small[@]}" --stall 0 --images 20 --first 0 --learnt-before --json whole.json > /dev/null
        export WUXING_COSIM=$PWD/impostor
        impostor "$(cat whole.json)" 0
        sed -i 's/^cat /cat 2> \/dev\/null /; s/^exit/true; exit/' impostor
        unmade "shard 0 is not finished: no whole result of wuxing-cosim, exit code 0: it is not JSON" 1
        impostor "$(jq -c . whole.json)" 0
        unmade "shard-0000.json cannot be written" 3
        export WUXING_COSIM=$real
        refused 2 "plan.json cannot be written" full 0 "$tool" plan other --images 60 --shards 3
        "$tool" run made
        refused 2 "epoch.json cannot be written" full 0 "$tool" merge made
        [[ ! -e made/epoch.json ]] || fail "a part of a report"
        "$tool" merge made > /dev/null
        ;;
    read_only)
        three
        "$tool" merge made > /dev/null
        cp made/epoch.json result.json
        mkdir locked free
        chmod a-w made locked
        trap 'chmod -R u+w .' EXIT
        without_rights touch made/x 2> /dev/null && fail "the folder is not read-only"
        refused 2 "made/epoch.json cannot be written" without_rights "$tool" merge made
        refused 2 "locked/new cannot be made" without_rights "$tool" plan locked/new
        refused 2 "locked/plan.json cannot be written" without_rights "$tool" plan locked
        refused 2 "locked cannot be written" without_rights "$tool" check result.json locked
        refused 2 "locked/new cannot be made" without_rights "$tool" check result.json locked/new
        chmod u+w made
        rm made/shard-0001.json
        chmod u-w made
        refused 2 "made cannot be written" without_rights "$tool" shard made 1
        refused 2 "made cannot be written" without_rights "$tool" run made
        without_rights "$tool" shard made 0
        [[ $(without_rights "$tool" list made) == 1 ]] || fail "list"
        without_rights "$tool" show made/epoch.json > /dev/null
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
        good=$(dirname "$tool")/../docs/results/epoch.json
        for wrong in '3' '[]' '"plan"' '{"plan": {"images": 1, "shards": 1, "arguments": []}, "events": {}}' '.plan.arguments[0] = 1' \
            '.plan.arguments[0] = "a\nb"' '.plan.images = "60000"' '.plan.shards = 0' '.layers = 3' '.events = "x"' '.events.drive = "x"' \
            '.accuracy = null' '.seams = 19' '.states = {}' '.versions = [1]' '.times = 3' '.times.seconds = null' '., .' \
            '.diverging_shards = "x"' '.compared_at_the_ends = [1]' 'del(.core)' 'del(.divergences)'; do
            jq "$wrong" "$good" > wrong.json
            refused 2 "wrong.json is no merged report" "$tool" show wrong.json
            refused 2 "wrong.json is no merged report" "$tool" check wrong.json made
        done
        [[ ! -e made ]] || fail "a refused check makes a folder"
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
            # Of a whole run what merging demands of each shard.
            jq -e '(15 * (.layers[1:] | add)) as $parameters | .learning.k_sets as $sets | .plan.shards as $shards |
                (if $sets == "none" then 0 else $sets | length end) as $count | .events as $e | .compared_at_the_ends as $at |
                $e.drive == .images * (.layers[1:] | add) and $e.neuron == $e.drive and $e.result == .images + .malformed_samples and
                $e.parameter_write == 5 * $count * $e.backward and $e.backward > 0 and ($e.weight_write > 0) == (.learning.eta > 0) and
                $at.parameters == $shards * $parameters and $at.states == (if $count > 0 then 2 * $at.parameters else 0 end) and
                $at.registers % $shards == 0 and (.states | unique | length) == $shards + 1' "$results/results/$name.json" > /dev/null ||
                fail "docs/results/$name.json is not what merging gives"
            jq -e '.divergences == 0 and .seams.checked == .seams.of and .seams.of == .plan.shards - 1 and .images == .plan.images' \
                "$results/results/$name.json" > /dev/null || fail "docs/results/$name.json is not of a whole run without divergence"
        done
        ;;
    *) fail "no case $case" ;;
esac
echo "epoch, case $case: as expected"
