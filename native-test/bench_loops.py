"""What dnpipes itself does for each message, measured with JMH: see InnerLoops.java. Used by bench."""
import json
import subprocess

MAIN = "org.dnpipes.fs.InnerLoops"


def measure(bench, tools):
    """Measures all, prints a table, and returns the figures: nanoseconds a message."""
    classes = bench.dir / "loops"
    classes.mkdir()
    class_path = ":".join([
        str(classes),
        f"{tools.ROOT}/target/classes",
        (tools.ROOT / "target/test-class-path").read_text().strip(),
    ])
    source = tools.ROOT / "src/test/java" / (MAIN.replace(".", "/") + ".java")
    bench.run(["javac", "-nowarn", "-cp", class_path, "-processor", "org.openjdk.jmh.generators.BenchmarkProcessor",
               "-d", classes, source])
    results = bench.dir / "loops.json"
    less = ["-wi", "1", "-i", "2"] if bench.quick else []
    bench.run(["java", "-cp", class_path, "org.openjdk.jmh.Main", MAIN, "-rf", "json", "-rff", results, "-foe", "true", *less],
              stdout=subprocess.DEVNULL)
    figures = {}
    for result in json.loads(results.read_text()):
        name = result["benchmark"].rsplit(".", 1)[1]
        score = result["primaryMetric"]
        figures[name, int(result["params"]["bytes"])] = score["score"], score["scoreError"]
    sizes = sorted({size for _, size in figures})
    names = ["copy", *sorted({name for name, _ in figures} - {"copy"})]
    tools.check(len(figures) == len(sizes) * len(names), "a loop was not measured")
    print("\nInner loops, ns a message (and how often as long as copying its bytes once)")
    print(f"{'bytes':>10}" + "".join(f"{name:>20}" for name in names))
    for size in sizes:
        copy = figures["copy", size][0]
        cells = [f"{figures[name, size][0]:.1f} ({figures[name, size][0] / copy:.1f})" for name in names]
        print(f"{size:>10,}" + "".join(f"{cell:>20}" for cell in cells), flush=True)
    return [dict(loop=name, bytes=size, ns=ns, error=error if isinstance(error, float) else None)
            for (name, size), (ns, error) in sorted(figures.items())]
