# docs/parts.md ($part "page") and the table of README.md ("summary") from --slurpfile parts, cycles.
def commas: round | tostring | [while(length > 0; .[:-3])] | map(.[-3:]) | reverse | join(",");
def decimals($n): pow(10; $n) as $p | (. * $p | round) as $v | "\($v / $p | floor).\("000\($v % $p)"[-$n:])";
def percent: "\(. * 100 | decimals(1)) %";
def row: "| \(join(" | ")) |";
def table($columns): ($columns | row, "|\(map("---|") | join(""))"), (.[] | map(tostring) | row);

def title: {ice40: "iCE40 UltraPlus", xilinx: "Artix-7", ecp5: "ECP5"}[.family];
def run($tiles; $name): first($cycles[] | select(.tiles == $tiles and .run == $name)) // error("no run \($name) on \($tiles) tiles");
def counted($tiles; $name): run($tiles; $name).cycles;
def part_of($family; $tiles): first($parts[] | select(.family == $family and .tiles == $tiles)) // error("no \($family):\($tiles)");
def ram: "\(.block_ram) (\(.block_ram_bits / 1024 | commas) Kbit)";
def tile_counts: $cycles | map(.tiles) | unique;
def larger: ["xilinx", "ecp5"];
# What one tile more takes, between two numbers of tiles.
def slope($family; $kind; $from; $to): (part_of($family; $to)[$kind] - part_of($family; $from)[$kind]) / ($to - $from);

def cells:
  $parts | map([title, .tiles, (.lut | commas), (.ff | commas), (.carry | commas), .dsp, ram, .single_port_ram, .lut_ram,
    (counted(.tiles; "trained") | commas), (counted(.tiles; "inferred") | commas), "\(.parameters); `\(.command)`; \(.yosys)"])
  | table(["part", "tiles", "LUT", "flip-flops", "carry cells", "multipliers", "block RAM", "SPRAM", "LUT RAM", "cycles learnt", "inferred",
    "core, command, version"]);

def growth:
  [larger[] as $family | tile_counts[] | part_of($family; .)]
  | map(part_of(.family; 4) as $least
    | [title, .tiles] + (["lut", "ff", "carry", "dsp", "block_ram_bits"] as $kinds | . as $p | $kinds | map("x \($p[.] / $least[.] | decimals(2))"))
    + [(.lut / .tiles | commas), (.ff / .tiles | commas)]
    + ([., $least] | map(.lut * counted(.tiles; "trained")) | ["x \(.[0] / .[1] | decimals(2))"]))
  | table(["part", "tiles", "LUT", "flip-flops", "carry cells", "multipliers", "block RAM bits", "LUT a tile", "flip-flops a tile", "LUT x cycles learnt"]);

def phases:
  ["receive", "multiply_accumulate", "neurons_forward", "neurons_backward", "error_sums", "update"] as $names
  | [["fresh", "learnt, random weights"], ["trained", "learnt, after two epochs"], ["inferred", "inferred, after two epochs"]]
  | map(. as [$name, $what] | tile_counts | map(run(.; $name) as $r
    | [$what, ., ($r.cycles | commas), "x \($r.cycles / counted(4; $name) | decimals(2))"] + ($names | map($r.phases[.] | commas))
      + [($r.multiplier_utilisation | percent)])) | add
  | table(["an image", "tiles", "cycles", ""] + ($names | map(gsub("_"; " "))) + ["multipliers busy"]);

def page:
"# The core on larger parts

784-80-10 on 4, 16 and 80 tiles, synthesised from the same RTL with the observation port kept: the smallest core that holds the network.
Cells as Yosys counts them. Place and route was not run for Artix-7 and ECP5, because no open tool for it is packaged for Debian 12, so
nothing is said about clock rates there; the iCE40 UP5K, placed and routed, is in [board.md](board.md). Cycles an image are those of a network
after two epochs, measured in lock-step. Written by `tools/parts.sh --table` from
[parts.jsonl](results/parts.jsonl) (`tools/parts.sh`) and [parts_cycles.jsonl](results/parts_cycles.jsonl) (`tools/parts.sh --cycles`).
",
cells,
"
## How cells grow

Against 4 tiles of the same family.
",
growth,
(larger | map("\(part_of(.; 4) | title) \(slope(.; "lut"; 4; 16) | commas) and \(slope(.; "ff"; 4; 16) | commas) from 4 to 16 tiles, \(slope(.; "lut"; 16; 80) | commas) and \(slope(.; "ff"; 16; 80) | commas) from 16 to 80") | join("; ")) as $slopes
| "
A further tile takes so many LUT and flip-flops: \($slopes).
That is nearly the same at either end, and what bus, layer table, sequencer and event memory take, whatever the tiles, is shared by
more of them. Multipliers are one a tile. The 63,520 connections are divided among the tiles, but each rounds
its own up to a power of two and to whole blocks; with few slots a tile, its small memories move into LUT RAM. The observation port is
147 bits a tile: it is counted here, but no package has as many pins.

## How cycles fall

1,000 images a run, \($cycles | map(.events) | add | commas) events compared with the model, \($cycles | map(.divergences) | add) differ; the events of an image are the same on all cores.

```sh
\([$cycles[].model // empty] | unique | join("\n"))
\([$cycles[].command] | join("\n"))
```
",
phases,
(run(80; "inferred") as $i
| "
Twenty times the tiles learn \(counted(4; "trained") / counted(80; "trained") | decimals(1)) and infer \(counted(4; "inferred") / $i.cycles | decimals(1)) times as fast, because not all is divided. On 80 tiles a layer is one slot, but a neuron is a chain of 30
multiplications a Heun step however many run beside it: hidden and output layer take 250 cycles each, one after the other, and the
displacements of 90 neurons leave one a cycle. These 590 cycles are \($i.phases.neurons_forward / $i.cycles | percent) of an inferred image; in the output layer's half of them 70 tiles have no
neuron. Beats of a sample (one a cycle) and error sums (one input of the output layer a cycle) do not fall at all. Learning loses more from 4
to 16 tiles than inference: the few live neurons are spread unevenly, and the fullest tile decides.

" + (larger | map(. as $family | tile_counts | min_by(. as $n | part_of($family; $n).lut * counted($n; "trained"))) | unique | map(tostring) | join(" or "))
+ " tiles take the fewest LUT x cycles an image; 80 give the earliest result, and only a wider network would fill them.");

def summary:
  $parts | map([title, .tiles, (.lut | commas), (.ff | commas), .dsp, (ram + if .single_port_ram > 0 then ", \(.single_port_ram) SPRAM" else "" end),
    (counted(.tiles; "trained") | commas), (counted(.tiles; "inferred") | commas)])
  | table(["`tools/parts.sh`, 784-80-10", "tiles", "LUT", "flip-flops", "multipliers", "block RAM", "cycles an image, learnt", "inferred"]);

if $part == "page" then page else summary end
