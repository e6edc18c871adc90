#!/bin/bash
# A loop in a pipeline, with and without lastpipe
. "${0%/*}/common.bash"

printf '%s\n' 1 2 3 > "$W" &
bash -c 'n=0; cat "$1" | while read -r x; do n=$((n + x)); done; echo "$n"' - "$R"
wait
printf '%s\n' 1 2 3 > "$W-2" &
bash -O lastpipe -c 'n=0; cat "$1" | while read -r x; do n=$((n + x)); done; echo "$n"' - "$R-2"
wait
