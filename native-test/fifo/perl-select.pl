#!/usr/bin/perl
# IO::Select and sysread: two pipes, each until its end.
use strict;
use warnings;
use IO::Select;

my ($write, $read) = @ARGV;
my $child = fork;
if (!$child) {
    open my $one, '>', $write or die "open: $!";
    open my $two, '>', "$write-2" or die "open: $!";
    for my $i (1 .. 50) {
        syswrite $one, "$i\n";
        syswrite $two, "x$i\n";
    }
    exit 6;
}
my (%name, %got);
my $select = IO::Select->new;
for (['one', $read], ['two', "$read-2"]) {
    my ($name, $path) = @$_;
    open my $pipe, '<', $path or die "open: $!";
    $name{$pipe} = $name;
    $select->add($pipe);
}
while ($select->count) {
    for my $pipe ($select->can_read) {
        my $n = sysread $pipe, my $bytes, 1000;
        die "read: $!" unless defined $n;
        if ($n) { $got{ $name{$pipe} } .= $bytes }
        else { $select->remove($pipe) }
    }
}
for my $name (sort keys %got) {
    my @lines = split /\n/, $got{$name};
    print "$name: ", scalar @lines, " lines, last $lines[-1]\n";
}
waitpid $child, 0;
print "writer: ", $? >> 8, "\n";
