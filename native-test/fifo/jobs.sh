#!/bin/bash
# Background jobs, wait -n and their statuses
. "${0%/*}/common.bash"

cat "$R" > got &
(exec 3> "$W"; echo one >&3; exit 3) &
wait -n %2
echo "second job: $?"
wait %1
echo "first job: $?"
cat got
