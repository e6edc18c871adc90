#!/bin/bash
# Several programs read one descriptor in turn.
. "${0%/*}/common.bash"

printf '%s\n' 1 2 3 4 5 6 > "$W" &
writer=$!
{
    read -r a
    (read -r b; echo "b=$b")
    read -r c
    echo "a=$a c=$c"
    dd bs=1 count=2 status=none
    cat
} < "$R"
ended writer "$writer"
