#!/usr/bin/env python3
# A signal handler runs while Python waits in a read, and the read goes on (PEP 475).
import os
import signal
import sys

write, read = sys.argv[1:]
ready, tell = os.pipe()
child = os.fork()
if child == 0:
    fd = os.open(write, os.O_WRONLY)
    os.write(fd, b"first\n")
    os.read(ready, 1)
    os.write(fd, b"second\n")
    os._exit(0)


def handler(number, frame):
    print("signal", number == signal.SIGALRM)
    os.write(tell, b"x")


signal.signal(signal.SIGALRM, handler)
fd = os.open(read, os.O_RDONLY)
print(os.read(fd, 100))
signal.setitimer(signal.ITIMER_REAL, 0.3)
print(os.read(fd, 100))
print(os.read(fd, 100))
print("writer:", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
