#!/bin/bash
# One of two writers is killed; the reader goes on with the other.
. "${0%/*}/common.bash"

cat "$R" > got &
reader=$!
exec 3> "$W"
bash -c 'echo a; exec sleep 1000' > "$W" 3>&- &
writer=$!
await has got a
kill -KILL "$writer"
ended writer "$writer"
runs reader "$reader"
echo b >&3
exec 3>&-
ended reader "$reader"
cat got
