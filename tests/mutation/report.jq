# Lists and results of all designs, of the mutants of texts, and the reasons of equivalent.jsonl -> the published report.
# Arguments: designs ([{design, list, results}]), texts (results of text.sh), reasons ([{mutant, why}]), versions, sources (sums.sh)
def rtl_name: "\(.module) \(.source // "-") \(.cell) \(.port)[\(.bit)] \(.mode)\(if .by == null then "" else " by \(.by)" end)";
def text_name: "\(.file):\(.line):\(.column + 1) '\(.from)' -> '\(.to)'";
# Of several sets of parameters, or cells on one line: the second of a name is "NAME (2)".
def numbered: [group_by(.name)[] | to_entries[] | .key as $n | .value | if $n > 0 then .name += " (\($n + 1))" else . end];
def counts: {mutants: length, killed: (map(select(.killed_by)) | length),
    without_verdict: (map(select(.killed_by // "" | test(", (no end|crash)$"))) | length),
    proved: (map(select(.proved)) | length), explained: (map(select(.why)) | length)};
($reasons | map({key: .mutant, value: .why}) | from_entries) as $why
| def with_reason: .why = (if .killed_by == null and (.proved | not) then $why[.name] else null end);
  ([$designs[] | .design as $design | (.results | map({key: "\(.mutant)", value: .}) | from_entries) as $result
    | [.list[] | $result["\(.mutant)"] as $r
       | {design: $design, module: .module, name: "\($design): \(rtl_name)", killed_by: $r.killed_by, proved: $r.proved, within: $r.within}]
    | numbered[] | with_reason]) as $rtl
| ([$texts[] | select(.compiles) | {file: .file, name: text_name, killed_by: .killed_by, proved: false}] | numbered | map(with_reason)) as $text
| def survivors: map(select(.killed_by == null) | {name: .name, proved: .proved, within: .within, why: .why});
{versions: $versions, sources: $sources,
 rtl: ($rtl | counts + {benches: (map(select(.killed_by)) | group_by(.killed_by) | map({key: .[0].killed_by, value: length}) | from_entries),
   modules: (group_by(.module) | map({module: .[0].module, designs: (map(.design) | unique)} + counts)), survivors: survivors}),
 text: ($text | counts + {files: (group_by(.file) | map({file: .[0].file} + counts)), survivors: survivors}),
 # Neither found, proved, nor explained; and reasons that explain nothing any more.
 open: [($rtl + $text)[] | select(.killed_by == null and (.proved | not) and .why == null) | .name],
 stale: ([$reasons[].mutant] - [($rtl + $text)[] | select(.why) | .name])}
