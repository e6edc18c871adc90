#!/bin/bash
# A descriptor for reading and writing keeps other readers waiting.
. "${0%/*}/common.bash"

exec 3<> "$W"
cat "$R" > got &
reader=$!
echo a > "$W"
await has got a
await waits "$reader"
runs reader "$reader"
kill "$reader"
ended reader "$reader"
exec 3>&-
