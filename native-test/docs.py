#!/usr/bin/env python3
"""Runs the shell sessions that a document shows, and compares what they print with what it says.

usage: docs.py FILE.md [PICTURE.svg]

With PICTURE.svg it also draws the first session as a terminal has shown it.

A session is an indented block whose first line begins with "$ ". Lines with "> " go on with a command; all others are
what it prints. One shell runs all sessions of a document, in a folder of its own. The document's /home/ann stands for
$HOME, and a port of 127.0.0.1 for any.
"""
import html
import os
import re
import subprocess
import sys
import threading

SECONDS = 120
PORT = re.compile(r"127\.0\.0\.1:\d+")


def commands(text):
    """All commands of TEXT's sessions: (which session, line number, command, lines that it prints)."""
    steps, inside, session = [], False, 0
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("    "):
            inside = False
            continue
        line = line[4:]
        if line.startswith("$ "):
            session += not inside
            inside = True
            steps.append((session, number, [line[2:]], []))
        elif inside and not steps[-1][3] and (line.startswith("> ") or line == ">"):
            steps[-1][2].append(line[2:])
        elif inside:
            steps[-1][3].append(line)
    return [(session, number, "\n".join(command), output) for session, number, command, output in steps]


def plain(line):
    return PORT.sub("127.0.0.1:PORT", line.replace("/home/ann", os.environ["HOME"]).rstrip())


class Shell:
    END = "=== end of output ==="

    def __init__(self):
        self.process = subprocess.Popen(
            ["bash", "--norc", "--noprofile"], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True, errors="replace")

    def run(self, command):
        """What it prints. A command that does not end in time is an error, and the end of the shell."""
        watch = threading.Timer(SECONDS, self.process.kill)
        watch.start()
        try:
            self.process.stdin.write(f"{command}\necho '{self.END}'\n")
            self.process.stdin.flush()
            lines = []
            for line in self.process.stdout:
                if line.rstrip("\n").endswith(self.END):
                    last = line.rstrip("\n")[:-len(self.END)]
                    return lines + ([last] if last else [])
                lines.append(line.rstrip("\n"))
            raise TimeoutError(f"no end after {SECONDS} s; until then it printed {lines}")
        finally:
            watch.cancel()

    def close(self):
        self.process.stdin.close()
        self.process.kill()
        self.process.wait()


def picture(path, steps):
    """Draws STEPS, of (command, printed lines), as a terminal."""
    rows = []
    for command, printed in steps:
        first, *more = command.splitlines()
        rows += [("$ ", first)] + [("> ", line) for line in more] + [("", line) for line in printed]
    width = 20 + 8.5 * max(len(prompt) + len(text) for prompt, text in rows)
    drawn = [f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {30 + 20 * len(rows)}" width="{width:.0f}">',
             '<rect width="100%" height="100%" rx="8" fill="#1d1f21"/>',
             '<g font-family="monospace" font-size="14" xml:space="preserve">']
    for row, (prompt, text) in enumerate(rows):
        color = "#ffffff" if prompt else "#9fbfa8"
        drawn.append(f'<text x="12" y="{30 + 20 * row}" fill="{color}">{html.escape(prompt + text)}</text>')
    with open(path, "w", encoding="utf-8") as file:
        file.write("\n".join(drawn + ["</g>", "</svg>", ""]))


def main(path, svg=None):
    with open(path, encoding="utf-8") as file:
        steps = commands(file.read())
    if not steps:
        sys.exit(f"{path}: there is no session in it")
    shell, failed, shown = Shell(), 0, []
    try:
        for session, number, command, expected in steps:
            printed = shell.run(command)
            if session == 1:
                shown.append((command, [line.replace(os.environ["HOME"], "/home/ann") for line in printed]))
            got = [plain(line) for line in printed]
            wanted = [plain(line) for line in expected]
            if got != wanted:
                failed += 1
                print(f"{path}:{number}: $ {command}", "  printed", *(f"    {line}" for line in got),
                      "  and should have printed", *(f"    {line}" for line in wanted), sep="\n")
    finally:
        shell.close()
    if svg:
        picture(svg, shown)
    print(f"{os.path.basename(path)}: {len(steps)} commands, {failed} of them not as it says")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(*sys.argv[1:])
