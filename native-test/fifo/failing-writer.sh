#!/bin/bash
# A writer that fails in the middle: the reader gets what came, and the end.
. "${0%/*}/common.bash"

cat "$R" > got &
reader=$!
bash -ec 'exec > "$1"; echo before; false; echo after' - "$W"
echo "writer: $?"
ended reader "$reader"
cat got
