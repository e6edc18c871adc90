#!/usr/bin/env python3
# Threads: four writers and one reader of the same process.
import sys
import threading

write, read = sys.argv[1:]
all_open = threading.Barrier(4)


def produce(name):
    with open(write, "w", buffering=1) as pipe:
        all_open.wait()
        for i in range(100):
            pipe.write(f"{name} {i}\n")


threads = [threading.Thread(target=produce, args=(name,)) for name in "abcd"]
for thread in threads:
    thread.start()
last = dict.fromkeys("abcd", -1)
with open(read) as pipe:
    for line in pipe:
        name, i = line.split()
        assert int(i) == last[name] + 1, line
        last[name] = int(i)
print(last)
for thread in threads:
    thread.join()
