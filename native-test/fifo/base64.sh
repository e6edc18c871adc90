#!/bin/bash
# Compressed data, kept in lines
. "${0%/*}/common.bash"

seq 1 3000 | gzip -n | base64 > "$W" &
base64 -d "$R" | gunzip | cksum
wait
