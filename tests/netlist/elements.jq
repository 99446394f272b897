# From two netlists (write_json, slurped) the Yosys commands that give every memory element, multiplier included, the same name in
# both: its type and the first of the wires at its outputs that an element of this type drives in both. NETLIST is 0 or 1.
def outputs: {"SB_DFF": "Q", "SB_MAC": "O", "SB_RAM": "RDATA", "SB_SPR": "DATAOUT"}[.type[:6]];
# Bits by number, each with the names of its wires: of the RTL only, those that synthesis makes hold the name of a cell.
def wires: reduce (.netnames | to_entries[] | select(.value.hide_name == 0 and (.key | test("_SB_") | not))) as $net ({};
  reduce ($net.value.bits | to_entries[]) as $bit (.; .["\($bit.value)"] += ["\($net.key)[\($bit.key)]"]));
def elements: wires as $wires | [.cells | to_entries[] | select(.value | outputs)
  | {cell: .key, names: (.value.type as $type | [.value.connections[.value | outputs][] | $wires["\(.)"] // [] | .[] | "\($type):\(.)"])}];
[.[].modules["wuxing_up5k"] | elements] as $both
| ([$both[1 - $netlist][].names[] | {(.): true}] | add) as $other
| $both[$netlist][] | .cell as $cell
| ([.names[] | select($other[.])] | min) as $name
| "rename \($cell | if startswith("$") then . else "\\" + . end) \\\($name // (.names | min) // ("without a name: " + $cell) | gsub(" "; "_"))"
