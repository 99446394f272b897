# The tables of docs/faults.md, and as data blocks the curves of its pictures ($part), from --slurpfile points, lockstep.
def commas: tostring | [while(length > 0; .[:-3])] | map(.[-3:]) | reverse | join(",");
def decimals($n): pow(10; $n) as $p | (. * $p | round) as $v | "\($v / $p | floor).\("000\($v % $p)"[-$n:])";
def row: "| \(join(" | ")) |";
def table($columns): ($columns | row, "|\(map("---|") | join(""))"), (.[] | map(tostring) | row);

def median: sort | .[length / 2 | floor];
def range: "\(median * 100 | decimals(2)) (\(min * 100 | decimals(2)) to \(max * 100 | decimals(2)))";
def at($figure; $kind; $learning): $points | map(select(.figure == $figure and .kind == $kind and .learning == $learning)) | sort_by(.rate);
def one(test): map(select(test)) | if length == 1 then .[0] else error("\(length) points where one is wanted") end;

def title: {c: "`c`, connections", k: "`k`, K", state: "`state`, E", events: "`events`, bits of input events", drop: "`drop`, lost input events"}[.];
def learns: {off: "no", c: "C", both: "C and K"}[.];

# Few places and a small rate: nothing struck, or so little that its number belongs to the figure.
def struck:
  (.faults | max) as $most | (if .kind == "drop" then "event" else "bit" end) as $place
  | if $most == 0 then "no \($place)" else (.accuracy | range) + (if $most < 10 then ", \($most) \($place)\(if $most > 1 then "s" else "" end)" else "" end) end;
def rates:
  [1e-6, 1e-5, 0.0001, 0.001, 0.01, 0.1] as $rates
  | [["c", "off"], ["c", "c"], ["k", "off"], ["k", "c"], ["k", "both"], ["state", "off"], ["state", "c"], ["events", "off"], ["events", "c"], ["drop", "off"], ["drop", "c"]]
  | map(. as [$kind, $learning] | [($kind | title), ($learning | learns)] + ($rates | map(. as $r | at("rates"; $kind; $learning) | one(.rate == $r) | struck)))
  | table(["struck", "learning"] + ["1e-6", "1e-5", "1e-4", "1e-3", "1e-2", "1e-1"]);

def events:
  at("rates"; "events"; "off") | map(select(.rate >= 0.000003 and .rate <= 0.003) | . as $p
    | [.rate, ([range(5)] | map($p.refused[.] / $p.images) | median * 100 | decimals(2)),
       ([range(5)] | map(if $p.images == $p.refused[.] then 0 else $p.accuracy[.] * $p.images / ($p.images - $p.refused[.]) end) | median * 100 | decimals(2)),
       (.accuracy | median * 100 | decimals(2))])
  | table(["faults a bit", "images refused, %", "right of those accepted, %", "right of all, %"]);

def tiles:
  [[4, 0.25], [4, 0.5], [4, 0.75], [16, 0.0625], [16, 0.125], [16, 0.25], [16, 0.5]]
  | map(. as [$tiles, $rate] | ["\($tiles * $rate) of \($tiles)"] + (["off", "c"] | map(at("tiles"; "tile"; .) | one(.tiles == $tiles and .rate == $rate) | .accuracy | range)))
  | table(["tiles stuck", "learning off", "after 10,000 images learnt"]);

def upset: if .kind == "tile" then "1 of 4 tiles stuck" elif .rate == 0 then "none" else "`\(.kind)`, \(.rate)\(if .learning == "both" then ", C and K learn" else "" end)" end;
def recovery:
  $points | map(select(.figure == "recovery")) | map([upset] + (. as $p | [0, 100, 1000, 10000, 60000] | map(. as $n | $p.after | index($n)) | map($p.curve[.] | range)))
  | table(["upset"] + ([0, 100, 1000, 10000, 60000] | map("after \(commas)")));

def draws:
  $points | map(select(.figure == "draws")) | map((.lost | sort) as $lost | ($lost | length) as $n | .images as $images
    | [(.kind | title), .faults, $n] + ([0.1, 1, 10] | map(. as $points | ($lost | map(select(. >= $points / 100 * $images)) | length) | "\(. * 100 / $n | decimals(1)) %"))
    + ([$lost[$n / 2 | floor], $lost[-1]] | map(. * 100 / $images | decimals(2))))
  | table(["struck", "bits", "draws", "lose 0.1 points", "1 point", "10 points", "median loss", "greatest"]);

def steady:
  at("steady"; "c"; "off") as $off | at("steady"; "c"; "c") as $on
  | [range($off | length)] | map([$off[.].rate, ($off[.].faults | median | commas), ($off[.].accuracy | range), ($on[.].accuracy | range)])
  | table(["faults a bit and image", "faults in 60,000 images", "learning off", "learning on"]);

def lockstep:
  ($lockstep | map([.name, (.images | commas), (.faults | commas), (.refused | commas), (.events | commas), (.words | commas), .divergences])
  | table(["run", "images", "faults", "images refused", "events compared", "words at the end", "differ"])),
  "",
  "\($lockstep | map(.faults) | add | commas) faults, \($lockstep | map(.events) | add | commas) events, \($lockstep | map(.divergences) | add) differ. The first run is",
  "", "```sh", ($lockstep[0].commands[]), "```";

# ---- pictures: rate or place, median, least, greatest in percent
def percents: map(. * 100) | "\(median) \(min) \(max)";
def block($name; lines): "$\($name) << EOD", lines, "EOD";
def curves:
  (["c", "k", "state", "events", "drop"][] as $kind | ["off", "c", "both"][] as $learning
    | select($learning != "both" or $kind == "k") | block("rates_\($kind)_\($learning)"; at("rates"; $kind; $learning)[] | select(.faults | max > 0) | "\(.rate) \(.accuracy | percents)")),
  ([4, 16][] as $tiles | ["off", "c"][] as $learning
    | block("tiles\($tiles)_\($learning)"; at("tiles"; "tile"; $learning)[] | select(.tiles == $tiles) | "\(.rate * 100) \(.accuracy | percents)")),
  ([$points[] | select(.figure == "recovery")] | to_entries[] | .key as $n | .value as $p
    | block("recovery_\($n)"; range($p.after | length) as $i | "\([$p.after[$i], 10] | max) \($p.curve[$i] | percents)")),
  (["off", "c"][] as $learning | block("steady_\($learning)"; at("steady"; "c"; $learning)[] | "\(.rate) \(.accuracy | percents)")),
  (["c", "k", "state"][] as $kind | block("bits_\($kind)"; at("bits"; $kind; "off") | sort_by(.bits)[] | "\(.bits) \(.accuracy | percents)"));

if $part == "rates" then rates elif $part == "events" then events elif $part == "tiles" then tiles elif $part == "draws" then draws elif $part == "recovery" then recovery
elif $part == "steady" then steady elif $part == "lockstep" then lockstep else curves end
