#!/bin/bash
# A pipe with tokens: as many workers at once as there are
. "${0%/*}/common.bash"

exec 3<> "$R"
printf '%s\n' t1 t2 >&3
for i in {1..6}; do
    read -r token <&3
    (
        echo "$i" >> log
        echo "$token" >&3
    ) &
done
wait
sort log
read -r a <&3
read -r b <&3
printf '%s\n' "$a" "$b" | sort
