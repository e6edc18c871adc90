#!/usr/bin/env python3
# O_NONBLOCK that is set and cleared on an open descriptor.
import fcntl
import os
import sys
import threading

write, read = sys.argv[1:]
opened = threading.Event()
go = threading.Event()


def produce():
    fd = os.open(write, os.O_WRONLY)
    opened.set()
    go.wait()
    os.write(fd, b"late\n")
    os.close(fd)


thread = threading.Thread(target=produce)
thread.start()
fd = os.open(read, os.O_RDONLY)
opened.wait()
fcntl.fcntl(fd, fcntl.F_SETFL, os.O_NONBLOCK)
try:
    print(os.read(fd, 100))
except BlockingIOError:
    print("EAGAIN")
fcntl.fcntl(fd, fcntl.F_SETFL, 0)
go.set()
print(os.read(fd, 100))
print(os.read(fd, 100))
thread.join()
