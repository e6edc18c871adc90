#!/bin/bash
# Lines that end in CR LF
. "${0%/*}/common.bash"

printf 'a\r\nb\r\n' > "$W" &
writer=$!
tr -d '\r' < "$R" | od -c
ended writer "$writer"
