#!/bin/bash
# Standard output and standard error sent into the pipe
. "${0%/*}/common.bash"

sed 's/^/log: /' "$R" > got &
logger=$!
bash -c 'echo out; echo err >&2; exit 3' > "$W" 2>&1
echo "program: $?"
ended logger "$logger"
cat got
