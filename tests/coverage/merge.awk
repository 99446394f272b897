# Coverage data of many verilated models to one list, a line a thing: kind, file, line, name, count, separated by tabs. Hierarchy,
# parameters and columns are left out: a thing is covered if it was in any instance of its module in any configuration. Kinds:
#   line   a branch of procedural code: of an if, with " [else]" behind its text, or of a case. Whole bodies are left out: they are
#          entered always, and Verilator 5.006 forgets to count many that are combinational
#   bit    of a signal, that has changed
#   point  of tests/coverage/cover_points.sv
# Takes Verilator's files, and lists of its own. usage: awk -v root=FOLDER -f merge.awk FILE...
BEGIN {
    FS = OFS = "\t"
    points = "tests/coverage/cover_points.sv"
    while ((getline text < (root "/" points)) > 0)
        if (split(text, word, " ") > 3 && word[1] == "bind") module[word[4]] = word[2]
}

function text_of(file, line,    n) {
    if (!(file in read)) {
        while ((getline text < (root "/" file)) > 0) {
            gsub(/^[ \t]+|[ \t]+$/, "", text)
            gsub(/[ \t]+/, " ", text)
            source[file, ++n] = text
        }
        read[file] = 1
    }
    return source[file, line]
}

# Sets key to that of the thing which Verilator describes so, or to nothing if it is none of ours.
function describe(what,    n, i, field, file, line, column, page, comment, hierarchy, place) {
    key = ""
    n = split(what, field, "\001")
    for (i = 2; i <= n; ++i) {
        split(field[i], part, "\002")
        if (part[1] == "f") file = part[2]
        else if (part[1] == "l") line = part[2]
        else if (part[1] == "n") column = part[2]
        else if (part[1] == "page") page = part[2]
        else if (part[1] == "o") comment = part[2]
        else if (part[1] == "h") hierarchy = part[2]
    }
    if (file ~ /cover_points\.sv$/) {
        if (page !~ /^v_user/) return
        n = split(hierarchy, place, ".")
        key = "point" OFS "rtl/" module[place[n - 1]] ".sv" OFS 0 OFS place[n - 1] OFS 0
        return
    }
    # Benches and mutated copies are not the RTL.
    if (!sub(/^.*\/rtl\//, "rtl/", file) || file !~ /^rtl\/wuxing_[a-z0-9_]+\.sv$/ || !text_of(file, line)) return
    if (page ~ /^v_toggle/) key = "bit" OFS file OFS line OFS comment OFS 0
    else if (comment != "block") key = "line" OFS file OFS line OFS text_of(file, line) (comment == "else" ? " [else]" : "") OFS column
}

/^C '/ {
    end = match($0, /' [0-9]+$/)
    what = substr($0, 4, end - 4)
    if (!(what in known)) {
        describe(what)
        known[what] = key
    }
    if (known[what] != "") count[known[what]] += substr($0, end + 2)
    next
}
NF == 6 && $1 == "line" && $4 == "-" { $4 = text_of($2, $3) }  # of C++: its text says which it is, wherever it moves
NF == 6 { count[$1 OFS $2 OFS $3 OFS $4 OFS $5] += $6 }

END { for (key in count) print key, count[key] }
