#!/bin/bash
# cmp of the standard input, diff of the standard input
. "${0%/*}/common.bash"

seq 1 100 > data
seq 1 100 > "$W" &
cmp - data < "$R"
echo "cmp: $?"
wait
seq 1 101 > "$W-2" &
diff - data < "$R-2"
echo "diff: $?"
wait
