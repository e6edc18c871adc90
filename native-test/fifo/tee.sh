#!/bin/bash
# tee writes into the pipe, and another reads from it.
. "${0%/*}/common.bash"

seq 1 100 | tee "$W" > copy &
writer=$!
tee again < "$R" | tail -n 1
ended writer "$writer"
cksum < copy
cksum < again
