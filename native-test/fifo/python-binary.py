#!/usr/bin/env python3
# Unbuffered binary reading: readinto, readline, and read to the end.
import os
import sys

write, read = sys.argv[1:]
child = os.fork()
if child == 0:
    with open(write, "wb", buffering=0) as pipe:
        pipe.write(b"one\n\x00\xff\n" + b"x" * 5000 + b"\n")
    os._exit(0)
with open(read, "rb", buffering=0) as pipe:
    buffer = bytearray(4)
    print(pipe.readinto(buffer), bytes(buffer))
    print(pipe.readline())
    print(len(pipe.readall()), pipe.read())
print("writer:", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
