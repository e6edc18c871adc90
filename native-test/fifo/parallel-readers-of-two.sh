#!/bin/bash
# Two readers with a pipe each, one writer of both
. "${0%/*}/common.bash"

cat "$R" > one &
first=$!
cat "$R-2" > two &
second=$!
for i in {1..50}; do
    echo "$i" >&3
    echo "-$i" >&4
done 3> "$W" 4> "$W-2"
ended first "$first"
ended second "$second"
cksum < one
cksum < two
