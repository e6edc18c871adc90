#!/bin/bash
# A descriptor that a child has inherited keeps the reader until the child ends.
. "${0%/*}/common.bash"

cat "$R" > got &
reader=$!
exec 3> "$W"
sleep 1000 &
sleeper=$!
echo a >&3
exec 3>&-
await has got a
runs reader "$reader"
kill "$sleeper"
ended sleeper "$sleeper"
ended reader "$reader"
