#!/bin/bash
# Lines of about 4096 bytes, from one writer
. "${0%/*}/common.bash"

for n in -2 -1 0 1 2; do
    head -c "$((4096 + n))" /dev/zero | tr '\0' "$((n + 3))"
    echo
done > data
cat data > "$W" &
writer=$!
cat "$R" > got
echo "reader: $?"
ended writer "$writer"
cmp data got && echo same
awk '{ print length($0), substr($0, 1, 1) }' got
