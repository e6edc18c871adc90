#!/bin/bash
# Subshells share one descriptor and write in turn.
. "${0%/*}/common.bash"

cat "$R" > got &
reader=$!
{
    (echo a; (echo b; (echo c)))
    (echo d)
    for i in 1 2; do (echo "loop $i"); done
} > "$W"
echo "writers: $?"
ended reader "$reader"
cat got
