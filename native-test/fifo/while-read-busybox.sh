#!/bin/bash
# A while read loop in busybox sh.
. "${0%/*}/common.bash"

while_read busybox sh
