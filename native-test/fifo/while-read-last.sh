#!/bin/bash
# A last line without a line feed, as careful loops take it.
. "${0%/*}/common.bash"

printf 'a\nb' > "$W" &
writer=$!
while read -r line || [[ -n $line ]]; do echo "[$line]"; done < "$R"
ended writer "$writer"
