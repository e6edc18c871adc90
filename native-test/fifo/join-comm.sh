#!/bin/bash
# join and comm of two pipes
. "${0%/*}/common.bash"

printf '%s\n' 'a 1' 'b 2' 'd 4' > "$W" &
printf '%s\n' 'a x' 'c y' 'd z' > "$W-2" &
join "$R" "$R-2"
echo "join: $?"
wait
