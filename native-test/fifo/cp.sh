#!/bin/bash
# cp by name
. "${0%/*}/common.bash"

seq 1 100 > data
cp "$R" copy &
reader=$!
cat data > "$W"
ended cp "$reader"
cmp copy data && echo same
