#!/usr/bin/env python3
# O_NONBLOCK: no writer, a writer with nothing to say, lines, and the end.
import os
import sys

write, read = sys.argv[1:]


def look(fd):
    try:
        return os.read(fd, 100)
    except BlockingIOError:
        return "EAGAIN"


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
print("no writer:", look(fd), look(fd))
third = os.open(write, os.O_WRONLY)
print("a new writer:", look(fd))
os.close(third)
print("gone:", look(fd))
