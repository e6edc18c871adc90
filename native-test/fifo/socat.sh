#!/bin/bash
# socat at both ends
. "${0%/*}/common.bash"

seq 1 200 > data
socat -u OPEN:"$R",rdonly STDOUT > got &
reader=$!
socat -u OPEN:data,rdonly OPEN:"$W",wronly,append
echo "writer: $?"
ended reader "$reader"
cmp data got && echo same
