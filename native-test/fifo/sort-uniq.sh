#!/bin/bash
# cat | sort | uniq -c
. "${0%/*}/common.bash"

printf '%s\n' pear apple pear fig apple pear > "$W" &
writer=$!
cat "$R" | sort | uniq -c
echo "${PIPESTATUS[*]}"
ended writer "$writer"
