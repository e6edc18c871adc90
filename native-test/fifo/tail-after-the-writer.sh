#!/bin/bash
# tail of what a writer has written and left
. "${0%/*}/common.bash"

(seq 1 1000 > "$W"; touch written) &
writer=$!
cat "$R" | tail -n 3
ended writer "$writer"
