#!/bin/bash
# sed, and sed -u that shows each line at once
. "${0%/*}/common.bash"

sed -u 's/a/b/; $s/$/ (last)/' "$R" > got &
reader=$!
exec 3> "$W"
printf 'a1\na2\na3\n' >&3
await has got $'b1\nb2'
exec 3>&-
ended sed "$reader"
cat got
