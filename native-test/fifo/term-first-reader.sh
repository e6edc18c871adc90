#!/bin/bash
# SIGTERM, SIGHUP and SIGKILL end readers for whom no writer has come.
. "${0%/*}/common.bash"

for signal in TERM HUP KILL; do
    cat "$R" &
    reader=$!
    await waits "$reader"
    kill "-$signal" "$reader"
    ended "$signal" "$reader"
done
