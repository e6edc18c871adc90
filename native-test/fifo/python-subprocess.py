#!/usr/bin/env python3
# subprocess: the pipe as standard input of one program and standard output of another.
import subprocess
import sys

write, read = sys.argv[1:]
reader = subprocess.Popen(["sh", "-c", 'wc -l < "$0"', read], stdout=subprocess.PIPE, text=True)
with open(write, "w") as pipe:
    writer = subprocess.run(["seq", "1", "321"], stdout=pipe, check=False)
print("writer:", writer.returncode)
print("reader:", reader.communicate()[0].strip(), reader.returncode)
