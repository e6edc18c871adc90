#!/bin/bash
# One descriptor, written by builtins and programs in turn.
. "${0%/*}/common.bash"

cat "$R" > got &
reader=$!
exec 3> "$W"
echo one >&3
/bin/echo two >&3
seq 3 4 >&3
printf 'fi' >&3
printf 've\n' >&3
/usr/bin/printf 'si' >&3
/usr/bin/printf 'x\n' >&3
exec 3>&-
ended reader "$reader"
cat got
