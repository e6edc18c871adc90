#!/usr/bin/env python3
# selectors: two pipes at once, each until its end.
import os
import selectors
import sys

write, read = sys.argv[1:]
child = os.fork()
if child == 0:
    # In the order in which the parent opens.
    one = os.open(write, os.O_WRONLY)
    two = os.open(write + "-2", os.O_WRONLY)
    for i in range(100):
        os.write(one, b"%d\n" % i)
        os.write(two, b"%d\n" % -i)
    os._exit(0)
selector = selectors.DefaultSelector()
got = {}
for name, path in ("one", read), ("two", read + "-2"):
    fd = os.open(path, os.O_RDONLY)
    os.set_blocking(fd, False)
    selector.register(fd, selectors.EVENT_READ, name)
    got[name] = b""
while selector.get_map():
    for key, _ in selector.select():
        try:
            data = os.read(key.fd, 4096)
        except BlockingIOError:
            continue
        got[key.data] += data
        if not data:
            selector.unregister(key.fd)
            os.close(key.fd)
for name, data in got.items():
    print(name, data.count(b"\n"), data[:6], data[-4:])
print("writer:", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
