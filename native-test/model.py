#!/usr/bin/env python3
"""Does random things to pipes of two mounts, and compares all that is read with a model.

usage: model.py FIRST_MOUNT SECOND_MOUNT

The model of a pipe is a string of bytes: what was pushed since the last reset. Where docs/SEMANTICS.md leaves a choice
(a read may return less than was asked for, a size may be less than the truth), the model leaves it too, and nowhere else.
Readers are in two processes, and a third has none at all, since what a size says depends on what its process has open.

$DNPIPES_MODEL_SEED repeats a run, $DNPIPES_MODEL_OPERATIONS sets its length. $DNPIPES and $BROKER are as in lib.bash.
"""
import collections
import errno
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import time

SEED = int(os.environ.get("DNPIPES_MODEL_SEED") or random.SystemRandom().randrange(10**9))
OPERATIONS = int(os.environ.get("DNPIPES_MODEL_OPERATIONS") or 100_000)
# How many operations are shown when something is wrong.
LAST = int(os.environ.get("DNPIPES_MODEL_LAST") or 20)
REMOUNTS = 10
PIPES = 6
# Up to here sizes are exact whoever asks (4.3), with a margin for "about".
SURELY_EXACT = 3_900_000
# The first pipe is larger than that, and is never reset.
LARGE = 6_000_000
MOST_READERS = 8
# A call that takes longer waits for something that does not come.
PATIENCE = 60

# 4.12: so long after an open, and if nothing else was done there, fstat is about what was opened.
RIGHT_AFTER = 0.010

FAR = (10**7, 10**10, 2**40, 2**62)


class Difference(Exception):
    """dnpipes and the model do not agree."""


#
# Processes
#

CALLS = {
    "open": os.open,
    "close": os.close,
    "read": os.read,
    "write": os.write,
    "pread": os.pread,
    "lseek": os.lseek,
    "truncate": os.truncate,
    "ftruncate": os.ftruncate,
    "fstat": lambda fd: os.fstat(fd).st_size,
    "stat": lambda path: os.stat(path).st_size,
}


def serve(connection):
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    while True:
        try:
            name, args = connection.recv()
        except EOFError:
            return
        try:
            connection.send((CALLS[name](*args), None))
        except OSError as e:
            connection.send((None, e.errno))


class Here:
    """This process."""

    name = "this process"

    @staticmethod
    def call(name, *args):
        return CALLS[name](*args)


class Elsewhere:
    """Another process that does what it is told."""

    def __init__(self, name):
        self.name = name
        self.connection, other = multiprocessing.Pipe()
        self.process = multiprocessing.get_context("fork").Process(target=serve, args=(other,), daemon=True)
        self.process.start()
        other.close()

    def call(self, name, *args):
        self.connection.send((name, args))
        result, number = self.connection.recv()
        if number is not None:
            raise OSError(number, os.strerror(number))
        return result


#
# The model
#


class Pipe:
    def __init__(self, number, name, most):
        self.number = number
        self.name = name
        # It is reset soon after it has grown beyond that; None: never.
        self.most = most
        self.content = bytearray()
        self.resets = 0
        self.readers = []
        self.writers = []


class Reader:
    def __init__(self, number, pipe, kind, process, mount, fd):
        self.number = number
        self.pipe = pipe
        self.kind = kind
        self.process = process
        self.mount = mount
        self.fd = fd
        # The position that the kernel keeps.
        self.position = 0
        # Where the last read ended; None before the first. And whether it was one from beyond the end.
        self.at = None
        self.beyond = False
        # Which position the first byte of the content has. After a reset a plain reader just goes on (5.5).
        self.base = 0
        self.resets = pipe.resets
        # Of a line that was begun before a reset: what is still to come.
        self.rest = b""
        # Of a snapshot: how many bytes it has.
        self.limit = None
        # Whether it has got bytes, or has seen a writer: else it waits for a first one.
        self.delivered = False

    def __str__(self):
        return f"{self.kind} reader {self.number} of {self.pipe.name} on {os.path.basename(self.mount)} in {self.process.name}"

    @property
    def seeks(self):
        return self.kind == "seeking"

    @property
    def goes_on(self):
        """Whether it has not yet read past the last reset, so that only its next bytes in order are known."""
        return self.resets < self.pipe.resets

    @property
    def size(self):
        """How many bytes it can read, from base on."""
        return len(self.pipe.content) if self.limit is None else self.limit

    @property
    def file_size(self):
        """What fstat says, if it is exact (4.3): in positions of its own, past a reset."""
        if self.kind in ("seeking", "stream") or self.at is None and self.kind != "snapshot":
            return len(self.pipe.content)
        if self.goes_on:
            return self.at + len(self.rest) + (0 if self.kind == "snapshot" else len(self.pipe.content))
        return self.base + self.size

    def bytes_at(self, offset, length):
        return bytes(self.pipe.content[offset : min(offset + length, self.size)])


class Writer:
    def __init__(self, number, pipe, kind, process, mount, fd, flags):
        self.number = number
        self.pipe = pipe
        self.kind = kind
        self.process = process
        self.mount = mount
        self.fd = fd
        self.non_blocking = bool(flags & os.O_NONBLOCK)
        self.part = b""
        self.counts = not self.non_blocking
        self.burst = 0
        self.last_write = 0.0

    def __str__(self):
        return f"{self.kind} writer {self.number} of {self.pipe.name} on {os.path.basename(self.mount)}"


class Stream(Reader):
    """An open file for reading and writing: not seekable, and a writer itself."""

    def __init__(self, reader_of, writer):
        super().__init__(reader_of.number, reader_of.pipe, "stream", reader_of.process, reader_of.mount, reader_of.fd)
        self.writer = writer


class Model:
    def __init__(self, mounts):
        self.random = random.Random(SEED)
        self.mounts = mounts
        self.here = Here()
        self.other = Elsewhere("another process")
        self.bystander = Elsewhere("a process without readers")
        self.pool = self.random.randbytes(1 << 21).replace(b"\n", b"\r")
        self.last = collections.deque(maxlen=LAST)
        self.operation = 0
        self.handles = 0
        self.tally = collections.Counter()
        self.spent = collections.Counter()
        self.doing, self.since = "", time.monotonic()
        # Where this process has opened a pipe last, without looking at it, and when.
        self.opened, self.opened_at = None, 0.0
        run = f"model-{os.getpid()}-{SEED}"
        self.pipes = [Pipe(i, f"{run}-{i}", None if i == 0 else 400_000 * i) for i in range(PIPES)]

    # Running

    def run(self):
        signal.signal(signal.SIGALRM, self.waited)
        remounts = {int(OPERATIONS * (i + self.random.random()) / REMOUNTS) for i in range(REMOUNTS)}
        for pipe in self.pipes:
            self.begin("make", pipe.name)
            self.append_at_once(pipe, self.lines(3))
        while len(self.pipes[0].content) < LARGE:
            self.append_at_once(self.pipes[0], self.bulk(300_000))
        operations = [
            (3000, self.read_anywhere),
            (500, self.read_on),
            (150, self.seek),
            (60, self.size_of_open),
            (30, self.size_by_name),
            (25, self.write),
            (14, self.open_writer),
            (10, self.close_writer),
            (12, self.append),
            (1, self.append_by_kcat),
            (25, self.open_reader),
            (14, self.close_reader),
            (3, self.read_snapshot),
            (3, self.reset),
        ]
        weights = [weight for weight, _ in operations]
        calls = [call for _, call in operations]
        while self.operation < OPERATIONS:
            if self.operation in remounts:
                remounts.discard(self.operation)
                self.remount(self.random.choice(self.mounts))
            else:
                self.random.choices(calls, weights)[0]()
        for pipe in self.pipes:
            self.close_all(pipe, self.mounts)
            for mount in self.mounts:
                self.compare_snapshot(pipe, mount, self.bystander)

    def begin(self, *what):
        """Every operation says what it is going to do, before it does it."""
        self.operation += 1
        self.last.append((self.operation, what))
        self.tally[what[0]] += 1
        now = time.monotonic()
        self.spent[self.doing] += now - self.since
        self.doing, self.since = what[0], now
        signal.setitimer(signal.ITIMER_REAL, PATIENCE)

    def waited(self, *_):
        raise Difference(f"a call did not end within {PATIENCE} s")

    def step(self, *what):
        """A part of an operation."""
        self.last.append((self.operation, what))
        signal.setitimer(signal.ITIMER_REAL, PATIENCE)

    # Choosing

    def pipe(self):
        return self.random.choice(self.pipes)

    def reader(self, condition=lambda reader: True):
        readers = [reader for reader in self.pipe().readers if condition(reader)]
        return self.random.choice(readers) if readers else None

    def length(self):
        return self.random.randint(1, self.random.choices((200, 8192, 131072, 1 << 20), (50, 35, 12, 3))[0])

    def line(self):
        size = self.random.choices((0, 1, 80, 4000, 100_000), (8, 4, 60, 27, 1))[0]
        size = self.random.randint(size // 2, size)
        start = self.random.randrange(len(self.pool) - size)
        return self.pool[start : start + size] + b"\n"

    def lines(self, most):
        return b"".join(self.line() for _ in range(self.random.randint(1, most)))

    def bulk(self, size):
        data = b""
        while len(data) < size:
            data += self.line()
        return data

    # Comparing

    def compare(self, got, want, what, offset=0):
        if got == want:
            return
        got, want = bytes(got), bytes(want)
        first = len(os.path.commonprefix((got, want)))
        raise Difference(
            f"{what}: {len(got)} bytes, which differ from the model's {len(want)} at {first} (in the pipe: {offset + first})\n"
            f"  got  {got[first : first + 60]!r}\n"
            f"  want {want[first : first + 60]!r}"
        )

    def expect_bytes(self, reader, got, want, offset):
        """A read gives the beginning of what there is: at least one byte (3.6)."""
        if want and not got:
            # What it says now tells whether that was a moment's mistake, or a reset that it thinks it has to show.
            again = len(reader.process.call("pread", reader.fd, 4096, reader.base + offset)) if reader.kind != "stream" else "?"
            size = reader.process.call("fstat", reader.fd)
            more = len(reader.process.call("pread", reader.fd, 4096, reader.base + offset)) if reader.kind != "stream" else "?"
            raise Difference(
                f"{reader}: end of file at {offset} of {len(reader.pipe.content)} bytes;"
                f" asked again: {again} bytes, then a size of {size}, then {more} bytes"
            )
        try:
            self.compare(got, want[: len(got)], str(reader), offset)
        except Difference as e:
            elsewhere = reader.pipe.content.find(got[:200])
            raise Difference(f"{e}\n  what it got stands at {elsewhere}, if that is not -1") from e
        self.tally["short reads" if len(got) < len(want) else "full reads"] += 1

    def just_opened(self, pipe, mount):
        self.opened, self.opened_at = (pipe, mount), time.monotonic()

    def expect_size(self, process, pipe, mount, got, snapshot=False):
        if (
            self.doing == "fstat"
            and self.opened == (pipe, mount)
            and process is self.here
            and self.since - self.opened_at < RIGHT_AFTER
            and got == len(pipe.content)
        ):
            return
        # fstat(2) does not tell which file it is about: of those that the process has open by that path, the smallest.
        own = [r.file_size for r in pipe.readers if r.process is process and r.mount == mount and (r.kind == "snapshot") == snapshot]
        size = min(own, default=len(pipe.content))
        exact = size <= SURELY_EXACT or any(
            r.seeks and r.process is process and r.mount == mount for r in pipe.readers
        )
        if got != size and (exact or got > size or got % 4096):
            raise Difference(f"the size of {pipe.name} on {mount} is {got} for {process.name}, and should be {size}")
        self.tally["sizes" if got == size else "sizes below the truth"] += 1

    # Reading

    def open_reader(self):
        pipe = self.pipe()
        if len(pipe.readers) >= MOST_READERS:
            return
        kind = self.random.choices(("seeking", "plain", "nonblocking", "snapshot", "stream"), (50, 18, 12, 12, 8))[0]
        mount = self.random.choice(self.mounts)
        process = self.random.choices((self.here, self.other), (4, 1))[0] if kind != "stream" else self.here
        self.begin("open", kind, "reader of", pipe.name, "on", os.path.basename(mount), "in", process.name)
        path = os.path.join(mount, pipe.name + ("@snapshot" if kind == "snapshot" else ""))
        flags = {"nonblocking": os.O_RDONLY | os.O_NONBLOCK, "stream": os.O_RDWR}.get(kind, os.O_RDONLY)
        fd = process.call("open", path, flags)
        if process is self.here and kind != "snapshot":
            self.just_opened(pipe, mount)
        self.handles += 1
        reader = Reader(self.handles, pipe, kind, process, mount, fd)
        if kind == "stream":
            writer = Writer(self.handles, pipe, "stream", process, mount, fd, flags)
            pipe.writers.append(writer)
            reader = Stream(reader, writer)
        elif kind == "snapshot":
            reader.limit = len(pipe.content)
        pipe.readers.append(reader)
        if kind == "seeking":
            end = process.call("lseek", fd, 0, os.SEEK_END)
            reader.position = end
            if end != len(pipe.content):
                raise Difference(f"{reader}: lseek to the end gives {end}, and should give {len(pipe.content)}")

    def close_reader(self):
        reader = self.reader(lambda r: len(r.pipe.readers) > 3)
        if reader:
            self.begin("close", reader)
            self.close(reader)

    def close(self, reader):
        reader.pipe.readers.remove(reader)
        if isinstance(reader, Stream):
            self.finish(reader.writer)
        else:
            reader.process.call("close", reader.fd)

    def offset(self, reader, size):
        """Where to read: near the end, near the last read, anywhere."""
        choice = self.random.random()
        if choice < 0.3:
            return size - self.random.randint(1, 5000)
        if choice < 0.32:
            return size
        if choice < 0.34:
            return size + self.random.randint(0, 300_000)
        if choice < 0.35:
            return size + self.random.choice(FAR)
        if choice < 0.7 and reader.at is not None:
            return reader.at - reader.base + self.random.randint(-20_000, 20_000)
        return self.random.randint(0, size)

    def may_read(self, reader, offset):
        """Whether a read there is answered at once, and it is known how."""
        if reader.kind in ("plain", "stream"):
            if offset < len(reader.pipe.content):
                return True
            # A stream is a writer, so it waits for ever.
            return reader.kind == "plain" and reader.delivered and not reader.pipe.writers
        return True

    def read_anywhere(self):
        reader = self.reader(lambda r: r.kind != "stream" and not r.goes_on)
        if not reader:
            return
        size, length = reader.size, self.length()
        offset = max(0, self.offset(reader, size))
        if not self.may_read(reader, offset):
            return
        self.read(reader, "pread", offset + reader.base, length)

    def read_on(self):
        reader = self.reader()
        if not reader:
            return
        length = self.length()
        if reader.goes_on:
            self.read_past_reset(reader, length)
            return
        call, position = "read", reader.position
        if reader.kind == "stream":
            position = reader.at or 0
        elif position < reader.base:
            # What was there is gone: what it gets instead, and which positions it has then, is another matter.
            call, position = "pread", reader.at
        if self.may_read(reader, position - reader.base):
            self.read(reader, call, position, length)

    def read(self, reader, call, position, length):
        offset = position - reader.base
        want = reader.bytes_at(offset, length)
        self.begin(call, reader, "at", position, "of", reader.size, "size", length)
        reader.beyond = offset > reader.size
        got = self.try_read(reader, call, position, length, bool(want))
        if got is None:
            return
        self.expect_bytes(reader, got, want, offset)
        self.was_read(reader, call, position, got)

    def was_read(self, reader, call, position, got):
        reader.at = position + len(got)
        if call == "read":
            reader.position = reader.at
        reader.delivered |= bool(got)

    def try_read(self, reader, call, position, length, has_bytes):
        """What the call gives; None for EAGAIN, where that is right."""
        args = (length, position) if call == "pread" else (length,)
        deadline = time.monotonic() + PATIENCE / 2
        while True:
            try:
                got = reader.process.call(call, reader.fd, *args)
            except OSError as e:
                if e.errno != errno.EAGAIN or reader.kind != "nonblocking":
                    raise Difference(f"{reader}: {e}") from e
                if has_bytes:
                    raise Difference(f"{reader}: EAGAIN at {position}, where there is something") from e
                self.tally["EAGAIN"] += 1
                if reader.pipe.writers:
                    reader.at = position
                    return None
                # A writer may count for a moment after close(2) has returned.
                if time.monotonic() > deadline:
                    raise Difference(f"{reader}: EAGAIN, but there is no writer") from e
                time.sleep(0.01)
                continue
            if not got and reader.kind in ("nonblocking", "plain") and any(w.counts for w in reader.pipe.writers):
                raise Difference(f"{reader}: end of file at {position}, but there is a writer")
            return got

    def read_past_reset(self, reader, length):
        """The first bytes after a reset: the line that was begun, and the first message after it (5.5)."""
        pipe = reader.pipe
        call = "read" if reader.kind == "stream" or reader.position == reader.at else "pread"
        ahead = b"" if reader.kind == "snapshot" else bytes(pipe.content)
        want = (reader.rest + ahead)[:length]
        if not want and reader.kind != "snapshot":
            return
        self.begin(call, reader, "past a reset at", reader.at, "size", length)
        position = reader.at
        got = self.try_read(reader, call, position, length, bool(want))
        if got is None:
            return
        self.expect_bytes(reader, got, want, 0)
        rest = len(reader.rest)
        self.was_read(reader, call, position, got)
        if len(got) > rest:
            reader.base = position + rest
            reader.resets = pipe.resets
            reader.rest = b""
        else:
            reader.rest = reader.rest[len(got) :]

    def seek(self):
        reader = self.reader(lambda r: r.kind != "stream" and not r.goes_on)
        if not reader:
            return
        size = reader.size
        how = self.random.choice((os.SEEK_SET, os.SEEK_CUR, os.SEEK_END))
        if how == os.SEEK_END:
            # Asking for the end before the first read would make it a reader of another kind.
            if not reader.seeks and (reader.at is None or len(reader.pipe.content) > SURELY_EXACT):
                return
            self.begin("lseek", reader, "to the end")
            reader.position = reader.process.call("lseek", reader.fd, 0, how)
            if reader.position != reader.file_size:
                raise Difference(f"{reader}: lseek to the end gives {reader.position}, and should give {reader.file_size}")
            return
        target = reader.base + max(0, self.offset(reader, size))
        distance = target - (reader.position if how == os.SEEK_CUR else 0)
        self.begin("lseek", reader, "to", target)
        got = reader.process.call("lseek", reader.fd, distance, how)
        if got != target:
            raise Difference(f"{reader}: lseek to {target} gives {got}")
        reader.position = target

    # Sizes

    def size_of_open(self):
        reader = self.reader()
        if reader:
            self.begin("fstat", reader)
            got = reader.process.call("fstat", reader.fd)
            self.expect_size(reader.process, reader.pipe, reader.mount, got, reader.kind == "snapshot")

    def size_by_name(self):
        pipe = self.pipe()
        process = self.random.choice((self.here, self.other, self.bystander))
        mount = self.random.choice(self.mounts)
        view = self.random.choice(("", "", "@snapshot", "@follow", "@new"))
        self.begin("stat", pipe.name + view, "on", os.path.basename(mount), "by", process.name)
        got = process.call("stat", os.path.join(mount, pipe.name + view))
        if view in ("", "@snapshot"):
            self.expect_size(process, pipe, mount, got, view == "@snapshot")
        else:
            self.expect_size(self.bystander, pipe, mount, got)

    def read_snapshot(self):
        pipe = self.pipe()
        mount = self.random.choice(self.mounts)
        process = self.random.choice((self.here, self.other, self.bystander))
        self.begin("read all of", pipe.name + "@snapshot", "on", os.path.basename(mount), "in", process.name)
        self.compare_snapshot(pipe, mount, process)

    def compare_snapshot(self, pipe, mount, process):
        fd = process.call("open", os.path.join(mount, pipe.name + "@snapshot"), os.O_RDONLY)
        got = b""
        while True:
            more = process.call("read", fd, 1 << 20)
            if not more:
                break
            got += more
        process.call("close", fd)
        self.compare(got, bytes(pipe.content), f"{pipe.name}@snapshot")

    # Writing

    def open_writer(self):
        pipe = self.pipe()
        if len(pipe.writers) >= 2:
            return
        kind, flags = self.random.choice(
            (
                (">", os.O_WRONLY | os.O_CREAT | os.O_TRUNC),
                (">>", os.O_WRONLY | os.O_CREAT | os.O_APPEND),
                ("nonblocking", os.O_WRONLY | os.O_NONBLOCK),
                ("synchronous", os.O_WRONLY | os.O_DSYNC),
            )
        )
        mount = self.random.choice(self.mounts)
        self.begin("open", kind, "writer of", pipe.name, "on", os.path.basename(mount))
        fd = os.open(os.path.join(mount, pipe.name), flags, 0o666)
        self.just_opened(pipe, mount)
        self.handles += 1
        pipe.writers.append(Writer(self.handles, pipe, kind, self.here, mount, fd, flags))

    def write(self):
        writers = self.pipe().writers
        if not writers:
            return
        writer = self.random.choice(writers)
        data = self.lines(4)
        if self.random.random() < 0.3:
            # Some of it, so that a later write ends the line.
            data = data[: self.random.randint(1, len(data))]
        cuts = sorted(self.random.randint(0, len(data)) for _ in range(self.random.choice((0, 0, 1, 3))))
        pieces = [data[a:b] for a, b in zip([0, *cuts], [*cuts, len(data)]) if a < b]
        self.begin("write", writer, "pieces of", [len(piece) for piece in pieces])
        for piece in pieces:
            self.put(writer, piece)
        self.settle(writer)

    def put(self, writer, data):
        while data:
            count = writer.process.call("write", writer.fd, data)
            if count <= 0:
                raise Difference(f"{writer}: write of {len(data)} bytes gives {count}")
            held = writer.part + data[:count]
            complete = held.rfind(b"\n") + 1
            writer.pipe.content += held[:complete]
            writer.part = held[complete:]
            writer.counts |= bool(complete)
            data = data[count:]
            now = time.monotonic()
            # 2.6: a burst ends with 100 ms of quiet. Here that may seem shorter than there, never longer.
            writer.burst = writer.burst + 1 if now - writer.last_write < 1 else 1
            writer.last_write = now

    @staticmethod
    def settle(writer):
        """Sees to it that what was written is stored, where write(2) does not promise that (2.6, 2.9)."""
        if writer.non_blocking or writer.burst >= 60:
            os.fsync(writer.fd)

    def close_writer(self):
        writers = [writer for writer in self.pipe().writers if writer.kind != "stream"]
        if writers:
            writer = self.random.choice(writers)
            self.begin("close", writer, "with", len(writer.part), "bytes held")
            self.finish(writer)

    def finish(self, writer):
        pipe = writer.pipe
        writer.process.call("close", writer.fd)
        pipe.writers.remove(writer)
        if not writer.part:
            return
        pipe.content += writer.part + b"\n"
        if any(w.mount == writer.mount and w.process is writer.process for w in pipe.writers):
            # This process has the file open still, by another name as it were: close does not wait for the line (2.3).
            deadline = time.monotonic() + PATIENCE / 2
            while not self.reaches_end(pipe, writer.mount):
                if time.monotonic() > deadline:
                    raise Difference(f"{writer}: the line that was held did not come")
                time.sleep(0.005)

    def reaches_end(self, pipe, mount):
        """Whether the last byte is there."""
        fd = self.bystander.call("open", os.path.join(mount, pipe.name + "@snapshot"), os.O_RDONLY)
        got = self.bystander.call("pread", fd, 1, len(pipe.content) - 1)
        self.bystander.call("close", fd)
        return bool(got)

    def append(self):
        pipe = self.pipe()
        mount = self.random.choice(self.mounts)
        many = self.random.random() < 0.1
        data = self.bulk(self.random.randint(20_000, 300_000)) if many else self.lines(5)
        if self.random.random() < 0.2:
            data = data[:-1] or data
        self.begin("append", len(data), "bytes to", pipe.name, "on", os.path.basename(mount))
        self.append_at_once(pipe, data, mount)

    def append_at_once(self, pipe, data, mount=None, process=None):
        mount, process = mount or self.mounts[0], process or self.here
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        fd = process.call("open", os.path.join(mount, pipe.name), flags, 0o666)
        writer = Writer(0, pipe, "passing", process, mount, fd, flags)
        pipe.writers.append(writer)
        self.put(writer, data)
        self.finish(writer)

    def append_by_kcat(self):
        pipe = self.pipe()
        # kcat takes neither empty lines nor, by way of a C string, what follows a NUL.
        lines = [b"kcat " + self.line()[:-1].replace(b"\0", b"0") for _ in range(self.random.randint(1, 50))]
        data = b"\n".join(lines) + b"\n"
        self.begin("append by kcat", len(data), "bytes to", pipe.name)
        kcat = ["kcat", "-P", "-q", "-b", os.environ["BROKER"], "-t", pipe.name, "-p", "0", "-X", "acks=all", "-X", "linger.ms=0"]
        subprocess.run(kcat, input=data, check=True, timeout=PATIENCE)
        pipe.content += data

    # Resetting

    def reset(self):
        pipe = self.random.choice([p for p in self.pipes if p.most is not None])
        if len(pipe.content) < pipe.most and self.random.random() < 0.5:
            return
        how = self.random.choice(("truncate", "ftruncate", "truncate -s 0"))
        mount = self.random.choice(self.mounts)
        process = self.random.choice((self.here, self.other, self.bystander))
        self.begin("reset", pipe.name, "on", os.path.basename(mount), "by", how, "in", process.name)
        path = os.path.join(mount, pipe.name)
        if how == "truncate":
            process.call("truncate", path, 0)
        elif how == "ftruncate":
            fd = process.call("open", path, os.O_RDWR)
            process.call("ftruncate", fd, 0)
            process.call("close", fd)
        else:
            subprocess.run(["truncate", "-s", "0", path], check=True, timeout=PATIENCE)
        if not pipe.content:
            # There was nothing that could be removed, so nobody has to be told.
            return
        self.was_reset(pipe)
        # Who asks now gets to know it, on the other mount too; what that had read before it may show until then (5.6).
        for asked in self.random.sample(self.mounts, len(self.mounts)):
            self.step("stat", pipe.name, "on", os.path.basename(asked), "by a process without readers")
            self.expect_size(self.bystander, pipe, asked, self.bystander.call("stat", os.path.join(asked, pipe.name)))
        if self.random.random() < 0.5:
            data = self.lines(40)
            self.step("append", len(data), "bytes to", pipe.name)
            self.append_at_once(pipe, data, self.random.choice(self.mounts), self.bystander)
        # The kernel asks for the size itself on behalf of the process that truncates.
        self.show_reset(pipe, {(process, mount)})

    def was_reset(self, pipe):
        old = bytes(pipe.content)
        pipe.content.clear()
        for reader in pipe.readers[:]:
            if reader.seeks or reader.at is None and reader.kind != "snapshot":
                continue
            if reader.goes_on:
                continue
            reader.at = reader.at or 0
            offset = reader.at - reader.base
            size = len(old) if reader.limit is None else reader.limit
            if offset > size or reader.beyond:
                # What follows a read from beyond the end, nobody says.
                self.close(reader)
                continue
            within = 0 < offset < size and old[offset - 1] != 10
            reader.rest = old[offset : old.index(b"\n", offset) + 1] if within else b""
            if reader.limit is not None:
                reader.limit = 0
        pipe.resets += 1
        for reader in pipe.readers:
            if reader.at is None and not reader.seeks:
                reader.resets = pipe.resets

    def show_reset(self, pipe, shown):
        """Readers that asked for the end are shown a size of 0, once; until then they are at the end (5.5)."""
        readers = [reader for reader in pipe.readers if reader.seeks]
        unaware = {reader for reader in readers if (reader.process, reader.mount) not in shown}
        self.random.shuffle(readers)
        for reader in readers:
            position, length = self.random.choice((0, 1, 4096, reader.at or 7)), self.length()
            if self.random.random() < 0.5:
                self.step("pread", reader, "before it is shown the reset, at", position, "size", length)
                got = reader.process.call("pread", reader.fd, length, position)
                if position == 0:
                    # Who reads from the start begins anew.
                    self.compare(got, bytes(pipe.content[: len(got)]), str(reader))
                    unaware.discard(reader)
                elif reader in unaware:
                    self.compare(got, b"", str(reader))
            # fstat(2) does not tell dnpipes which file it is about: one that has not been shown the reset is shown it.
            told = {r for r in unaware if r.process is reader.process and r.mount == reader.mount}
            for left in range(len(told), 0, -1):
                self.step("fstat", reader, "after a reset, which", left, "of the process have not been shown")
                size = reader.process.call("fstat", reader.fd)
                if size != 0:
                    raise Difference(f"{reader}: the size is {size} after a reset, and should be 0")
            unaware -= told
            if (reader.process, reader.mount) in shown:
                # The kernel has asked on behalf of the one that truncated: one reader was shown it, whichever.
                for _ in readers:
                    reader.process.call("fstat", reader.fd)
            self.step("fstat", reader, "again")
            self.expect_size(reader.process, pipe, reader.mount, reader.process.call("fstat", reader.fd))
            reader.process.call("lseek", reader.fd, 0, os.SEEK_SET)
            reader.position = 0
            reader.resets = pipe.resets
            reader.base = 0

    # Mounting again

    def close_all(self, pipe, mounts):
        for reader in pipe.readers[:]:
            if reader.mount in mounts:
                self.close(reader)
        for writer in pipe.writers[:]:
            if writer.mount in mounts:
                self.finish(writer)

    def remount(self, mount):
        with_files = self.random.random() < 0.5
        self.begin("remount", os.path.basename(mount), "with files open" if with_files else "")
        if not with_files:
            for pipe in self.pipes:
                self.close_all(pipe, [mount])
        dnpipes = os.environ["DNPIPES"]
        self.step("umount", os.path.basename(mount))
        subprocess.run([dnpipes, "umount", mount], check=True, timeout=PATIENCE, stdin=subprocess.DEVNULL)
        for pipe in self.pipes:
            self.give_up(pipe, mount)
        environment = {**os.environ, "DNPIPES_TEST_MOUNT": mount}
        command = [dnpipes, "mount", "--bootstrap-servers", os.environ["BROKER"], mount]
        self.step("mount", os.path.basename(mount))
        with open(mount + ".log", "ab") as log:
            subprocess.run(
                command, check=True, timeout=PATIENCE, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment
            )
        for pipe in self.pipes:
            self.step("stat", pipe.name, "on", os.path.basename(mount), "by a process without readers")
            got = self.bystander.call("stat", os.path.join(mount, pipe.name))
            self.expect_size(self.bystander, pipe, mount, got)

    def give_up(self, pipe, mount):
        """What was open on a mount that has ended: its calls fail, and the lines that were begun are stored (8.2)."""
        for reader in [r for r in pipe.readers if r.mount == mount]:
            pipe.readers.remove(reader)
            try:
                reader.process.call("pread" if reader.kind != "stream" else "read", reader.fd, 1, *([0] if reader.kind != "stream" else []))
                raise Difference(f"{reader}: can be read although its mount is gone")
            except OSError as e:
                if e.errno not in (errno.ENOTCONN, errno.EIO, errno.ECONNABORTED):
                    raise Difference(f"{reader}: {e} after its mount is gone") from e
            if not isinstance(reader, Stream):
                self.close_gone(reader.process, reader.fd)
        parts = []
        for writer in [w for w in pipe.writers if w.mount == mount]:
            pipe.writers.remove(writer)
            if writer.part:
                parts.append(writer.part + b"\n")
            self.close_gone(self.here, writer.fd)
        if not parts:
            return
        # In which order, nobody says; at most two writers are there.
        other = [m for m in self.mounts if m != mount][0]
        fd = self.bystander.call("open", os.path.join(other, pipe.name + "@snapshot"), os.O_RDONLY)
        got = b""
        while True:
            more = self.bystander.call("pread", fd, 1 << 20, len(pipe.content) + len(got))
            if not more:
                break
            got += more
        self.bystander.call("close", fd)
        if got != b"".join(parts):
            parts.sort(key=lambda part: not got.startswith(part))
        self.compare(got, b"".join(parts), f"{pipe.name}: the lines that were begun when its mount ended", len(pipe.content))
        pipe.content += got


    @staticmethod
    def close_gone(process, fd):
        try:
            process.call("close", fd)
        except OSError as e:
            if e.errno not in (errno.ENOTCONN, errno.ECONNABORTED):
                raise


def main():
    print(f"seed {SEED}, {OPERATIONS} operations", flush=True)
    model = Model(sys.argv[1:3])
    began = time.monotonic()
    try:
        model.run()
    except (Difference, OSError, subprocess.SubprocessError) as e:
        signal.setitimer(signal.ITIMER_REAL, 0)
        print(f"seed {SEED}, operation {model.operation}: {e}")
        print("the last operations:")
        for number, what in model.last:
            print(f"  {number}:", *what)
        print(f"repeat it with DNPIPES_MODEL_SEED={SEED} DNPIPES_MODEL_OPERATIONS={OPERATIONS}", flush=True)
        if not isinstance(e, Difference):
            raise
        return 1
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        print(", ".join(f"{seconds:.1f} s {name}" for name, seconds in model.spent.most_common() if seconds >= 0.1))
    took = time.monotonic() - began
    print(f"{model.operation} operations agreed with the model, in {took:.0f} s, with seed {SEED}")
    print(", ".join(f"{count} {name}" for name, count in model.tally.most_common()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
