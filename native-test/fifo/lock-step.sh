#!/bin/bash
# Producer and consumer in lock step: nothing is held back.
. "${0%/*}/common.bash"

exec 4< <(cat "$R")
exec 3> "$W"
for i in {1..50}; do
    echo "$i" >&3
    read -r got <&4
    [[ $got == "$i" ]] || echo "sent $i, got $got"
done
exec 3>&-
read -r got <&4
echo "at the end: $?"
