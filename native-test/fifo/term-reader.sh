#!/bin/bash
# SIGTERM ends a reader that waits in read.
. "${0%/*}/common.bash"

cat "$R" > got &
reader=$!
exec 3> "$W"
echo a >&3
await has got a
await waits "$reader"
kill -TERM "$reader"
ended reader "$reader"
cat got
