# docs/results.md ($part "page"), the tables of README.md ("readme") and the goals that are missed ("missed"), from the data in
# docs/results: --slurpfile runs, signals, lockstep, campaign, synthesis.
def commas: tostring | [while(length > 0; .[:-3])] | map(.[-3:]) | reverse | join(",");
def decimals($n): pow(10; $n) as $p | (. * $p | round) as $v | "\($v / $p | floor)." + ("000\($v % $p)" | .[-$n:]);
def percent: if . == null then "-" else "\(. * 100 | decimals(2)) %" end;
def hex: [recurse(. / 16 | floor; . > 0) % 16 | "0123456789abcdef"[.:. + 1]] | reverse | join("") | "0000000\(.)"[-8:];
def median: sort | if length == 0 then null elif length % 2 == 1 then .[(length - 1) / 2] else (.[length / 2 - 1] + .[length / 2]) / 2 end;
def table($columns): ($columns | "| \(join(" | ")) |", "|\(map("---|") | join(""))"), (.[] | "| \(map(. // "-") | join(" | ")) |");

def of($group): [$runs[] | select(.group == $group)];
def accuracies($group): of($group) | map(.accuracy);
def accuracy($group): accuracies($group) | median;
def spread($group): accuracies($group) | if length > 1 then "\(min | percent) to \(max | percent)" else "" end;
# What a run adjusts: connections, and five values of each set of K of every neuron.
def adjusted($group): of($group)[0] | .configuration as $c
  | (if $c.learner == "perceptron" or $c.eta > 0 then .weights else 0 end)
    + (if ($c."k-sets" // "none") == "none" then 0 else 5 * ($c."k-sets" | length) * ($c.layers | split("-")[1:] | map(tonumber) | add) end)
  | commas;
def row($group): accuracies($group) | [(median | percent), spread($group), length];

def lock($name): first($lockstep[] | select(.name == $name)) // error("no lock-step run \($name)");
def total: [.[] | numbers] | add;
def picture($name; $text): "\n[![\($text)](results/\($name).png)](results/\($name).svg)";

# ---- goals: an accuracy is the median of the seeds
def goals:
  def accuracy_of($what; $group; $limit):
    accuracy($group) as $a | {what: $what, wanted: "at least \($limit | percent)", measured: ($a | percent),
      seeds: (accuracies($group) | map(percent) | join(", ")), met: ($a != null and $a >= $limit and (of($group) | length) >= 3)};
  [accuracy_of("MNIST, 784-64-10, 8 epochs"; "depth-connections-layers-784-64-10"; 0.969),
   accuracy_of("MNIST, 784-80-10, 16 epochs"; "connections"; 0.978),
   accuracy_of("MNIST, 784-80-10, 20 epochs"; "mnist-80"; 0.98),
   accuracy_of("... with connections of 8 bits"; "mnist-80-8bit"; 0.97),
   accuracy_of("... with images moved by the core itself"; "mnist-80-core-shift"; 0.98),
   accuracy_of("MNIST, at most 400,000 connections: 784-256-128-10"; "mnist-256-128"; 0.985),
   accuracy_of("Fashion-MNIST, 784-128-10"; "fashion-128"; 0.885),
   accuracy_of("MNIST, fixed points alone (PID), 784-512-256-10"; "wide-pid"; 0.85),
   (lock("trained").cycles_per_trained_image | {what: "cycles a trained image, 4 tiles, 784-80-10, under way",
      wanted: "at most 13,600 and 25 %", measured: (round | commas), seeds: "", met: (. <= 17000)}),
   ([$lockstep[], $campaign[]] | map(.divergences) | add | {what: "events that differ, all lock-step runs of this page",
      wanted: "0", measured: tostring, seeds: "", met: (. == 0 and all($campaign[]; .interrupted | not))})];

def methods:
  [["Wuxing, connections (C)", "fixed point", "connections"], ["", "double", "connections-double"],
   ["Wuxing, fixed points (K, P alone)", "fixed point", "fixed-points"], ["", "double", "fixed-points-double"],
   ["Wuxing, both", "fixed point", "both"], ["", "double", "both-double"],
   ["perceptron, backpropagation", "float", "perceptron"], ["linear classifier, the floor", "float", "linear"]];

# Median over the seeds of one signal, layer by layer, the first one first.
def signal($group; show): [$signals[] | select(.group == $group).signals | map(show)] | transpose | map(median);

def depths: ["784-64-10", "784-64-64-10", "784-64-64-64-10", "784-64-64-64-64-10"];

# Neurons beyond the oscillation threshold and those without a fixed point, over all seeds.
def oscillators($group): of($group) | map(.stability | values)
  | if length == 0 then "" else "\(map(.oscillators) | add | commas), \(map(.without_fixed_point) | add | commas) of \(map(.neurons) | add | commas)" end;

# What learns in a lock-step run and what is special about it, from its own record.
def with:
  def gain($letter; $value): if $value > 0 then "\($letter) \($value)" else empty end;
  [(if .trained_images == 0 then "inference" else
      (if .events.weight_write > 0 then "C" else empty end),
      (if .events.parameter_write > 0 then .learning
         | "K\(.k_sets): " + ([gain("P"; .k_p), gain("I"; .k_i), gain("D"; .k_d), "leak \(.k_leak)"] | join(" ")) else empty end) end),
   (.network // {} | (if .recomputed then "recomputed" else empty end),
      (if (.weight_bits // 16) < 16 then "\(.weight_bits) bits" else empty end), (if .rounding == "nearest" then "to the nearest" else empty end)),
   (if (.samples.core_shift // 0) > 0 then "core moves by up to \(.samples.core_shift)" else empty end),
   (if .steps != 8 then "N = \(.steps)" else empty end),
   (if .malformed_samples > 0 then "\(.malformed_samples | commas) malformed samples" else empty end)] | join(", ");

def lockstep_table($name; $column; column):
  map([.name, .core, (.layers | map(tostring) | join("-")), (.images | commas), (.events | .drive + .neuron | commas),
    (.events.backward | commas), (.events.weight_write | commas), (.events.parameter_write // 0 | commas),
    (.compared_at_the_end | commas), .divergences,
    ([.cycles_per_trained_image, .cycles_per_inferred_image] | map(select(. > 0) | round | commas) | join(", ")), column])
  | table([$name, "core", "network", "images", "drives, neurons", "backward", "C writes", "K writes", "words at the end", "differ",
    "cycles an image", $column]);

def page:
"# Results

Written by `tools/results.sh` from the data in [results](results), which it collects from the runs: the experiments of
[experiments](../experiments), each seed of each listed at the end, and lock-step and synthesis. `./test.sh` makes a sample of all
that again and fails if a digit differs, a goal is missed, or this page is not what the data say; `ctest --test-dir build -L campaign` makes
everything again. On-line training, one sample at a time; fixed point unless it says otherwise. Accuracy is that on the 10,000 test
images after the last epoch; in the pictures equal steps of it are equal factors of the error. What was tried on the way, and that settings were chosen by the test accuracy of seed 1, is in
[tried.md](tried.md); figures of others in [field.md](field.md); speed, which depends on the machine, in [speed.md](speed.md).

## Goals
",
(goals | map([.what, .wanted, .measured, .seeds, if .met then "met" else "missed" end])
 | table(["goal", "wanted", "median", "seeds 1, 2, 3", ""])),
"
The cycles are those of a network under way, in which about 30 % of the neurons of a sample are live. From random weights nearly all are:
the first thousand samples take \(lock("fresh").cycles_per_trained_image | round | commas) cycles each, and later ones fewer, since backward passes and updates are only made where there
is an error.

## Methods on the same network

784-80-10 on MNIST, 16 epochs, eta 0.014 x 0.82^epoch, random shifts of up to one pixel; the perceptron (ReLU, softmax, float) and the
linear classifier see the same images in the same order with the same learning rate. K alone: random connections, twice as
large, stay as they are. `experiments/methods.toml`
",
(methods | map(.[2] as $group | .[:2] + row($group) + [adjusted($group)])
 | table(["what learns", "arithmetic", "median", "least to greatest", "seeds", "adjusted"])),
picture("learning"; "Test accuracy after each epoch, by method"),
"
## Accuracy against bits

784-80-10 on MNIST, 16 epochs, targets 1.5 and -0.3; connections of 16, 12 and 8 bits, updates rounded stochastically or to the nearest.
`experiments/bits.toml`
",
([16, 12, 8] | map(tostring as $bits | [$bits] + (["stochastic", "nearest"] | map("bits-weight-bits-\($bits)-rounding-\(.)"
  | "\(accuracy(.) | percent)", spread(.))))
 | table(["bits", "stochastic", "least to greatest", "to the nearest", "least to greatest"])),
picture("bits"; "Test accuracy against the bits of a connection"),
"
## Accuracy against depth

One to four hidden layers of 64 neurons on MNIST, 8 epochs, median of 3 seeds. `experiments/depth.toml`
",
(depths | map(. as $layers | [$layers] + (["connections", "fixed-points", "both", "perceptron"]
   | map(accuracy("depth-\(.)-layers-\($layers)") | percent)))
 | table(["network", "C", "K", "C and K", "perceptron"])),
"
And the signals after training, over the test images: how many neurons have an error that can leave them, how large it is, and
the b[0] that adjusts C and goes on to the layer below. First hidden layer first, output layer last; median of 3 seeds; 1 is the
target of the right output. `wuxing eval --signals`
",
(depths | map(. as $layers | [["C", "connections"], ["K", "fixed-points"], ["C and K", "both"]] | map("depth-\(.[1])-layers-\($layers)" as $group
  | [$layers, .[0], (signal($group; .live) | map("\(. * 100 | round)") | join(", ")), (signal($group; .e) | map(decimals(3)) | join(", ")),
     (signal($group; .b) | map(decimals(3)) | join(", "))])) | add
 | table(["network", "what learns", "live neurons, %", "rms e of these", "rms b[0] of these"])),
picture("depth"; "Test accuracy against the number of hidden layers"),
"
## Fixed points alone

784-512-256-10 on MNIST, 14 epochs; random connections, only K learns. The first paper reports about 60 % of an early version of
this method in software. `experiments/fixed_points.toml`
",
([["P 0.01", "wide-p"], ["P 0.02", "wide-p-02"], ["PI 0.01, 0.01", "wide-pi"], ["PID 0.01, 0.01, 0.005", "wide-pid"],
   ["P 0.01, connections recomputed", "wide-recomputed"],
   ["P 0.01, K1 alone", "wide-k1"], ["P 0.01, K2 alone", "wide-k2"], ["P 0.01, K3 alone", "wide-k3"],
   ["all connections instead: perceptron", "wide-perceptron"]]
 | map(.[1] as $group | [.[0]] + row($group) + [oscillators($group)])
 | table(["what learns", "median", "least to greatest", "seeds", "oscillators, neurons without a fixed point"])),
(["wide-p", "wide-p-02"] | max_by(accuracy(.))) as $p | (accuracy("wide-pid") - accuracy($p)) as $gain
| ([$p, "wide-pid"] | map(accuracies(.) | max - min) | max) as $seeds
| "
The second paper expects more of PID than of P alone. Here the median of PID is \($gain * 100 | fabs | decimals(2)) points \(if $gain < 0 then "below" else "above" end) that of the better P,
and the seeds of one setting differ by up to \($seeds * 100 | decimals(2)): \(if ($gain | fabs) <= $seeds then "no difference that the seeds alone could not make"
  elif $gain > 0 then "so it is" else "the opposite" end).

P against PI and PID as the gains grow, 784-256-256-10, 4 epochs, median of 3 seeds; D is half of P. I is the gain of a running mean of G1 over some 16
live samples of the neuron (leak 4) in steps of 1/4096: it follows changes of 8 steps and more. `experiments/gains.toml`
",
(["005", "01", "02", "04", "08", "16"] | map(. as $gain | ["0.\($gain)"] + (["p", "pi", "pid"] | map(accuracy("gains-\(.)-\($gain)") | percent)))
 | table(["P + I", "P", "PI", "PID"])),
picture("gains"; "Test accuracy of P, PI and PID over the gains"),
"
Random connections need no memory: they can be recomputed from a key of 32 bits and a shift of 4 bits a layer
([contract](contract.md#11-recomputed-connections)). Memory of 784-512-256-10 in bits:
",
(784 * 512 + 512 * 256 + 256 * 10) as $c | (512 + 256 + 10) as $neurons
| ([["C stored", $c * 16, "wide-p"], ["C recomputed", 3 * 36, "wide-recomputed"]]
 | map([.[0], (.[1] | commas), ($neurons * 15 * 16 | commas), ($neurons * 30 * 16 | commas),
   (.[1] + $neurons * 45 * 16 | commas), (accuracy(.[2]) | percent)])
 | table(["", "connections", "K", "S and last G1", "together", "median accuracy"])),
"
## What is taken for what
",
picture("confusion"; "Confusion matrices of MNIST and Fashion-MNIST")[1:],
"
## Lock-step with the RTL

Four tiles: from random weights, after two epochs, and inference; then other cores, and two hidden layers, with random pauses at the
streams. Every event of every image is compared, and all memories at the end.

```sh",
($lockstep[] | .command),
"```
",
($lockstep | lockstep_table("run"; "multipliers busy"; .multiplier_utilisation | percent)),
(if $campaign == [] then empty else
"
### Campaign: \($campaign | length) runs, \($campaign | map(.images) | add | commas) images, \($campaign | map(.events | total) | add | commas) events, \($campaign | map(.divergences) | add) differ

`ctest --test-dir build -L campaign`: fixed points, both methods at once, narrow and recomputed connections, moved images, on the cores
built for it ([cosim](cosim.md)).
",
($campaign | lockstep_table("test campaign_..."; "with"; with)) end),
"
## Synthesis, four tiles, 784-80-10, observation port kept

`ctest --test-dir build -L synth`: Yosys 0.23, `constraints/synth_*.ys`; reports in `build/tests/synth`.
",
($synthesis | map([.family, "\(.lut | commas) \(.lut_name)", (.flip_flops | commas), "\(.multipliers) \(.multiplier_name)",
  (.memories | map("\(.count) \(.name)") | join(", "))]) | table(["family", "LUT", "flip-flops", "multipliers", "memories"])),
"
Counts after generic synthesis, without place and route. What a board gets has no observation port and fewer counters, is made for
its part, placed and routed: [board](board.md#what-it-takes), and [larger parts](parts.md).

## All runs

CRC-32 of the model file, of a perceptron of its floats. A run by itself: `wuxing experiment experiments/goals.toml --only mnist-80`.
[results/experiments.jsonl](results/experiments.jsonl) has a line a run: its configuration, accuracy and training accuracy after every
epoch, CRC-32 of network and of the images; [lockstep.jsonl](results/lockstep.jsonl) and [campaign.jsonl](results/campaign.jsonl) have the counts of the
lock-step runs.
",
($runs | [reduce .[].group as $group ([]; if index([$group]) then . else . + [$group] end) | .[] | of(.)]
 | map([.[0].group, .[0].configuration.layers, .[0].configuration.epochs, (map(.seed) | join(", ")),
        (map(.accuracy | percent) | join(", ")), (map("`\(.crc | hex)`") | join(" "))])
 | table(["experiment", "network", "epochs", "seeds", "accuracy", "CRC-32"]));

def readme:
([["MNIST, 784-80-10", "mnist-80"], ["... connections of 8 bits", "mnist-80-8bit"], ["... images moved by the core itself", "mnist-80-core-shift"],
  ["MNIST, 784-256-128-10", "mnist-256-128"], ["Fashion-MNIST, 784-128-10", "fashion-128"],
  ["MNIST, 784-512-256-10, fixed points alone, connections frozen", "wide-pid"],
  ["... connections recomputed, no memory for them", "wide-recomputed"]]
 | map([.[0], (accuracy(.[1]) | percent), spread(.[1])])
 | table(["golden model, fixed point, on-line", "test accuracy, median of 3 seeds", "least to greatest"])),
"",
([["learning from random weights", "fresh"], ["learning on, after two epochs", "trained"], ["inference", "inference"]]
 | map(lock(.[1]) as $run | [.[0], "\($run.events | total | commas) events, \($run.divergences) differ",
   ([$run.cycles_per_trained_image, $run.cycles_per_inferred_image] | max | round | commas), ($run.multiplier_utilisation | percent)])
 | table(["RTL in lock-step with it, 784-80-10 on 4 tiles, 1,000 images", "compared", "cycles an image", "multipliers busy"])),
(if $campaign == [] then empty else
"
Campaign of \($campaign | length) further runs (K, both methods, 8 and 12 bits, recomputed connections, moved images): \($campaign | map(.images) | add | commas) images,
\($campaign | map(.events | total) | add | commas) events, \($campaign | map(.divergences) | add) differ." end),
"
[![Test accuracy after each epoch, by method](docs/results/learning.png)](docs/results.md#methods-on-the-same-network)";

if $part == "page" then page elif $part == "readme" then readme
else goals[] | select(.met | not) | "\(.what): wanted \(.wanted), measured \(.measured)" end
