# The pictures of docs/faults.md, from the data blocks of faults.jq.
# gnuplot -e "curves='FILE'; folder='DIR'" tools/faults.gp
load curves

# The axis: equal steps are equal factors of the error.
h(accuracy) = -log10(100 - accuracy)
grey = 0x777777; blue = 0x0072B2; green = 0x009E73

do for [kind in "svg png"] {
    size(x, y) = kind eq "svg" ? sprintf("set terminal svg size %d,%d font 'DejaVu Sans,Verdana,sans-serif,13' background 'white'", x, y) \
        : sprintf("set terminal pngcairo size %d,%d font 'DejaVu Sans,13' fontscale 2 linewidth 2 pointscale 2 background 'white'", 2 * x, 2 * y)
    picture(name) = sprintf("%s/%s.%s", folder, name, kind)

    reset
    set border 3 lc rgb "#444444"
    set tics nomirror out scale 0.6 textcolor rgb "#222222"
    set grid ytics lt 1 lc rgb "#DDDDDD" lw 0.8
    set style fill transparent solid 0.18 noborder
    set ytics ("0" h(0), "50" h(50), "70" h(70), "80" h(80), "90" h(90), "95" h(95), "97" h(97), "98" h(98))
    set yrange [h(0):h(98.3)]
    unset key

    # ---- accuracy against rate, a panel a kind
    eval size(1020, 690)
    set output picture("faults_rates")
    set multiplot
    set label 1 "Accuracy against the rate of faults" at screen 0.03, 0.965 left font ",16"
    set label 2 "784-80-10 on MNIST, median of 5 networks, band: least to greatest" at screen 0.03, 0.928 left textcolor rgb "#555555"
    set label 3 "learning off" at screen 0.53, 0.965 left textcolor rgb grey
    set label 4 "after 10,000 images learnt" at screen 0.645, 0.965 left textcolor rgb blue
    set label 5 "... K, too" at screen 0.885, 0.965 left textcolor rgb green
    titles = "'connections, once' 'K, once' 'E, at every image' 'bits of input events' 'lost input events' 'stuck tiles of 4'"
    kinds = "c k state events drop tiles4"
    set format x "10^{%T}"
    do for [n = 1:6] {
        name = word(kinds, n)
        left = 0.08 + 0.32 * ((n - 1) % 3); bottom = n <= 3 ? 0.56 : 0.10
        set lmargin at screen left; set rmargin at screen left + 0.25
        set bmargin at screen bottom; set tmargin at screen bottom + 0.29
        set title word(titles, n) offset 0, -0.4
        set ylabel (n % 3 == 1 ? "test accuracy, %" : "") offset -0.8, 0
        if (n <= 5) {
            set logscale x
            set xrange [1e-6:1e-1]; set xtics (1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1)
            set xlabel (n == 5 ? "share of events" : n == 1 || n == 2 ? "faults a bit" : "faults a bit and image") offset 0, 0.4
        } else {
            unset logscale x
            set format x "%g"
            set xrange [20:80]; set xtics ("1" 25, "2" 50, "3" 75)
            set xlabel "tiles" offset 0, 0.4
        }
        prefix = n <= 5 ? "$rates_".name : "$tiles4"
        green_line = n == 2 ? "$rates_k_both" : prefix."_c"
        plot prefix."_off" using 1:(h($3)):(h($4)) with filledcurves fc rgb grey, \
             prefix."_c" using 1:(h($3)):(h($4)) with filledcurves fc rgb blue, \
             green_line using 1:(h($3)):(h($4)) with filledcurves fc rgb (n == 2 ? green : blue), \
             prefix."_off" using 1:(h($2)) with linespoints lw 2.2 pt 7 ps 0.5 lc rgb grey, \
             green_line using 1:(h($2)) with linespoints lw 2.2 pt 7 ps 0.5 lc rgb (n == 2 ? green : blue), \
             prefix."_c" using 1:(h($2)) with linespoints lw 2.2 pt 7 ps 0.5 lc rgb blue
        unset label
    }
    unset multiplot
    unset title

    # ---- recovery
    set ytics add ("30" h(30))
    eval size(900, 480)
    set output picture("faults_recovery")
    set label 1 "Recovery: learning on-line after an upset" at graph 0, graph 1 left offset -6, 2.3 font ",15"
    set label 2 "784-80-10 on MNIST, eta 0.002, median of 5 networks, band: least to greatest" at graph 0, graph 1 left offset -6, 1.0 textcolor rgb "#555555"
    set lmargin 10; set rmargin 32; set tmargin 4; set bmargin 3.5
    set logscale x
    set format x "%g"
    set xrange [9.9:61000]
    set xtics ("0" 10, "30" 30, "100" 100, "300" 300, "1,000" 1000, "3,000" 3000, "10,000" 10000, "60,000" 60000)
    set xlabel "images learnt since the upset"
    set ylabel "test accuracy, %" offset -0.5, 0
    names = "'none' 'bits of C, 1 in 3,300' 'bits of C, 1 in 1,000' 'bits of C, 1 in 333' 'bits of C, 1 in 100' 'bits of K, 1 in 100; C and K learn' '1 of 4 tiles stuck'"
    colours = "0x888888 0x56B4E9 0x0072B2 0x5E4FA2 0xCC79A7 0x009E73 0xD55E00"
    array shift[7] = [0.8, -0.8, -0.65, 0, 0, 0.1, 0]
    plot for [n = 1:7] sprintf("$recovery_%d", n - 1) using 1:(h($3)):(h($4)) with filledcurves fc rgb word(colours, n), \
         for [n = 1:7] sprintf("$recovery_%d", n - 1) using 1:(h($2)) with linespoints lw 2.2 pt 7 ps 0.6 lc rgb word(colours, n), \
         for [n = 1:7] sprintf("$recovery_%d", n - 1) every ::8::8 using 1:(h($2)):(word(names, n)) with labels left offset 1, shift[n] textcolor rgb word(colours, n)

    # ---- upsets that do not end
    eval size(860, 420)
    set output picture("faults_steady")
    set label 1 "Connections under a steady rain of upsets"
    set label 2 "784-80-10 on MNIST after 60,000 images, median of 5 networks, band: least to greatest"
    set xrange [1e-9:1e-6]; set format x "10^{%T}"; set xtics (1e-9, 1e-8, 1e-7, 1e-6)
    set xlabel "faults a bit and image"
    set rmargin 4
    set label 3 "learning on" at 4e-8, h(95.6) left textcolor rgb blue
    set label 4 "learning off" at 1.3e-8, h(86) left textcolor rgb grey
    plot for [m in "off c"] "$steady_".m using 1:(h($3)):(h($4)) with filledcurves fc rgb (m eq "c" ? blue : grey), \
         for [m in "off c"] "$steady_".m using 1:(h($2)) with linespoints lw 2.4 pt 7 ps 0.7 lc rgb (m eq "c" ? blue : grey)

    # ---- which bit
    set output picture("faults_bits")
    unset label 3; unset label 4
    set label 1 "Which bit it is: 1 in 100 words struck in one and the same bit"
    set label 2 "784-80-10 on MNIST, learning off, median of 5 networks, band: least to greatest"
    set rmargin 16
    unset logscale x
    set format x "%g"
    set xrange [0:15]; set xtics 1
    set xlabel "bit of the word, 15: sign"
    plot for [m in "c k state"] "$bits_".m using 1:(h($3)):(h($4)) with filledcurves fc rgb (m eq "c" ? blue : m eq "k" ? green : 0xD55E00), \
         for [m in "c k state"] "$bits_".m using 1:(h($2)) with linespoints lw 2.4 pt 7 ps 0.7 lc rgb (m eq "c" ? blue : m eq "k" ? green : 0xD55E00), \
         for [m in "c k state"] "$bits_".m every ::15::15 using 1:(h($2)):(m eq "c" ? "C (Q2.13)" : m eq "k" ? "K (Q3.12)" : "E (Q3.12)") \
             with labels left offset 1, (m eq "c" ? -0.25 : m eq "k" ? 0.35 : 0) textcolor rgb (m eq "c" ? blue : m eq "k" ? green : 0xD55E00)
    unset output
}
