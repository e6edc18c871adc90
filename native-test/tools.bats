#!/usr/bin/env bats
# The tools that people use, on a pipe as on a regular file. The folder tools-matrix has a file for each family of tools
# and a line for each case:
#
#     name | contents | command
#
# For each of the contents the command runs twice, each time in an empty folder: with {} as the path of a regular file,
# and with {} as the path of a pipe of the same name, content and time, that no writer has open. It has to do the same:
# its stdout, stderr and status, the files it makes in its folder, and, where it writes, what is in {} afterwards and
# which names there are. Where it may not, tools-matrix/differences says in what it differs, and why.
#
# Contents are names of what data makes, with =STATUS if the command does not succeed on a regular file, or:
#     empty     nothing, on a mount with -o eof=end, since a plain reader waits for a first writer elsewhere
#     snapshot  nothing, as the view @snapshot of an empty pipe
#     unseen    a part of big, on a mount that knows nothing of the pipe
#     huge      more than a mount reads to show a size, on a mount that knows nothing of the pipe
#     new       no file yet
#
# So a tool is added with one line, and its package to native-test/run. To try it:
#
#     DNPIPES_TOOLS_CASES='^sort-' native-test/run --no-build --filter 'text' native-test/tools.bats

load lib

setup_file() {
    suite_start
    export TZ=UTC
    export DATA=$BATS_FILE_TMPDIR/data CLASSES=$BATS_FILE_TMPDIR/classes
    # As long as the paths below the mount points, for tools that format by length.
    export FILES=$BATS_FILE_TMPDIR/ref/a
    mkdir -p "$DATA" "$FILES"
    javac -d "$CLASSES" "$BATS_TEST_DIRNAME"/tools-matrix/*.java
    data
    local pipes
    read -ra pipes <<< "$(matrix pipes)"
    kafka create-all "${pipes[@]}"
    A=$(mount_pipes a)
    B=$(mount_pipes b -o index=off)
    E=$(mount_pipes e -o eof=end)
    export A B E
    matrix fill
}
teardown_file() { suite_stop; }
setup() { test_start; }
teardown() { test_stop; }

matrix() {
    /usr/bin/python3 "$ROOT/native-test/tools.py" "$@" 3>&-
}

data() {
    cd "$DATA" || return 1
    printf '%s\n' '10 ten' '2 two' '2 two' '' '33 thirty-three' $'4\tfour and   more' 'Zwölf' 'three times e: eee' > few
    seq 1 20 > numbers
    printf '%s\n' 'a b' 'b c' 'c d' 'a d' > pairs
    printf '%s\n' apple bean berry cherry > words
    printf '{"n": %d, "s": "two"}\n' 1 2 3 > json
    # Its size is not a multiple of 4096, nor of the 128 KiB of a read.
    perl -e 'srand 7; for (1 .. 60000) { printf "%d %x two%s\n", $_, rand 1e9, "t" x ($_ % 23) }' > big
    cat big big big > huge
    # Small enough to be read in time to show a size, whatever else the machine does.
    head -n 10000 big > unseen
    perl -e 'srand 7; print map { chr rand 256 } 1 .. 100000; print "\n"' > binary
    base64 few > base64
    # A pipe ends with a line feed, and what is compressed does not.
    { gzip -nc few && echo garbage behind it; } > gzipped
    zstd -qc few > zstd
    xz -c few > xz
    echo 's/one/two/' > sedscript
    echo '.n + 4' > jqscript
    printf '%s\n' 'create table t(x);' 'insert into t values (7);' 'select * from t;' > sql
    printf '%s\n' 'echo one' 'read -r x < /dev/null' 'for i in 1 2; do' 'echo $i' 'done' 'exit 3' > shell
    printf '%s\n' 'import sys' 'for i in range(3):' '    print(i, len(sys.argv))' > pyscript
    printf '%s\n' 'use strict;' 'print "$_\n" for 1 .. 3;' 'print <DATA>;' __DATA__ end > plscript
    printf 'all: b\n\t@echo all\nb:\n\t@echo b\n' > makefile
    printf '%s\n' a one . ',p' 'Q' > edscript
    diff -u --label copy --label copy <(seq 5) <(seq 4) > ./patch || true
    diff -u --label a/copy --label b/copy <(seq 5) <(seq 4) > gitpatch || true
    : > empty
}

# family NAME: all its cases.
family() {
    local failed=0
    matrix run "$1" > "$BATS_TEST_TMPDIR/figure" || failed=1
    figure "$(< "$BATS_TEST_TMPDIR/figure")"
    return "$failed"
}

@test "every family is run here, and every listed difference is of a case and has a rule in SEMANTICS.md" {
    local families
    mapfile -t families < <(sed -nE 's/^@test .* \{ family ([a-z]+).*/\1/p' "$BATS_TEST_FILENAME")
    matrix lists "${families[@]}"
}

@test "text from the first line to the last" { family text; }
@test "ends, sizes and positions" { family ends; }
@test "checksums" { family sums; }
@test "encodings and dumps" { family codes; }
@test "files cut into pieces" { family pieces; }
@test "copies and archives of a pipe" { family copies; }
@test "compression" { family compressed; }
@test "grep, sed, awk and languages" { family scripts; }
@test "the tools of busybox" { family busybox; }
@test "looks at a pipe, and starters of tools" { family looks; }
@test "comparisons and patches" { family compared; }
@test "pagers and editors" { family editors; }
@test "output into a pipe" { family written; }
@test "pipes made, changed, emptied, renamed, removed" { family changed; }
