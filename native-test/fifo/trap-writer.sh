#!/bin/bash
# A writer writes its last line from a trap.
. "${0%/*}/common.bash"

cat "$R" > got &
reader=$!
bash -c 'exec 3> "$1"; trap "echo bye >&3; exit 3" TERM; echo hello >&3; touch ready; while :; do sleep 0.02; done' - "$W" &
writer=$!
await test -e ready
kill -TERM "$writer"
ended writer "$writer"
ended reader "$reader"
cat got
