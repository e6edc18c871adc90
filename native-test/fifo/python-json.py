#!/usr/bin/env python3
# A stream of JSON objects, one a line, that is worked on as it comes.
import json
import os
import sys

write, read = sys.argv[1:]
answers, answer = os.pipe()
child = os.fork()
if child == 0:
    with open(write, "w", buffering=1) as pipe:
        for i in range(20):
            print(json.dumps({"id": i, "text": "ü\n\t" * i}), file=pipe)
            os.read(answers, 1)
    os._exit(0)
with open(read) as pipe:
    for line in pipe:
        message = json.loads(line)
        print(message["id"], len(message["text"]))
        os.write(answer, b"x")
print("writer:", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
