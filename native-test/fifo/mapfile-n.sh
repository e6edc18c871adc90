#!/bin/bash
# mapfile -n takes so many, and read the next.
. "${0%/*}/common.bash"

printf '%s\n' 1 2 3 4 5 > "$W" &
writer=$!
{
    mapfile -t -n 2 lines
    read -r next
} < "$R"
echo "${lines[*]}, then $next"
ended writer "$writer"
