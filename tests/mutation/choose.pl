#!/usr/bin/perl
# A binary AIGER file with BITS inputs from FIRST, the lowest bit first, set to a number; they stay as inputs without meaning.
# usage: choose.pl FILE FIRST BITS NUMBER
use strict;
use warnings;
my ($file, $first, $bits, $number) = @ARGV;
open(my $in, '<:raw', $file) or die "choose.pl: $file: $!\n";
my $header = <$in>;
my ($m, $i, $l, $o, $a) = $header =~ /^aig (\d+) (\d+) (\d+) (\d+) (\d+)$/ or die "choose.pl: $file is no AIGER file\n";
my $set = sub { my ($lit) = @_; my $bit = ($lit >> 1) - 1 - $first; $bit >= 0 && $bit < $bits ? ($number >> $bit & 1) ^ ($lit & 1) : $lit };
binmode STDOUT;
print $header;
for (1 .. $l + $o) {
    my $line = <$in>;
    $line =~ s/^(\d+)/$set->($1)/e;
    print $line;
}
local $/;
my @byte = unpack 'C*', <$in>;
my $at = 0;
my $get = sub { my ($x, $s) = (0, 0); while (1) { my $b = $byte[$at++]; $x |= ($b & 127) << $s; last if $b < 128; $s += 7 } $x };
my $put = sub { my ($x) = @_; my @out; while ($x > 127) { push @out, $x & 127 | 128; $x >>= 7 } pack 'C*', @out, $x };
my $out = '';
for my $n (1 .. $a) {
    my $lhs = 2 * ($i + $l + $n);
    my $r0 = $lhs - $get->();
    my $r1 = $r0 - $get->();
    ($r0, $r1) = ($set->($r0), $set->($r1));
    ($r0, $r1) = ($r1, $r0) if $r1 > $r0;
    $out .= $put->($lhs - $r0) . $put->($r0 - $r1);
}
print $out;
