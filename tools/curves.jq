# docs/results/experiments.jsonl (slurped) as the data blocks of plots.gp: x, then median, least and greatest accuracy in per
# cent; labels of the right ends; confusion matrices.
def median: sort | if length % 2 == 1 then .[(length - 1) / 2] else (.[length / 2 - 1] + .[length / 2]) / 2 end;
def spread: map(1e6 * . | round | . / 1e4) | "\(median) \(min) \(max)";
def block($name): "$\($name | gsub("-"; "_")) << EOD", .[], "EOD";
def two: (. * 100 | round) as $n | "\($n / 100 | floor).\($n % 100 | if . < 10 then "0\(.)" else "\(.)" end)";

# The axis: equal steps are equal factors of the error.
def height: 100 - . | if . < 0.01 then 0.01 else . end | -log10;
# From {text, colour, at}: a line each, no nearer to each other than $gap.
def labels($name; $gap):
  map(select(.at) | .y = (.at | height)) | sort_by(-.y)
  | reduce range(1; length) as $k (.; .[$k].y = ([.[$k].y, .[$k - 1].y - $gap] | min))
  | map("\"\(.text)  \(.at | two)\" \(.y) \(.colour)") | block($name);

def blue: 29362; def vermillion: 13983232; def green: 40563; def purple: 13400487; def grey: 6710886; # Okabe and Ito
def methods:
  {name: "connections", text: "C, connections", colour: blue}, {name: "both", text: "C and K", colour: green},
  {name: "fixed-points", text: "K, fixed points", colour: vermillion},
  {name: "perceptron", text: "perceptron", colour: purple}, {name: "linear", text: "linear classifier", colour: grey};

. as $runs
| def of($group): $runs | map(select(.group == $group));
  def final($group): of($group) | if length > 0 then map(.accuracy) | median * 100 else null end;
  # Points of one curve: x of a configuration, and the runs of the groups that begin so.
  def curve($name; $start; x): $runs | map(select(.group | startswith($start))) | group_by(.configuration | x)
    | map("\(.[0].configuration | x) \(map(.accuracy) | spread)") | block($name);
  def hidden: .layers | split("-") | length - 2;

  # accuracy after each epoch
  ((methods, {name: "connections-double"}, {name: "both-double"}, {name: "fixed-points-double"}).name | . as $name | of($name)
   | map(.test) | transpose | to_entries | map("\(.key + 1) \(.value | spread)") | block("learning-\($name)")),
  ([methods | .at = final(.name)] | labels("labels_learning"; 0.075)),

  # bits
  (("stochastic", "nearest") as $rounding | $runs
   | map(select((.group | startswith("bits-")) and .configuration.rounding == $rounding))
   | group_by(.configuration."weight-bits") | map("\(.[0].configuration."weight-bits") \(map(.accuracy) | spread)")
   | block("bits-\($rounding)")),
  ([{name: "stochastic", text: "stochastic rounding", colour: blue}, {name: "nearest", text: "round to nearest", colour: vermillion}]
   | map(.at = final("bits-weight-bits-8-rounding-\(.name)")) | labels("labels_bits"; 0.08)),

  # depth
  (methods | select(.name != "linear") | .name as $name | curve("depth-\($name)"; "depth-\($name)-layers"; hidden)),
  ([methods | select(.name != "linear") | .at = final("depth-\(.name)-layers-784-64-64-64-64-10")] | labels("labels_depth"; 0.06)),

  # gains
  (("p", "pi", "pid") | . as $name | curve("gains-\($name)"; "gains-\($name)-"; ."k-p" + ."k-i")),
  ([{name: "p", text: "P", colour: blue}, {name: "pi", text: "PI", colour: vermillion}, {name: "pid", text: "PID", colour: green}]
   | map(.at = final("gains-\(.name)-16")) | labels("labels_gains"; 0.08)),

  # confusion
  (("mnist-256-128", "fashion-128") | . as $name | of($name) | map(select(.seed == 1).confusion)[0] // []
   | to_entries | map(.key as $row | .value | to_entries[] | "\(.key) \($row) \(.value)") | block("confusion-\($name)"))
