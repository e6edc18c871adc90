#!/usr/bin/perl
# Perl's own buffers: lines, records of a fixed size, slurping.
use strict;
use warnings;

my ($write, $read) = @ARGV;
my $child = fork;
if (!$child) {
    open my $pipe, '>', $write or die "open: $!";
    print $pipe "first line\n", "0123456789" x 3, "\n", map { "rest $_\n" } 1 .. 2000;
    close $pipe or die "close: $!";
    exit 0;
}
open my $pipe, '<', $read or die "open: $!";
print scalar <$pipe>;
{ local $/ = \10; print "[", scalar <$pipe>, "]\n" for 1 .. 2 }
{ local $/; my $rest = <$pipe>; print length $rest, "\n", unpack('%32C*', $rest), "\n" }
print eof $pipe ? "end\n" : "more\n";
waitpid $child, 0;
print "writer: ", $? >> 8, "\n";
