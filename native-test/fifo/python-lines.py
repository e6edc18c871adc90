#!/usr/bin/env python3
# Python's own file objects: lines as they come, the end, and a line that is written in pieces.
import os
import sys

write, read = sys.argv[1:]
child = os.fork()
if child == 0:
    with open(write, "w") as pipe:
        for i in range(1000):
            print("line", i, file=pipe)
        pipe.flush()
        pipe.write("half ")
        pipe.flush()
        pipe.write("and half\n")
    os._exit(3)
with open(read) as pipe:
    lines = list(pipe)
print(len(lines), lines[0].strip(), lines[999].strip(), lines[-1].strip())
print("writer:", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
