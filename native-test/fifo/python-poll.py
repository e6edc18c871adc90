#!/usr/bin/env python3
# poll: whether there is something to do, and that one who waits is woken by a line and by the end.
import os
import select
import sys
import threading

write, read = sys.argv[1:]
fd = os.open(read, os.O_RDONLY | os.O_NONBLOCK)
writer = os.open(write, os.O_WRONLY)
poller = select.poll()
poller.register(fd, select.POLLIN)
print("silent writer:", poller.poll(0), poller.poll(200))


def later(work):
    threading.Timer(0.2, work).start()


later(lambda: os.write(writer, b"a\n"))
print("woken by a line:", len(poller.poll(10000)), os.read(fd, 100))
print("read:", poller.poll(0))
later(lambda: os.close(writer))
print("woken by the end:", len(poller.poll(10000)), os.read(fd, 100))
