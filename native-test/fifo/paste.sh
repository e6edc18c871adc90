#!/bin/bash
# paste - - -
. "${0%/*}/common.bash"

seq 1 8 > "$W" &
writer=$!
paste -d , - - - < "$R"
ended writer "$writer"
