#!/bin/bash
# A loop takes each line as it comes, not at the end.
. "${0%/*}/common.bash"

while read -r line; do echo "got $line"; done < "$R" > got &
reader=$!
exec 3> "$W"
want=''
for i in 1 2 3 4 5; do
    echo "$i" >&3
    want+="got $i"$'\n'
    await has got "${want%$'\n'}"
done
exec 3>&-
ended reader "$reader"
cat got
