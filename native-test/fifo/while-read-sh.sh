#!/bin/bash
# A while read loop in sh.
. "${0%/*}/common.bash"

while_read sh
