#!/bin/bash
# head -c
. "${0%/*}/common.bash"

printf 'abcdef\nghi\n' > "$W" &
writer=$!
head -c 8 "$R"
echo
echo "head: $?"
ended writer "$writer"
