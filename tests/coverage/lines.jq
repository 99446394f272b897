# gcov's JSON to the list of merge.awk: lines of model/ and sim/, and branches but for those of exceptions.
def project: if startswith($root + "/") then .[($root | length) + 1:] else . end;
.current_working_directory as $here | .files[]
| (if .file | startswith("/") then .file else $here + "/" + .file end | project) as $file
| select($file | test("^(model|sim)/[a-z0-9_]+[.][ch]pp$"))
| .lines[]
| ["line", $file, .line_number, "-", 0, .count],
  (.line_number as $line | .branches | map(select(.throw | not)) | to_entries[] | ["branch", $file, $line, "-", .key, .value.count])
| @tsv
