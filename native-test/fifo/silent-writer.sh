#!/bin/bash
# A writer that writes nothing ends a waiting reader.
. "${0%/*}/common.bash"

cat "$R" > got &
reader=$!
await waits "$reader"
true > "$W"
echo "writer: $?"
ended reader "$reader"
wc -c < got
