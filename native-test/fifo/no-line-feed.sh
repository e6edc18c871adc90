#!/bin/bash
# A last line without a line feed, for programs that take lines
. "${0%/*}/common.bash"

printf 'a\nb' > "$W" &
writer=$!
awk '{ print NR ": " $0 }' "$R"
ended writer "$writer"
