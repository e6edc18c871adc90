#!/usr/bin/env python3
# O_NONBLOCK: no writer, a writer with nothing to say, lines, and the end, which comes a moment after the last close.
import os
import sys
import time

write, read = sys.argv[1:]


def look(fd):
    try:
        return os.read(fd, 100)
    except BlockingIOError:
        return "EAGAIN"


def awaited(fd):
    deadline = time.monotonic() + 10
    while (seen := look(fd)) == "EAGAIN" and time.monotonic() < deadline:
        time.sleep(0.01)
    return seen


fd = os.open(read, os.O_RDONLY | os.O_NONBLOCK)
print("no writer:", look(fd))
writer = os.open(write, os.O_WRONLY)
print("silent writer:", look(fd))
os.write(writer, b"a\nb\n")
print("two lines:", look(fd))
print("nothing more:", look(fd))
second = os.open(write, os.O_WRONLY)
os.close(writer)
print("another writer:", look(fd))
os.write(second, b"c\n")
os.close(second)
print("its line:", look(fd))
print("no writer:", awaited(fd), look(fd))
third = os.open(write, os.O_WRONLY)
print("a new writer:", look(fd))
os.close(third)
print("gone:", awaited(fd))
