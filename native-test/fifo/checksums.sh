#!/bin/bash
# Checksums by name
. "${0%/*}/common.bash"

seq 1 1000 > "$W" &
sha256sum "$R" | cut -d ' ' -f 1
wait
seq 1 1000 > "$W-2" &
md5sum < "$R-2"
wait
