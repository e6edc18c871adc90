#!/bin/bash
# grep -n and -c, and their statuses
. "${0%/*}/common.bash"

printf '%s\n' abc def cab > "$W" &
grep -n b "$R"
echo "grep: $?"
wait
printf '%s\n' abc def cab > "$W-2" &
grep -c a < "$R-2"
echo "grep: $?"
wait
