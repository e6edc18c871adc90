#!/usr/bin/env bats
# What an open file's positions and size mean when messages are removed: by retention, by a reset, with their topic.

load lib

setup_file() {
    suite_start
    A=$(mount_pipes a)
    B=$(mount_pipes b)
    export A B
}
teardown_file() { suite_stop; }
setup() { test_start; }
teardown() { test_stop; }

@test "fstat of an open file whose topic was deleted fails with ESTALE" {
    push "$p" a
    start "$BATS_TEST_TMPDIR/got" tail -f "$p"
    eventually 10 file_is "$BATS_TEST_TMPDIR/got" a
    kafka delete "$name"
    ends_within 20000 "$pid"
    contains "$(cat "$BATS_TEST_TMPDIR/got.err")" "Stale file handle"
}

@test "fstat of an open file whose topic was made anew fails, and does not show the new topic" {
    push "$p" a
    within 60 /usr/bin/python3 -c '
import os, subprocess, sys, time
p, kafka = sys.argv[1:]
fd = os.open(p, os.O_RDONLY); os.lseek(fd, 0, os.SEEK_END)
subprocess.run(["bash", "-c", kafka], check=True)
open(p, "w").write("longer\n")
time.sleep(3)
try:
    print("fstat:", os.fstat(fd).st_size)
except OSError as e:
    print("fstat:", e)
try:
    print("read:", os.pread(fd, 10, 0))
except OSError as e:
    print("read:", e)
' "$p" "source '$ROOT/native-test/lib.bash'; kafka delete $name; sleep 2; kafka create $name 1" > "$BATS_TEST_TMPDIR/got"
    file_is "$BATS_TEST_TMPDIR/got" $'fstat: [Errno 116] Stale file handle\nread: [Errno 116] Stale file handle'
}

@test "tail -n +1 -f shows no line twice after a reset, when the writers have gone" {
    exec 5> "$p"
    seq 1 20000 >&5
    start "$BATS_TEST_TMPDIR/got" tail -n +1 -f "$p"
    eventually 10 grep -qx 15000 "$BATS_TEST_TMPDIR/got"
    eventually 10 blocked "$pid"
    truncate -s 0 "$p"
    seq 20001 20100 >&5
    exec 5>&-
    eventually 10 grep -qx 20100 "$BATS_TEST_TMPDIR/got"
    stays 3000 alive "$pid"
    equal "$(sort "$BATS_TEST_TMPDIR/got" | uniq -d | head -n 3 | xargs) $(cat "$BATS_TEST_TMPDIR/got.err")" " "
}

# A plain reader at the end, a reset, new lines: it reads on, and then at positions in what it has read.
@test "after a reset the same position gives a plain reader the same bytes" {
    seq 1000 1999 > "$p"
    within 60 /usr/bin/python3 -c '
import os, subprocess, sys
p = sys.argv[1]
fd = os.open(p, os.O_RDONLY)
while os.lseek(fd, 0, os.SEEK_CUR) < 5000: os.read(fd, 5000)
subprocess.run(["truncate", "-s", "0", p], check=True)
for part in range(10000, 60000, 2000):
    with open(p, "w") as w: w.write("".join("%d\n" % i for i in range(part, part + 2000)))
got = b""
while len(got) < 300_000: got += os.read(fd, 5000)
bad = [at for at in range(5000, 305_000, 1111) if os.pread(fd, 9, at) != got[at - 5000 : at - 4991]]
print("wrong:", len(bad), bad[:5], [os.pread(fd, 9, at) for at in bad[:5]])
' "$p" > "$BATS_TEST_TMPDIR/got"
    file_is "$BATS_TEST_TMPDIR/got" "wrong: 0 [] []"
}

@test "positions of what retention left do not change, even if it is not in memory" {
    seq -f '%09g' 100000 109999 > "$p"
    within 120 /usr/bin/python3 -c '
import os, subprocess, sys
p, big, kafka = sys.argv[1:]
fd = os.open(p, os.O_RDONLY); size = os.lseek(fd, 0, os.SEEK_END)
gone = os.open(p, os.O_RDONLY); os.lseek(gone, 0, os.SEEK_END)
print(size)
subprocess.run(["bash", "-c", kafka], check=True)
with open(big, "wb") as w:
    for _ in range(100): w.write((b"x" * 9999 + b"\n") * 100)
with open(big + "@snapshot", "rb", 0) as r:
    while r.read(1 << 20): pass
print(os.fstat(fd).st_size, os.pread(fd, 9, 50000))
print(os.pread(fd, 9, 90000), os.pread(gone, 9, 100), open(p + "@snapshot", "rb", 0).read(9))
' "$p" "$p-big" "source '$ROOT/native-test/lib.bash'; kafka trim $name 7000" > "$BATS_TEST_TMPDIR/got"
    file_is "$BATS_TEST_TMPDIR/got" $'100000\n100000 b\'000105000\'\nb\'000109000\' b\'000103000\' b\'000103000\''
}

# As tail -F does: it looks at the name, then at the descriptor.
@test "a seeking reader is shown a size of 0 although its process opens the name in between" {
    seq 1 100 > "$p"
    within 60 /usr/bin/python3 -c '
import os, subprocess, sys
p = sys.argv[1]
fd = os.open(p, os.O_RDONLY); os.lseek(fd, 0, os.SEEK_END)
subprocess.run(["truncate", "-s", "0", p], check=True)
subprocess.run("seq 1 1000 > " + p, shell=True, check=True)
if sys.argv[2] == "open": os.close(os.open(p, os.O_RDONLY))
if sys.argv[2] == "stat": print("stat", os.stat(p).st_size)
print(os.fstat(fd).st_size)
' "$p" open > "$BATS_TEST_TMPDIR/got"
    file_is "$BATS_TEST_TMPDIR/got" 0
}

@test "a position that a seeking reader has reached means the new content, when it was shown the reset" {
    seq 1000 1999 > "$p"
    within 60 /usr/bin/python3 -c '
import os, subprocess, sys
p = sys.argv[1]
fd = os.open(p, os.O_RDONLY); os.lseek(fd, 0, os.SEEK_END)
os.pread(fd, 5000, 0)
subprocess.run(["truncate", "-s", "0", p], check=True)
print(os.fstat(fd).st_size)
with open(p, "w") as w: w.write("".join("%d\n" % i for i in range(3000, 6000)))
print(os.fstat(fd).st_size, os.pread(fd, 4, 5000))
' "$p" > "$BATS_TEST_TMPDIR/got"
    file_is "$BATS_TEST_TMPDIR/got" $'0\n15000 b\'4000\''
}

# What came after the reset is known to this mount before it asks.
@test "a reset by another mount is shown to a seeking reader also while others write and read on" {
    seq 1 100 > "$p"
    start "$BATS_TEST_TMPDIR/other" cat "$p@follow"
    within 60 /usr/bin/python3 -c '
import os, subprocess, sys, time
p, q, other = sys.argv[1:]
fd = os.open(p, os.O_RDONLY); os.lseek(fd, 0, os.SEEK_END)
print(len(os.pread(fd, 5000, 0)))
subprocess.run(["truncate", "-s", "0", q], check=True)
with open(q, "w") as w: w.write("new\n")
while "new" not in open(other).read(): time.sleep(0.01)
print(os.fstat(fd).st_size, os.fstat(fd).st_size, os.pread(fd, 100, 0))
' "$p" "$B/$name" "$BATS_TEST_TMPDIR/other" > "$BATS_TEST_TMPDIR/got"
    file_is "$BATS_TEST_TMPDIR/got" $'292\n0 4 b\'new\\n\''
}

@test "the size of a file that is open for reading and writing is that of what it finds, with a view too" {
    push "$p" old lines
    within 20 /usr/bin/python3 -c '
import os, sys
p = sys.argv[1]
for view in "", "@new", "@snapshot", "@snapshot,new":
    fd = os.open(p + view, os.O_RDWR)
    size = os.stat(p).st_size
    os.write(fd, b"more\n")
    os.fsync(fd)
    print(view, os.fstat(fd).st_size - size * (view in ("", "@snapshot")))
    os.close(fd)
' "$p" > "$BATS_TEST_TMPDIR/got"
    file_is "$BATS_TEST_TMPDIR/got" $' 5\n@new 5\n@snapshot 0\n@snapshot,new 0'
}
