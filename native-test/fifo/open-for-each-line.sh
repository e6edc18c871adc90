#!/bin/bash
# A writer that opens the pipe anew for each line, while another holds it.
. "${0%/*}/common.bash"

sort -n "$R" > got &
reader=$!
(
    exec 3> "$W"
    for i in {1..40}; do echo "$i" > "$W"; done
)
ended reader "$reader"
xargs < got
