#!/bin/bash
# head ends with its last line, though a writer is there.
. "${0%/*}/common.bash"

head -n 2 "$R" > got &
reader=$!
exec 3> "$W"
printf 'a\nb\n' >&3
ended head "$reader"
cat got
exec 3>&-
