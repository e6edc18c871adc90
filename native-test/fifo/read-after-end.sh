#!/bin/bash
# After the end, the same descriptor gets what a new writer brings.
. "${0%/*}/common.bash"

(
    exec 3< "$R"
    cat <&3
    echo "-- end"
    cat <&3
    echo "-- end again"
    touch ended
    until [[ -e more ]]; do sleep 0.01; done
    cat <&3
    echo "-- and again"
) > got &
reader=$!
echo a > "$W"
await test -e ended
exec 4> "$W"
echo b >&4
touch more
await has got $'a\n-- end\n-- end again\nb'
exec 4>&-
ended reader "$reader"
cat got
