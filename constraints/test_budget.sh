#!/usr/bin/env bash
# The comparison with a budget (budget.sh) on made-up reports: what it lets pass, and everything that it must not.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

# A part's tools in the versions of the budget, or in others.
mkdir tools
printf '#!/bin/sh\necho "Yosys ${YOSYS_VERSION:-1.0} (git sha1 0)"\n' > tools/yosys
printf '#!/bin/sh\necho "nextpnr-ice40 -- Next Generation Place and Route (Version 2.0)" >&2\n' > tools/nextpnr-ice40
chmod +x tools/*
export PATH=$folder/tools:$PATH

cat > budget << 'END'
{"tools": {"yosys": "1.0", "nextpnr-ice40": "2.0"}, "taken": {"logic cells": 1000, "DSP": 4, "block RAM": 20, "SPRAM": 4, "clock, MHz": 30},
 "limits": {"logic cells": 1100, "DSP": 8, "block RAM": 30, "SPRAM": 4, "clock, MHz": 24}, "tolerances": {"logic cells": 0.01, "clock, MHz": 0.05}}
END
report() { # file cells DSP RAM SPRAM [clock]
    jq -n --argjson n "[$2, $3, $4, $5]" --argjson clock "${6:-null}" '
        {utilization: {ICESTORM_LC: {used: $n[0]}, ICESTORM_DSP: {used: $n[1]}, ICESTORM_RAM: {used: $n[2]}, ICESTORM_SPRAM: {used: $n[3]}},
         fmax: (if $clock then {clk: {achieved: $clock}} else null end)}' > "$1"
}
cases=0
expect() { # exit code, text on the output, report...
    local code=0 wanted=$1 text=$2
    shift 2
    "$here/budget.sh" budget result.json "$@" > out 2>&1 || code=$?
    [[ $code == "$wanted" ]] && grep -q -- "$text" out || { echo "case $cases: exit code $code instead of $wanted, or no '$text':"; cat out; exit 1; } >&2
    cases=$((cases + 1))
}

report as_budgeted 1000 4 20 4;       expect 0 'logic cells *1000 *1000 *1100$' as_budgeted
report within 1010 4 20 4;            expect 0 'logic cells *1010' within
report above 1011 4 20 4;             expect 1 'logic cells *1011 .*BEYOND' above
report below 989 4 20 4;              expect 1 'logic cells *989 .*BEYOND' below
report dsp 1000 5 20 4;               expect 1 'DSP .*BEYOND' dsp
report ram 1000 4 19 4;               expect 1 'block RAM .*BEYOND' ram
report spram 1000 4 20 5;             expect 1 'SPRAM .*BEYOND' spram
report slow 1000 4 20 4 23.99;        expect 1 'clock, MHz *23.99 .*BEYOND' slow
report fast 1000 4 20 4 24.5;         expect 0 'clock, MHz *24.5' fast
expect 1 'clock, MHz *24.5 .*BEYOND' fast fast fast slow slow    # the median of five is compared with the budget
report faster 1000 4 20 4 28.5;       expect 0 'clock, MHz *28.5' faster fast faster faster slow
expect 0 'by seed, MHz: 28.5, 24.5' faster fast
[[ $(jq -r '.rows | map(.kept) | all' result.json) == true ]]
diff out result.txt
YOSYS_VERSION=1.1 expect 0 'not those of the budget' above       # other tools: only the limits
report far 1101 4 20 4
YOSYS_VERSION=1.1 expect 1 'logic cells *1101 .*BEYOND' far
expect 2 'missing' nothing
YOSYS=$folder/none expect 2 'none is missing' as_budgeted
NEXTPNR=$folder/none expect 2 'none is missing' as_budgeted
jq '.fmax.other = {achieved: 50}' fast > two_clocks
expect 2 'no report' two_clocks
echo '{}' > empty;                    expect 2 'no report' empty
echo 'x' > garbage;                   expect 2 'no report' garbage
echo "$cases cases"
