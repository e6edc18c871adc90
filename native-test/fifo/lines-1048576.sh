#!/bin/bash
# Lines of about 1048576 bytes, from one writer
. "${0%/*}/common.bash"

lines_around 1048576
