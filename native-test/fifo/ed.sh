#!/bin/bash
# Commands for ed through the pipe
. "${0%/*}/common.bash"

printf '%s\n' a b c > file
busybox ed file < "$R" > /dev/null &
ed=$!
printf '2d\nw\nq\n' > "$W"
ended ed "$ed"
cat file
