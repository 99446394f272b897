#!/usr/bin/env bash
# Every output of a command where it cannot be written: a full disk, a read-only one, no permission, a limit on the size of files.
# usage: outputs.sh full|read_only|denied|limited WUXING [COSIM]
# Each must end with code 2 and one line that names the file and the reason, and leave what was there, and nothing else.
# Exit code 77 where such a place cannot be made: neither root nor a user namespace.
set -euo pipefail
place=$1 wuxing=$(realpath "$2") cosim=${3:+$(realpath "$3")}

skip() { echo "outputs.sh: $1: not tested"; exit 77; }

# A mount needs a namespace of its own, which also removes it at the end.
if [[ $place == full || $place == read_only ]] && [[ -z ${WUXING_MOUNTS:-} ]]; then
    as_root=(unshare --mount)
    [[ $(id -u) -eq 0 ]] || as_root=(unshare --map-root-user --mount)
    "${as_root[@]}" mount -t tmpfs none /mnt 2>/dev/null || skip "no file system can be mounted here"
    WUXING_MOUNTS=1 exec "${as_root[@]}" "$0" "$@"
fi

work=$(mktemp -d)
trap 'umount "$work/place" 2>/dev/null || true; rm -rf "$work"' EXIT
chmod 755 "$work"
cd "$work"

# A small data set: 60 and 20 images of 4 x 4 pixels, 3 classes.
data() {
    { printf "\\0\\0\\10\\3\\0\\0\\0\\$2\\0\\0\\0\\4\\0\\0\\0\\4"; seq 1000 | head -c $((16 * $3)); } >"data/$1-images-idx3-ubyte"
    { printf "\\0\\0\\10\\1\\0\\0\\0\\$2"; for ((k = 0; k < $3; ++k)); do printf "\\$((k % 3))"; done; } >"data/$1-labels-idx1-ubyte"
}
mkdir data place
data train 74 60
data t10k 24 20
"$wuxing" train --data data --layers 16-8-3 --epochs 1 --out m.wux >/dev/null
printf 'data = "data"\nlayers = "16-8-3"\nepochs = 1\n[e]\n' >e.toml
"$wuxing" experiment e.toml --out done >/dev/null  # what is done is only read

run=() # what the commands are run by
case $place in
    full)
        mount -t tmpfs -o size=16k none place
        reason="No space left on device"
        ;;
    read_only)
        mount -t tmpfs -o size=64k none place
        reason="Read-only file system"
        ;;
    denied)
        reason="Permission denied"
        if [[ $(id -u) -eq 0 ]]; then # who may write everywhere
            command -v setpriv >/dev/null || skip "setpriv is missing"
            cp "$wuxing" wuxing && wuxing=$work/wuxing
            [[ -z $cosim ]] || { cp "$cosim" cosim && cosim=$work/cosim; }
            run=(setpriv --reuid 65534 --regid 65534 --clear-groups)
            "${run[@]}" "$wuxing" --version >/dev/null || skip "another user cannot run $wuxing"
        fi
        ;;
    limited)
        reason="File too large"
        run=(bash -c 'ulimit -f 0; exec "$@"' limited)
        ;;
    *) echo "outputs.sh: no place $place"; exit 2 ;;
esac

tried=0
# refused OUTPUT COMMAND...: OUTPUT is in the place; `none` there is new.
refused() {
    local output=$1 code=0 before after
    shift
    before=$(cd place && ls -A && cat old* 2>/dev/null | cksum)
    "${run[@]}" "$@" 2>&1 >/dev/null | cat >err || code=$? # a pipe, as err itself might not grow
    after=$(cd place && ls -A && cat old* 2>/dev/null | cksum)
    if [[ $code -ne 2 || $(wc -l <err) -ne 1 || $before != "$after" ]] || ! grep -q "$output.*$reason" err; then
        printf '%s\ncode %d, place before:\n%s\nafter:\n%s\nsaid:\n%s\n' "$*" "$code" "$before" "$after" "$(cat err)"
        exit 1
    fi
    tried=$((tried + 1))
}

cp m.wux place/old
mkdir place/runs
case $place in
    full) head -c 1M /dev/zero >place/filler 2>/dev/null || true ;;
    read_only) mount -o remount,ro place ;;
    denied) chmod 555 place && chmod 444 place/old ;;
esac

train=("$wuxing" train --data data --layers 16-8-3 --epochs 2)
for file in place/old place/none; do
    refused "$file" "${train[@]}" --out "$file"
    refused "$file" "${train[@]}" --json "$file"
    refused "$file" "$wuxing" eval m.wux --data data --json "$file"
    refused "$file" "$wuxing" info m.wux --json "$file"
    refused "$file" "$wuxing" neuron --k2 0.9 --k3 0.9 --json "$file"
    refused "$file" "$wuxing" experiment e.toml --out done --json "$file"
    for option in --json --list --out; do
        refused "$file" "$wuxing" faults m.wux --data data --kind c --rate 0.1 --learn "$option" "$file"
    done
    [[ -z $cosim ]] && continue
    for option in --json --out; do
        refused "$file" "$cosim" --config tiles4 --data data --layers 16-8-3 --images 3 --learn "$option" "$file"
    done
    refused "$file" "$cosim" --config tiles4 --data data --layers 16-8-3 --images 3 --learn --waves=off --inject result:1:0 --report "$file"
done
refused place/none "${train[@]}" --checkpoint place/none
refused place/runs "$wuxing" experiment e.toml --out place/runs
# Waves are written as they come: on a full disk the parts of the file stay, and no report says that it is there.
if [[ -n $cosim ]]; then
    code=0
    "${run[@]}" "$cosim" --config tiles4 --data data --layers 16-8-3 --images 3 --learn --waves=100:4000 --wave-dir place 2>&1 >/dev/null | cat >err || code=$?
    [[ $code -eq 2 && $(wc -l <err) -eq 1 ]] && grep -q "waves cannot be written\|cannot write to the folder place: $reason" err || { echo "waves: code $code"; cat err; exit 1; }
    tried=$((tried + 1))
fi
if [[ $place == denied ]]; then # a protected file in a folder that is not
    chmod 777 place
    refused place/old "${train[@]}" --out place/old
fi

# Standard output on a full disk.
if [[ $place == full ]]; then
    for command in "info m.wux" "neuron --k2 0.9 --k3 0.9 --json -" "eval m.wux --data data" "report none.json"; do
        [[ $command == report* ]] && "$wuxing" info m.wux --json none.json >/dev/null
        code=0
        "$wuxing" $command >/dev/full 2>err || code=$?
        [[ $code -eq 2 && $(wc -l <err) -eq 1 ]] && grep -q "standard output: $reason" err || { echo "$command >/dev/full: code $code"; cat err; exit 1; }
        tried=$((tried + 1))
    done
fi
[[ $tried -ge 11 ]]
echo "$tried outputs refused: $reason"
