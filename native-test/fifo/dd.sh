#!/bin/bash
# dd at both ends
. "${0%/*}/common.bash"

seq 1 5000 > data
dd if=data of="$W" bs=1000 conv=notrunc status=none &
writer=$!
dd if="$R" of=got bs=4096 status=none
echo "reader: $?"
ended writer "$writer"
cmp data got && echo same
