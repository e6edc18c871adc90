#!/bin/bash
# Perl's alarm interrupts a read that waits.
. "${0%/*}/common.bash"

perl -e '
    $| = 1;
    open my $p, "<", $ARGV[0] or die "open: $!";
    print scalar <$p>;
    $SIG{ALRM} = sub { die "alarm\n" };
    eval { alarm 1; my $line = <$p>; print "got $line"; };
    print $@;
    print scalar <$p>;
' "$R" > got &
reader=$!
exec 3> "$W"
echo a >&3
await has got $'a\nalarm'
echo b >&3
exec 3>&-
ended reader "$reader"
cat got
