#!/bin/bash
# A while read loop in bash.
. "${0%/*}/common.bash"

printf 'a b  c\n  leading\n\nback\\slash\ntab\there\n' > "$W" &
writer=$!
bash -c '
    n=0
    while IFS= read -r line; do
        n=$((n + 1))
        echo "$n [$line]"
    done < "$1"
    echo "$n lines"' - "$R"
echo "reader: $?"
ended writer "$writer"
