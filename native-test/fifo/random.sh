#!/bin/bash
# A megabyte of random bytes
. "${0%/*}/common.bash"

perl -e 'srand 7; print join("", map { chr int rand 256 } 1 .. 1000000), "\n"' > data
dd if=data bs=7777 status=none > "$W" &
writer=$!
cat "$R" > got
ended writer "$writer"
cmp data got && echo same
