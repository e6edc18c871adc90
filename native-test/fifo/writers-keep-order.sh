#!/bin/bash
# Each of several writers at once keeps its own order.
. "${0%/*}/common.bash"

awk '$2 != ++last[$1] { print "torn or out of order: " $0 } END { for (w in last) print w, last[w] }' "$R" > got &
reader=$!
exec 3> "$W"
for w in a b c d; do
    seq -f "$w %g" 200 > "$W" 3>&- &
    writers+=($!)
done
wait "${writers[@]}"
exec 3>&-
ended reader "$reader"
sort got
