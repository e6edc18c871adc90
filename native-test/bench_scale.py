"""How costs grow: with topics, pipes, readers, writers, mounts and the size of messages. See bench."""
import subprocess
import time

SECONDS = 10


class Slope:
    slopes = []

    def __init__(self, what, numbers):
        self.what, self.numbers = what, numbers

    def __call__(self, measure):
        self.measure = measure
        Slope.slopes.append(self)
        return measure


def measure(bench, tools):
    """Measures all, prints a table for each, and returns the figures."""
    all_figures = []
    for slope in Slope.slopes:
        print(f"\n{slope.what}")
        head = False
        for number in slope.numbers[:3] if bench.quick else slope.numbers:
            figures = slope.measure(bench, tools, number)
            if not head:
                print(f"{'':>10}" + "".join(f"{name:>26}" for name in figures))
                head = True
            print(f"{number:>10,}" + "".join(f"{tools.shown(value):>26}" for value in figures.values()), flush=True)
            all_figures.append(dict(what=slope.what, number=number, **figures))
    return all_figures


def traffic(bench, tools, *daemons):
    """What daemons, and the broker, do while nothing happens: per second."""
    broker = bench.children[0].pid
    pids = [*daemons, java_below(broker)]
    before = [(tools.network_bytes(pid), tools.cpu(pid)) for pid in pids]
    time.sleep(SECONDS)
    spent = [(tools.network_bytes(pid) - b, tools.cpu(pid) - c) for pid, (b, c) in zip(pids, before)]
    own = spent[:-1]
    return {
        "bytes/s read, a mount": max(1, sum(b for b, _ in own) / len(own) / SECONDS),
        "CPU ms/s, a mount": max(0.01, sum(c for _, c in own) / len(own) / SECONDS),
        "CPU ms/s, the broker": max(0.01, spent[-1][1] / SECONDS),
    }


def java_below(pid):
    """The process that a launcher has become, or has started."""
    below = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True, check=False).stdout.split()
    return int(below[0]) if below else pid


@Slope("Topics: a listing with attributes, and memory of the mount", (1, 10, 100, 1000, 10_000))
def topics(b, tools, number):
    made = getattr(b, "scale_topics", 0)
    b.topics([f"s1-{i}" for i in range(made, number)])
    b.scale_topics = number
    point = b.mount("s1")
    daemon = b.daemon(point)
    first = b.run(f"ls -l {point} > /dev/null") * 1000
    again = b.run(f"ls -l {point} > /dev/null") * 1000
    figures = {"first ls -l, ms": first, "ls -l, ms": again, "memory, MiB": tools.rss(daemon)}
    b.unmount(point)
    return figures


@Slope("Pipes, each with a reader that waits: cost while nothing happens", (1, 10, 100, 1000))
def pipes(b, tools, number):
    names = [f"s2-{number}-{i}" for i in range(number)]
    b.topics(names)
    point = b.mount("s2")
    daemon = b.daemon(point)
    before = tools.rss(daemon)
    readers = [b.spawn(["cat", point / f"{name}@follow"]) for name in names]
    b.wait(lambda: all(tools.in_fuse(r.pid) for r in readers), "all readers to wait", 120)
    # Who waits for some seconds is moved to where waiting costs less, and what has run hot is compiled.
    time.sleep(20)
    figures = {"memory, MiB more": max(0.1, tools.rss(daemon) - before), **traffic(b, tools, daemon)}
    end(readers)
    b.unmount(point)
    return figures


@Slope("Readers of one pipe: until all have a message, and memory", (1, 10, 100, 1000))
def readers(b, tools, number):
    point = b.mount("s3")
    b.run(f"touch {point}/s3-{number}")
    daemon = b.daemon(point)
    before = tools.rss(daemon)
    outs = [open(b.dir / f"s3-{n}", "w+b") for n in range(number)]
    cats = [b.spawn(["cat", point / f"s3-{number}@follow"], stdout=out) for out in outs]
    b.wait(lambda: all(tools.in_fuse(c.pid) for c in cats), "all readers to wait")
    more = max(0.1, tools.rss(daemon) - before)
    began = time.monotonic()
    b.run(f"echo x > {point}/s3-{number}")
    b.wait(lambda: all((b.dir / f"s3-{n}").stat().st_size == 2 for n in range(number)), "all readers to have it")
    took = (time.monotonic() - began) * 1000
    end(cats)
    b.unmount(point)
    return {"until all have it, ms": took, "memory, MiB more": more}


@Slope("Writers, each of its own pipe, a write(2) a line", (1, 10, 100))
def writers(b, tools, number):
    lines = 200_000 // number
    names = [f"s4-{number}-{i}" for i in range(number)]
    b.topics(names)
    point = b.mount("s4")
    daemon = b.daemon(point)
    began = time.monotonic()
    jobs = [b.spawn([b.peers["linewriter"], point / name, lines]) for name in names]
    for job in jobs:
        tools.check(job.wait(300) == 0, "a writer has failed")
    took = time.monotonic() - began
    tools.check(all(b.messages(name) == lines for name in names), "lines are missing")
    figures = {"lines/s in all": number * lines / took, "memory, MiB": tools.peak_rss(daemon)}
    b.unmount(point)
    return figures


@Slope("Mounts, each with a writer that has a pipe open and a reader that waits", (1, 2, 4, 8))
def mounts(b, tools, number):
    points = [b.mount(f"s5-{i}") for i in range(number)]
    b.run(f"touch {points[0]}/s5 {points[0]}/s5-other")
    b.wait(lambda: all((point / "s5-other").exists() for point in points), "the pipes to be there")
    held = [b.spawn(["bash", "-c", f"exec 3> {point}/s5; read < {point}/s5-other"]) for point in points]
    time.sleep(3)
    figures = traffic(b, tools, *(b.daemon(point) for point in points))
    end(held)
    for point in points:
        b.unmount(point)
    return figures


@Slope("Mounts that nobody uses", (1, 4))
def idle_mounts(b, tools, number):
    points = [b.mount(f"s6-{i}") for i in range(number)]
    time.sleep(12)
    figures = traffic(b, tools, *(b.daemon(point) for point in points))
    for point in points:
        b.unmount(point)
    return figures


@Slope("Bytes in a message: pushed and pulled", (10, 100, 1000, 10_000, 100_000, 1_000_000))
def message_size(b, tools, number):
    total = min(200_000_000, number * 2_000_000)
    data = b.dir / "s7.txt"
    with open(data, "wb") as out:
        line = b"x" * (number - 1) + b"\n"
        for _ in range(total // number):
            out.write(line)
    point = b.mount("s7")
    pushed = b.run(f"cat {data} > {point}/s7-{number}")
    tools.check(b.messages(f"s7-{number}") == total // number, "messages are missing")
    b.unmount(point)
    point = b.mount("s7")
    pulled = b.run(f"cat {point}/s7-{number}@snapshot > /dev/null")
    b.unmount(point)
    data.unlink()
    return {
        "messages/s pushed": total / number / pushed,
        "MB/s pushed": total / 1e6 / pushed,
        "messages/s pulled": total / number / pulled,
        "MB/s pulled": total / 1e6 / pulled,
    }


def end(processes):
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(20)
