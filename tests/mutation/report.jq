# Lists and results of all designs, of the mutants of texts, and the reasons of equivalent.jsonl -> the published report.
# Arguments: designs ([{design, list, results}]), texts (results of text.sh), reasons ([{mutant, why}]), versions
def rtl_name: "\(.module) \(.source // "-") \(.cell) \(.port)[\(.bit)] \(.mode)\(if .by == null then "" else " by \(.by)" end)";
def text_name: "\(.file):\(.line):\(.column + 1) '\(.from)' -> '\(.to)'";
def counts: {mutants: length, killed: (map(select(.killed_by)) | length), proved: (map(select(.proved)) | length),
    explained: (map(select(.why)) | length)};
($reasons | map({key: .mutant, value: .why}) | from_entries) as $why
| def with_reason: .why = (if .killed_by == null and (.proved | not) then $why[.name] else null end);
  [$designs[] | .design as $design | (.results | map({key: "\(.mutant)", value: .}) | from_entries) as $result
   | .list[] | $result["\(.mutant)"] as $r
   | {design: $design, module, name: rtl_name, killed_by: $r.killed_by, proved: $r.proved} | with_reason] as $rtl
| [$texts[] | select(.compiles) | {file, name: text_name, killed_by, proved: false} | with_reason] as $text
| def survivors: map(select(.killed_by == null) | {name, proved, why});
{$versions,
 rtl: ($rtl | counts + {benches: (map(select(.killed_by)) | group_by(.killed_by) | map({key: .[0].killed_by, value: length}) | from_entries),
   modules: (group_by(.module) | map({module: .[0].module, designs: (map(.design) | unique)} + counts)), survivors: survivors}),
 text: ($text | counts + {files: (group_by(.file) | map({file: .[0].file} + counts)), survivors: survivors}),
 # Neither found, proved, nor explained; and reasons that explain nothing any more.
 open: [($rtl + $text)[] | select(.killed_by == null and (.proved | not) and .why == null) | .name],
 stale: ([$reasons[].mutant] - [($rtl + $text)[] | select(.why) | .name])}
