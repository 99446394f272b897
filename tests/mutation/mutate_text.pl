#!/usr/bin/perl
# Mutants of a C++ file, token by token: comparisons and signs turned over, constants off by one, conditions joined otherwise, statements
# left out. The layout of clang-format tells an operator (with spaces) from a template's bracket.
# usage: mutate_text.pl list FILE COUNT                      COUNT of them, or all, drawn by a fixed rule: lines LINE COLUMN FROM<TAB>TO
#        mutate_text.pl apply FILE LINE COLUMN FROM TO       the file with that one
use strict;
use warnings;

my ($action, $file, @rest) = @ARGV;
open(my $in, '<', $file) or die "mutate_text.pl: $file: $!\n";
my @lines = <$in>;

if ($action eq 'apply') {
    my ($line, $column, $from, $to) = @rest;
    substr($lines[$line - 1], $column, length $from) eq $from or die "mutate_text.pl: $file:$line: $from does not stand there\n";
    substr($lines[$line - 1], $column, length $from) = $to;
    print @lines;
    exit;
}

my %operators = (
    ' == ' => [' != '], ' != ' => [' == '], ' < ' => [' <= ', ' > '], ' <= ' => [' < '], ' > ' => [' >= ', ' < '], ' >= ' => [' > '],
    ' + ' => [' - '], ' - ' => [' + '], ' * ' => [' + '], ' / ' => [' * '], ' % ' => [' / '], ' && ' => [' || '], ' || ' => [' && '],
    ' & ' => [' | '], ' | ' => [' & '], ' ^ ' => [' | '], ' >> ' => [' << '], ' << ' => [' >> '], ' += ' => [' -= ', ' = '],
    ' -= ' => [' += '], ' |= ' => [' &= '], ' ^= ' => [' |= '], ' &= ' => [' |= '], 'true' => ['false'], 'false' => ['true'], '!' => [''],
);
my @found;
for my $n (1 .. @lines) {
    my $code = $lines[$n - 1];
    next if $code =~ /^\s*(#|using |namespace|template|static_assert|\/\/)/;
    $code =~ s{//.*}{};
    $code =~ s{("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)')}{' ' x length $1}ge;  # what a text says is nobody's decision
    while ($code =~ / (?:==|!=|<=|>=|<|>|\+|-|\*|\/|%|&&|\|\||&|\||\^|>>|<<|\+=|-=|\|=|\^=|&=)(?= )|\b(?:true|false)\b|!(?=[\w(])/g) {
        my ($from, $column) = ($&, $-[0]);
        $from .= ' ' if $from =~ /^ /;
        push @found, [$n, $column, $from, $_] for @{$operators{$from}};
    }
    while ($code =~ /(?<![\w.'])\d+(?![\w.'])/g) {
        push @found, [$n, $-[0], $&, $& + 1];
    }
    push @found, [$n, length $1, substr($lines[$n - 1], $-[2], length $2), ';'] if $code =~ /^(\s+)((?!return|break|continue|throw|case|default|else|public|private|const|auto|using)[\w.\->\[\]()+]+(?: [+\-|^&]?= |\().*;)\s*$/;
}
# A rule that spreads: multiples of a number without a common divisor.
my ($count) = @rest;
my $step = int(@found * 0.618) || 1;
my $divisor = sub { my ($a, $b) = @_; ($a, $b) = ($b, $a % $b) while $b; $a };
++$step while $divisor->($step, scalar @found) != 1;
$count = @found if $count > @found;
my %drawn = map { $_ * $step % @found => 1 } 1 .. $count;
for my $k (sort { $a <=> $b } keys %drawn) {
    my ($line, $column, $from, $to) = @{$found[$k]};
    print "$line\t$column\t$from\t$to\n";
}
