#!/bin/bash
# cut
. "${0%/*}/common.bash"

printf 'a:b:c\nd:e:f\n' > "$W" &
cut -d : -f 1,3 "$R"
wait
