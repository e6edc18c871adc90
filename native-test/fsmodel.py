#!/usr/bin/env python3
"""Does at random whatever can be done with files on two mounts, and compares every result with a model.

usage: fsmodel.py FIRST_MOUNT SECOND_MOUNT TOPIC

The second mount has -o allow_delete; the topic has three pipes, and is empty. The model is docs/SEMANTICS.md: what each
call returns, with which errno it fails, which bytes are read, whether a read waits, and what wakes it. Every call is made
by one of a few processes. One that the model says has to wait is left waiting, and looked at after every step: it must
wait until something happens that the model says wakes it, and must end then. model.py goes deeper into one thing, the
bytes of pipes and the positions of readers, through resets and remounts; here everything meets everything.

$DNPIPES_FSMODEL_SEED repeats a run, $DNPIPES_FSMODEL_STEPS and $DNPIPES_FSMODEL_SECONDS bound it, $DNPIPES_FSMODEL_LAST
says how many steps are shown when something is wrong.
"""
import collections
import ctypes
import errno
import fcntl
import mmap
import multiprocessing
import os
import random
import select
import signal
import stat
import sys
import time

SEED = int(os.environ.get("DNPIPES_FSMODEL_SEED") or random.SystemRandom().randrange(10**9))
STEPS = int(os.environ.get("DNPIPES_FSMODEL_STEPS") or 3000)
SECONDS = float(os.environ.get("DNPIPES_FSMODEL_SECONDS") or 60)
LAST = int(os.environ.get("DNPIPES_FSMODEL_LAST") or 25)

# A call that takes longer waits for something that does not come.
PATIENCE = 60
# A call that has not ended after so long waits.
WAITS = 0.1
ACTORS = 4
MOST_FILES = 24
MOST_BYTES = 1_000_000

WAIT = "waits"
FOLLOW, SNAPSHOT, NEW = "follow", "snapshot", "new"
VIEWS = ["follow", "snapshot", "new", "new,follow", "follow,new", "snapshot,new"]
NO_VIEWS = ["", "nonsense", "follow,follow", "follow,snapshot", "Follow", "new,", "0"]
ILLEGAL = ["a b", "a:b", "caf\u00e9", "a*", "x\ny", "a\\b", "\x01", "a,b"]


class Difference(Exception):
    """dnpipes and the model do not agree."""


#
# Processes
#


class Interrupted(Exception):
    """A signal came."""


def interrupted(*_):
    raise Interrupted


LIBC = ctypes.CDLL(None, use_errno=True)
LIBC.mmap.restype = ctypes.c_void_p
LIBC.mmap.argtypes = ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long
LIBC.fallocate.argtypes = ctypes.c_int, ctypes.c_int, ctypes.c_long, ctypes.c_long
LIBC.munmap.argtypes = ctypes.c_void_p, ctypes.c_size_t


def mmap_of(fd, flags):
    """Python's own looks at the size first."""
    where = LIBC.mmap(None, 4096, mmap.PROT_READ, flags, fd, 0)
    if where == ctypes.c_void_p(-1).value:
        raise OSError(ctypes.get_errno(), "mmap")
    LIBC.munmap(where, 4096)


def fallocate(fd):
    """posix_fallocate(3) would do by itself what the file system cannot."""
    if LIBC.fallocate(fd, 0, 0, 10):
        raise OSError(ctypes.get_errno(), "fallocate")


def flock_and_back(fd, how):
    fcntl.flock(fd, how | fcntl.LOCK_NB)
    fcntl.flock(fd, fcntl.LOCK_UN)


def set_nonblocking(fd, on):
    flags = fcntl.fcntl(fd, fcntl.F_GETFL)
    fcntl.fcntl(fd, fcntl.F_SETFL, flags | os.O_NONBLOCK if on else flags & ~os.O_NONBLOCK)


def poll(fd, milliseconds):
    poller = select.poll()
    poller.register(fd, select.POLLIN | select.POLLOUT)
    return sum(events for _, events in poller.poll(milliseconds))


def attributes(s):
    return s.st_mode, s.st_ino, s.st_size


CALLS = {
    "open": os.open, "close": os.close, "read": os.read, "pread": os.pread, "write": os.write, "pwrite": os.pwrite,
    "lseek": os.lseek, "truncate": os.truncate, "ftruncate": os.ftruncate, "fsync": os.fsync, "dup": os.dup,
    "stat": lambda path: attributes(os.stat(path)), "fstat": lambda fd: attributes(os.fstat(fd)),
    "listdir": os.listdir, "unlink": os.unlink, "mkdir": os.mkdir, "rmdir": os.rmdir, "rename": os.rename,
    "link": os.link, "symlink": os.symlink, "mkfifo": os.mkfifo, "mknod": os.mknod, "chmod": os.chmod,
    "chown": os.chown, "utime": os.utime, "fchmod": os.fchmod, "access": os.access, "getxattr": os.getxattr,
    "listxattr": os.listxattr, "setxattr": os.setxattr, "removexattr": os.removexattr,
    "statfs": lambda path: os.statvfs(path).f_bavail, "poll": poll, "nonblocking": set_nonblocking,
    "fallocate": fallocate, "copy_file_range": os.copy_file_range, "mmap": mmap_of, "flock": flock_and_back,
    "sendfile": os.sendfile, "readlink": os.readlink,
}


def serve(connection, spare):
    """Does what it is told. A child has all that is open here, and is told by way of `spare`."""
    signal.signal(signal.SIGUSR1, interrupted)
    while True:
        try:
            name, args = connection.recv()
        except Interrupted:
            continue
        except EOFError:
            os._exit(0)
        if name == "exit":
            os._exit(0)
        try:
            if name == "fork":
                child = os.fork()
                if not child:
                    connection, spare = spare, None
                result = child or os.getpid()
                connection.send((result, None)) if child else None
                continue
            if name == "wait":
                os.waitpid(args[0], 0)
                connection.send((None, None))
                continue
            result = CALLS[name](*args)
        except Interrupted:
            connection.send((None, errno.EINTR))
        except OSError as e:
            connection.send((None, e.errno))
        else:
            connection.send((result, None))


class Actor:
    """A process that does what it is told, one call at a time."""

    def __init__(self, name, connection, pid, spare=None):
        self.name, self.connection, self.pid, self.spare = name, connection, pid, spare
        self.child = None
        # The open file that it waits to read from, and how many bytes it has asked for.
        self.waits = None

    @classmethod
    def start(cls, name):
        connection, other = multiprocessing.Pipe()
        spare, other_spare = multiprocessing.Pipe()
        process = multiprocessing.get_context("fork").Process(target=serve, args=(other, other_spare), daemon=True)
        process.start()
        return cls(name, connection, process.pid, spare)

    def send(self, name, *args):
        self.connection.send((name, args))

    def result(self, patience):
        """The result and the errno; None if it has none yet."""
        return self.connection.recv() if self.connection.poll(patience) else None

    def call(self, name, *args):
        self.send(name, *args)
        got = self.result(PATIENCE)
        if got is None:
            raise Difference(f"{self}: {name} did not end within {PATIENCE} s: {self.where()}")
        return got

    def where(self):
        try:
            with open(f"/proc/{self.pid}/wchan") as file:
                return f"it waits in {file.read()}"
        except OSError as e:
            return str(e)

    def __str__(self):
        return self.name


#
# The model
#


class Pipe:
    def __init__(self, topic, number=None):
        self.topic = topic
        self.path = topic if number is None else f"{topic}/{number}"
        # All that was ever pushed, and how much of that was reset.
        self.pushed = bytearray()
        self.first = 0
        self.files = []
        self.gone = False
        # Since when it has had which size.
        self.sizes = collections.deque([(time.monotonic(), 0)], maxlen=1000)

    @property
    def size(self):
        return len(self.pushed) - self.first

    def push(self, lines):
        self.pushed += lines
        self.sizes.append((time.monotonic(), self.size))

    def reset(self):
        self.first = len(self.pushed)
        self.sizes.append((time.monotonic(), self.size))

    def sizes_since(self, seconds):
        """All that it has had lately."""
        began, older = time.monotonic() - seconds, [size for since, size in self.sizes]
        return {size for size, (until, _) in zip(older, list(self.sizes)[1:]) if until > began} | {self.size}

    def writers(self):
        return [file for file in self.files if file.counts]


class File:
    """An open file, as many descriptors as it may have."""

    def __init__(self, number, pipe, mount, path, rules, flags, actor):
        self.number, self.pipe, self.mount, self.path, self.rules = number, pipe, mount, path, rules
        mode = flags & os.O_ACCMODE
        self.reads, self.writes = mode != os.O_WRONLY, mode != os.O_RDONLY
        self.stream = self.writes
        self.flags, self.nonblocking = flags, bool(flags & os.O_NONBLOCK)
        self.opener = actor
        self.holders = []
        # Writing
        self.counts = self.writes and (self.reads or not self.nonblocking)
        self.part, self.part_by, self.unsynced = b"", None, 0
        # Reading: where position 0 is in all that was pushed, None before it is known; where the next read is.
        end = len(pipe.pushed)
        self.zero = end if NEW in rules else pipe.first if SNAPSHOT in rules else None
        self.limit = end if SNAPSHOT in rules else None
        self.position = self.last_read = 0
        self.started = self.delivered = self.seeking = False
        self.seen_writer = False
        self.busy = False

    def __str__(self):
        how = {(True, False): "r", (False, True): "w", (True, True): "rw"}[self.reads, self.writes]
        return f"#{self.number} ({how}{' nonblocking' if self.nonblocking else ''} {self.path} on {os.path.basename(self.mount)})"

    def origin(self):
        return self.pipe.first if self.zero is None else self.zero

    def end(self):
        return len(self.pipe.pushed) if self.limit is None else self.limit

    def size(self):
        """What fstat tells of it. A stream has no positions, so what was removed does not count (4.5)."""
        if not self.reads:
            return self.pipe.size
        origin = max(self.pipe.first, self.zero or 0) if self.stream else self.origin()
        return max(0, self.end() - origin)

    def at_end(self):
        return self.origin() + self.position >= self.end()

    def bytes_at(self, position, length):
        start = self.origin() + position
        return bytes(self.pipe.pushed[start : min(start + length, self.end())])

    def at_the_end(self, position, nonblocking):
        """What a read there gives, where nothing is: b"" or EAGAIN, or it waits. The table of 3.9."""
        writers = self.pipe.writers()
        if FOLLOW in self.rules:
            return errno.EAGAIN if nonblocking else WAIT
        if SNAPSHOT in self.rules:
            return b""
        if nonblocking:
            return errno.EAGAIN if writers else b""
        if self.seeking:
            return b""
        passed = self.delivered or self.seen_writer or (position > 0 and self.end() > self.origin())
        return b"" if passed and not writers else WAIT


class Model:
    def __init__(self, mounts, topic):
        self.random = random.Random(SEED)
        self.mounts = mounts
        self.actors = [Actor.start(f"process {i}") for i in range(ACTORS)]
        self.last = collections.deque(maxlen=LAST)
        self.tally = collections.Counter()
        self.step_number = self.files_opened = self.lines = 0
        self.names = [f"{topic}-{i}" for i in range(5)] + [f"{topic}-like.this", f"{topic}-like_this"]
        self.directory = topic
        self.pipes = {}
        self.files = []
        # Which process has listed which directory.
        self.listed = set()

    # Running

    def run(self):
        for i in range(3):
            self.pipes[f"{self.directory}/{i}"] = Pipe(self.directory, i)
        steps = [
            (14, self.open), (10, self.close), (22, self.read), (8, self.pread), (8, self.lseek), (22, self.write),
            (6, self.fsync), (4, self.dup), (3, self.fork_or_exit), (5, self.ftruncate), (3, self.truncate),
            (5, self.stat), (5, self.fstat), (2, self.listdir), (4, self.unlink), (5, self.refused), (3, self.mknod),
            (3, self.set_attributes), (3, self.xattr), (2, self.access), (1, self.statfs), (6, self.poll),
            (5, self.nonblocking), (4, self.odd_calls), (4, self.interrupt), (3, self.lookup_oddly), (2, self.wrong_way),
        ]
        weights = [weight for weight, _ in steps]
        calls = [call for _, call in steps]
        ends = time.monotonic() + SECONDS
        while self.step_number < STEPS and time.monotonic() < ends:
            self.random.choices(calls, weights)[0]()
            self.look_at_waiting()
        # Who waits in a read can close nothing else.
        for actor in self.everybody():
            if actor.waits:
                self.interrupt_read(actor, actor.waits[0])
        for file in list(self.files):
            self.release_all(file)
        for path, pipe in self.pipes.items():
            for mount in self.mounts:
                got = self.content(self.actors[0], mount, path)
                right = bytes(pipe.pushed[pipe.first :])
                if got != right:
                    at = len(os.path.commonprefix((got, right)))
                    raise Difference(
                        f"{path} on {mount} has {len(got)} bytes, and should have {len(right)}; from {at} on it is "
                        f"{short(got[at:])}, and should be {short(right[at:])}; before is {got[max(0, at - 40) : at]}"
                    )

    def content(self, actor, mount, path):
        """All that the pipe has now."""
        fd = self.ok(actor, "open", os.path.join(mount, path) + "@snapshot", os.O_RDONLY)
        got = b""
        while more := self.ok(actor, "read", fd, 1 << 20):
            got += more
        self.ok(actor, "close", fd)
        return got

    def begin(self, *what):
        self.step_number += 1
        self.tally[str(what[1] if isinstance(what[0], Actor) else what[0])] += 1
        self.last.append(f"{self.step_number}: {' '.join(map(str, what))}")

    def note(self, *what):
        self.last.append(f"   {' '.join(map(str, what))}")

    # Choosing

    def idle(self):
        actors = [a for a in self.everybody() if a.waits is None]
        return self.random.choice(actors) if actors else None

    def everybody(self):
        return self.actors + [a.child for a in self.actors if a.child]

    def mount(self):
        return self.random.choice(self.mounts)

    def descriptor(self, condition=lambda file: True):
        """An actor that has nothing to do, and a file of its own: (actor, file, fd), or None."""
        choices = [
            (actor, file, fd)
            for file in self.files if not file.busy and condition(file)
            for actor, fd in file.holders if actor.waits is None
        ]
        return self.random.choice(choices) if choices else None

    def existing(self):
        return self.random.choice(list(self.pipes))

    def any_name(self):
        """A path below a mount, and what is there: a Pipe with rules, "directory", or None and what creating it gives."""
        r = self.random
        kind = r.choices(("name", "child", "view", "no view", "directory", "illegal", "dot", "internal", "long", "no child"),
                         (40, 10, 14, 4, 3, 6, 3, 3, 3, 3))[0]
        if kind == "name":
            name = r.choice(self.names)
            if name in self.pipes:
                return name, self.pipes[name], ()
            taken = any(p.replace("_", ".") == name.replace("_", ".") for p in self.pipes)
            return name, None, errno.EEXIST if taken else 0
        if kind == "child":
            path = f"{self.directory}/{r.randrange(3)}"
            return path, self.pipes[path], ()
        if kind == "view":
            path, view = self.existing(), r.choice(VIEWS)
            if "snapshot" in view and "follow" in view:
                return f"{path}@{view}", None, errno.EINVAL
            return f"{path}@{view}", self.pipes[path], tuple(view.split(","))
        if kind == "no view":
            path = self.existing()
            return f"{path}@{r.choice(NO_VIEWS)}", None, errno.EPERM if "/" in path else errno.EINVAL
        if kind == "directory":
            return self.directory, "directory", ()
        if kind == "illegal":
            return r.choice(ILLEGAL), None, errno.EINVAL
        if kind == "dot":
            return r.choice((".hidden", ".x.swp", "..x")), None, errno.EPERM
        if kind == "internal":
            return r.choice(("__dnpipes", "__consumer_offsets", "__mine")), None, errno.EPERM
        if kind == "long":
            return "x" * r.choice((250, 255, 300, 1000)), None, errno.ENAMETOOLONG
        return f"{self.directory}/{r.choice(('3', '00', '-1', 'x', '99999999999', '0x', '1@'))}", None, errno.EPERM

    # Comparing

    def same(self, got, want, what):
        if got != want:
            raise Difference(f"{what}: {short(got)}, and should be {short(want)}")

    def expect(self, got, want, what):
        """Compares a result with an errno (above 0), or with success (0)."""
        _, number = got
        if (number or 0) != want:
            raise Difference(f"{what}: {name_of(number)}, and should be {name_of(want)}")

    def ok(self, actor, name, *args):
        result, number = actor.call(name, *args)
        if number:
            raise Difference(f"{actor}: {name}{short(args)} fails with {name_of(number)}")
        return result

    def calls(self, want, actor, name, *args):
        """A step of one call that gives this errno, or 0."""
        self.begin(actor, name, *map(short, args))
        got = actor.call(name, *args)
        self.expect(got, want, f"{actor}: {name}")
        return got[0]

    def eventually(self, what, attempt):
        deadline = time.monotonic() + PATIENCE
        while True:
            wrong = attempt()
            if wrong is None:
                return
            if time.monotonic() > deadline:
                raise Difference(f"{what}: still {wrong} after {PATIENCE} s")
            time.sleep(0.01)

    # Opening and closing

    def open(self):
        actor = self.idle()
        if not actor or len(self.files) >= MOST_FILES:
            return
        r = self.random
        mount, (path, there, more) = self.mount(), self.any_name()
        flags = r.choice((os.O_RDONLY, os.O_RDONLY, os.O_WRONLY, os.O_WRONLY, os.O_RDWR))
        for flag, chance in ((os.O_CREAT, 0.5), (os.O_EXCL, 0.15), (os.O_NONBLOCK, 0.3), (os.O_APPEND, 0.2), (os.O_TRUNC, 0.2),
                             (os.O_SYNC, 0.1), (os.O_DSYNC, 0.1), (os.O_DIRECTORY, 0.04), (os.O_NOFOLLOW, 0.1), (os.O_NOCTTY, 0.1)):
            flags |= flag if r.random() < chance else 0
        if flags & os.O_EXCL and not flags & os.O_CREAT:
            flags &= ~os.O_EXCL
        if flags & os.O_DIRECTORY:
            flags &= ~os.O_CREAT
        want = self.open_gives(flags, there, more)
        fd = self.calls(want, actor, "open", os.path.join(mount, path), flags)
        if want:
            return
        if there == "directory":
            self.ok(actor, "close", fd)
            return
        if there is None:
            there, more = self.pipes.setdefault(path, Pipe(path)), ()
        self.files_opened += 1
        file = File(self.files_opened, there, mount, path, more, flags, actor)
        file.holders.append((actor, fd))
        self.note("is", file)
        there.files.append(file)
        self.files.append(file)
        self.writer_seen(there)

    @staticmethod
    def open_gives(flags, there, more):
        create, exclusive = flags & os.O_CREAT, flags & os.O_EXCL
        writes = flags & os.O_ACCMODE != os.O_RDONLY
        if there is None:
            if not create:
                return errno.ENOENT
            # 1.8
            temporary = exclusive and flags & os.O_ACCMODE == os.O_RDWR and more != errno.ENAMETOOLONG
            return errno.EPERM if temporary else more
        if create and exclusive:
            return errno.EEXIST
        if there == "directory":
            return errno.EISDIR if writes or create or flags & os.O_TRUNC else 0
        return errno.ENOTDIR if flags & os.O_DIRECTORY else 0

    @staticmethod
    def writer_seen(pipe):
        if pipe.writers():
            for file in pipe.files:
                file.seen_writer = True

    def close(self):
        chosen = self.descriptor()
        if chosen:
            self.close_one(*chosen)

    def close_one(self, actor, file, fd):
        self.calls(0, actor, "close", fd)
        self.closed(file, actor, fd)

    def closed(self, file, actor, fd):
        file.holders.remove((actor, fd))
        # Of a process that has the same file open a second time for writing it cannot be told which of them it closes.
        holders = {holder for f in file.pipe.files if f.writes and f.path == file.path and f.mount == file.mount for holder, _ in f.holders}
        known_as_last = file.opener not in holders and file.part_by not in holders
        ends = bool(file.part) and (known_as_last or not file.holders)
        if ends:
            self.push(file, file.part + b"\n")
            file.part = b""
        if not file.holders:
            file.pipe.files.remove(file)
            self.files.remove(file)
        if ends and not known_as_last:
            # Then it is the kernel that tells of the very last close, and it does so when close(2) has returned (2.3).
            self.note("its line may be on its way")
            reader = next(a for a in self.everybody() if a.waits is None)
            self.eventually(f"the line that {file} had begun", lambda: self.not_yet_stored(reader, file))

    def not_yet_stored(self, reader, file):
        got = len(self.content(reader, file.mount, file.pipe.path))
        return None if got == file.pipe.size else f"{file.pipe.path} has {got} bytes, and should have {file.pipe.size}"

    def release_all(self, file):
        if file.busy:
            self.wake(file)
        for actor, fd in list(file.holders):
            self.close_one(actor, file, fd)

    def dup(self):
        chosen = self.descriptor()
        if chosen:
            actor, file, fd = chosen
            file.holders.append((actor, self.calls(0, actor, "dup", fd)))

    def fork_or_exit(self):
        actor = self.random.choice(self.actors)
        if actor.waits:
            return
        child = actor.child
        if child is None:
            self.begin(actor, "fork")
            pid = self.ok(actor, "fork")
            actor.child = Actor(f"{actor}'s child", actor.spare, pid)
            for file in self.files:
                file.holders += [(actor.child, fd) for holder, fd in file.holders if holder is actor]
        elif child.waits is None:
            self.begin(child, "exit")
            child.send("exit")
            self.ok(actor, "wait", child.pid)
            for file in list(self.files):
                for holder, fd in list(file.holders):
                    if holder is child:
                        self.closed(file, child, fd)
            actor.child = None

    # Writing

    def data(self):
        r = self.random
        kind = r.random()
        if kind < 0.1:
            return b"part " + r.randbytes(r.randrange(50)).replace(b"\n", b".")
        if kind < 0.15:
            return b"\n" * r.randint(1, 5)
        lines = []
        for _ in range(r.randint(1, 4)):
            self.lines += 1
            lines.append(b"line %d " % self.lines + r.randbytes(r.choice((0, 5, 100, 3000))).replace(b"\n", b"\0"))
        return b"\n".join(lines) + (b"" if kind < 0.3 else b"\n")

    def write(self):
        chosen = self.descriptor(lambda f: f.writes and f.pipe.size < MOST_BYTES)
        if not chosen:
            return
        actor, file, fd = chosen
        data = self.data()
        self.begin(actor, "write", fd, short(data))
        self.eventually(f"{actor}: {file}", lambda: self.not_yet_written(actor, file, fd, data))
        lines, feed, rest = (file.part + data).rpartition(b"\n")
        file.part = rest
        file.part_by = actor if rest else None
        file.unsynced += 1
        if feed:
            file.counts = True
            self.writer_seen(file.pipe)
            self.push(file, lines + feed)
        if file.nonblocking and feed or file.unsynced > 50:
            # Else it may still be on its way (2.6, 2.9).
            self.note(actor, "fsync", file)
            self.ok(actor, "fsync", fd)
            file.unsynced = 0

    def not_yet_written(self, actor, file, fd, data):
        got = actor.call("write", fd, data)
        if file.nonblocking and got[1] == errno.EAGAIN:
            # Others could not be told within a second that somebody writes (2.9). Then nothing of it was taken.
            return "EAGAIN"
        self.expect(got, 0, f"{actor}: write")
        return self.same(got[0], len(data), f"what {actor} wrote to {file}")

    def push(self, file, lines):
        file.pipe.push(lines)
        self.note(f"{file.pipe.path} has {file.pipe.size} bytes")

    def fsync(self):
        chosen = self.descriptor()
        if chosen:
            actor, file, fd = chosen
            self.calls(0, actor, "fsync", fd)
            file.unsynced = 0

    def reset(self, pipe):
        """Before: who has not read to the end would go on where model.py looks closer. Whether the reset can be done."""
        for file in list(pipe.files):
            if file.reads and not file.busy and not self.has_all(file):
                self.release_idle(file)
        return all(not f.reads or (not f.rules and f.started if f.busy else self.has_all(f)) for f in pipe.files)

    @staticmethod
    def has_all(file):
        """Whether its reader has read, last, at the end: of where else it was since, in the kernel, nobody tells dnpipes."""
        return file.started and not file.seeking and not file.rules and file.at_end() and file.last_read == file.position

    def release_idle(self, file):
        if all(actor.waits is None for actor, _ in file.holders):
            self.note("first, all of", file, "is closed")
            self.release_all(file)

    def ftruncate(self):
        chosen = self.descriptor()
        if not chosen:
            return
        actor, file, fd = chosen
        size = self.random.choice((0, 0, 0, 1, file.pipe.size + 1, 10**12, -1))
        resets = size == 0 and file.writes and (file.reads or file.flags & os.O_NONBLOCK)
        if resets and not (self.reset(file.pipe) and file.holders and (actor, fd) in file.holders):
            return
        right = size == 0 or size == file.pipe.size
        want = errno.EINVAL if not file.writes or not right else 0
        self.calls(want, actor, "ftruncate", fd, size)
        if resets:
            file.pipe.reset()

    def truncate(self):
        actor, mount = self.idle(), self.mount()
        if not actor:
            return
        path, there, more = self.any_name()
        size = self.random.choice((0, 0, 1, 77, 10**12))
        if there is None or there == "directory":
            self.calls(errno.ENOENT if there is None else errno.EISDIR, actor, "truncate", os.path.join(mount, path), size)
            return
        if size == 0 and not self.reset(there):
            return
        want = 0 if size in (0, there.size) else errno.EINVAL
        self.calls(want, actor, "truncate", os.path.join(mount, path), size)
        if size == 0:
            there.reset()

    # Reading

    def gives(self, file, position, length, nonblocking=None):
        """What a read there gives: bytes, an errno, or it waits."""
        nonblocking = file.nonblocking if nonblocking is None else nonblocking
        return file.bytes_at(position, length) or file.at_the_end(position, nonblocking)

    def read(self):
        chosen = self.descriptor(lambda f: f.reads)
        if not chosen:
            return
        actor, file, fd = chosen
        length = self.random.choice((1, 100, 4096, 65536, 200_000))
        self.begin(actor, "read", file, "at", file.position, "size", length)
        self.start_read(file)
        want = self.gives(file, file.position, length)
        actor.send("read", fd, length)
        if want == WAIT:
            self.leave_waiting(actor, file, length)
        else:
            self.ends(actor, file, length, want)

    def start_read(self, file):
        if file.zero is None:
            file.zero = file.pipe.first
        file.started = True

    def leave_waiting(self, actor, file, length):
        if len([a for a in self.everybody() if a.waits is None]) < 2:
            # Somebody has to be left who can wake the others.
            self.interrupt_read(actor, file)
            return
        self.note("it waits")
        self.tally["reads that wait"] += 1
        actor.waits = file, length
        file.busy = True
        got = actor.result(WAITS)
        if got is not None:
            raise Difference(f"{actor} should wait for {file}, and got {short(got)}")

    def look_at_waiting(self):
        """Whoever has a reason to go on has to do so, and nobody else."""
        for actor in self.everybody():
            if actor.waits:
                file, length = actor.waits
                want = self.gives(file, file.position, length)
                if want != WAIT:
                    self.note(actor, "should wake up and read", short(want))
                    actor.waits, file.busy = None, False
                    self.tally["reads that are woken"] += 1
                    self.ends(actor, file, length, want)
                elif actor.connection.poll():
                    raise Difference(f"{actor} should wait for {file}, and got {short(actor.result(0))}")

    def ends(self, actor, file, length, want):
        """The read that it was told to do gives this."""
        file.last_read = file.position
        got = actor.result(PATIENCE)
        if got is None:
            raise Difference(f"{actor}: a read of {file} does not end, and should give {short(want)}: {actor.where()}")
        result, number = got
        if want == b"" and number == errno.EAGAIN and file.nonblocking:
            # A writer may count for a moment after close(2) has returned.
            fd = next(fd for holder, fd in file.holders if holder is actor)
            self.eventually(f"{file}: the end", lambda: self.not_yet_the_end(actor, fd, length))
            return
        if isinstance(want, int):
            self.same(name_of(number), name_of(want), f"{actor}: a read of {file} (it gave {short(result)})")
            return
        if number:
            raise Difference(f"{actor}: a read of {file} fails with {name_of(number)}, and should give {short(want)}")
        if not want.startswith(result) or bool(want) != bool(result):
            raise Difference(f"{actor}: a read of {file} gives {short(result)}, and should give {short(want)}")
        file.position += len(result)
        file.last_read = file.position
        file.delivered |= bool(result)

    @staticmethod
    def not_yet_the_end(actor, fd, length):
        result, number = actor.call("read", fd, length)
        if number == errno.EAGAIN:
            return "EAGAIN"
        return None if result == b"" else f"{short(result)} {name_of(number)}"

    def pread(self):
        chosen = self.descriptor(lambda f: f.reads)
        if not chosen:
            return
        actor, file, fd = chosen
        if file.stream:
            self.calls(errno.ESPIPE, actor, "pread", fd, 10, 0)
            return
        oldest = max(0, file.pipe.first - file.origin())
        size = file.end() - file.origin()
        offset = self.random.choice((oldest, self.random.randint(oldest, max(oldest, size)), size, size + 10, 2**40))
        length = self.random.choice((1, 500, 70_000))
        want = self.gives(file, max(0, offset), length)
        if want == WAIT or offset < oldest:
            return
        self.begin(actor, "pread", file, "at", offset, "size", length)
        self.start_read(file)
        actor.send("pread", fd, length, offset)
        # It leaves the kernel's position where it is.
        before, file.position = file.position, offset
        if want == b"" and file.nonblocking:
            self.eventually_at(actor, fd, file, length, offset)
        else:
            self.ends(actor, file, length, want)
        file.position = before

    def eventually_at(self, actor, fd, file, length, offset):
        got = actor.result(PATIENCE)
        if got is None or got[1] not in (None, errno.EAGAIN) or got[0]:
            raise Difference(f"{actor}: a pread of {file} gives {short(got)}, and should give the end")
        file.last_read = offset

    def lseek(self):
        chosen = self.descriptor()
        if not chosen:
            return
        actor, file, fd = chosen
        r = self.random
        how = r.choice((os.SEEK_SET, os.SEEK_CUR, os.SEEK_END, os.SEEK_END, os.SEEK_DATA, os.SEEK_HOLE))
        if file.stream:
            self.calls(errno.ESPIPE, actor, "lseek", fd, 0, how)
            return
        oldest = max(0, file.pipe.first - file.origin())
        size = file.end() - file.origin()
        if how == os.SEEK_SET:
            offset = r.randint(oldest, max(oldest, size))
            self.same(self.calls(0, actor, "lseek", fd, offset, how), offset, "its position")
            file.position = offset
        elif how == os.SEEK_CUR:
            self.same(self.calls(0, actor, "lseek", fd, 0, how), file.position, "its position")
            self.calls(errno.EINVAL, actor, "lseek", fd, -file.position - 1, how)
        else:
            if file.zero is None:
                file.zero = file.pipe.first
            file.seeking |= not file.started
            if how == os.SEEK_END:
                self.same(self.calls(0, actor, "lseek", fd, 0, how), size, "its size")
                file.position = size
            else:
                offset = r.choice((oldest, size, size + 1))
                inside = offset < size
                got = self.calls(0 if inside else errno.ENXIO, actor, "lseek", fd, offset, how)
                if inside:
                    file.position = offset if how == os.SEEK_DATA else size
                    self.same(got, file.position, "where data or a hole is")

    def interrupt(self):
        waiting = [a for a in self.everybody() if a.waits]
        if waiting:
            actor = self.random.choice(waiting)
            self.begin("signal to", actor)
            self.interrupt_read(actor, actor.waits[0])

    def interrupt_read(self, actor, file):
        def waits():
            with open(f"/proc/{actor.pid}/syscall") as call:
                number = call.read().split()[0]
            return None if number in ("0", "63") else f"in system call {number}"

        self.eventually(f"{actor} reads", waits)
        os.kill(actor.pid, signal.SIGUSR1)
        got = actor.result(PATIENCE)
        if got is None:
            raise Difference(f"{actor}: a signal does not end its read of {file}")
        self.same(name_of(got[1]), "EINTR", f"{actor}: a read that was interrupted, which gave {short(got[0])},")
        actor.waits, file.busy = None, False

    def wake(self, file):
        for actor in self.everybody():
            if actor.waits and actor.waits[0] is file:
                self.interrupt_read(actor, file)

    def poll(self):
        # The kernel does not say which position a poll is about: it is where the last read has ended.
        chosen = self.descriptor(lambda f: not f.reads or f.position == f.last_read)
        if not chosen:
            return
        actor, file, fd = chosen
        self.begin(actor, "poll", file)
        want = select.POLLOUT if file.writes else 0
        # Nor does it say whether the file has O_NONBLOCK: as with a FIFO, a first writer is waited for.
        if file.reads and self.gives(file, file.position, 1, nonblocking=False) != WAIT:
            want |= select.POLLIN

        def wrong():
            got = self.ok(actor, "poll", fd, 0)
            return None if got == want else f"poll says {got}, and should say {want}"

        self.eventually(f"{actor}: {file}", wrong)
        self.same(self.ok(actor, "poll", fd, 0), want, f"{actor}: poll of {file}, once more,")

    def nonblocking(self):
        chosen = self.descriptor()
        if chosen:
            actor, file, fd = chosen
            on = not file.nonblocking
            self.calls(0, actor, "nonblocking", fd, on)
            file.nonblocking = on

    def wrong_way(self):
        """Reading what is open for writing only, and the other way round."""
        chosen = self.descriptor(lambda f: f.reads != f.writes)
        if chosen:
            actor, file, fd = chosen
            self.calls(errno.EBADF, actor, *(("write", fd, b"x\n") if file.reads else ("read", fd, 1)))

    # Names

    def stat(self):
        actor, mount = self.idle(), self.mount()
        if not actor:
            return
        path, there, _ = self.any_name()
        got = self.calls(errno.ENOENT if there is None else 0, actor, "stat", os.path.join(mount, path))
        if there == "directory":
            self.same(stat.S_IFMT(got[0]), stat.S_IFDIR, "its type")
        elif there:
            self.same(stat.S_IFMT(got[0]), stat.S_IFREG, "its type")
            other = self.ok(actor, "stat", os.path.join(self.mount(), path.partition("@")[0]))
            self.same(got[1], other[1], "its inode number on another mount, or without its view,")
            self.expect_size(got[2], there, path, mount, actor)

    def expect_size(self, got, pipe, path, mount, actor):
        here = [f for f in pipe.files if f.mount == mount]
        # Of those that the process has open by that path, some size is told (4.5, 4.12).
        right = {f.size() for f in here if f.path == path} | {pipe.size}
        if not here and (actor.pid, os.path.dirname(os.path.join(mount, path))) in self.listed:
            # It may be two seconds old (4.9).
            right |= pipe.sizes_since(3)
        if got not in right:
            raise Difference(f"{actor}: the size of {path} is {got}, and should be one of {right}")

    def fstat(self):
        chosen = self.descriptor()
        if chosen:
            actor, file, fd = chosen
            got = self.calls(0, actor, "fstat", fd)
            self.same(stat.S_IFMT(got[0]), stat.S_IFREG, "its type")
            # One of those that the process has opened by that path itself; else what the name tells.
            own = {f.size() for f in file.pipe.files if f.path == file.path and f.mount == file.mount and f.opener is actor}
            if got[2] not in (own or {file.pipe.size}):
                raise Difference(f"{actor}: the size of {file} is {got[2]}, and should be one of {own or file.pipe.size}")

    def listdir(self):
        actor, mount = self.idle(), self.mount()
        if not actor:
            return
        self.begin(actor, "listdir")
        mine = {name for name in self.pipes if "/" not in name} | {self.directory}

        def wrong():
            got = {name for name in self.ok(actor, "listdir", mount) if name.startswith(self.directory)}
            return None if got == mine else f"it lists {sorted(got ^ mine)} too little or too much"

        self.eventually(mount, wrong)
        self.listed |= {(actor.pid, mount), (actor.pid, os.path.join(mount, self.directory))}
        self.same(sorted(self.ok(actor, "listdir", os.path.join(mount, self.directory))), ["0", "1", "2"], "the pipes of the topic")

    def unlink(self):
        actor, mount = self.idle(), self.mount()
        if not actor:
            return
        path, there, more = self.any_name()
        whole = isinstance(there, Pipe) and not more and "/" not in path
        deletes = whole and mount is self.mounts[1] and not there.size
        if deletes and not self.random.random() < 0.5:
            # Its open files would be of no use any more: see op "gone" below for those.
            return
        if deletes:
            for file in list(there.files):
                if not file.busy:
                    self.release_idle(file)
            if there.files:
                return
            # A line that was begun in one of them is a message now.
            deletes = not there.size
        want = 0 if deletes else errno.ENOENT if there is None else errno.EISDIR if there == "directory" else \
            errno.EBUSY if whole and mount is self.mounts[1] else errno.EPERM
        self.calls(want, actor, "unlink", os.path.join(mount, path))
        if deletes:
            del self.pipes[path]
            for other in self.mounts:
                self.eventually(f"{path} on {other}", lambda: None if actor.call("stat", os.path.join(other, path))[1] == errno.ENOENT else "there")

    def mknod(self):
        actor, mount = self.idle(), self.mount()
        if actor:
            path, there, more = self.any_name()
            want = more if there is None else errno.EEXIST
            self.calls(want, actor, "mknod", os.path.join(mount, path), stat.S_IFREG | 0o644)
            if not want:
                self.pipes[path] = Pipe(path)

    def refused(self):
        """1.9"""
        actor, mount = self.idle(), self.mount()
        if not actor:
            return
        path, there, more = self.any_name()
        other = os.path.join(mount, self.existing())
        path = os.path.join(mount, path)
        new = errno.EPERM if there is None else errno.EEXIST
        old = errno.ENOENT if there is None else errno.EPERM
        which = self.random.randrange(7)
        if which == 0:
            self.calls(new, actor, "mkdir", path)
        elif which == 1:
            self.calls(old if there in (None, "directory") else errno.ENOTDIR, actor, "rmdir", path)
        elif which == 2:
            self.calls(new, actor, "symlink", "target", path)
        elif which == 3:
            self.calls(new, actor, "link", other, path)
        elif which == 4:
            self.calls(new, actor, "mkfifo", path)
        elif which == 5:
            self.calls(new, actor, "mknod", path, stat.S_IFIFO | 0o600)
        elif there != "directory" and path != other:
            self.calls(old, actor, "rename", path, other)

    def set_attributes(self):
        actor, mount = self.idle(), self.mount()
        if actor:
            path, there, _ = self.any_name()
            path = os.path.join(mount, path)
            before = actor.call("stat", path)[0]
            call = self.random.choice((("chmod", path, 0o600), ("chown", path, 1, 1), ("utime", path, (5, 5))))
            self.calls(errno.ENOENT if there is None else 0, actor, *call)
            if there is not None:
                self.same(self.ok(actor, "stat", path)[:2], before[:2], "mode and inode number")

    def xattr(self):
        actor, mount = self.idle(), self.mount()
        if not actor:
            return
        path, there, _ = self.any_name()
        missing = there is None
        path = os.path.join(mount, path)
        which = self.random.randrange(5)
        if which == 0:
            got = self.calls(errno.ENOENT if missing else 0, actor, "getxattr", path, "user.dnpipes.topic")
            self.same(got, None if missing else (self.directory if there == "directory" else there.topic).encode(), "its topic")
        elif which == 1:
            self.calls(errno.ENOENT if missing else errno.ENODATA, actor, "getxattr", path, "user.dnpipes.nonsense")
        elif which == 2:
            got = self.calls(errno.ENOENT if missing else 0, actor, "listxattr", path)
            if not missing and "user.dnpipes.topic" not in got:
                raise Difference(f"the attributes of {path} are {got}")
        elif which == 3:
            self.calls(errno.ENOENT if missing else errno.EOPNOTSUPP, actor, "setxattr", path, "user.x", b"1")
        else:
            self.calls(errno.ENOENT if missing else errno.EOPNOTSUPP, actor, "removexattr", path, "user.dnpipes.topic")

    def access(self):
        actor, mount = self.idle(), self.mount()
        if actor:
            path, there, _ = self.any_name()
            got = self.calls(0, actor, "access", os.path.join(mount, path), self.random.choice((os.F_OK, os.R_OK, os.W_OK, os.R_OK | os.W_OK)))
            self.same(got, there is not None, f"whether {path} can be accessed")

    def statfs(self):
        actor = self.idle()
        if actor and not self.calls(0, actor, "statfs", self.mount()):
            raise Difference("statfs says that nothing is free")

    def lookup_oddly(self):
        """Below a pipe there is nothing; a pipe is no link, and no directory."""
        actor, mount = self.idle(), self.mount()
        if actor:
            pipe = os.path.join(mount, self.existing())
            self.calls(*self.random.choice((
                (errno.ENOTDIR, actor, "stat", pipe + "/below"),
                (errno.ENOTDIR, actor, "listdir", pipe),
                (errno.EINVAL, actor, "readlink", pipe),
                (errno.ENAMETOOLONG, actor, "stat", os.path.join(mount, "y" * 1025)),
            )))

    def odd_calls(self):
        """On open files: what pipes cannot do, and what does nothing."""
        chosen = self.descriptor()
        if not chosen:
            return
        actor, file, fd = chosen
        which = self.random.randrange(6)
        if which == 0:
            self.calls(0, actor, "flock", fd, self.random.choice((fcntl.LOCK_SH, fcntl.LOCK_EX)))
        elif which == 1:
            self.calls(0, actor, "fchmod", fd, 0o600)
        elif which == 2 and file.writes and not file.reads:
            self.calls(errno.ESPIPE, actor, "pwrite", fd, b"x\n", 0)
        elif which == 3 and file.reads and not file.writes:
            self.calls(errno.ENODEV, actor, "mmap", fd, mmap.MAP_SHARED)
            self.calls(0, actor, "mmap", fd, mmap.MAP_PRIVATE)
        elif which == 4:
            self.calls(errno.EOPNOTSUPP if file.writes else errno.EBADF, actor, "fallocate", fd)
        elif which == 5 and file.reads:
            sinks = [(f, d) for f in self.files for a, d in f.holders if a is actor and f.writes and not f.flags & os.O_APPEND and f.mount is file.mount]
            if sinks:
                self.begin(actor, "copy_file_range", fd)
                result, number = actor.call("copy_file_range", fd, self.random.choice(sinks)[1], 10)
                # The kernel asks nobody where it takes the file to end.
                if number != errno.EINVAL and result != 0:
                    raise Difference(f"copy_file_range gives {result} {name_of(number)}")


def name_of(number):
    return errno.errorcode.get(number, number) if number else "success"


def short(what):
    if isinstance(what, bytes):
        return f"{len(what)} bytes {what[:40]!r}"
    text = repr(what)
    return text if len(text) < 150 else text[:150] + "…"


def main():
    print(f"seed {SEED}", flush=True)
    model = Model(sys.argv[1:3], sys.argv[3])
    began = time.monotonic()
    try:
        model.run()
    except Difference as e:
        print(f"step {model.step_number}: {e}\nbefore that:", *model.last, f"again: DNPIPES_FSMODEL_SEED={SEED}", sep="\n  ")
        sys.exit(1)
    finally:
        for actor in model.everybody():
            os.kill(actor.pid, signal.SIGKILL)
    print(f"{model.step_number} steps in {time.monotonic() - began:.0f} s:", ", ".join(f"{n} {c}" for n, c in model.tally.most_common()))


if __name__ == "__main__":
    main()
