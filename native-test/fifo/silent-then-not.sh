#!/bin/bash
# A writer without a word and one with, both there at once
. "${0%/*}/common.bash"

cat "$R" > got &
reader=$!
exec 3> "$W" 4> "$W"
exec 3>&-
echo a >&4
await has got a
runs reader "$reader"
exec 4>&-
ended reader "$reader"
