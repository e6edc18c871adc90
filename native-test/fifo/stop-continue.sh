#!/bin/bash
# A stopped reader goes on with what came meanwhile.
. "${0%/*}/common.bash"

perl -e '$| = 1; open my $p, "<", $ARGV[0] or die; print while <$p>; print "end\n"' "$R" > got &
reader=$!
exec 3> "$W"
echo a >&3
await has got a
kill -STOP "$reader"
echo b >&3
kill -CONT "$reader"
await has got $'a\nb'
exec 3>&-
ended reader "$reader"
cat got
