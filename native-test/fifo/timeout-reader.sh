#!/bin/bash
# timeout ends a reader that waits for more.
. "${0%/*}/common.bash"

exec 4> got
timeout 2 cat "$R" >&4 &
reader=$!
exec 3> "$W"
echo a >&3
ended timeout "$reader"
cat got
