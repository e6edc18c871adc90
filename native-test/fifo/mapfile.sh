#!/bin/bash
# mapfile reads to the end.
. "${0%/*}/common.bash"

printf '%s\n' a '' 'c d' > "$W" &
writer=$!
mapfile -t lines < "$R"
printf '[%s]\n' "${lines[@]}"
ended writer "$writer"
