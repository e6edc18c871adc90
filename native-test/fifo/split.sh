#!/bin/bash
# split
. "${0%/*}/common.bash"

seq 1 25 > "$W" &
split -l 10 - part. < "$R"
echo "split: $?"
wait
wc -l part.*
