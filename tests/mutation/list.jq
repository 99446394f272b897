# A line of Yosys' list, behind the name of its module -> a mutant: number, file, what and where.
[scan("-(\\w+) ([^ ]+)")] as $options | def option($name): [$options[] | select(.[0] == $name) | .[1]];
{mutant: input_line_number, part: ((input_line_number - 1) / $each | floor + 1), module: (split(" ")[0]), source: (option("src") | map(select(contains(":0.0") | not)) | last),
 mode: option("mode")[0], cell: (option("cell")[0] | sub("\\$[0-9]+(?<rest>(_.*)?)$"; "\(.rest)")), port: option("port")[0], bit: (option("portbit")[0] | tonumber),
 by: (option("ctrlbit")[0] // null | if . then tonumber else . end), wire: (option("wire")[0])}
