#!/usr/bin/env bash
# A long learning run in lock-step, cut into shards that separate processes make, here or on many machines (docs/epoch.md). A shard
# starts from the golden model's state at its first image; merging checks that every shard begins where the one before ended.
# usage: tools/epoch.sh plan FOLDER [--images N] [--shards N] [-- ARGUMENT...]  writes FOLDER/plan.json; ARGUMENT: of wuxing-cosim
#        tools/epoch.sh list FOLDER                 numbers of the shards that are not finished, one a line
#        tools/epoch.sh shard FOLDER N              makes shard N (from 0) unless it is finished
#        tools/epoch.sh run FOLDER [--jobs N]       makes all that are not finished, N (1) at a time
#        tools/epoch.sh merge FOLDER [--no-times]   report; FOLDER/epoch.json: the same as JSON, without times of the machine if asked
#        tools/epoch.sh show RESULT                 a merged report as text
#        tools/epoch.sh check RESULT FOLDER [--jobs N]   runs again, in FOLDER, what RESULT (a merged report) is of: the same digits,
#                                                   but for times and versions of tools; FOLDER is its own, new or of a check before
# wuxing-cosim is that of $WUXING_COSIM, else build/bin. Exit codes: 0 all events match, or of run all shards are there, 1 divergence (or another result, of check),
# 2 set-up or usage error, 130 interrupted. What was interrupted or killed goes on with the same command.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
self=$root/tools/epoch.sh
cosim=${WUXING_COSIM:-$root/build/bin/wuxing-cosim}
export LC_ALL=C

stop() { echo "epoch.sh: $1" >&2 || true; exit "${2:-2}"; }
usage() { stop "$1; $self --help shows how"; }
is_number() { [[ $1 =~ ^(0|[1-9][0-9]{0,8})$ ]]; }
write() { # write FILE: standard input, as a whole or not at all
    local part
    part=$(mktemp "$1.XXXXXX.part" 2> /dev/null) || stop "$1 cannot be written"
    { cat > "$part" && chmod 644 "$part" && mv -f "$part" "$1"; } 2> /dev/null || { rm -f "$part"; stop "$1 cannot be written"; }
}
# put TEXT FILE: the same with a text
put() { printf '%s\n' "$1" 2> /dev/null | write "$2"; }
# ask PART ARGUMENT...: that part of epoch.jq, with these arguments of jq
ask() { jq --arg part "$1" -f "$root/tools/epoch.jq" "${@:2}" 2> /dev/null; }
# odd PART FILE: what is wrong with a result of wuxing-cosim (odd_run) or a shard's file (odd_shard), or nothing
odd() { ask "$1" -sr --argjson plan null "$2" || echo "it is not JSON"; }
shard_file() { printf '%s/shard-%04d.json' "$folder" "$1"; }
# holds PROGRAM FILE: nothing is wrong with the file, and that is true of it
holds() { [[ $(jq "$1" "$2" 2> /dev/null) == true ]]; }
# The next image after shard N - 1: they differ by one image at most.
first_of() { echo $((images * $1 / shards)); }

load_plan() {
    [[ -d $folder ]] || stop "$folder: no such folder"
    [[ -e $folder/plan.json ]] || stop "$folder/plan.json is missing: epoch.sh plan $folder"
    [[ $(ask is_plan --argjson plan null "$folder/plan.json") == true ]] ||
        stop "$folder/plan.json is damaged: remove the folder and plan anew"
    images=$(jq .images "$folder/plan.json") shards=$(jq .shards "$folder/plan.json")
    mapfile -t arguments < <(jq -r '.arguments[]' "$folder/plan.json")
}

plan() { # images shards argument...
    local argument
    is_number "$1" && (($1 >= 1)) || stop "--images $1: a number from 1 to 999999999 is needed"
    is_number "$2" && (($2 >= 1 && $2 <= $1 && $2 <= 10000)) || stop "--shards $2: 1 to 10000, and no more than images, are possible"
    for argument in "${@:3}"; do
        [[ $argument != *$'\n'* ]] || stop "an argument with a line break is not possible"
        case ${argument%%=*} in
            --images | --first | --learnt-before) stop "$argument: the shards have their own" ;;
            --json | --report | --out | --waves | --wave-dir | --trace-cycles | --case) stop "$argument: a shard has its own files" ;;
            --reset | --reset-sweep | --model | --data) [[ ${argument%%=*} == --data ]] || stop "$argument is not possible here" ;;
        esac
    done
    [[ $verb == check || ! -e $folder/check.lock ]] || stop "$folder is of a check: take another folder"
    mkdir -p "$folder" 2> /dev/null || stop "$folder cannot be made"
    local wanted
    wanted=$(jq -n --argjson images "$1" --argjson shards "$2" '{$images, $shards, arguments: $ARGS.positional}' --args -- "${@:3}")
    if [[ -e $folder/plan.json ]]; then
        [[ $(jq -S . "$folder/plan.json" 2> /dev/null) == "$(jq -S . <<< "$wanted")" ]] || stop "$folder has another plan: take another folder"
        return
    fi
    put "$wanted" "$folder/plan.json"
}

finished() { [[ -s $(shard_file "$1") ]]; }

child=
part=
clean() { [[ -z $part ]] || rm -f "$part"; }
interrupted() {
    trap - INT TERM
    [[ -z $child ]] || { kill -TERM "$child" 2> /dev/null || true; wait "$child" 2> /dev/null || true; }
    exit 130
}

shard() { # number
    is_number "$1" && (($1 < shards)) || stop "shard $1: the plan has 0 to $((shards - 1))"
    if finished "$1"; then return; fi
    [[ -x $cosim ]] || stop "$cosim is not built"
    local first next code=0 options wrong result
    first=$(first_of "$1") next=$(first_of $(($1 + 1)))
    options=(--images $((next - first)) --first "$first" --learnt-before --waves=off --case "shard $1 of $shards" --json -)
    part=$(mktemp "$(shard_file "$1").XXXXXX.part" 2> /dev/null) || stop "$folder cannot be written"
    trap clean EXIT
    trap interrupted INT TERM
    "$cosim" "${arguments[@]}" "${options[@]}" > "$part" &
    child=$!
    wait "$child" || code=$?
    child=
    ((code <= 1)) || stop "shard $1 is not finished: wuxing-cosim ended with exit code $code" $((code == 130 ? 130 : 2))
    # A full disk, or a wuxing-cosim that is none: what is no whole result is no shard.
    wrong=$(odd odd_run "$part")
    [[ -z $wrong ]] || stop "shard $1 is not finished: no whole result of wuxing-cosim, exit code $code: $wrong"
    holds "(.divergences > 0) == ($code == 1)" "$part" ||
        stop "shard $1 is not finished: wuxing-cosim ended with exit code $code, and its result says otherwise"
    result=$(jq --argjson shard "$1" --slurpfile plan "$folder/plan.json" '{$shard, plan: $plan[0], run: .}' "$part" 2> /dev/null) ||
        stop "shard $1 is not finished: $folder/plan.json is gone"
    put "$result" "$(shard_file "$1")"
    clean
    part=
    ((code == 0)) || { echo "epoch.sh: shard $1 diverges: $(shard_file "$1")" >&2; return 1; }
}

duration() {
    if (($1 >= 3600)); then printf '%d:%02d:%02d' $(($1 / 3600)) $(($1 / 60 % 60)) $(($1 % 60)); else printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); fi
}

unfinished() { for ((n = 0; n < shards; ++n)); do finished "$n" || echo "$n"; done; }

# A line on a terminal until process $1 ends: images of finished shards, rate and time left by those finished since the start.
show_progress() { # process
    local before=-1 made n begun=$SECONDS rate left clear=$'\r\e[K'
    while kill -0 "$1" 2> /dev/null; do
        made=0
        for ((n = 0; n < shards; ++n)); do
            if finished "$n"; then made=$((made + $(first_of $((n + 1))) - $(first_of "$n"))); fi
        done
        ((before >= 0)) || before=$made
        rate="-" left="-"
        if ((made > before && SECONDS > begun)); then
            rate=$(((made - before) / (SECONDS - begun)))
            left=$(duration $(((images - made) * (SECONDS - begun) / (made - before))))
        fi
        printf '%sepoch  %3d %%  %d/%d images  %s images/s  left %s' "$clear" $((100 * made / images)) "$made" "$images" "$rate" "$left" >&2
        sleep 1
    done
    printf '%s' "$clear" >&2
}

run() { # jobs
    is_number "$1" && (($1 >= 1 && $1 <= 1024)) || stop "--jobs $1: 1 to 1024 are possible"
    [[ -x $cosim ]] || stop "$cosim is not built"
    local numbers log=$folder/run.log jobs left reason
    numbers=$(unfinished)
    [[ -n $numbers ]] || return 0
    { : > "$log"; } 2> /dev/null || stop "$folder cannot be written"
    # xargs stops at exit code 255 alone: a divergence is a result, anything else would befall every shard. The shards' own lines of
    # progress would overwrite each other.
    printf '%s\n' "$numbers" | xargs -P "$1" -n 1 \
        bash -c '"$0" shard "$1" "$2"; code=$?; ((code <= 1)) && exit $code || exit 255' "$self" "$folder" 2> "$log" 9>&- &
    jobs=$!
    trap 'trap - INT TERM; end_tree "$jobs"; rm -f "$log"; exit 130' INT TERM
    if [[ -t 2 ]]; then show_progress "$jobs"; fi
    wait "$jobs" || true  # what it ended with says less than the shards that there are
    trap - INT TERM
    left=$(unfinished)
    if [[ -n $left ]]; then
        reason=$(sed -n '/^xargs:\|^epoch.sh: shard [0-9]* diverges/d; s/^epoch.sh: //p; t end; p; :end; q' "$log" 2> /dev/null) || true
        stop "${reason:-shard ${left%%$'\n'*} is not finished, and nothing says why: is the disk of $folder full?}"
    fi
    rm -f "$log"
}

# Ends xargs and what it started: it does not pass a signal on.
end_tree() { # process
    local children
    children=$(ps -o pid= --ppid "$1" 2> /dev/null || true)
    kill -TERM "$1" 2> /dev/null || true
    local c
    for c in $children; do end_tree "$c"; done
    wait "$1" 2> /dev/null || true
}

merge() { # no_times
    local n file missing wrong problem result files=()
    missing=$(unfinished | paste -sd ' ')
    [[ -z $missing ]] || stop "$folder: $(wc -w <<< "$missing") of $shards shards are missing, the first is ${missing%% *}: epoch.sh run $folder"
    for file in "$folder"/shard-*.json; do
        n=${file##*/shard-}
        [[ ${n%.json} =~ ^[0-9]{4,5}$ ]] || stop "$file is no shard: remove it"
        n=$((10#${n%.json}))
        ((n < shards)) || stop "$file: the plan has only $shards shards"
        wrong=$(odd odd_shard "$file")
        [[ -z $wrong ]] || stop "$file is damaged, $wrong: remove it, and epoch.sh shard $folder $n"
    done
    for ((n = 0; n < shards; ++n)); do files+=("$(shard_file "$n")"); done
    problem=$(ask problem -nr --slurpfile plan "$folder/plan.json" "${files[@]}") || stop "$folder: the shards cannot be merged"
    [[ -z $problem ]] || stop "$problem"
    result=$(ask result -n --argjson times "$1" --slurpfile plan "$folder/plan.json" "${files[@]}") ||
        stop "$folder: the shards cannot be merged"
    put "$result" "$folder/epoch.json"
    show "$folder/epoch.json"
    holds '.divergences == 0' "$folder/epoch.json" || return 1
}

is_result() { [[ $(ask is_result --argjson plan null "$1") == true ]] || stop "$1 is no merged report"; }
show() {
    is_result "$1"
    local text
    text=$(ask text -r --argjson plan null "$1") || stop "$1 is no merged report"
    printf '%s\n' "$text"
}

# The folder is check's own, which its check.lock says, and until this process ends no other check works in it.
take_folder() {
    command -v flock > /dev/null || stop "flock is missing"
    mkdir -p "$folder" 2> /dev/null || stop "$folder cannot be made"
    local found
    found=$(find "$folder/" -maxdepth 1 \( -name plan.json -o -name epoch.json -o -name 'shard-*' \) -print -quit)
    [[ -z $found || -e $folder/check.lock ]] || stop "$folder holds a run that is of no check: take another folder"
    { : >> "$folder/check.lock"; } 2> /dev/null || stop "$folder cannot be written"
    exec 9< "$folder/check.lock"
    flock -n 9 || stop "$folder: another check is at work there"
}

check() { # result jobs
    is_result "$1"
    take_folder
    local asked
    mapfile -t asked < <(jq -r '.plan.arguments[]' "$1")
    plan "$(jq -r .plan.images "$1")" "$(jq -r .plan.shards "$1")" "${asked[@]}"
    load_plan
    [[ -x $cosim ]] || stop "$cosim is not built"
    find "$folder/" -maxdepth 1 -type f -name 'shard-*.json' ! -newer "$cosim" -delete # of another wuxing-cosim
    run "$2"
    merge true
    # Machines, simulators and compilers may be others, not what they compute.
    diff <(jq 'del(.versions, .times)' "$1") <(jq 'del(.versions, .times)' "$folder/epoch.json") >&2 || stop "$1 is not what its command gives" 1
    rm -f "$folder"/shard-*.json # the next check runs anew
}

case ${1:-} in
    -h | --help) sed -n '2,/^set/s/^# //p' "$self"; exit 0 ;;
    plan | list | shard | run | merge | show | check) verb=$1; shift ;;
    *) usage "plan, list, shard, run, merge, show or check is needed${1:+, not $1}" ;;
esac
command -v jq > /dev/null || stop "jq is missing"
if [[ $verb == check ]]; then
    [[ $# -ge 1 ]] || usage "check needs a merged report and a folder"
    result=$1
    shift
fi
if [[ $verb == show ]]; then
    [[ $# -eq 1 ]] || usage "show needs a merged report"
    show "$1"
    exit
fi
[[ $# -ge 1 && $1 != -* ]] || usage "$verb needs a folder"
folder=$1
shift
if [[ $verb == shard ]]; then
    [[ $# -ge 1 ]] || usage "shard needs a number"
    number=$1
    shift
fi
new_images=60000 new_shards=20 jobs=1 times=true rest=()
while [[ $# -gt 0 ]]; do
    case $verb:$1 in
        plan:--) rest=("${@:2}"); break ;;
        plan:--images | plan:--shards | run:--jobs | check:--jobs)
            [[ $# -ge 2 ]] || usage "$1 needs a number"
            case $1 in --images) new_images=$2 ;; --shards) new_shards=$2 ;; --jobs) jobs=$2 ;; esac
            shift
            ;;
        merge:--no-times) times=false ;;
        *) usage "$verb does not take $1" ;;
    esac
    shift
done
if [[ $verb == plan ]]; then
    plan "$new_images" "$new_shards" "${rest[@]}"
    exit
fi
[[ $verb == check ]] || load_plan
case $verb in
    list) unfinished ;;
    shard) shard "$number" ;;
    run) run "$jobs" ;;
    merge) merge "$times" ;;
    check) check "$result" "$jobs" ;;
esac
