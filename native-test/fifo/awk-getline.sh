#!/bin/bash
# awk reads the pipe by getline, and writes into the other.
. "${0%/*}/common.bash"

awk -v r="$R" -v w="$W-2" 'BEGIN { while ((getline line < r) > 0) print toupper(line) > w; close(w); print "done" }' > said &
awk=$!
cat "$R-2" > got &
reader=$!
printf 'a\nb\n' > "$W"
ended awk "$awk"
ended reader "$reader"
cat said got
