#!/bin/bash
# grep that finds nothing reads to the end.
. "${0%/*}/common.bash"

seq 1 100 > "$W" &
writer=$!
grep x "$R"
echo "grep: $?"
ended writer "$writer"
