#!/usr/bin/env bash
# Puts standard input between the lines <!-- NAME --> and <!-- end of NAME --> of a page, which must have each once; as a whole or not at all.
# usage: put_table.sh PAGE NAME < TABLE
set -euo pipefail
page=$1 name=$2
[[ $(grep -Ex "<!-- (end of )?$name -->" "$page" | tr -d '\n') == "<!-- $name --><!-- end of $name -->" ]] ||
    { echo "put_table.sh: $page has no place for the table $name" >&2; exit 2; }
part=$(mktemp "$page.XXXXXX.part")
trap 'rm -f "$part"' EXIT
awk -v name="$name" -v file=/dev/stdin '
    $0 == "<!-- end of " name " -->" { skip = 0 }
    !skip
    $0 == "<!-- " name " -->" { while ((getline line < file) > 0) print line; skip = 1 }' "$page" >"$part"
chmod 644 "$part"
mv "$part" "$page"
