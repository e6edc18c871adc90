#!/bin/bash
# Writers come one after another; one that holds the pipe open keeps the reader.
. "${0%/*}/common.bash"

cat "$R" > got &
reader=$!
exec 3> "$W"
for i in 1 2 3; do
    echo "$i" > "$W"
    await has got "$(seq "$i")"
    runs reader "$reader"
done
exec 3>&-
ended reader "$reader"
cat got
