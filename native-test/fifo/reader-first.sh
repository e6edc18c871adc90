#!/bin/bash
# A reader that is there first waits, gets all, and ends with the writer.
. "${0%/*}/common.bash"

cat "$R" > got &
reader=$!
await waits "$reader"
printf 'a\nb\n' > "$W"
echo "writer: $?"
ended reader "$reader"
cat got
