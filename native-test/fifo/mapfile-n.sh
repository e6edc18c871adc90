#!/bin/bash
# mapfile -n takes so many, and read the next.
. "${0%/*}/common.bash"

# In one write: else the reader may leave before the last one.
seq 1 5 > "$W" &
writer=$!
{
    mapfile -t -n 2 lines
    read -r next
} < "$R"
echo "${lines[*]}, then $next"
ended writer "$writer"
