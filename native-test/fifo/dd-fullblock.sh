#!/bin/bash
# dd with whole blocks and a count
. "${0%/*}/common.bash"

seq -f %07g 1 16384 > "$W" &
writer=$!
{
    dd bs=65536 count=1 iflag=fullblock status=none | cksum
    dd bs=32768 count=1 iflag=fullblock status=none | cksum
    cat | wc -c
} < "$R"
ended writer "$writer"
