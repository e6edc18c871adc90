#!/usr/bin/env python3
# select: not ready while a writer is silent, ready for a line and for the end.
import os
import select
import sys

write, read = sys.argv[1:]
fd = os.open(read, os.O_RDONLY | os.O_NONBLOCK)
writer = os.open(write, os.O_WRONLY)


def ready(timeout):
    return bool(select.select([fd], [], [], timeout)[0])


print("silent writer:", ready(0), ready(0.2))
os.write(writer, b"a\n")
print("a line:", ready(10), os.read(fd, 100))
print("read:", ready(0), ready(0.2))
print("writable:", bool(select.select([], [writer], [], 10)[1]))
os.close(writer)
print("the end:", ready(10), os.read(fd, 100), ready(10))
