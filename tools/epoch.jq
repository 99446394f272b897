# For tools/epoch.sh: --arg part problem|result|text, --slurpfile plan PLAN. Of `problem` and `result` the inputs are the shards in order,
# of `text` the merged report; --argjson times true: with those of `result`. `problem` prints why the shards cannot be merged, or nothing.
def first_of($n): $plan[0] | .images * $n / .shards | floor;
# What all shards have in common; the same data set may lie elsewhere on another machine, and the seams tell another one.
def settings: .run | {layers, steps, seed, x_seed, stall, config, network, learning, samples: (.samples | del(.first, .data)),
  contract: .versions.contract, project: .versions.project};
# Words of C and K that the network has.
def words: if .run.network.recomputed then 0 else .run.layers | [.[:-1], .[1:]] | transpose | map(.[0] * .[1]) | add end;
def parameters: 15 * (.run.layers[1:] | add);
def total(f): map(f) | add;
# null if a shard has none
def total_or_null(f): map(f) | if any(. == null) then null else add end;
def seams: [range(1; length) as $n | {$n, ended: .[$n - 1].run.state_digest.end, begins: .[$n].run.state_digest.start}];
def grouped: tostring | [while(. != ""; .[:-3]) | .[-3:]] | reverse | join(",");
def places($n): . * pow(10; $n) | round / pow(10; $n);
def seconds_text: round | if . < 3600 then "\(. / 60 | floor):\(. % 60 + 100 | tostring[1:])"
  else "\(. / 3600 | floor):\(. / 60 % 60 + 100 | floor | tostring[1:]):\(. % 60 + 100 | tostring[1:])" end;

def problem_of_shard($all; $n):
  (first_of($n + 1) - first_of($n)) as $images |
  if .plan != $plan[0] then "shard \($n) is of another plan than plan.json"
  elif .shard != $n then "shard \($n): its file holds shard \(.shard)"
  elif .run.samples.first != first_of($n) or .run.samples.learnt_before != true
  then "shard \($n) begins at image \(.run.samples.first), and image \(first_of($n)) is planned"
  elif .run.interrupted then "shard \($n) was interrupted"
  elif .run.divergences == 0 and .run.images != $images then "shard \($n) has \(.run.images) images, and \($images) are planned"
  elif .run.divergences == 0 and .run.state_digest.end == null then "shard \($n) does not say how it ended"
  elif .run.divergences == 0 and (.run.events.drive != $images * (.run.layers[1:] | add) or
    .run.events.result != $images + .run.malformed_samples)
  then "shard \($n) has not as many events as its images make"
  elif .run.divergences == 0 and (.run.events.neuron != .run.events.drive or .run.trained_images + .run.inferred_images != $images or
    (.run.trained_images == 0) != (.run.events.backward == 0))
  then "shard \($n) has kinds of events or images that do not add up"
  elif .run.divergences == 0 and (.run.weights_compared != words or .run.parameters_compared != parameters or .run.registers_compared == 0 or
    .run.registers_compared == null)
  then "shard \($n) has not compared all memories at its end"
  elif settings != ($all[0] | settings)
  then "shards 0 and \($n) were made with other settings: \([[$all[0], .] | map(settings | [paths(scalars) as $p | {($p | join(".")): getpath($p)}]
    | add) | .[0] as $a | .[1] as $b | ($a + $b | keys[]) | select($a[.] != $b[.])] | join(", "))"
  else empty end;

if $part == "problem" then
  [inputs] | . as $all | first(
    (range(length) as $n | .[$n] | problem_of_shard($all; $n)),
    (seams[] | select(.ended != null and .ended != .begins) |
      "shards \(.n - 1) and \(.n) do not meet: one ends with state \(.ended), the next begins with \(.begins)"),
    "")
elif $part == "result" then
  [inputs] | . as $all | map(.run) |
  {plan: $plan[0], layers: .[0].layers, steps: .[0].steps, seed: .[0].seed, stall: .[0].stall, core: .[0].config.name,
   tiles: .[0].config.tiles, network: .[0].network, learning: .[0].learning,
   samples: (.[0].samples | del(.data, .first, .learnt_before)),
   images: total(.images), trained_images: total(.trained_images), malformed_samples: total(.malformed_samples),
   divergences: total(.divergences), diverging_shards: [range(length) as $n | select(.[$n].divergences != 0) | $n],
   events: (map(.events) | . as $e | .[0] | with_entries(.key as $k | .value = ($e | total(.[$k])))),
   weights_limited: total(.weights_limited), parameters_limited: total(.parameters_limited),
   compared_at_the_ends: {weights: total(.weights_compared), parameters: total(.parameters_compared), states: total(.states_compared),
     registers: total(.registers_compared)},
   seams: ($all | seams | {checked: map(select(.ended != null)) | length, of: length}),
   states: (map(.state_digest.start) + [.[-1].state_digest.end]),
   accuracy: (total(.correct_images) / total(.images) | places(6)),
   cycles: total_or_null(.cycles), busy_cycles: total(.busy_cycles), stalled_cycles: total(.stalled_cycles),
   multiplies: total_or_null(.multiplies),
   cycles_per_image: ((total(.busy_cycles) - total(.stalled_cycles)) / total(.images) | places(3)),
   multiplier_utilisation: (.[0].config.tiles as $tiles | (total(.busy_cycles) - total(.stalled_cycles)) as $own |
     total_or_null(.multiplies) | if . == null then null else . / ($own * $tiles) | places(6) end),
   versions: (map(.versions) | unique | map({project, contract, verilator, systemc}) | unique)}
  + if $ARGS.named.times then {times: {seconds: total(.seconds), images_per_second: (total(.images) / total(.seconds))}} else {} end
else
  def line($name; $value): "\($name)\(" " * (26 - ($name | length)))\($value)";
  (.events | add) as $events |
  line("run"; "wuxing-cosim \(.plan.arguments | join(" "))"),
  line("core, network"; "\(.core), \(.layers | map(tostring) | join("-")), N = \(.steps), seed \(.seed)"),
  line("images"; "\(.images | grouped) (\(.trained_images | grouped) learnt) in \(.plan.shards) shards"),
  line("divergences"; (.divergences | grouped) +
    if .divergences > 0 then ", in shards \(.diverging_shards | map(tostring) | join(", "))" else "" end),
  line("seams"; "\(.seams.checked) of \(.seams.of) checked: each shard begins with the state read back from the core of the one before"),
  line("events compared"; $events | grouped),
  (.events | to_entries[] | line("  \(.key)"; .value | grouped)),
  line("memory words compared"; .compared_at_the_ends | map_values(grouped) |
    "\(.weights) C, \(.parameters) K, \(.states) of its states, \(.registers) registers"),
  line("accuracy"; "\(.accuracy * 100 | places(2)) % (before each sample was learnt)"),
  line("cycles"; if .cycles then .cycles | grouped else "not known: a shard diverged" end),
  line("cycles an image"; .cycles_per_image | round | grouped),
  (if .multiplier_utilisation then line("multipliers busy"; "\(.multiplier_utilisation * 100 | places(1)) %") else empty end),
  line("end state"; .states[-1] // "none: the last shard diverged"),
  line("versions"; .versions | map("contract \(.contract), \(.verilator), SystemC \(.systemc)") | join("; ")),
  (.times // empty | line("time of processes"; "\(.seconds | seconds_text), \(.images_per_second | places(1)) images/s each"))
end
