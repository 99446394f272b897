# To be sourced.
# lock_folder FOLDER: keeps other runs out of FOLDER until this script has ended, however that is; if one is in it, says which, exit code 2.
# A process of its own holds the lock, so that nothing the script starts does; it looks twice a second whether the script is still there.
# What the script has started may live longer, if the script is killed.
lock_folder() {
    local answer holder script=$BASHPID
    command -v flock >/dev/null || { echo "${0##*/}: flock is missing (package util-linux)" >&2; exit 2; }
    : 2>/dev/null >>"$1/lock" || { echo "${0##*/}: cannot write $1/lock" >&2; exit 2; }
    exec {answer}< <(
        trap '' INT TERM HUP
        exec 8<>"$1/lock" 7>&1 </dev/null >/dev/null 2>&1
        flock -w 2 8 || exit
        echo "${0##*/}, process $script" >"$1/lock"
        echo ours >&7
        exec 7>&-
        while read -rd '' _ <"/proc/$script/cmdline"; do sleep 0.5 8>&-; done
    )
    read -r holder <&"$answer" || holder=
    exec {answer}<&-
    [[ $holder == ours ]] && return
    read -r holder <"$1/lock" || holder=
    echo "${0##*/}: $1 is in use by ${holder:-another run}" >&2
    exit 2
}
