#!/bin/bash
# busybox head, grep, awk, sort
. "${0%/*}/common.bash"

seq 1 20 > "$W" &
busybox grep 1 < "$R" | busybox sort -rn | busybox head -n 4 | busybox awk '{ print "b" $1 }'
wait
