#!/bin/bash
# $(< p) and $(cat p)
. "${0%/*}/common.bash"

printf 'a\nb\n' > "$W" &
echo "[$(< "$R")]"
wait
printf 'c\nd\n' > "$W-2" &
echo "[$(cat "$R-2")]"
wait
