#!/bin/bash
# dd that reads a byte at a time
. "${0%/*}/common.bash"

printf 'ab\ncd\n' > "$W" &
writer=$!
dd if="$R" bs=1 2> said
echo "dd: $?"
head -n 2 said
ended writer "$writer"
