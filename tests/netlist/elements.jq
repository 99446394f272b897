# From two netlists (write_json, slurped) the Yosys commands that give every memory element, multiplier included, the same name in
# both: that of the first wire at its outputs whose name both have. NETLIST is 0 or 1.
def outputs: {"SB_DFF": "Q", "SB_MAC": "O", "SB_RAM": "RDATA", "SB_SPR": "DATAOUT"}[.type[:6]];
def wires($names): reduce (.netnames | to_entries[] | select($names[.key])) as $net ({};
  reduce ($net.value.bits | to_entries[]) as $bit (.;
    "\($bit.value)" as $key | "\($net.key)[\($bit.key)]" as $name |
    if .[$key] == null or $name < .[$key] then .[$key] = $name else . end));
[.[].modules.wuxing_core] |
# Names of the RTL only: those that synthesis makes hold the name of a cell.
([.[].netnames | to_entries | map(select(.value.hide_name == 0 and (.key | test("_SB_") | not))) | map({key, value: (.value.bits | length)})]
  | (.[1] | from_entries) as $other | .[0] | map(select($other[.key] == .value)) | map({(.key): true}) | add) as $names |
.[$netlist] | wires($names) as $wires |
.cells | to_entries[] | select(.value | outputs) |
([.value.connections[.value | outputs][] | $wires["\(.)"] // empty] | min) as $name |
"rename \(.key | if startswith("$") then . else "\\" + . end) \\\(.value.type):\($name // ("without a name: " + .key) | gsub(" "; "_"))"
