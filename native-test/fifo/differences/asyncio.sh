# row: asyncio's connect_read_pipe works
# fifo: connected
# pipe: refused
/usr/bin/python3 -c '
import asyncio, os, sys
async def main():
    loop = asyncio.get_running_loop()
    file = os.fdopen(os.open(sys.argv[1], os.O_RDONLY | os.O_NONBLOCK), "rb")
    try:
        transport, _ = await loop.connect_read_pipe(asyncio.Protocol, file)
        print("connected")
        transport.close()
    except ValueError:
        print("refused")
asyncio.run(main())' "$2"
