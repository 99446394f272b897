# Claims (tests/plan.jsonl) and the cases of each -> the plan of docs/verification.md. Arguments: plan, counts (name and label of each case)
def row: "| " + join(" | ") + " |";
def by_label: group_by(.label) | sort_by(.[0].label == "campaign") | map("\(.[0].label) \(length)") | join(", ");
["", "claim", "how it is checked", "where", "cases"],
["---", "---", "---", "---", "---"],
(range($plan | length) as $n | $plan[$n] | ["\($n + 1)", .claim, .how, .where, ($counts[$n] | by_label)])
| row
