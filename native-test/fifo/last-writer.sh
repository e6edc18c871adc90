#!/bin/bash
# The reader ends with the last writer, not before.
. "${0%/*}/common.bash"

cat "$R" > got &
reader=$!
exec 3> "$W" 4> "$W"
echo a >&3
exec 3>&-
await has got a
runs reader "$reader"
echo b >&4
await has got $'a\nb'
runs reader "$reader"
exec 4>&-
ended reader "$reader"
cat got
