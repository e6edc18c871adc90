#!/bin/bash
# A writer is killed between two lines; the reader gets what was written, and the end.
. "${0%/*}/common.bash"

cat "$R" > got &
reader=$!
bash -c 'exec 3> "$1"; echo a >&3; echo b >&3; touch written; exec sleep 1000' - "$W" &
writer=$!
await test -e written
await has got $'a\nb'
runs reader "$reader"
kill -KILL "$writer"
ended writer "$writer"
ended reader "$reader"
cat got
