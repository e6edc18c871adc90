#!/usr/bin/env python3
# epoll, level and edge triggered.
import os
import select
import sys

write, read = sys.argv[1:]
fd = os.open(read, os.O_RDONLY | os.O_NONBLOCK)
writer = os.open(write, os.O_WRONLY)
for name, flags in ("level", 0), ("edge", select.EPOLLET):
    poller = select.epoll()
    poller.register(fd, select.EPOLLIN | flags)
    print(name, "silent:", poller.poll(0.2))
    for i in range(5):
        os.write(writer, b"%d\n" % i)
        print(name, "line:", len(poller.poll(10)), os.read(fd, 100))
    print(name, "read:", poller.poll(0.2))
    poller.close()
os.close(writer)
poller = select.epoll()
poller.register(fd, select.EPOLLIN)
print("end:", len(poller.poll(10)), os.read(fd, 100))
