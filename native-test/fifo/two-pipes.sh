#!/bin/bash
# A pipeline of two pipes ends from the front.
. "${0%/*}/common.bash"

tr a-z A-Z < "$R" > "$W-2" &
middle=$!
cat "$R-2" > got &
reader=$!
exec 3> "$W"
echo one >&3
echo two >&3
exec 3>&-
ended middle "$middle"
ended reader "$reader"
cat got
