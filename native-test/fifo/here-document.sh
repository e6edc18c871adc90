#!/bin/bash
# Here-documents and here-strings
. "${0%/*}/common.bash"

cat "$R" > got &
reader=$!
{
    cat << END
first $((1 + 1))
second
END
    cat <<< third
} > "$W"
ended reader "$reader"
cat got
