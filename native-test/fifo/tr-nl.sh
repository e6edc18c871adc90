#!/bin/bash
# tr, nl, rev, fold, expand
. "${0%/*}/common.bash"

printf 'one\ttwo\nthree\n' > "$W" &
tr a-z A-Z < "$R" | nl -ba | rev | fold -w 12 | expand
wait
