#!/bin/bash
# Process substitution at both ends
. "${0%/*}/common.bash"

seq 1 10 | tee >(sed 's/^/line /' > "$W") > copy &
writer=$!
diff <(cat "$R") <(seq -f 'line %g' 1 10) && echo same
ended writer "$writer"
