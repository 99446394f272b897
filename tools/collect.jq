# What page and plots need of a run, without times and places of the machine: one object, printed on one line with -c.
# --arg name NAME; of wuxing train, wuxing eval --signals and wuxing-cosim.
def digits: . * 1e6 | round / 1e6;
def group: $name | sub("-seed-[0-9]+"; "");
def file_name: sub("^.*/"; "");

if .command == "train" then
  {name: $name, group: group, seed: .configuration.seed, accuracy, crc, data_crc, weights,
   contract: .versions.contract,
   configuration: (.configuration | del(.seed) | if .data | startswith("/") then .data = "mnist" else . end),
   training: [.epochs[].training_accuracy | digits], test: [.epochs[].test_accuracy | digits]}
  + (if .stability then {stability: (.stability | {neurons, oscillators, without_fixed_point})} else {} end)
  + (if $name | test("^(mnist|fashion)-") then {confusion} else {} end)
elif .command == "eval" then
  {name: $name, group: group, signals: [.signals[] | map_values(digits)]}
else
  {name: $name, layers, steps, seed, stall, core: .config.name, tiles: .config.tiles, images, trained_images, inferred_images,
   malformed_samples, divergences, interrupted, events,
   compared_at_the_end: ([.weights_compared, .parameters_compared, .states_compared, .registers_compared] | add),
   accuracy, cycles, cycles_per_trained_image, cycles_per_inferred_image, multiplier_utilisation, trace_digest}
  + (if .network then {network: (.network | .model |= file_name)} else {} end)
  + (if .learning then {learning} else {} end)
  + (if .samples then {samples: (.samples | del(.data, .learnt_before))} else {} end)
end
