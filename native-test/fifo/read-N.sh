#!/bin/bash
# read -N, read -n and read -d
. "${0%/*}/common.bash"

printf 'abcdef\nx:y:z\nrest\n' > "$W" &
writer=$!
{
    read -r -N 4 a
    read -r -n 10 b
    read -r -d : c
    read -r -N 2 d
    read -r e
    read -r f
} < "$R"
printf '[%s]' "$a" "$b" "$c" "$d" "$e" "$f"
echo
ended writer "$writer"
