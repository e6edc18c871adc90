#!/bin/bash
# grep -m ends with its last match, though a writer is there.
. "${0%/*}/common.bash"

grep -m 2 a "$R" > got &
reader=$!
exec 3> "$W"
printf '%s\n' a1 b a2 a3 >&3
ended grep "$reader"
exec 3>&-
cat got
