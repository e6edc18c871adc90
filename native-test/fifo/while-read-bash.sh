#!/bin/bash
# A while read loop in bash.
. "${0%/*}/common.bash"

while_read bash
