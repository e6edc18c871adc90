#!/bin/bash
# xargs -P takes its work from the pipe as it comes.
. "${0%/*}/common.bash"

xargs -P 4 -n 1 sh -c 'echo "job $0"' < "$R" > got &
reader=$!
exec 3> "$W"
seq 1 12 >&3
exec 3>&-
ended xargs "$reader"
sort -V got
