# The pictures of docs/results, from the data blocks of curves.jq.
# gnuplot -e "curves='FILE'; folder='DIR'" tools/plots.gp
load curves

# The axis: equal steps are equal factors of the error.
h(accuracy) = -log10(100 - accuracy)
colour(name) = name eq "connections" || name eq "stochastic" || name eq "p" ? 0x0072B2 \
    : name eq "both" || name eq "pid" ? 0x009E73 : name eq "fixed_points" || name eq "nearest" || name eq "pi" ? 0xD55E00 \
    : name eq "perceptron" ? 0xCC79A7 : 0x666666
shape(name) = name eq "connections" || name eq "stochastic" || name eq "p" ? 7 : name eq "both" || name eq "pid" ? 5 \
    : name eq "fixed_points" || name eq "nearest" || name eq "pi" ? 9 : 13

do for [kind in "svg png"] {
    size(x, y) = kind eq "svg" ? sprintf("set terminal svg size %d,%d font 'DejaVu Sans,Verdana,sans-serif,13' background 'white'", x, y) \
        : sprintf("set terminal pngcairo size %d,%d font 'DejaVu Sans,13' fontscale 2 linewidth 2 pointscale 2 background 'white'", 2 * x, 2 * y)
    picture(name) = sprintf("%s/%s.%s", folder, name, kind)

    reset
    unset key
    set border 3 lc rgb "#444444"
    set tics nomirror out scale 0.6 textcolor rgb "#222222"
    set grid ytics lt 1 lc rgb "#DDDDDD" lw 0.8
    set ylabel "test accuracy, %"
    set ytics ("10" h(10), "30" h(30), "50" h(50), "70" h(70), "80" h(80), "85" h(85), "90" h(90), "95" h(95), "97" h(97), "98" h(98), "99" h(99))
    set style fill transparent solid 0.18 noborder
    set tmargin 4; set lmargin 9; set rmargin 27
    set offsets graph 0, graph 0, graph 0.05, graph 0.05
    set label 1 at graph 0, graph 1 left offset -6, 2.3 font ",15"
    set label 2 at graph 0, graph 1 left offset -6, 1.0 textcolor rgb "#555555"

    # ---- accuracy after each epoch
    eval size(860, 470)
    set output picture("learning")
    set label 1 "What a network of 80 hidden neurons learns of MNIST"
    set label 2 "784-80-10, median of 3 seeds, band: least to greatest; dashed: the same in double precision"
    set xlabel "epoch"
    set xtics 2
    set xrange [1:16]
    plot for [m in "linear fixed_points connections both perceptron"] sprintf("$learning_%s", m) using 1:(h($3)):(h($4)) \
             with filledcurves fc rgb colour(m), \
         for [m in "fixed_points connections both"] sprintf("$learning_%s_double", m) using 1:(h($2)) \
             with lines lw 1.6 dt (14, 8) lc rgb colour(m), \
         for [m in "linear fixed_points connections both perceptron"] sprintf("$learning_%s", m) using 1:(h($2)) \
             with lines lw 2.4 lc rgb colour(m), \
         $labels_learning using (16):2:1:3 with labels left offset 1, 0 textcolor rgb variable

    # ---- depth
    set output picture("depth")
    set label 1 "Depth: one to four hidden layers of 64 neurons"
    set label 2 "MNIST, 8 epochs, median of 3 seeds, bars: least to greatest"
    set xlabel "hidden layers"
    set xtics 1
    set xrange [0.9:4.1]
    plot for [m in "fixed_points connections both perceptron"] sprintf("$depth_%s", m) using 1:(h($2)):(h($3)):(h($4)) \
             with yerrorbars lw 1.4 pt 0 lc rgb colour(m), \
         for [m in "fixed_points connections both perceptron"] sprintf("$depth_%s", m) using 1:(h($2)) \
             with linespoints lw 2.4 pt shape(m) ps 0.9 lc rgb colour(m), \
         $labels_depth using (4.1):2:1:3 with labels left offset 1, 0 textcolor rgb variable

    # ---- bits
    eval size(860, 400)
    set bmargin 4
    set output picture("bits")
    set label 1 "Bits of a connection, and how it is rounded"
    set label 2 "784-80-10 on MNIST, median of 3 seeds, bars: least to greatest"
    set xlabel "bits of a connection"
    set xtics (8, 12, 16)
    set xrange [16.4:7.6]
    plot for [m in "nearest stochastic"] sprintf("$bits_%s", m) using 1:(h($2)):(h($3)):(h($4)) with yerrorbars lw 1.4 pt 0 lc rgb colour(m), \
         for [m in "nearest stochastic"] sprintf("$bits_%s", m) using 1:(h($2)) with linespoints lw 2.4 pt shape(m) ps 1 lc rgb colour(m), \
         $labels_bits using (7.6):2:1:3 with labels left offset 1, 0 textcolor rgb variable

    # ---- gains
    set output picture("gains")
    set ytics ("10" h(10), "20" h(20), "30" h(30), "40" h(40), "50" h(50), "60" h(60), "65" h(65), "70" h(70), "75" h(75), "80" h(80), "85" h(85), "90" h(90))
    set label 1 "P against PI and PID over the size of the gains"
    set label 2 "K alone, 784-256-256-10 on MNIST, 4 epochs, median of 3 seeds, bars: least to greatest"
    set xlabel "gain P + I"
    set logscale x 2
    set xtics (0.005, 0.01, 0.02, 0.04, 0.08, 0.16)
    set xrange [0.0046:0.174]
    plot for [m in "p pi pid"] sprintf("$gains_%s", m) using 1:(h($2)):(h($3)):(h($4)) with yerrorbars lw 1.4 pt 0 lc rgb colour(m), \
         for [m in "p pi pid"] sprintf("$gains_%s", m) using 1:(h($2)) with linespoints lw 2.4 pt shape(m) ps 1 lc rgb colour(m), \
         $labels_gains using (0.174):2:1:3 with labels left offset 1, 0 textcolor rgb variable

    # ---- confusion: the errors are coloured, what is right is only counted
    eval size(980, 530)
    set output picture("confusion")
    reset
    unset key; unset colorbox
    set palette defined (0 "#FFFFFF", 1 "#FBD0B9", 2 "#EF8A62", 3 "#B2182B")
    set cbrange [0:log10(150)]
    set tics scale 0 textcolor rgb "#222222"
    set border lc rgb "#BBBBBB"
    set xrange [-0.5:9.5]; set yrange [9.5:-0.5]
    set label 1 "What is taken for what: errors on the 10,000 test images" at screen 0.025, 0.95 left font ",15"
    set label 2 "number of images of each label given each class, seed 1; coloured: errors, grey: right" at screen 0.025, 0.90 left textcolor rgb "#555555"
    set multiplot
    set tmargin at screen 0.79; set bmargin at screen 0.22
    error(given, right, count) = given == right ? NaN : log10(count + 1)
    do for [k in "1 2"] {
        data = k eq "1" ? "$confusion_mnist_256_128" : "$confusion_fashion_128"
        if (k eq "1") {
            set lmargin at screen 0.06; set rmargin at screen 0.46
            set xtics 1 norotate; set ytics 1
            set title "MNIST, 784-256-128-10"
            set ylabel "label" offset 1.5, 0
        } else {
            set lmargin at screen 0.58; set rmargin at screen 0.98
            set xtics ("T-shirt" 0, "trousers" 1, "pullover" 2, "dress" 3, "coat" 4, "sandal" 5, "shirt" 6, "sneaker" 7, "bag" 8, "boot" 9) rotate by 55 right
            set ytics ("T-shirt" 0, "trousers" 1, "pullover" 2, "dress" 3, "coat" 4, "sandal" 5, "shirt" 6, "sneaker" 7, "bag" 8, "boot" 9)
            set title "Fashion-MNIST, 784-128-10"
            unset label
            unset ylabel
        }
        set xlabel "class given" offset 0, 0
        plot data using 1:2:(error($1, $2, $3)) with image pixels, \
             data using 1:2:($3 == 0 || $1 == $2 ? "" : sprintf("%d", $3)) with labels font ",11" textcolor rgb "#222222", \
             data using 1:2:($1 == $2 ? sprintf("%d", $3) : "") with labels font ",11" textcolor rgb "#888888"
    }
    unset multiplot
    unset output
}
