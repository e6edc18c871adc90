#!/usr/bin/env python3
"""Runs tools on regular files and on pipes with the same content, and compares what they do. See tools.bats.

usage: tools.py pipes           print the names of all pipes that cases need
       tools.py fill            put the contents into the files and pipes that are only read
       tools.py run FAMILY      run its cases
       tools.py lists FAMILY…   look whether the lists are in order, and these are all families

In the environment are the folders $DATA of contents and $FILES of regular files, and the mounts $A, $B and $E, all of
tools.bats.
$DNPIPES_TOOLS_CASES is a pattern for the names of the cases to run.
"""
import concurrent.futures
import contextlib
import difflib
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
MATRIX = HERE / "tools-matrix"
CONTRACT = HERE.parent / "docs" / "SEMANTICS.md"

# The families whose cases write: each has a file and a pipe of its own, and what it leaves is looked at.
WRITING = {"written", "changed"}

# Tools wait for the cluster more than they compute.
AT_ONCE = 6
# In seconds: a tool that takes longer waits for something that does not come,
PATIENCE = 60
# and one that is known to wait is not waited for much longer than others take.
IMPATIENCE = 3

# In what a pipe can differ. "waits" stands alone: the tool does not end on a pipe.
ASPECTS = ("waits", "status", "stdout", "stderr", "work", "content", "names")

# Bash calls it for each command that it does not find, wherever that stands.
NOT_FOUND = {"BASH_FUNC_command_not_found_handle%%": '() { echo "$1" >> "$MISSING"; return 127; }'}


class Broken(Exception):
    """The lists are not in order."""


#
# Lists
#


class Case:
    def __init__(self, family, number, name, content, command):
        self.family = family
        self.number = number
        self.name = name
        self.content, _, status = content.partition("=")
        # How the tool ends on a regular file.
        self.status = int(status or 0)
        self.command = command
        self.writes = family in WRITING
        # What the mount B is to know nothing of can be read there but once.
        self.unknown = self.content in ("unseen", "huge")
        # The name of its file and its pipe, if it has its own.
        self.base = f"{family}-{number:03}" if self.writes or self.unknown else None
        # In what it has to differ.
        self.listed = set()

    def __str__(self):
        return f"{self.family}/{self.name} with {self.content}"


def rows(path):
    """The lines of a list without its comments."""
    return [line for line in path.read_text().splitlines() if line and not line.startswith("#")]


def families():
    return sorted(p.name for p in MATRIX.iterdir() if p.suffix != ".java" and p.name != "differences")


def cases_of(family):
    found = []
    for row in rows(MATRIX / family):
        try:
            name, contents, command = (field.strip() for field in row.split("|", 2))
        except ValueError:
            raise Broken(f"{family}: not 'name | contents | command': {row}") from None
        for content in contents.split():
            found.append(Case(family, len(found), name, content, command))
    known = {}
    for case in found:
        if known.setdefault(str(case), case) is not case:
            raise Broken(f"{case} is there twice")
    for name, content, differs, _ in differences():
        if name.startswith(family + "/"):
            case = known.get(f"{name} with {content}")
            if not case or case.listed:
                raise Broken(f"differences: {name} with {content} is {'there twice' if case else 'no case'}")
            case.listed = differs
    return found


def differences():
    """What the list of differences says: tuples of family/name, content, aspects and rule."""
    rule = None
    for row in rows(MATRIX / "differences"):
        if heading := re.fullmatch(r"\[(.+?)\] \S.*", row):
            rule = heading[1]
            continue
        try:
            name, contents, differs = (field.strip() for field in row.split("|"))
            aspects = set(differs.split())
        except ValueError:
            raise Broken(f"differences: not 'family/name | contents | differs in': {row}") from None
        if not rule or not aspects or aspects - set(ASPECTS):
            raise Broken(f"differences: without a reason, or in something else than {' '.join(ASPECTS)}: {row}")
        for content in contents.split():
            yield name, content, aspects, rule


def check_lists(run_families):
    if missed := set(families()) ^ set(run_families):
        raise Broken(f"not run, or not there: {' '.join(sorted(missed))}")
    for family in families():
        cases_of(family)
    contract = CONTRACT.read_text()
    paragraphs = set(re.findall(r"^\*\*(\d+\.\d+)\b", contract, re.MULTILINE))
    differences_from_a_file = re.findall(r"^\| (.+?) \| ", contract[contract.index("\n## 11. ") :], re.MULTILINE)
    for name, content, _, rule in differences():
        if name.split("/")[0] not in run_families:
            raise Broken(f"differences: {name} is of no family")
        if rule not in paragraphs and rule not in differences_from_a_file:
            raise Broken(f"differences: {name}: SEMANTICS.md has no {rule}")


#
# Files and pipes
#

DATA, FILES, A, B, E = (pathlib.Path(os.environ.get(name, "")) for name in ("DATA", "FILES", "A", "B", "E"))


def all_cases():
    return [case for family in families() for case in cases_of(family)]


def pipes(cases):
    """The names of the pipes that have to be there: those that are shared, and those of one case each."""
    shared = {c.content for c in cases if not c.base and c.content != "snapshot"}
    own = {c.base for c in cases if c.base and c.content != "new"}
    return sorted(shared), sorted(own)


def make(name, content):
    """Puts it into a file and a pipe, and gives the file the time of the pipe."""
    shutil.copyfile(DATA / content, FILES / name)
    with open(A / name, "wb") as pipe:
        pipe.write((DATA / content).read_bytes())
    same_time(A / name, FILES / name)


def same_time(pipe, file):
    seen = os.stat(pipe)
    os.utime(file, ns=(seen.st_atime_ns, seen.st_mtime_ns))


def held(pipe):
    """What the pipe holds, or None if there is none. It waits for no writer."""
    try:
        return pathlib.Path(f"{pipe}@snapshot").read_bytes()
    except FileNotFoundError:
        return None


def fill():
    shared, _ = pipes(all_cases())

    def fill_one(content):
        make(content, content)
        # The size of what was read to its end is exact, however long that took (4.3).
        held(A / content)

    together(fill_one, shared)
    # What is empty is as old as its mount.
    shutil.copyfile(DATA / "empty", FILES / "empty@snapshot")
    same_time(A / "empty", FILES / "empty@snapshot")
    same_time(E / "empty", FILES / "empty")


def untouched(cases):
    """What is wrong with the pipes that these cases have read."""
    for content in pipes(cases)[0]:
        if held(A / content) != (DATA / content).read_bytes():
            yield f"the pipe {content} does not hold any more what it did"


def place(case):
    """The paths of the file and the pipe for that case, which are filled if they are its own."""
    if case.base:
        if case.content != "new":
            make(case.base, case.content)
        # Making a pipe keeps others of the mount waiting, so two mounts share the work.
        return FILES / case.base, (B if case.unknown or case.number % 2 else A) / case.base
    if case.content == "snapshot":
        return FILES / "empty@snapshot", A / "empty@snapshot"
    return FILES / case.content, (E if case.content == "empty" else A) / case.content


#
# Running
#


def together(call, items):
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(call, items))


def run_tool(command, path, folder, patience):
    """What comes of it, by aspect."""
    work = folder / "work"
    work.mkdir(parents=True)
    environment = {**os.environ, **NOT_FOUND, "MISSING": str(folder / "missing")}
    with open(folder / "stdout", "wb") as out, open(folder / "stderr", "wb") as err:
        child = subprocess.Popen(
            ["bash", "-c", command.replace("{}", str(path))],
            cwd=work, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err, start_new_session=True,
        )
        try:
            status = child.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            return {"waits": True}
    if (folder / "missing").exists():
        raise Broken(f"there is no {(folder / 'missing').read_text().strip()}")
    # Where the file was is not part of it.
    here = bytes(path.parent)
    return {
        "status": status,
        "stdout": (folder / "stdout").read_bytes().replace(here, b"DIR"),
        "stderr": (folder / "stderr").read_bytes().replace(here, b"DIR"),
        "work": {str(p.relative_to(work)): made(p, here) for p in work.rglob("*")},
    }


def made(path, here):
    """What a tool has made in its folder."""
    if path.is_symlink():
        return b"link to " + os.readlink(bytes(path)).replace(here, b"DIR")
    return path.read_bytes() if path.is_file() else b"folder"


def names(case, folder):
    """The names there that come from this case."""
    return {name for name in os.listdir(folder) if case.base in name}


def compare(case):
    """Runs a case. What it does on a file and on a pipe, by aspect."""
    file, pipe = place(case)
    with tempfile.TemporaryDirectory(dir=os.environ.get("BATS_TEST_TMPDIR")) as folder:
        folder = pathlib.Path(folder)
        of_file = run_tool(case.command, file, folder / "file", PATIENCE)
        of_pipe = run_tool(case.command, pipe, folder / "pipe", IMPATIENCE if "waits" in case.listed else PATIENCE)
    if case.writes and "waits" not in of_pipe:
        of_file["content"] = file.read_bytes() if file.is_file() else None
        of_pipe["content"] = held(pipe)
        of_file["names"], of_pipe["names"] = names(case, FILES), names(case, A)
    return of_file, of_pipe


def judge(case, of_file, of_pipe):
    """What is wrong with that, as lines."""
    if of_file.get("status") != case.status:
        ended = f"with status {of_file['status']}" if "status" in of_file else f"not within {PATIENCE} s"
        said = f"{case}: on a regular file it should end with status {case.status}, and ends {ended}"
        return [said, f"  {case.command}", *shown(of_file.get("stderr", b""))]
    differs = {"waits"} if "waits" in of_pipe else {a for a in ASPECTS if of_file.get(a) != of_pipe.get(a)}
    if differs == case.listed:
        return []
    said = [f"{case}: differs in {words(differs)}, and should in {words(case.listed)}", f"  {case.command}"]
    for aspect in sorted(differs - {"waits"}):
        lines = difflib.unified_diff(shown(of_file[aspect]), shown(of_pipe[aspect]), n=0, lineterm="")
        said += [f"  {aspect}, of a file (-) and of a pipe (+):", *("    " + line[:300] for line in list(lines)[2:12])]
    return said


def words(aspects):
    return ", ".join(sorted(aspects)) or "nothing"


def shown(value):
    if isinstance(value, bytes):
        return [repr(line)[2:-1] for line in value[:100_000].splitlines(keepends=True)]
    if isinstance(value, dict):
        return [f"{name}: {value[name][:200]!r}" for name in sorted(value)]
    return sorted(value) if isinstance(value, set) else [str(value)]


def run(family):
    began = time.monotonic()
    cases = [c for c in cases_of(family) if re.search(os.environ.get("DNPIPES_TOOLS_CASES", ""), c.name)]

    def try_one(case):
        try:
            return judge(case, *compare(case))
        except (Broken, OSError) as e:
            return [f"{case}: {e}", f"  {case.command}"]

    before = {folder: set(os.listdir(folder)) for folder in (FILES, A)}
    wrong = sum(together(try_one, cases), [])
    for folder, known in before.items():
        strays = [n for n in os.listdir(folder) if n not in known and not any(c.base and c.base in n for c in cases)]
        wrong += [f"{family}: some case leaves {name} in {folder}, without its own name in it" for name in strays]
    wrong += untouched(cases)
    print(f"{family}: {len(cases)} comparisons in {time.monotonic() - began:.1f} s")
    return wrong


def main(command, *args):
    os.umask(0o022)
    wrong = []
    if command == "pipes":
        shared, own = pipes(all_cases())
        print(*shared, *own)
    elif command == "fill":
        fill()
    elif command == "run":
        wrong = run(*args)
    else:
        check_lists(args)
    print(*wrong, sep="\n", end="\n" if wrong else "", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    try:
        sys.exit(main(*sys.argv[1:]))
    except Broken as e:
        sys.exit(f"tools.py: {e}")
