#!/usr/bin/env bash
# Constructs of SystemVerilog that Yosys 0.23 accepts and silently gives another meaning: arrays of named types (enum or struct; YosysHQ/yosys
# #2677, #2908), bind, and hierarchical references. Fails where one stands. --planted: every line of FILE marked `// wrong` must be
# found, and no other.
# usage: misread.sh [--planted] FILE...
set -euo pipefail
planted=false
[[ ${1-} == --planted ]] && { planted=true; shift; }
[[ $# -ge 1 ]] || { echo "usage: misread.sh [--planted] FILE..." >&2; exit 2; }
for file; do [[ -r $file ]] || { echo "misread.sh: there is no $file" >&2; exit 2; }; done

# Names of types: of the package, and those ending in _t or _e, but not casts or scalars.
readonly type='([a-z_]+::)?[a-z][a-z0-9_]*_[te]'
readonly array_of_type="^[^/]*\\b$type[[:space:]]*(signed|unsigned)?[[:space:]]*\\[|^[^/]*\\b$type[[:space:]]+[a-z][a-z0-9_]*[[:space:]]*\\["
readonly array_in_typedef='^[^/]*\}[[:space:]]*\[|^[^/]*\}[[:space:]]*[a-z][a-z0-9_]*[[:space:]]*\['
readonly bound='^[[:space:]]*bind[[:space:]]'
readonly reaching_in='^[^/]*\b(u|g)_[a-z0-9_]+(\[[^]]*\])?\.[a-z]'
found=$(grep -nHE "$array_of_type|$array_in_typedef|$bound|$reaching_in" "$@" || true)
if $planted; then
    expected=$(grep -nHE '// wrong$' "$@" || true)
    [[ -n $expected && $found == "$expected" ]] && exit 0
    diff <(echo "$expected") <(echo "$found") >&2
    exit 1
fi
[[ -z $found ]] || { echo "$found" >&2; exit 1; }
