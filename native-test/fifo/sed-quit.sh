#!/bin/bash
# sed that quits early
. "${0%/*}/common.bash"

sed -n '2{p;q}' "$R" > got &
reader=$!
exec 3> "$W"
printf 'a\nb\nc\n' >&3
ended sed "$reader"
exec 3>&-
cat got
