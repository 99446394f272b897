# Branches need no reason each: what of an expression is left out is not said by the tool that counts them.
# What has been measured (the list of merge.awk, as $items), what is known of the rest ($explained, lines of {kind, file, match, why} with
# count or sometimes), how little must be covered ($floors, percent by part and kind), whether anything need be explained ($strict) and which files must be there ($files), to a report
# and its findings, none of which there may be.
def part: if startswith("rtl/") then "rtl" else "model" end;

($items | split("\n") | map(select(. != "") | split("\t")
  | {kind: .[0], file: .[1], line: (.[2] | tonumber), name: .[3], at: .[4], covered: (.[5] != "0")})) as $all
| ($all | map(select(.covered | not) | select(.kind != "branch"))) as $missed
| ($explained | map(. as $e | . + {found: [$missed[] | select(.kind == $e.kind and .file == $e.file and (.name | test("^(" + $e.match + ")$")))]})) as $known
| ($known | map(.found[]) | unique) as $forgiven
| ($forgiven | map({key: "\(.kind) \(.file) \(.line) \(.name)", value: true}) | from_entries) as $is_forgiven
| ($missed | map(select($is_forgiven["\(.kind) \(.file) \(.line) \(.name)"] | not))) as $open
| (reduce $all[] as $i ({}; .[$i.file][$i.kind].total += 1 | if $i.covered then .[$i.file][$i.kind].covered += 1 else . end)) as $counts
| (reduce $forgiven[] as $i ({}; .[$i.file][$i.kind] += 1)) as $excused
| [$counts | to_entries | sort_by(.key)[] | .key as $file
    | {file: $file} + (.value | with_entries(.key as $kind | .value = {covered: (.value.covered // 0), explained: ($excused[$file][$kind] // 0), total: .value.total}))] as $by_file
| (reduce ($by_file[] | (.file | part) as $part | to_entries[] | select(.key != "file") | {part: $part, kind: .key} + .value) as $i ({};
    .[$i.part][$i.kind] |= {covered: ((.covered // 0) + $i.covered), explained: ((.explained // 0) + $i.explained), total: ((.total // 0) + $i.total)})) as $totals
| {totals: $totals, files: $by_file,
   findings:
     ([$open[] | select($strict) | "\(.file)\(if .line > 0 then ":\(.line)" else "" end): \(.kind) not covered, not explained: \(.name)"]
      + [$known[] | select(if has("count") then .count != (.found | length) else (.sometimes | not) and .found == [] end)
          | "explained.jsonl: \(.kind) of \(.file), \(.match): said of \(.count // "?"), true of \(.found | length)"]
      + [$known[] | select((.why // "") == "") | "explained.jsonl: \(.kind) of \(.file), \(.match): no reason given"]
      + [below_floors($totals; $floors)]
      + [$files[] | select($counts[.] == null) | "\(.): nothing was measured in it"])}
