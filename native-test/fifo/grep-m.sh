#!/bin/bash
# grep -m ends with its last match, though a writer is there.
. "${0%/*}/common.bash"

grep -m 2 a "$R" > got &
reader=$!
exec 3> "$W"
# In one write: else the reader may leave before the last one.
echo $'a1\nb\na2\na3' | dd status=none >&3
ended grep "$reader"
exec 3>&-
cat got
