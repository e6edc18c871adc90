#!/bin/bash
# Empty lines
. "${0%/*}/common.bash"

printf '\n\na\n\n\nb\n\n' > "$W" &
writer=$!
cat -A "$R"
ended writer "$writer"
