#!/bin/bash
# awk reads to the end, with a sum and a pipe of its own.
. "${0%/*}/common.bash"

awk '{ sum += $1; print $1 | "sort -n" } END { close("sort -n"); print NR " lines, sum " sum }' "$R" > got &
reader=$!
exec 3> "$W"
printf '%s\n' 3 1 >&3
echo 2 >&3
exec 3>&-
ended awk "$reader"
cat got
