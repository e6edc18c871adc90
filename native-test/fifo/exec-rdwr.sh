#!/bin/bash
# A process that holds both ends: what it writes it can read, and nothing waits.
. "${0%/*}/common.bash"

exec 3<> "$R"
echo a >&3
read -r line <&3
echo "[$line]"
printf 'b\nc\n' >&3
read -r line <&3
echo "[$line]"
read -r line <&3
echo "[$line]"
exec 3>&-
echo done
