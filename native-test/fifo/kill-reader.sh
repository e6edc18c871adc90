#!/bin/bash
# A reader that waits is killed; its writer is not harmed.
. "${0%/*}/common.bash"

cat "$R" > got &
reader=$!
exec 3> "$W"
echo a >&3
await has got a
await waits "$reader"
kill -KILL "$reader"
ended reader "$reader"
exec 3>&-
echo "close: $?"
