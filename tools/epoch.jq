# For tools/epoch.sh: --arg part problem|result|text|..., --slurpfile plan PLAN. Of `problem` and `result` the inputs are the shards in
# order, of `text` the merged report; --argjson times true: with those of `result`. `problem` prints why the shards cannot be merged, or
# nothing; `odd_run` and `odd_shard` what a result of wuxing-cosim or a shard, slurped, lacks, or nothing; `is_plan` and `is_result` true.
def is($kind):
  if $kind | endswith("?") then . == null or is($kind[:-1])
  elif $kind == "count" then type == "number" and . >= 0 and . == floor
  elif $kind == "text" then type == "string" and . != ""
  elif $kind == "digest" then type == "string" and test("^[0-9a-f]{16}$")
  elif $kind == "sets" then type == "string" and test("^(none|[123]{1,3})$")
  elif $kind == "counts" then type == "array" and all(is("count"))
  elif $kind == "sizes" then is("counts") and length >= 2 and all(. > 0)
  elif $kind == "digests" then type == "array" and length > 0 and all(is("digest?"))
  elif $kind == "words" then type == "array" and all(type == "string" and (contains("\n") | not))
  elif $kind == "versions" then type == "array" and length > 0 and all(is("object") and (.contract | is("count")) and
    (.verilator, .systemc | is("text")))
  else type == $kind end;
# Of "member:kind ..." the members that are something else.
def oddities($wanted):
  . as $all | $wanted | splits(" +") | split(":") as [$member, $kind] |
  ($all | [try getpath($member | split(".")) catch null][0]) |
  select(is($kind) | not) | "\($member) is \(if . == null then "missing" else tojson[:40] end)";
def is_plan: [oddities("images:count shards:count arguments:words")] == [] and
  .shards >= 1 and .shards <= .images and .shards <= 10000 and .images <= 999999999;
def kinds_of_events: "events.drive:count events.neuron:count events.backward:count events.weight_write:count events.parameter_write:count " +
  "events.result:count";
# All that is read of a run.
def oddities_of_run: (.events | objects | to_entries[] | select(.value | is("count") | not) | "events.\(.key) is no number"),
  oddities("layers:sizes steps:count seed:count stall:number config:object config.name:text config.tiles:count " +
  "config.learns_k:boolean network:object network.recomputed:boolean learning:object learning.eta:number learning.k_sets:sets " +
  "learning.decay:number samples:object samples.first:count samples.learnt_before:boolean samples.shift:count samples.core_shift:count " +
  "images:count trained_images:count inferred_images:count malformed_samples:count divergences:count further_divergences:count " +
  kinds_of_events + " weights_limited:count parameters_limited:count weights_compared:count parameters_compared:count " +
  "states_compared:count registers_compared:count correct_images:count cycles:count? busy_cycles:count stalled_cycles:count " +
  "multiplies:count? seconds:number state_digest.start:digest state_digest.end:digest? interrupted:boolean versions.project:text " +
  "versions.contract:count versions.verilator:text versions.systemc:text");
# And of a merged report.
def is_result: (.plan | is_plan) and [oddities("layers:sizes steps:count seed:count core:text images:count trained_images:count " +
  "divergences:count diverging_shards:counts " + kinds_of_events + " compared_at_the_ends.weights:count " +
  "compared_at_the_ends.parameters:count compared_at_the_ends.states:count compared_at_the_ends.registers:count seams.checked:count " +
  "seams.of:count states:digests accuracy:number cycles:count? cycles_per_image:number multiplier_utilisation:number? " +
  "versions:versions times:object?")] == [] and
  ([.events[], .compared_at_the_ends[]] | all(is("count"))) and
  (.times == null or [.times | oddities("seconds:number images_per_second:number")] == []);
def first_of($n): $plan[0] | .images * $n / .shards | floor;
# What all shards have in common; the same data set may lie elsewhere on another machine, and the seams tell another one.
def settings: .run | {layers, steps, seed, x_seed, stall, config, network, learning, samples: (.samples | del(.first, .data)),
  contract: .versions.contract, project: .versions.project};
# Words of C and K that the network has.
def words: if .run.network.recomputed then 0 else .run.layers | [.[:-1], .[1:]] | transpose | map(.[0] * .[1]) | add end;
def parameters: 15 * (.run.layers[1:] | add);
# Of S and the last G1, on a core that has them.
def states: if .run.config.learns_k or .run.learning.k_sets != "none" then 2 * parameters else 0 end;
# Writes of K that a neuron makes which ran backward.
def writes: .run.learning.k_sets | if . == "none" then 0 else 5 * length end;
def total(f): map(f) | add;
def per($n): if $n == 0 then 0 else . / $n end;
# null if a shard has none
def total_or_null(f): map(f) | if any(. == null) then null else add end;
def seams: [range(1; length) as $n | {$n, ended: .[$n - 1].run.state_digest.end, begins: .[$n].run.state_digest.start}];
def grouped: tostring | [while(. != ""; .[:-3]) | .[-3:]] | reverse | join(",");
def places($n): . * pow(10; $n) | round / pow(10; $n);
def seconds_text: round | if . < 3600 then "\(. / 60 | floor):\(. % 60 + 100 | tostring[1:])"
  else "\(. / 3600 | floor):\(. / 60 % 60 + 100 | floor | tostring[1:]):\(. % 60 + 100 | tostring[1:])" end;

# Samples that a fault makes malformed have no events.
def as_many_events($images): .run | (.images * (.layers[1:] | add)) as $neurons |
  .events.result == $images + .malformed_samples and
  (.events.drive == $neurons or (.faults != null and .events.drive < $neurons));
def kinds_add_up: writes as $writes | .run |
  .events.neuron == .events.drive and .trained_images + .inferred_images == .images and .correct_images <= .images and
  .events.backward <= .trained_images * (.layers[1:] | add) and .events.parameter_write == $writes * .events.backward and
  (.events.weight_write == 0 or (.events.backward > 0 and .learning.eta > 0 and (.network.recomputed | not))) and
  .weights_limited <= .events.weight_write and .parameters_limited <= .events.parameter_write;
# What changes the state without a write: faults, and images that the core moves, by R.
def no_write_of_what_is_learnt: .run |
  .events.weight_write + .events.parameter_write == 0 and .faults == null and .samples.core_shift == 0 and
  .state_digest.start != .state_digest.end;
# C is learnt at a rate that is not near 0: that of the first epoch, or of a later shard that has written; and from images that are seen.
def no_write_of_c($later): .run |
  .events.weight_write == 0 and .learning.eta >= 0.001 and (.network.recomputed | not) and .faults == null and .samples.shift == 0 and
  .trained_images >= 10 and .events.backward >= .trained_images and
  (.samples.first == 0 or .learning.decay == 1 or ($later | any(.run | .events.weight_write >= .images and .divergences == 0)));
# The same core has the same registers: the number of most shards.
def registers: map(.run | select(.divergences == 0) | .registers_compared) | group_by(.) | max_by(length) | .[0];

def problem_of_shard($all; $n; $registers):
  (first_of($n + 1) - first_of($n)) as $images |
  if .plan != $plan[0] then "shard \($n) is of another plan than plan.json"
  elif .shard != $n then "shard \($n): its file holds shard \(.shard)"
  elif .run.samples.first != first_of($n) or .run.samples.learnt_before != true
  then "shard \($n) begins at image \(.run.samples.first), and image \(first_of($n)) is planned"
  elif .run.interrupted then "shard \($n) was interrupted"
  elif .run.further_divergences != ([.run.divergences - 1, 0] | max)
  then "shard \($n) has \(.run.divergences) divergences and \(.run.further_divergences) after the first"
  elif .run.divergences > 0 then empty
  elif .run.images != $images then "shard \($n) has \(.run.images) images, and \($images) are planned"
  elif .run.state_digest.end == null or .run.cycles == null then "shard \($n) does not say how it ended"
  elif as_many_events($images) | not then "shard \($n) has not as many events as its images make"
  elif kinds_add_up | not then "shard \($n) has kinds of events or images that do not add up"
  elif .run.weights_compared != words or .run.parameters_compared != parameters or .run.states_compared != states or
    .run.registers_compared == 0 or .run.registers_compared != $registers
  then "shard \($n) has not compared all memories at its end"
  elif no_write_of_what_is_learnt or no_write_of_c($all[$n + 1:]) then "shard \($n) has learnt, and has no event of it"
  else empty end;

def other_settings($all; $n):
  if settings != ($all[0] | settings)
  then "shards 0 and \($n) were made with other settings: \([[$all[0], .] | map(settings | [paths(scalars) as $p | {($p | join(".")): getpath($p)}]
    | add) | .[0] as $a | .[1] as $b | ($a + $b | keys[]) | select($a[.] != $b[.])] | join(", "))"
  else empty end;

if $part == "odd_run" or $part == "odd_shard" then
  if length != 1 then "it is \(if length == 0 then "empty" else "more than one value" end)"
  elif $part == "odd_run" then first((.[0] | oddities_of_run), "")
  else first((.[0] | oddities("shard:count plan:object run:object")), (.[0].run | oddities_of_run), "") end
elif $part == "is_plan" then is_plan
elif $part == "is_result" then is_result
elif $part == "problem" then
  [inputs] | . as $all | first(
    (registers as $registers | range(length) as $n | .[$n] | problem_of_shard($all; $n; $registers), other_settings($all; $n)),
    (seams[] | select(.ended != null and .ended != .begins) |
      "shards \(.n - 1) and \(.n) do not meet: one ends with state \(.ended), the next begins with \(.begins)"),
    "")
elif $part == "result" then
  [inputs] | . as $all | map(.run) | . as $runs |
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
   accuracy: (total(.correct_images) | per($runs | total(.images)) | places(6)),
   cycles: total_or_null(.cycles), busy_cycles: total(.busy_cycles), stalled_cycles: total(.stalled_cycles),
   multiplies: total_or_null(.multiplies),
   cycles_per_image: (total(.busy_cycles) - total(.stalled_cycles) | per($runs | total(.images)) | places(3)),
   multiplier_utilisation: (.[0].config.tiles as $tiles | (total(.busy_cycles) - total(.stalled_cycles)) as $own |
     total_or_null(.multiplies) | if . == null then null else per($own * $tiles) | places(6) end),
   versions: (map(.versions) | unique | map({project, contract, verilator, systemc}) | unique)}
  + if $ARGS.named.times then {times: {seconds: total(.seconds), images_per_second: (total(.images) | per($runs | total(.seconds)))}} else {} end
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
