#!/bin/bash
# Lines of about 65536 bytes, from one writer
. "${0%/*}/common.bash"

lines_around 65536
