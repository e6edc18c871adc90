#!/usr/bin/env python3
"""Puts as much into many pipes as there is room for, in steps of a test.

usage: pour.py fill BYTES_OF_A_WRITE BYTES_OF_A_LINE FILE…   with O_NONBLOCK, until each pipe has no more room
       pour.py wait BYTES_OF_A_LINE FILE…                    one line into each, by a thread that waits

Each line of its input lets it go one step on, and it says what has come of it:
    open                  all files are open, and each has got a line
    full BYTES            so many have found room; or: waiting THREADS, refused THREADS ENOSPC
    stored BYTES          room was found again, all files are closed, and that is what all pipes hold
"""
import collections
import errno
import os
import select
import sys
import threading
import time

PATIENCE = 100


def say(*what):
    print(*what, flush=True)


def step():
    sys.stdin.readline()


def until(deadline, what, condition):
    while not condition():
        if time.monotonic() > deadline:
            sys.exit(f"not within {PATIENCE} s: {what}")
        time.sleep(0.05)


def write(fd, data):
    """How many bytes found room."""
    try:
        return os.write(fd, data)
    except BlockingIOError:
        return 0


def write_when_told(fds, data):
    """Once to each, when poll(2) says that there is room."""
    total, deadline, left = 0, time.monotonic() + PATIENCE, set(fds)
    poller = select.poll()
    for fd in fds:
        poller.register(fd, select.POLLOUT)
    while left:
        if time.monotonic() > deadline:
            sys.exit(f"{len(left)} pipes had no room within {PATIENCE} s")
        for fd, _ in poller.poll(1000):
            done = write(fd, data)
            if done:
                total += done
                left.discard(fd)
                poller.unregister(fd)
    return total


def fill(size, line, paths):
    data = (b"x" * (line - 1) + b"\n") * (size // line)
    fds = [os.open(path, os.O_WRONLY | os.O_NONBLOCK) for path in paths]
    total = write_when_told(fds, b"first\n")
    say("open")
    step()
    room = 0
    for fd in fds:
        done = write(fd, data)
        while done:
            room += done
            done = write(fd, data)
    say("full", room)
    step()
    total += room + write_when_told(fds, b"last\n")
    for fd in fds:
        os.close(fd)
    say("stored", total)


def in_write(thread):
    """Whether it waits in the system call (on x86_64 and aarch64), or has ended."""
    try:
        with open(f"/proc/self/task/{thread.native_id}/syscall") as call:
            return call.read().split()[0] in ("1", "64")
    except OSError:
        return True


def wait(line, paths):
    part = b"x" * (line - 1)
    fds = [os.open(path, os.O_WRONLY) for path in paths]
    results = [None] * len(fds)

    def push(i, data):
        try:
            results[i] = os.write(fds[i], data)
        except OSError as e:
            results[i] = errno.errorcode[e.errno]
        return results[i]

    for fd in fds:
        os.write(fd, b"first\n")
    say("open")
    step()
    threads, refused = [], []
    for i in range(len(fds)):
        # A part of a line does not wait. The kernel writes it in pieces, and what is refused may be a later one.
        if push(i, part) != len(part):
            refused.append(i)
            continue
        thread = threading.Thread(target=push, args=(i, b"\n"))
        thread.start()
        threads.append(thread)
        until(time.monotonic() + PATIENCE, "a thread writes", lambda: in_write(thread))
    say("waiting", len(threads), "refused", *{str(results[i]) for i in refused})
    step()
    for thread in threads:
        thread.join(PATIENCE)
    failed = {results[i] for i in range(len(fds)) if i not in refused and results[i] != 1} - {"ENOSPC"}
    if failed:
        sys.exit(f"writes that waited gave {failed}")
    # A write that was refused has done nothing, and nothing is held against its open file.
    for i in (i for i, result in enumerate(results) if result != 1):
        begun = results[i] if isinstance(results[i], int) else len(part) if i not in refused else 0
        rest = part[begun:] + b"\n"
        if push(i, rest) != len(rest):
            sys.exit(f"a file that had been refused once then got {results[i]}, and then {push(i, rest[-1:])}")
    for fd in fds:
        os.close(fd)
    say("stored", len(fds) * (line + len(b"first\n")))


what, *arguments = sys.argv[1:]
if what == "fill":
    fill(int(arguments[0]), int(arguments[1]), arguments[2:])
else:
    wait(int(arguments[0]), arguments[1:])
