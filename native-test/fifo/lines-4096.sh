#!/bin/bash
# Lines of about 4096 bytes, from one writer
. "${0%/*}/common.bash"

lines_around 4096
