#!/bin/bash
# A server that answers each request through a second pipe.
. "${0%/*}/common.bash"

(
    exec 3< "$R" 4> "$W-2"
    while read -r a b <&3; do echo "$((a + b))" >&4; done
    exit 4
) &
server=$!
exec 5> "$W" 6< "$R-2"
for i in 1 2 3 4 5; do
    echo "$i $((i * i))" >&5
    read -r answer <&6
    echo "$answer"
done
exec 5>&-
ended server "$server"
read -r answer <&6
echo "read: $?"
