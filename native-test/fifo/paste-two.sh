#!/bin/bash
# paste of two pipes
. "${0%/*}/common.bash"

seq 1 4 > "$W" &
seq 11 14 > "$W-2" &
paste -d + "$R" "$R-2"
echo "paste: $?"
wait
