# Cases of CTest and the published reports -> the table of docs/verification.md.
# Arguments: cases (ctest --show-only=json-v1), tests (the recorded run), epoch, epoch_k, campaign, lockstep, faults, coverage, mutation, fuzz
def row: "| " + join(" | ") + " |";
def grouped: tostring | [match("(^\\d{1,3}(?=(\\d{3})*$)|\\d{3})"; "g").string] | join(",");
def group_of: [.properties[] | select(.name == "LABELS").value[]][0];
def total(f): map(f) | add;
def events: if type == "object" then [.[]] | add else . end;
def result: if . == 0 then "none differs" else "**\(.) differ**" end;
def lockstep($what; $page; $runs; $again):
  [$what, "\($runs | if length > 1 then "\(length) runs, " else "" end)\($runs | total(.images) | grouped) images, \($runs | total(.events | events) | grouped) events", ($runs | total(.divergences) | result), $page, $again];
def coverage($what; $of): [$what, ($of | to_entries | map("\(.value.covered | grouped) of \(.value.total | grouped) \(.key)") | join(", ")),
  "the rest explained\(if $of.branch then "; branches have a floor alone" else "" end)", "[coverage](coverage.md)", "`tools/coverage.sh`"];
def mutants($what; $of): [$what, ($of.mutants | grouped), "\($of.killed | grouped) found, \($of.proved) proved equivalent, \($of.explained) explained\($of.mutants - $of.killed - $of.proved - $of.explained | if . > 0 then ", **\(.) open**" else "" end)",
  "[mutation](mutation.md)", "`ctest -L campaign -R mutation`"];
($cases[0].tests | map({name, label: group_of, command})) as $all
| ($all | map(select(.label != "campaign"))) as $quick
| ($all | map(select(.label == "formal"))) as $formal
| ["evidence", "counts", "result", "page", "again"],
  ["---", "---", "---", "---", "---"],
  ["cases of `./test.sh`", "\($quick | length | grouped): \($quick | group_by(.label) | map("\(.[0].label) \(length)") | join(", ")); those of model, files and board a second time, under sanitizers", "on \($tests[0].date) \($tests[0] | "\(.passed | length | grouped) passed, \(.failed | length) failed, \(.skipped | length) skipped\(.again | length | if . > 0 then "; \(.) of them run again" else "" end)")", "below", "`./test.sh`"],
  ["cases of the campaign", ($all | length - ($quick | length) | grouped), "run by hand", "below", "`ctest -L campaign`"],
  lockstep("an epoch of MNIST in lock-step, C learns"; "[epoch](epoch.md)"; $epoch; "`tools/epoch.sh check docs/results/epoch.json FOLDER`"),
  lockstep("the same, K learns"; "[epoch](epoch.md)"; $epoch_k; "`tools/epoch.sh check docs/results/epoch_k.json FOLDER`"),
  lockstep("all kinds of learning and connections in lock-step"; "[results](results.md)"; $campaign; "`tools/results.sh`"),
  lockstep("published runs of lock-step"; "[results](results.md)"; $lockstep; "`tools/results.sh`"),
  ($faults | ["the same faults in model and RTL", "\(length) runs, \(total(.faults) | grouped) faults, \(total(.events) | grouped) events", (total(.divergences) | result), "[faults](faults.md)", "`tools/faults.sh`"]),
  mutants("mutants of the RTL, every module of core and link"; $mutation[0].rtl),
  mutants("mutants of the golden model and of the scoreboard"; $mutation[0].text),
  coverage("coverage of the RTL, blocks and lock-step merged"; $coverage[0].totals.rtl),
  coverage("coverage of the golden model"; $coverage[0].totals.model),
  ($fuzz[0] | ["fuzzing of \(.readers | length) readers", "\(.seconds / 60 | floor) minutes, \(.executions | grouped) executions",
    (if .findings == 0 then "nothing found" else "**\(.findings) findings**" end), "[fuzz](fuzz.md)", "`tools/fuzz.sh`"]),
  ($formal | map(select(.name | startswith("formal.wrong_") | not) | .command[1]) | if length < 50 then error("not all proofs are there") else . end
    | (map(select(. == "bounded")) | length) as $bounded | (map(select(. == "cover")) | length) as $covers
    | ["proofs", "\(length - $bounded - $covers) for all inputs and all time, \($bounded) for a number of cycles, \($covers) that states are reached; \($formal | map(select(.name | test("^formal.wrong_(?!assumption_)"))) | length) wrong versions, \($formal | map(select(.name | startswith("formal.wrong_assumption_"))) | length) impossible assumptions",
       "proved, and each wrong version and assumption found out, in every run of `./test.sh`", "[formal](formal.md)", "`cmake --build build --target formal`"])
| row
