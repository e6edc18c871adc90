#!/bin/bash
# Ctrl-C ends a reader.
. "${0%/*}/common.bash"

perl -e '$SIG{INT} = "DEFAULT"; exec "cat", $ARGV[0]' "$R" > got &
reader=$!
exec 3> "$W"
echo a >&3
await has got a
await waits "$reader"
kill -INT "$reader"
ended reader "$reader"
