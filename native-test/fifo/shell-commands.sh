#!/bin/bash
# A shell that gets its commands through the pipe
. "${0%/*}/common.bash"

bash -s arg < "$R" > got &
shell=$!
exec 3> "$W"
echo 'echo "hello $1"' >&3
await has got "hello arg"
echo 'x=5' >&3
echo 'echo $((x + 1)); exit 9' >&3
ended shell "$shell"
exec 3>&-
cat got
