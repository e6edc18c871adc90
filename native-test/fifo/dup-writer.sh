#!/bin/bash
# Duplicates of a descriptor: the last one counts.
. "${0%/*}/common.bash"

cat "$R" > got &
reader=$!
exec 3> "$W"
exec 4>&3 5>&4
exec 3>&-
echo a >&4
exec 4>&-
await has got a
runs reader "$reader"
echo b >&5
exec 5>&-
ended reader "$reader"
cat got
