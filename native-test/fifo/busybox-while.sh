#!/bin/bash
# busybox: a loop, tail of standard input, xargs
. "${0%/*}/common.bash"

seq 1 9 > "$W" &
busybox sh -c 'busybox xargs -n 3 busybox echo row < "$1"' - "$R"
wait
