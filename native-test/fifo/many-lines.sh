#!/bin/bash
# A hundred thousand short lines
. "${0%/*}/common.bash"

seq 1 100000 > "$W" &
writer=$!
cksum < "$R"
ended writer "$writer"
