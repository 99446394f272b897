# Lists and results of all designs, and the reasons of equivalent.jsonl -> the published report.
# Arguments: designs ([{design, list, results}]), reasons ([{mutant, why}]), versions
def name: "\(.module) \(.source // "-") \(.cell) \(.port)[\(.bit)] \(.mode)\(if .by == null then "" else " by \(.by)" end)";
($reasons | map({key: .mutant, value: .why}) | from_entries) as $why
| [$designs[] | .design as $design | (.results | map({key: "\(.mutant)", value: .killed_by}) | from_entries) as $killed
   | .list[] | {design: $design, module, name: name, killed_by: $killed["\(.mutant)"]}
   | .why = (if .killed_by == null then $why[.name] else null end)] as $all
| {$versions, mutants: ($all | length), killed: ($all | map(select(.killed_by)) | length),
   equivalent: ($all | map(select(.why)) | length), open: ($all | map(select(.killed_by == null and .why == null)) | length),
   benches: ($all | map(select(.killed_by)) | group_by(.killed_by) | map({key: .[0].killed_by, value: length}) | from_entries),
   modules: ($all | group_by(.module) | map({module: .[0].module, design: (map(.design) | unique | join(", ")), mutants: length,
     killed: (map(select(.killed_by)) | length), equivalent: (map(select(.why)) | length)})),
   survivors: [$all[] | select(.killed_by == null) | {name, why}],
   # A reason for what is killed, or for what is no mutant any more, explains nothing.
   stale: ([$reasons[].mutant] - [$all[] | select(.killed_by == null) | .name])}
