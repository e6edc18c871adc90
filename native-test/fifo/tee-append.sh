#!/bin/bash
# tee -a, and the pipe as one of two outputs
. "${0%/*}/common.bash"

cat "$R" > got &
reader=$!
seq 5 | tee -a "$W" copy
echo "tee: ${PIPESTATUS[1]}"
ended reader "$reader"
cmp got copy && echo same
