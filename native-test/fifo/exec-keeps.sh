#!/bin/bash
# Descriptors live through exec.
. "${0%/*}/common.bash"

(exec 3< "$R"; exec cat <&3) > got &
reader=$!
(exec 3> "$W"; echo before >&3; exec sh -c 'echo after >&3')
echo "writer: $?"
ended reader "$reader"
cat got
