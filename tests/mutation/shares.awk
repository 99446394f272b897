# Yosys' stat -> how many mutants of each module that `modules` matches: by its cells, all sets of its parameters together, fourteen at least.
/^=== / { module = $2; sub(/^.*\\/, "", module); if ($2 ~ /^\$paramod\\/) { module = $2; sub(/^\$paramod\\/, "", module); sub(/\\.*/, "", module) } }
/Number of cells:/ && module ~ "^(" modules ")$" { cells[module] += $4; all += $4 }
END {
    for (module in cells) {
        share = int(count * cells[module] / all + 0.5)
        print module, share < 14 ? 14 : share | "sort"
    }
}
