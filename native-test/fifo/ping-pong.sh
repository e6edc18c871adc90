#!/bin/bash
# Two processes that hand a number to and fro
. "${0%/*}/common.bash"

(
    exec 3< "$R" 4> "$W-2"
    while read -r n <&3; do echo "$((n + 1))" >&4; done
) &
other=$!
exec 5> "$W" 6< "$R-2"
n=0
while ((n < 100)); do
    echo "$((n + 1))" >&5
    read -r n <&6
done
echo "$n"
exec 5>&-
ended other "$other"
