#!/bin/bash
# One descriptor, read by read and then by cat.
. "${0%/*}/common.bash"

printf '%s\n' one two three four > "$W" &
writer=$!
exec 3< "$R"
read -r first <&3
read -r second <&3
echo "$first, $second"
cat <&3
echo "cat: $?"
read -r none <&3
echo "read: $? [$none]"
exec 3<&-
ended writer "$writer"
