#!/bin/bash
# sort -m of a pipe and a file
. "${0%/*}/common.bash"

printf '%s\n' 1 3 5 > "$W" &
printf '%s\n' 2 4 > file
sort -m "$R" file
echo "sort: $?"
wait
