#!/bin/bash
# A line through three programs at once, by stdbuf
. "${0%/*}/common.bash"

stdbuf -oL tr a-z A-Z < "$R" | stdbuf -oL sed 's/$/!/' > got &
exec 3> "$W"
echo one >&3
await has got 'ONE!'
echo two >&3
await has got $'ONE!\nTWO!'
exec 3>&-
wait
cat got
