#!/usr/bin/env bats
# What works with a FIFO works the same with a pipe. Each scenario in the folder fifo runs on a real FIFO, on a pipe with
# both ends on one mount, and on a pipe with its ends on two mounts, which are on hosts with networks of their own. What
# its programs print and how they end has to be the same. Those in fifo/differences show, one by one, the differences that SEMANTICS.md lists.

load lib
load hosts

setup_file() {
    suite_start
    # Lines of more than a mebibyte are longer than Kafka takes by default.
    local options=(-o topic.max.message.bytes=8388608)
    # Each mount on a host of its own, which only root can make.
    if ((EUID == 0)); then
        host_up a
        host_up b
        A=$(mount_on a a "${options[@]}")
        B=$(mount_on b b "${options[@]}")
    else
        A=$(mount_pipes a "${options[@]}")
        B=$(mount_pipes b "${options[@]}")
    fi
    export A B
    make_pipes
}
teardown_file() {
    local failed=0
    unmount_all || failed=1
    hosts_down || failed=1
    suite_stop || failed=1
    return "$failed"
}
setup() {
    test_start
    name=made-$BATS_TEST_NUMBER
}
teardown() { test_stop; }

# The pipes of all tests, in one request: one by one they would take longer than the scenarios.
make_pipes() {
    local i tests pipes=()
    tests=$(grep -c '^@test' "$BATS_TEST_FILENAME")
    for ((i = 1; i <= tests; i++)); do
        pipes+=(made-"$i"-{one,two}{,-2})
    done
    kafka create-all "${pipes[@]}" max.message.bytes=8388608
}

SCENARIOS=$BATS_TEST_DIRNAME/fifo
# Where the ends are: a FIFO, one mount, two mounts.
PLACES=(fifo one two)

# ends PLACE: makes two fresh pipes there, and says where their ends are.
ends() {
    write=$A/$name-$1
    read=$write
    case $1 in
        fifo)
            write=$BATS_TEST_TMPDIR/fifo-$name
            read=$write
            mkfifo "$write" "$write-2"
            ;;
        two) read=$B/$name-$1 ;;
    esac
    [[ $1 == fifo ]] || touch "$write" "$write-2"
}

# begin SCENARIO PLACE: in a folder of its own, where its output is.
begin() {
    local dir=$BATS_TEST_TMPDIR/$2 run
    mkdir -p "$dir/work"
    ends "$2"
    case $1 in
        *.sh) run=bash ;;
        *.py) run=python3 ;;
        *.pl) run=perl ;;
        *.java) run='java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC' ;;
    esac
    # shellcheck disable=SC2086
    start "$dir/out" env -C "$dir/work" $run "$1" "$write" "$read"
    echo "$pid" > "$dir/pid"
}

# end PLACE: waits for the scenario there.
end() {
    local dir=$BATS_TEST_TMPDIR/$1 status=0
    ends_within 60000 "$(cat "$dir/pid")" || status="killed"
    printf 'status %s\n' "$status" >> "$dir/out"
}

run_at() {
    local scenario=$1 place
    shift
    for place in "$@"; do begin "$scenario" "$place"; done
    for place in "$@"; do end "$place"; done
}

# differs PLACE WANTED: shows what is not as it is in the file WANTED.
differs() {
    echo "$1:"
    diff -u --label wanted "$2" --label "$1" "$BATS_TEST_TMPDIR/$1/out"
    tail -n 5 "$BATS_TEST_TMPDIR/$1/out.err"
} >&2

# same SCENARIO: on a pipe as on a FIFO.
same() {
    local place failed=0
    set -- "$SCENARIOS/$1".*
    run_at "$1" "${PLACES[@]}"
    if [[ $(wc -l < "$BATS_TEST_TMPDIR/fifo/out") -lt 2 || $(tail -n 1 "$BATS_TEST_TMPDIR/fifo/out") != "status 0" ]]; then
        fail "not even on a FIFO:" "$(cat "$BATS_TEST_TMPDIR/fifo/out" "$BATS_TEST_TMPDIR/fifo/out.err")"
    fi
    for place in "${PLACES[@]}"; do
        cmp -s "$BATS_TEST_TMPDIR/fifo/out" "$BATS_TEST_TMPDIR/$place/out" || {
            differs "$place" "$BATS_TEST_TMPDIR/fifo/out"
            failed=1
        }
    done
    return "$failed"
}

# expected DIFFERENCE WHERE: what it prints there, by its own head.
expected() {
    sed -n "s/^# $2: //p" "$1"
}

# is_listed ROW: SEMANTICS.md has it in the table of differences.
is_listed() {
    sed -n '/^## 10/,/^## 11/p' "$ROOT/docs/SEMANTICS.md" | grep -qF "| $1 |"
}

# Scenarios

@test "every scenario of the folder is run here" {
    local scenario
    for scenario in "$SCENARIOS"/*.{sh,py,pl,java}; do
        scenario=${scenario##*/}
        grep -qF "{ same ${scenario%.*}; }" "$BATS_TEST_FILENAME" || fail "$scenario is not run"
    done
}

@test "every difference is as SEMANTICS.md lists it, on one mount and on two" {
    local difference place wanted failed=0
    for difference in "$SCENARIOS"/differences/*.sh; do
        is_listed "$(expected "$difference" row)" || fail "$difference is not in SEMANTICS.md" || failed=1
        name=$(fresh_pipe)
        run_at "$difference" "${PLACES[@]}"
        for place in "${PLACES[@]}"; do
            wanted=$(expected "$difference" "$([[ $place == fifo ]] && echo fifo || echo pipe)")
            [[ $wanted == '*' ]] || equal "$(head -n 1 "$BATS_TEST_TMPDIR/$place/out")" "$wanted" "$difference $place" || failed=1
        done
        rm -r "${PLACES[@]/#/$BATS_TEST_TMPDIR/}"
    done
    return "$failed"
}

@test "every row of the table of differences is shown by a test" {
    local row failed=0
    while IFS= read -r row; do
        grep -qFx "# row: $row" "$SCENARIOS"/differences/*.sh || fail "no test shows: $row" || failed=1
    done < <(sed -n '/^## 10/,/^## 11/s/^| \([^|]*\) |.*/\1/p' "$ROOT/docs/SEMANTICS.md" | tail -n +2)
    return "$failed"
}

@test "JavaReader: A reader and a writer in Java: lines as they come in one thread, while another writes; then the end" { same JavaReader; }
@test "awk-getline: awk reads the pipe by getline, and writes into the other" { same awk-getline; }
@test "awk: awk reads to the end, with a sum and a pipe of its own" { same awk; }
@test "base64: Compressed data, kept in lines" { same base64; }
@test "binary: Lines with every byte" { same binary; }
@test "buffered-writer: A program with buffers of its own writes when it ends" { same buffered-writer; }
@test "busybox-while: busybox: a loop, tail of standard input, xargs" { same busybox-while; }
@test "busybox: busybox head, grep, awk, sort" { same busybox; }
@test "checksums: Checksums by name" { same checksums; }
@test "cmp-diff: cmp of the standard input, diff of the standard input" { same cmp-diff; }
@test "command-substitution: (< p) and (cat p)" { same command-substitution; }
@test "coprocess: A coprocess between two programs" { same coprocess; }
@test "cp: cp by name" { same cp; }
@test "crlf: Lines that end in CR LF" { same crlf; }
@test "csplit: csplit and comm" { same csplit; }
@test "cut: cut" { same cut; }
@test "daemon-writer: A writer that has forked twice and left its session" { same daemon-writer; }
@test "dd-byte-by-byte: dd that reads a byte at a time" { same dd-byte-by-byte; }
@test "dd-fullblock: dd with whole blocks and a count" { same dd-fullblock; }
@test "dd: dd at both ends" { same dd; }
@test "dup-writer: Duplicates of a descriptor: the last one counts" { same dup-writer; }
@test "ed: Commands for ed through the pipe" { same ed; }
@test "empty-lines: Empty lines" { same empty-lines; }
@test "exec-keeps: Descriptors live through exec" { same exec-keeps; }
@test "exec-rdwr: A process that holds both ends: what it writes it can read, and nothing waits" { same exec-rdwr; }
@test "exec-read-dash: One descriptor, read by dash and then by sed" { same exec-read-dash; }
@test "exec-read: One descriptor, read by read and then by cat" { same exec-read; }
@test "exec-write: One descriptor, written by builtins and programs in turn" { same exec-write; }
@test "failing-writer: A writer that fails in the middle: the reader gets what came, and the end" { same failing-writer; }
@test "grep-line-buffered: grep --line-buffered shows matches at once" { same grep-line-buffered; }
@test "grep-m: grep -m ends with its last match, though a writer is there" { same grep-m; }
@test "grep-none: grep that finds nothing reads to the end" { same grep-none; }
@test "grep: grep -n and -c, and their statuses" { same grep; }
@test "head-bytes: head -c" { same head-bytes; }
@test "head-waiting: head ends with its last line, though a writer is there" { same head-waiting; }
@test "head: head that leaves early, after its writer" { same head; }
@test "here-document: Here-documents and here-strings" { same here-document; }
@test "inherited-writer: A descriptor that a child has inherited keeps the reader until the child ends" { same inherited-writer; }
@test "interrupt-reader: Ctrl-C ends a reader" { same interrupt-reader; }
@test "jobs: Background jobs, wait -n and their statuses" { same jobs; }
@test "join-comm: join and comm of two pipes" { same join-comm; }
@test "kill-one-writer: One of two writers is killed; the reader goes on with the other" { same kill-one-writer; }
@test "kill-reader: A reader that waits is killed; its writer is not harmed" { same kill-reader; }
@test "kill-writer: A writer is killed between two lines; the reader gets what was written, and the end" { same kill-writer; }
@test "last-writer: The reader ends with the last writer, not before" { same last-writer; }
@test "lastpipe: A loop in a pipeline, with and without lastpipe" { same lastpipe; }
@test "lines-1048576: Lines of about 1048576 bytes, from one writer" { same lines-1048576; }
@test "lines-4096: Lines of about 4096 bytes, from one writer" { same lines-4096; }
@test "lines-65536: Lines of about 65536 bytes, from one writer" { same lines-65536; }
@test "lines-in-pieces: A line that is written in many pieces is one line" { same lines-in-pieces; }
@test "lock-step: Producer and consumer in lock step: nothing is held back" { same lock-step; }
@test "many-lines: A hundred thousand short lines" { same many-lines; }
@test "mapfile-n: mapfile -n takes so many, and read the next" { same mapfile-n; }
@test "mapfile: mapfile reads to the end" { same mapfile; }
@test "no-line-feed: A last line without a line feed, for programs that take lines" { same no-line-feed; }
@test "open-for-each-line: A writer that opens the pipe anew for each line, while another holds it" { same open-for-each-line; }
@test "parallel-readers-of-two: Two readers with a pipe each, one writer of both" { same parallel-readers-of-two; }
@test "paste-two: paste of two pipes" { same paste-two; }
@test "paste: paste - - -" { same paste; }
@test "perl-alarm: Perl's alarm interrupts a read that waits" { same perl-alarm; }
@test "perl-lines: Perl's own buffers: lines, records of a fixed size, slurping" { same perl-lines; }
@test "perl-select: IO::Select and sysread: two pipes, each until its end" { same perl-select; }
@test "ping-pong: Two processes that hand a number to and fro" { same ping-pong; }
@test "python-asyncio: asyncio with add_reader: lines arrive one by one in the loop, and the end" { same python-asyncio; }
@test "python-binary: Unbuffered binary reading: readinto, readline, and read to the end" { same python-binary; }
@test "python-epoll: epoll, level and edge triggered" { same python-epoll; }
@test "python-fcntl: O_NONBLOCK that is set and cleared on an open descriptor" { same python-fcntl; }
@test "python-json: A stream of JSON objects, one a line, that is worked on as it comes" { same python-json; }
@test "python-lines: Python's own file objects: lines as they come, the end, and a line that is written in pieces" { same python-lines; }
@test "python-nonblock: O_NONBLOCK: no writer, a writer with nothing to say, lines, and the end" { same python-nonblock; }
@test "python-poll: poll: whether there is something to do, and that one who waits is woken by a line and by the end" { same python-poll; }
@test "python-select: select: not ready while a writer is silent, ready for a line and for the end" { same python-select; }
@test "python-selectors: selectors: two pipes at once, each until its end" { same python-selectors; }
@test "python-signal: A signal handler runs while Python waits in a read, and the read goes on (PEP 475)" { same python-signal; }
@test "python-subprocess: subprocess: the pipe as standard input of one program and standard output of another" { same python-subprocess; }
@test "python-threads: Threads: four writers and one reader of the same process" { same python-threads; }
@test "random: A megabyte of random bytes" { same random; }
@test "rdwr-is-a-writer: A descriptor for reading and writing keeps other readers waiting" { same rdwr-is-a-writer; }
@test "rdwr-server: A server that holds the pipe for reading and writing outlives its clients" { same rdwr-server; }
@test "read-N: read -N, read -n and read -d" { same read-N; }
@test "read-after-end: After the end, the same descriptor gets what a new writer brings" { same read-after-end; }
@test "reader-first: A reader that is there first waits, gets all, and ends with the writer" { same reader-first; }
@test "request-response: A server that answers each request through a second pipe" { same request-response; }
@test "sed-quit: sed that quits early" { same sed-quit; }
@test "sed: sed, and sed -u that shows each line at once" { same sed; }
@test "semaphore: A pipe with tokens: as many workers at once as there are" { same semaphore; }
@test "shared-reader: Several programs read one descriptor in turn" { same shared-reader; }
@test "shell-commands: A shell that gets its commands through the pipe" { same shell-commands; }
@test "silent-then-not: A writer without a word and one with, both there at once" { same silent-then-not; }
@test "silent-writer: A writer that writes nothing ends a waiting reader" { same silent-writer; }
@test "socat: socat at both ends" { same socat; }
@test "sort-merge: sort -m of a pipe and a file" { same sort-merge; }
@test "sort-uniq: cat | sort | uniq -c" { same sort-uniq; }
@test "split: split" { same split; }
@test "stdbuf: A line through three programs at once, by stdbuf" { same stdbuf; }
@test "stderr-into-it: Standard output and standard error sent into the pipe" { same stderr-into-it; }
@test "subshells: Subshells share one descriptor and write in turn" { same subshells; }
@test "substitution: Process substitution at both ends" { same substitution; }
@test "tail-after-the-writer: tail of what a writer has written and left" { same tail-after-the-writer; }
@test "tee-append: tee -a, and the pipe as one of two outputs" { same tee-append; }
@test "tee: tee writes into the pipe, and another reads from it" { same tee; }
@test "term-first-reader: SIGTERM, SIGHUP and SIGKILL end readers for whom no writer has come" { same term-first-reader; }
@test "term-reader: SIGTERM ends a reader that waits in read" { same term-reader; }
@test "timeout-no-writer: timeout ends a reader for whom no writer comes" { same timeout-no-writer; }
@test "timeout-reader: timeout ends a reader that waits for more" { same timeout-reader; }
@test "tr-nl: tr, nl, rev, fold, expand" { same tr-nl; }
@test "trap-reader: A trap runs while the shell waits in read, and the loop goes on" { same trap-reader; }
@test "trap-writer: A writer writes its last line from a trap" { same trap-writer; }
@test "two-pipes: A pipeline of two pipes ends from the front" { same two-pipes; }
@test "while-read-bash: A while read loop in bash" { same while-read-bash; }
@test "while-read-busybox: A while read loop in busybox sh" { same while-read-busybox; }
@test "while-read-dash: A while read loop in dash" { same while-read-dash; }
@test "while-read-last: A last line without a line feed, as careful loops take it" { same while-read-last; }
@test "while-read-sh: A while read loop in sh" { same while-read-sh; }
@test "while-read-waits: A loop takes each line as it comes, not at the end" { same while-read-waits; }
@test "writer-first: A writer that is there first" { same writer-first; }
@test "writers-at-once: Eight writers at once; no line is lost or torn" { same writers-at-once; }
@test "writers-in-turn: Writers come one after another; one that holds the pipe open keeps the reader" { same writers-in-turn; }
@test "writers-keep-order: Each of several writers at once keeps its own order" { same writers-keep-order; }
@test "xargs-writers: Writers that xargs -P starts" { same xargs-writers; }
@test "xargs: xargs -P takes its work from the pipe as it comes" { same xargs; }
