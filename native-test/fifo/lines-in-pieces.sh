#!/bin/bash
# A line that is written in many pieces is one line.
. "${0%/*}/common.bash"

cat "$R" > got &
reader=$!
exec 3> "$W"
for i in {1..100}; do printf '%s,' "$i" >&3; done
echo end >&3
exec 3>&-
ended reader "$reader"
cat got
