#!/bin/bash
# head that leaves early, after its writer
. "${0%/*}/common.bash"

seq 1 10 > "$W" &
writer=$!
{
    head -n 3
    touch left
} < "$R"
ended writer "$writer"
