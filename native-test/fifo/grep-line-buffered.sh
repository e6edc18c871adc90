#!/bin/bash
# grep --line-buffered shows matches at once.
. "${0%/*}/common.bash"

grep --line-buffered a "$R" > got &
reader=$!
exec 3> "$W"
for line in a1 b1 a2; do echo "$line" >&3; done
await has got $'a1\na2'
exec 3>&-
ended grep "$reader"
