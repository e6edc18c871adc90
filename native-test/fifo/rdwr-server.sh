#!/bin/bash
# A server that holds the pipe for reading and writing outlives its clients.
. "${0%/*}/common.bash"

(
    exec 3<> "$R"
    touch ready
    while read -r line <&3; do
        [[ $line != quit ]] || exit 7
        echo "served $line"
    done
) > got &
server=$!
await test -e ready
want=''
for i in 1 2 3; do
    echo "$i" > "$W"
    want+="served $i"$'\n'
    await has got "${want%$'\n'}"
    runs server "$server"
done
echo quit > "$W"
ended server "$server"
cat got
