#!/bin/bash
# Writers that xargs -P starts.
. "${0%/*}/common.bash"

sort -n "$R" > got &
reader=$!
exec 3> "$W"
seq 1 20 | xargs -P 4 -I{} sh -c 'echo {} > "$0"' "$W"
echo "xargs: $?"
exec 3>&-
ended reader "$reader"
xargs < got
