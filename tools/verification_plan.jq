# Claims (tests/plan.jsonl) and the cases of each -> the plan of docs/verification.md. Arguments: plan, counts (name and label of each
# case), tests (the recorded run of ./test.sh)
def row: "| " + join(" | ") + " |";
def by_label: group_by(.label) | sort_by(.[0].label == "campaign") | map("\(.[0].label) \(length)") | join(", ");
# What of them was in the run, and how it ended; those of the campaign are not in it.
def result: map(select(.label != "campaign").name) as $names | ($names - ($names - $tests[0].passed) | length) as $passed
    | ($names - ($names - $tests[0].skipped) | length) as $skipped | ($names - ($names - $tests[0].failed) | length) as $failed
    | [if $passed > 0 then "\($passed) passed" else empty end, if $failed > 0 then "**\($failed) failed**" else empty end,
       if $skipped > 0 then "\($skipped) skipped" else empty end,
       (($names | length) - $passed - $skipped - $failed | if . > 0 then "\(.) newer" else empty end)] | if length > 0 then join(", ") else "campaign" end;
["", "claim", "how it is checked", "where", "cases", "result"],
["---", "---", "---", "---", "---", "---"],
(range($plan | length) as $n | $plan[$n] | ["\($n + 1)", .claim, .how, .where, ($counts[$n] | by_label), ($counts[$n] | result)])
| row
