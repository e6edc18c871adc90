#!/bin/bash
# A trap runs while the shell waits in read, and the loop goes on.
. "${0%/*}/common.bash"

bash -c '
    trap "echo trapped" USR1
    while read -r line; do echo "[$line]"; done < "$1"
    echo end' - "$R" > got &
reader=$!
exec 3> "$W"
echo a >&3
await has got '[a]'
await waits "$reader"
kill -USR1 "$reader"
echo b >&3
exec 3>&-
ended reader "$reader"
sort got
