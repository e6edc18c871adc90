#!/bin/bash
# csplit and comm
. "${0%/*}/common.bash"

printf '%s\n' a b --- c > "$W" &
csplit -s - /---/ < "$R"
echo "csplit: $?"
wait
head xx*
