#!/bin/bash
# A writer that has forked twice and left its session.
. "${0%/*}/common.bash"

cat "$R" > got &
reader=$!
setsid bash -c '(
    exec 3> "$1"
    echo "from the daemon" >&3
    until [[ -e go ]]; do sleep 0.01; done
    echo "still from the daemon" >&3
) < /dev/null > /dev/null 2>&1 &' - "$W"
echo "starter: $?"
await has got "from the daemon"
runs reader "$reader"
touch go
ended reader "$reader"
cat got
