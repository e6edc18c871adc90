#!/bin/bash
# A program with buffers of its own writes when it ends.
. "${0%/*}/common.bash"

cat "$R" > got &
reader=$!
perl -e 'print "$_\n" for 1 .. 3000; exit 5' > "$W"
echo "perl: $?"
ended reader "$reader"
cksum < got
