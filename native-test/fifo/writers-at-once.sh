#!/bin/bash
# Eight writers at once; no line is lost or torn.
. "${0%/*}/common.bash"

sort "$R" > got &
reader=$!
exec 3> "$W"
writers=()
for w in {1..8}; do
    for n in {1..25}; do echo "writer $w line $n"; done > "$W" 3>&- &
    writers+=($!)
done
for writer in "${writers[@]}"; do ended writer "$writer"; done
exec 3>&-
ended reader "$reader"
wc -l < got
cksum < got
