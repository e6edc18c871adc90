#!/bin/bash
# A coprocess between two programs
. "${0%/*}/common.bash"

coproc { tr a-z A-Z < "$R"; }
from=${COPROC[0]} child=$COPROC_PID
exec 5<&"$from"
printf 'one\ntwo\n' > "$W"
cat <&5
ended coprocess "$child"
