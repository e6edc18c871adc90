#!/bin/bash
# A writer that is there first.
. "${0%/*}/common.bash"

printf 'a\nb\n' > "$W" &
writer=$!
cat "$R"
echo "reader: $?"
ended writer "$writer"
