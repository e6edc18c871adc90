#!/bin/bash
# A while read loop in dash.
. "${0%/*}/common.bash"

while_read dash
