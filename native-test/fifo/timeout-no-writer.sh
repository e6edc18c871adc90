#!/bin/bash
# timeout ends a reader for whom no writer comes.
. "${0%/*}/common.bash"

timeout 0.3 cat "$R"
echo "timeout: $?"
timeout -s KILL 0.3 cat "$R"
echo "timeout -s KILL: $?"
