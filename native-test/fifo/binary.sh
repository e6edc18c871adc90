#!/bin/bash
# Lines with every byte
. "${0%/*}/common.bash"

perl -e 'binmode STDOUT; for my $i (0 .. 255) { next if $i == 10; print chr($i) x 3, "\n" } print "\0\n\xff\xfe\n"' > data
cat data > "$W" &
writer=$!
cat "$R" > got
ended writer "$writer"
cmp data got && echo same
wc -lc < got
