#!/usr/bin/env python3
# asyncio with add_reader: lines arrive one by one in the loop, and the end.
import asyncio
import os
import sys

write, read = sys.argv[1:]


async def main():
    loop = asyncio.get_running_loop()
    fd = os.open(read, os.O_RDONLY | os.O_NONBLOCK)
    writer = os.open(write, os.O_WRONLY)
    chunks = asyncio.Queue()

    def readable():
        try:
            chunks.put_nowait(os.read(fd, 4096))
        except BlockingIOError:
            pass

    loop.add_reader(fd, readable)
    for i in range(5):
        await loop.run_in_executor(None, os.write, writer, b"line %d\n" % i)
        print(await asyncio.wait_for(chunks.get(), 10))
    os.close(writer)
    print(await asyncio.wait_for(chunks.get(), 10))
    loop.remove_reader(fd)
    os.close(fd)


asyncio.run(main())
